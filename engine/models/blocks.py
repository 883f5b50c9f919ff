"""The parts that Director's transformer is built of: rotary embedding, attention, block.

Each is diffusers' own for Wan with one change, and bitwise equal to it wherever both mean the same.

Shape legend: B batch, T tokens, D model width, M runs of tokens that share a modulation, d head
width.
"""

# diffusers' annotations are narrower than what it accepts; our signatures differ on purpose.
# pyright: reportIncompatibleMethodOverride=false, reportArgumentType=false, reportReturnType=false
# pyright: reportAttributeAccessIssue=false, reportOptionalCall=false

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from diffusers.hooks._helpers import TransformerBlockMetadata, TransformerBlockRegistry
from diffusers.models.attention_dispatch import (
    _templated_context_parallel_attention,
    dispatch_attention_fn,
)
from diffusers.models.embeddings import get_1d_rotary_pos_embed
from diffusers.models.transformers.transformer_wan import (
    WanAttention,
    WanAttnProcessor,
    WanRotaryPosEmbed,
    WanTransformerBlock,
)
from torch import Tensor, nn

AttentionFunction = Callable[[Tensor, Tensor, Tensor], Tensor]
"""(query, key, value), each (B, T, heads, head_dim) -> the same shape."""


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

        normed = modulated(self.norm1, hidden_states, scale_msa, shift_msa)
        attended = self.attn1(normed, None, None, rotary_emb)
        hidden_states = _gated(hidden_states, attended, gate_msa)

        normed = self.norm2(hidden_states.float()).type_as(hidden_states)
        attended = self.attn2(normed, encoder_hidden_states, caption_mask, None)
        hidden_states = hidden_states + attended
        del attended

        normed = modulated(self.norm3, hidden_states, c_scale, c_shift)
        return _gated(hidden_states, self.ffn(normed).float(), c_gate)


def modulated(norm: nn.Module, x_BTD: Tensor, scale_BM1D: Tensor, shift_BM1D: Tensor) -> Tensor:
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
