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

from typing import Any, ClassVar, Literal

import torch
from diffusers.configuration_utils import register_to_config
from diffusers.hooks._helpers import TransformerBlockMetadata, TransformerBlockRegistry
from diffusers.models.embeddings import get_1d_rotary_pos_embed
from diffusers.models.transformers.transformer_wan import (
    WanRotaryPosEmbed,
    WanTransformer3DModel,
    WanTransformerBlock,
)
from diffusers.utils import apply_lora_scale
from torch import Tensor, nn

from engine.models.prior import posterior_sample

PredictionType = Literal["velocity", "sample"]

NUM_TRAIN_TIMESTEPS = 1000
"""Timesteps run over [0, 1000]: a sigma times this."""


class MultiChunkRotaryPosEmbed(WanRotaryPosEmbed):
    """Wan's rotary embedding whose time axis takes fractional positions. Holds no weights."""

    def forward(
        self, hidden_states: Tensor, positions: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Return cos and sin of (1, T, 1, head_dim) for a (B, C, N, H, W) latent.

        Args:
            hidden_states: only its shape and device are read.
            positions: (N,) MC-RoPE positions u_i; None means 0, 1, 2, …
        """
        if positions is None:
            return super().forward(hidden_states)
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


class DirectorBlock(WanTransformerBlock):
    """Wan's block with modulation per latent frame: ``temb`` is (B, N, 6, D), N dividing T."""

    def forward(
        self,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor,
        temb: Tensor,
        rotary_emb: tuple[Tensor, Tensor],
    ) -> Tensor:
        """Return the next (B, T, D) hidden states."""
        num_frames = temb.shape[1]
        table = self.scale_shift_table.unsqueeze(0) + temb.float()
        shift_msa, scale_msa, gate_msa, c_shift, c_scale, c_gate = table.unsqueeze(3).unbind(2)

        def per_frame(x_BTD: Tensor) -> Tensor:
            return x_BTD.unflatten(1, (num_frames, -1))

        normed = per_frame(self.norm1(hidden_states.float())) * (1 + scale_msa) + shift_msa
        attended = self.attn1(normed.flatten(1, 2).type_as(hidden_states), None, None, rotary_emb)
        gated = per_frame(attended) * gate_msa
        hidden_states = (hidden_states.float() + gated.flatten(1, 2)).type_as(hidden_states)

        normed = self.norm2(hidden_states.float()).type_as(hidden_states)
        hidden_states = hidden_states + self.attn2(normed, encoder_hidden_states, None, None)

        normed = per_frame(self.norm3(hidden_states.float())) * (1 + c_scale) + c_shift
        fed = self.ffn(normed.flatten(1, 2).type_as(hidden_states))
        gated = per_frame(fed.float()) * c_gate
        return (hidden_states.float() + gated.flatten(1, 2)).type_as(hidden_states)


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

    @apply_lora_scale("attention_kwargs")
    def forward(
        self,
        hidden_states: Tensor,
        timestep: Tensor,
        encoder_hidden_states: Tensor,
        positions: Tensor | None = None,
        attention_kwargs: dict[str, Any] | None = None,
    ) -> Tensor:
        """Predict velocity or sample for every latent frame.

        Args:
            hidden_states: (B, C, N, H, W), clean latents included.
            timestep: (B, N) in [0, 1000], 0 at clean latents; or (B,) for all frames alike.
            encoder_hidden_states: (B, L, text_dim) captions.
            positions: (N,) MC-RoPE positions; None means integers, as stock Wan.
            attention_kwargs: a LoRA ``scale``, as everywhere in diffusers.

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
        for block in self.blocks:
            if torch.is_grad_enabled() and self.gradient_checkpointing:
                x_BTD = self._gradient_checkpointing_func(
                    block, x_BTD, captions, modulation, rotary_emb
                )
            else:
                x_BTD = block(x_BTD, captions, modulation, rotary_emb)

        table = self.scale_shift_table.unsqueeze(0) + temb.unsqueeze(2)
        shift, scale = table.unsqueeze(3).unbind(2)
        normed = self.norm_out(x_BTD.float()).unflatten(1, (temb.shape[1], -1))
        modulated = (normed * (1 + scale) + shift).flatten(1, 2).type_as(x_BTD)
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
