"""The diffusion transformer of Director-Gen and Director-SR: Wan's, with two changes.

- **MC-RoPE** (SmartDirector eq. 4): the time axis takes fractional positions, one per latent frame.
- **A timestep per latent frame**: clean latents stand at timestep 0 beside noisy ones. Modulation
  is kept as (B, N, 6, D) and broadcast over the tokens of a latent frame, which is bitwise equal
  to Wan's per-token modulation and drops the (B, tokens, 6, D) tensor.

Stock Wan checkpoints load unchanged. This module knows neither chunk plans nor schedules.

Shape legend: B batch, C latent channels, N latent frames, H W latent grid, S tokens of one latent
frame, T = N·S tokens, L caption tokens, D model width.
"""

# diffusers' annotations are narrower than what it accepts; our signatures differ on purpose.
# pyright: reportIncompatibleMethodOverride=false, reportArgumentType=false, reportReturnType=false
# pyright: reportAttributeAccessIssue=false, reportOptionalCall=false

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, ClassVar, Literal, cast

import torch
from diffusers.configuration_utils import register_to_config
from diffusers.hooks._helpers import TransformerBlockMetadata, TransformerBlockRegistry
from diffusers.hooks.context_parallel import EquipartitionSharder
from diffusers.models._modeling_parallel import ContextParallelInput, ContextParallelOutput
from diffusers.models.attention_dispatch import (
    _templated_context_parallel_attention,
    dispatch_attention_fn,
)
from diffusers.models.embeddings import get_1d_rotary_pos_embed
from diffusers.models.transformers.transformer_wan import (
    WanAttention,
    WanAttnProcessor,
    WanRotaryPosEmbed,
    WanTransformer3DModel,
    WanTransformerBlock,
)
from diffusers.utils import apply_lora_scale
from torch import Tensor, nn

from engine.models.prior import posterior_sample

PredictionType = Literal["velocity", "sample"]

AttentionFunction = Callable[[Tensor, Tensor, Tensor], Tensor]
"""(query, key, value), each (B, T, heads, head_dim) -> the same shape."""

NUM_TRAIN_TIMESTEPS = 1000
"""Timesteps run over [0, 1000]: a sigma times this."""


class MultiChunkRotaryPosEmbed(WanRotaryPosEmbed):
    """Wan's rotary embedding whose time axis takes fractional positions. Holds no weights.

    The last result is kept: every step of a run asks for the same one.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._last: tuple[Tensor, tuple[int, ...], tuple[Tensor, Tensor]] | None = None

    def forward(
        self, hidden_states: Tensor, positions: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Return cos and sin of (1, T, 1, head_dim) for a (B, C, N, H, W) latent.

        Args:
            hidden_states: only its shape and device are read.
            positions: (N,) MC-RoPE positions u_i; None means 0, 1, 2, … Not to be written to.
        """
        if positions is None:
            return super().forward(hidden_states)
        shape = tuple(hidden_states.shape[2:])
        if self._last is None or self._last[0] is not positions or self._last[1] != shape:
            self._last = (positions, shape, self._at(hidden_states, positions))
        return self._last[2]

    def _at(self, hidden_states: Tensor, positions: Tensor) -> tuple[Tensor, Tensor]:
        _, _, num_frames, height, width = hidden_states.shape
        p_t, p_h, p_w = self.patch_size
        n, h, w = num_frames // p_t, height // p_h, width // p_w
        # float64 as the stock buffers are built, so that integer positions agree bitwise.
        exact = torch.float32 if positions.device.type == "mps" else torch.float64
        time_cos, time_sin = get_1d_rotary_pos_embed(
            self.t_dim,
            positions[::p_t].to(exact),
            10000.0,
            use_real=True,
            repeat_interleave_real=True,
            freqs_dtype=exact,
        )
        splits = [self.t_dim, self.h_dim, self.w_dim]

        def grid(time: Tensor, buffer: Tensor) -> Tensor:
            _, rows, columns = buffer.split(splits, dim=1)
            axes = (
                time.to(buffer).view(n, 1, 1, -1).expand(n, h, w, -1),
                rows[:h].view(1, h, 1, -1).expand(n, h, w, -1),
                columns[:w].view(1, 1, w, -1).expand(n, h, w, -1),
            )
            return torch.cat(axes, dim=-1).reshape(1, n * h * w, 1, -1)

        return grid(time_cos, self.freqs_cos), grid(time_sin, self.freqs_sin)


class DirectorAttnProcessor(WanAttnProcessor):
    """Wan's attention with the rotary embedding written so that it fuses, and one more backend.

    Bitwise equal to its parent.

    Attributes:
        flash_attention: replaces diffusers' dispatcher for self-attention where it is set.
    """

    def __init__(self) -> None:
        super().__init__()
        self.flash_attention: AttentionFunction | None = None

    def __call__(
        self,
        attn: WanAttention,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor | None = None,
        attention_mask: Tensor | None = None,
        rotary_emb: tuple[Tensor, Tensor] | None = None,
    ) -> Tensor:
        """Return (B, T, D); keys and values come from the captions where they are given."""
        source = hidden_states if encoder_hidden_states is None else encoder_hidden_states
        query = attn.norm_q(attn.to_q(hidden_states)).unflatten(2, (attn.heads, -1))
        key = attn.norm_k(attn.to_k(source)).unflatten(2, (attn.heads, -1))
        value = attn.to_v(source).unflatten(2, (attn.heads, -1))
        if rotary_emb is not None:
            query, key = _rotate(query, *rotary_emb), _rotate(key, *rotary_emb)
        is_own = encoder_hidden_states is None
        parallel_config = self._parallel_config if is_own else None
        if is_own and self.flash_attention is not None and parallel_config is None:
            attended = self.flash_attention(query, key, value)
        elif is_own and self.flash_attention is not None:
            attended = _shared_attention(self.flash_attention, query, key, value, parallel_config)
        else:
            attended = dispatch_attention_fn(
                query,
                key,
                value,
                attn_mask=attention_mask,
                backend=self._attention_backend,
                parallel_config=parallel_config,
            )
        return attn.to_out[1](attn.to_out[0](attended.flatten(2, 3).type_as(query)))


def _shared_attention(
    function: AttentionFunction, query: Tensor, key: Tensor, value: Tensor, parallel_config: Any
) -> Tensor:
    """Return a function's attention under context parallelism, by diffusers' exchange of heads."""

    def forward_op(_ctx: Any, q: Tensor, k: Tensor, v: Tensor, *_: Any, **__: Any) -> Tensor:
        return function(q, k, v)

    return _templated_context_parallel_attention(
        query,
        key,
        value,
        forward_op=forward_op,
        backward_op=None,
        _parallel_config=parallel_config,
    )


def _rotate(x_BTHd: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotate neighbouring pairs of each head by the angles whose cosine and sine are given."""
    even, odd = x_BTHd.unflatten(-1, (-1, 2)).unbind(-1)
    cos, sin = cos[..., 0::2], sin[..., 1::2]
    turned = torch.stack((even * cos - odd * sin, even * sin + odd * cos), dim=-1)
    return turned.flatten(-2).type_as(x_BTHd)


class DirectorBlock(WanTransformerBlock):
    """Wan's block with modulation per run of tokens: ``temb`` is (B, M, 6, D), M dividing T."""

    def forward(
        self,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor,
        temb: Tensor,
        rotary_emb: tuple[Tensor, Tensor],
        caption_mask: Tensor | None = None,
    ) -> Tensor:
        """Return the next (B, T, D) hidden states."""
        table = self.scale_shift_table.unsqueeze(0) + temb.float()
        shift_msa, scale_msa, gate_msa, c_shift, c_scale, c_gate = table.unsqueeze(3).unbind(2)

        normed = _modulated(self.norm1, hidden_states, scale_msa, shift_msa)
        attended = self.attn1(normed, None, None, rotary_emb)
        hidden_states = _gated(hidden_states, attended, gate_msa)

        normed = self.norm2(hidden_states.float()).type_as(hidden_states)
        attended = self.attn2(normed, encoder_hidden_states, caption_mask, None)
        hidden_states = hidden_states + attended
        del attended

        normed = _modulated(self.norm3, hidden_states, c_scale, c_shift)
        return _gated(hidden_states, self.ffn(normed).float(), c_gate)


def _modulated(norm: nn.Module, x_BTD: Tensor, scale_BM1D: Tensor, shift_BM1D: Tensor) -> Tensor:
    """Return norm(x) · (1 + scale) + shift, worked out in fp32, each run of tokens by its own."""
    normed = norm(x_BTD.float()).unflatten(1, (scale_BM1D.shape[1], -1))
    return (normed * (1 + scale_BM1D) + shift_BM1D).flatten(1, 2).type_as(x_BTD)


def _gated(x_BTD: Tensor, update_BTD: Tensor, gate_BM1D: Tensor) -> Tensor:
    """Return x + gate · update, worked out in fp32."""
    gated = update_BTD.unflatten(1, (gate_BM1D.shape[1], -1)) * gate_BM1D
    return (x_BTD.float() + gated.flatten(1, 2)).type_as(x_BTD)


# diffusers' caches and regional compilation find blocks by exact class.
TransformerBlockRegistry.register(
    DirectorBlock,
    TransformerBlockMetadata(return_hidden_states_index=0, return_encoder_hidden_states_index=None),
)


class DirectorTransformer(WanTransformer3DModel):
    """Wan's transformer over a multi-chunk latent sequence.

    Args:
        prediction_type: what the output means: the velocity z_1 − z_0 (eq. 2, stock Wan), or the
            clean sample z_0.
        channel_std: deviation of each latent channel; switches on the closed-form prior around a
            predicted sample (:mod:`engine.models.prior`). None, as in stock Wan: the net alone.
        num_shared: leading latent channels that mean the same in chunk heads and groups, for the
            prior. Everything else is Wan's own configuration.
    """

    _no_split_modules: ClassVar[list[str]] = ["DirectorBlock"]
    _repeated_blocks: ClassVar[list[str]] = ["DirectorBlock"]
    # Context parallel: tokens are shared out. Modulation follows them in ``forward``.
    _cp_plan: ClassVar[dict[str, Any]] = {
        "rope": {
            0: ContextParallelInput(split_dim=1, expected_dims=4, split_output=True),
            1: ContextParallelInput(split_dim=1, expected_dims=4, split_output=True),
        },
        "blocks.0": {"hidden_states": ContextParallelInput(split_dim=1, expected_dims=3)},
        "proj_out": ContextParallelOutput(gather_dim=1, expected_dims=3),
    }

    @register_to_config
    def __init__(
        self,
        patch_size: tuple[int, ...] = (1, 2, 2),
        num_attention_heads: int = 40,
        attention_head_dim: int = 128,
        in_channels: int = 16,
        out_channels: int = 16,
        text_dim: int = 4096,
        freq_dim: int = 256,
        ffn_dim: int = 13824,
        num_layers: int = 40,
        cross_attn_norm: bool = True,
        qk_norm: str | None = "rms_norm_across_heads",
        eps: float = 1e-6,
        image_dim: int | None = None,
        added_kv_proj_dim: int | None = None,
        rope_max_seq_len: int = 1024,
        pos_embed_seq_len: int | None = None,
        prediction_type: PredictionType = "velocity",
        channel_std: list[float] | None = None,
        num_shared: int = 0,
    ) -> None:
        super().__init__(
            patch_size,
            num_attention_heads,
            attention_head_dim,
            in_channels,
            out_channels,
            text_dim,
            freq_dim,
            ffn_dim,
            0,  # the blocks are made below, of our own class
            cross_attn_norm,
            qk_norm,
            eps,
            image_dim,
            added_kv_proj_dim,
            rope_max_seq_len,
            pos_embed_seq_len,
        )
        # The parent registers its own view of the arguments; ours is the one to save.
        self.register_to_config(
            num_layers=num_layers,
            prediction_type=prediction_type,
            channel_std=channel_std,
            num_shared=num_shared,
        )
        self.prediction_type: PredictionType = prediction_type
        dim = num_attention_heads * attention_head_dim
        self.rope = MultiChunkRotaryPosEmbed(attention_head_dim, patch_size, rope_max_seq_len)
        self.blocks = nn.ModuleList(
            DirectorBlock(
                dim, ffn_dim, num_attention_heads, qk_norm, cross_attn_norm, eps, added_kv_proj_dim
            )
            for _ in range(num_layers)
        )
        for attention in self.attentions():
            attention.set_processor(DirectorAttnProcessor())

    def attentions(self) -> Iterator[WanAttention]:
        """Yield every attention layer: each block's own, then its caption's."""
        for block in self.blocks:
            yield from cast("tuple[WanAttention, ...]", (block.attn1, block.attn2))

    @apply_lora_scale("attention_kwargs")
    def forward(
        self,
        hidden_states: Tensor,
        timestep: Tensor,
        encoder_hidden_states: Tensor,
        positions: Tensor | None = None,
        attention_kwargs: dict[str, Any] | None = None,
        caption_bias: Tensor | None = None,
    ) -> Tensor:
        """Predict velocity or sample for every latent frame.

        Args:
            hidden_states: (B, C, N, H, W), clean latents included.
            timestep: (B, N) in [0, 1000], 0 at clean latents; or (B,) for all frames alike.
            encoder_hidden_states: (B, L, text_dim) captions.
            positions: (N,) MC-RoPE positions; None means integers, as stock Wan.
            attention_kwargs: a LoRA ``scale``, as everywhere in diffusers.
            caption_bias: (N, L) or (B, N, L), added to the logits with which the tokens of a
                latent frame attend to the caption.

        Returns:
            (B, C, N, H, W).
        """
        _, _, num_frames, height, width = hidden_states.shape
        p_t, p_h, p_w = self.config.patch_size
        grid = (num_frames // p_t, height // p_h, width // p_w)
        rotary_emb = self.rope(hidden_states, positions)

        latents_BCNHW = hidden_states
        # Latents may stay in fp32, for the prior; the net works in its own precision.
        hidden_states = hidden_states.to(self.patch_embedding.weight.dtype)
        x_BTD = self.patch_embedding(hidden_states).flatten(2).transpose(1, 2).contiguous()
        frame_timestep = timestep.unsqueeze(1) if timestep.ndim == 1 else timestep[:, ::p_t]
        temb, modulation, captions, _ = self.condition_embedder(
            frame_timestep.flatten(),
            encoder_hidden_states,
            None,
            timestep_seq_len=frame_timestep.shape[1],
        )
        modulation = modulation.unflatten(2, (6, -1))
        caption_mask = None
        if caption_bias is not None:
            tokens = grid[1] * grid[2]
            mask = caption_bias[..., ::p_t, :].repeat_interleave(tokens, dim=-2).to(x_BTD.dtype)
            caption_mask = mask.view(-1, 1, *mask.shape[-2:])
        if self._parallel_config is not None:
            temb, modulation, caption_mask = self._shares(
                temb, modulation, caption_mask, x_BTD.shape[1]
            )
        for block in self.blocks:
            if torch.is_grad_enabled() and self.gradient_checkpointing:
                x_BTD = self._gradient_checkpointing_func(
                    block, x_BTD, captions, modulation, rotary_emb, caption_mask
                )
            else:
                x_BTD = block(x_BTD, captions, modulation, rotary_emb, caption_mask)
        modulated = self._head_modulated(x_BTD, temb)
        patches = self.proj_out(modulated).unflatten(1, grid).unflatten(-1, (p_t, p_h, p_w, -1))
        out = patches.permute(0, 7, 1, 4, 2, 5, 3, 6)
        net_BCNHW = out.flatten(6, 7).flatten(4, 5).flatten(2, 3)
        if self.config.channel_std is None:
            return net_BCNHW
        if positions is None:
            positions = torch.arange(num_frames, device=latents_BCNHW.device)
        t_BN = (timestep.unsqueeze(1) if timestep.ndim == 1 else timestep) / NUM_TRAIN_TIMESTEPS
        return posterior_sample(
            net_BCNHW,
            latents_BCNHW,
            t_BN.expand(-1, num_frames),
            positions,
            torch.tensor(self.config.channel_std, device=latents_BCNHW.device),
            self.config.num_shared,
        ).type_as(latents_BCNHW)

    def _head_modulated(self, x_BTD: Tensor, temb_BMD: Tensor) -> Tensor:
        table = self.scale_shift_table.unsqueeze(0) + temb_BMD.unsqueeze(2)
        shift, scale = table.unsqueeze(3).unbind(2)
        return _modulated(self.norm_out, x_BTD, scale, shift)

    def _shares(
        self, temb: Tensor, modulation: Tensor, caption_mask: Tensor | None, num_tokens: int
    ) -> tuple[Tensor, Tensor, Tensor | None]:
        """Return what belongs to this device's share of the tokens (context parallel).

        A share may end inside a latent frame, so modulation is repeated for runs of tokens that
        divide both a frame and a share.

        Raises:
            ValueError: the tokens cannot be shared out evenly.
        """
        parallel: Any = self._parallel_config
        mesh = parallel.context_parallel_config._flattened_mesh
        if num_tokens % mesh.size():
            raise ValueError(
                f"{num_tokens} tokens cannot be shared by {mesh.size()} devices; use fewer."
            )
        if temb.shape[1] > 1:
            run = math.gcd(num_tokens // temb.shape[1], num_tokens // mesh.size())
            repeats = num_tokens // temb.shape[1] // run
            temb, modulation = (
                EquipartitionSharder.shard(part.repeat_interleave(repeats, dim=1), 1, mesh)
                for part in (temb, modulation)
            )
        if caption_mask is not None:
            caption_mask = EquipartitionSharder.shard(caption_mask, 2, mesh)
        return temb, modulation, caption_mask
