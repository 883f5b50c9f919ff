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
from collections.abc import Iterator
from typing import Any, ClassVar, Literal, cast

import torch
from diffusers.configuration_utils import register_to_config
from diffusers.hooks.context_parallel import EquipartitionSharder
from diffusers.models._modeling_parallel import ContextParallelInput, ContextParallelOutput
from diffusers.models.transformers.transformer_wan import (
    WanAttention,
    WanTransformer3DModel,
)
from diffusers.utils import apply_lora_scale
from torch import Tensor, nn

from engine.models.blocks import (
    DirectorAttnProcessor,
    DirectorBlock,
    MultiChunkRotaryPosEmbed,
    modulated,
)
from engine.models.prior import posterior_sample
from engine.protocol.stopping import heed

PredictionType = Literal["velocity", "sample"]


NUM_TRAIN_TIMESTEPS = 1000
"""Timesteps run over [0, 1000]: a sigma times this."""


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
            heed()
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
        return modulated(self.norm_out, x_BTD, scale, shift)

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
