"""Wan2.2's video decoder for speed: Winograd products, fused passes, in bounded memory.

Computes the function of diffusers' ``AutoencoderKLWan.decode`` for residual configurations, one
latent frame after another, from the same weights. Knows the order of the layers, which frames go
together and what they remember; the layers are :mod:`engine.models.wan_layers`. Knows no statistics
of latents and no codec.

Three ways, see :data:`Mode`. In half precision the transforms of all three round less than bf16
does: "winograd2" 0.6e-3, "winograd4" 1.6e-3 of a convolution's RMS, bf16 by itself 2.4e-3.

Shape legend: B batch, C channels, T frames, N latent frames, H W height and width.
"""

# Modules of diffusers are reached through attributes that torch types as Tensor | Module.
# pyright: reportArgumentType=false, reportAttributeAccessIssue=false, reportCallIssue=false

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import torch
from diffusers import AutoencoderKLWan
from diffusers.models.autoencoders.autoencoder_kl_wan import (
    WanResidualUpBlock,
    unpatchify,
)
from torch import Tensor
from torch.nn import functional

from engine.models.codec import latent_frames
from engine.models.wan_layers import (
    Attention,
    CausalConv,
    EdgeConv,
    Memory,
    Placement,
    TimeDouble,
    Upsample,
    norm_weight,
)
from engine.models.winograd import F2, F4, Duplicate, Sink, Tile, finish
from engine.protocol.stopping import heed

Mode = Literal["exact", "winograd2", "winograd4"]
"""Direct convolutions; F(2×2); or F(4×4) where images are large and F(2×2) where they are small."""


@dataclass(frozen=True)
class DecoderPlan:
    """The trade of memory against speed.

    Attributes:
        winograd_from: the first stage not to convolve directly; 0 is the middle block, 1 the first
            up block. The stages before it keep smaller weights, by 9/16.
        large_from: in "winograd4", the first stage to use F(4×4). The stages before it have few
            pixels and most of the weights, which F(4×4) makes 2.25 times larger than F(2×2).
        workspace_bytes: largest transformed image held at a time.
        frames_bytes: an up block takes as many frames together as its widest image allows; more
            frames share transforms of the past.
    """

    winograd_from: int = 2
    large_from: int = 3
    workspace_bytes: int = 256 << 20
    frames_bytes: int = 256 << 20


def supports(vae: AutoencoderKLWan) -> bool:
    """Whether the decoder is of Wan2.2's residual kind; for others, use the stock path."""
    blocks = vae.decoder.up_blocks
    activation = isinstance(vae.decoder.nonlinearity, torch.nn.SiLU)
    return activation and all(isinstance(block, WanResidualUpBlock) for block in blocks)


@dataclass
class _Flow:
    """Frames on their way; whoever has used one for the last time drops it, to free its memory.

    Attributes:
        x: the residual stream, (T, H, W, C).
        y: SiLU(norm(x)), as the next convolution wants it.
    """

    x: Tensor | None
    y: Tensor | None

    def take(self) -> tuple[Tensor, Tensor]:
        x, y = self.x, self.y
        assert x is not None and y is not None
        self.x = self.y = None
        return x, y


class _Block:
    """Two convolutions and a shortcut (WanResidualBlock), from norm to the next block's norm."""

    def __init__(
        self, block: Any, keys: Iterator[int], tile: Tile | None, place: Placement
    ) -> None:
        self.place = place
        self.gamma1 = norm_weight(block.norm1, place)
        self.gamma2 = norm_weight(block.norm2, place)
        self.conv1 = CausalConv(block.conv1, next(keys), tile, place)
        self.conv2 = CausalConv(block.conv2, next(keys), tile, place)
        self.shortcut: tuple[Tensor, Tensor] | None = None
        if isinstance(block.conv_shortcut, torch.nn.Conv3d):
            shortcut = block.conv_shortcut
            weight = place.weight(shortcut.weight.flatten(1))
            self.shortcut = weight, place.weight(shortcut.bias)

    def __call__(
        self, flow: _Flow, memory: Memory, following: _Norm | None, *, keep: bool, own: bool
    ) -> None:
        """Advance ``flow``.

        Args:
            following: the norm of what comes next, or None where nothing wants it.
            keep: whether the residual stream is wanted afterwards.
            own: whether the incoming stream's memory may be overwritten.
        """
        x, y = flow.take()
        residual = x
        if self.shortcut is not None:
            residual = functional.linear(x, *self.shortcut)
            own = True
        del x
        size = (*y.shape[:3], self.conv1.out_channels)
        inner = y.new_empty(size, dtype=self.conv2.in_dtype)
        self.conv1(y, memory, Sink(active=inner, gamma=self.gamma2))
        del y
        raw = (residual if own else torch.empty_like(residual)) if keep else None
        active = None if following is None else inner.new_empty(size, dtype=following.dtype)
        gamma = None if following is None else following.gamma
        self.conv2(inner, memory, Sink(raw, active, gamma, residual=residual))
        flow.x, flow.y = raw, active


@dataclass(frozen=True)
class _Norm:
    """A norm, and the type that the convolution behind it reads."""

    gamma: Tensor
    dtype: torch.dtype

    def of(self, x_THWC: Tensor) -> Tensor:
        active = torch.empty_like(x_THWC, dtype=self.dtype)
        finish(x_THWC, Sink(active=active, gamma=self.gamma))
        return active


class _Stage:
    """An up block: residual blocks, then perhaps an upsampling with a parameter-free shortcut."""

    def __init__(
        self, block: Any, keys: Iterator[int], tile: Tile | None, place: Placement
    ) -> None:
        self.blocks = [_Block(resnet, keys, tile, place) for resnet in block.resnets]
        self.channels = max(block.in_dim, block.out_dim)
        self.upsample: Upsample | None = None
        self.time: TimeDouble | None = None
        self.factor_t = 1
        if block.upsampler is not None:
            self.upsample = Upsample(block.upsampler.resample[1], tile, place)
            self.factor_t = int(block.avg_shortcut.factor_t)
            if block.upsampler.mode == "upsample3d":
                self.time = TimeDouble(block.upsampler.time_conv, next(keys), place)

    @property
    def norm(self) -> _Norm:
        """The norm that its input must have gone through."""
        return _Norm(self.blocks[0].gamma1, self.blocks[0].conv1.in_dtype)


class FastWanDecoder:
    """Decodes with its own, rearranged copy of the weights; the autoencoder itself may go.

    Args:
        vae: a loaded autoencoder that :func:`supports` accepts.
        mode: see :data:`Mode`.
        dtype: of the residual stream and of direct layers; fp16 on CUDA and fp32 elsewhere unless
            given. Winograd's products are fp16 for half-precision streams: what they read has been
            normed, and scaled to suit.
        device: where to decode; the autoencoder's own unless given.

    Raises:
        ValueError: an autoencoder of another kind.
    """

    def __init__(
        self,
        vae: AutoencoderKLWan,
        mode: Mode = "winograd4",
        dtype: torch.dtype | None = None,
        device: torch.device | None = None,
        plan: DecoderPlan | None = None,
    ) -> None:
        if not supports(vae):
            raise ValueError("only the residual autoencoder of Wan2.2 decodes this way")
        self.plan = plan or DecoderPlan()
        device = device or vae.device
        dtype = dtype or (torch.float16 if device.type == "cuda" else torch.float32)
        product = torch.float32 if dtype == torch.float32 else torch.float16
        self.place = Placement(device, dtype, product, self.plan.workspace_bytes)
        self.patch_size = vae.config["patch_size"]
        decoder: Any = vae.decoder
        keys = itertools.count()
        post: Any = vae.post_quant_conv
        self._post = tuple(
            self.place.weight(w, torch.float32) for w in (post.weight.flatten(1), post.bias)
        )
        self._conv_in = EdgeConv(decoder.conv_in, next(keys), self.place)
        mid = decoder.mid_block
        self._mid = [
            _Block(resnet, keys, self._tile(mode, 0), self.place) for resnet in mid.resnets
        ]
        self._attention = [Attention(block, self.place) for block in mid.attentions]
        self._stages: list[_Stage] = []
        for index, block in enumerate(decoder.up_blocks):
            self._stages.append(_Stage(block, keys, self._tile(mode, index + 1), self.place))
        self._norm_out = _Norm(norm_weight(decoder.norm_out, self.place), dtype)
        self._conv_out = EdgeConv(decoder.conv_out, next(keys), self.place)

    def _tile(self, mode: Mode, stage: int) -> Tile | None:
        if mode == "exact" or stage < self.plan.winograd_from:
            return None
        return F4 if mode == "winograd4" and stage >= self.plan.large_from else F2

    @torch.no_grad()
    def decode_stream(self, z_BCNHW: Tensor | Iterable[Tensor]) -> Iterator[Tensor]:
        """Decode one chunk latent by latent: one frame for the first, then each stage's doublings.

        Args:
            z_BCNHW: denormalised latents, whole or one latent frame after another.

        Yields:
            (B, 3, t, H, W) in [−1, 1], of the stream's type.
        """
        memories: list[Memory] = []
        for index, z in enumerate(latent_frames(z_BCNHW)):
            memories = memories or [{} for _ in range(z.shape[0])]
            samples: list[Tensor] = []
            for z_CNHW, memory in zip(z, memories, strict=True):
                samples.append(self._latent(z_CNHW.permute(1, 2, 3, 0), memory, first=index == 0))
            yield torch.stack(samples)

    @torch.no_grad()
    def decode(self, z_BCNHW: Tensor) -> Tensor:
        """Decode one chunk of denormalised latents to frames in [−1, 1]."""
        return torch.cat(list(self.decode_stream(z_BCNHW)), dim=2)

    def _latent(self, z_THWC: Tensor, memory: Memory, *, first: bool) -> Tensor:
        place = self.place
        z = functional.linear(z_THWC.to(place.device, torch.float32), *self._post)
        x = self._conv_in(z.to(place.stream), memory).to(place.stream).contiguous()
        del z
        flow = _Flow(x, _Norm(self._mid[0].gamma1, self._mid[0].conv1.in_dtype).of(x))
        del x
        for index, block in enumerate(self._mid):
            block(flow, memory, None, keep=True, own=True)
            x = flow.x
            assert x is not None
            last = index == len(self._mid) - 1
            x = x if last else self._attention[index](x)
            following = self._stages[0].norm
            if not last:
                coming = self._mid[index + 1]
                following = _Norm(coming.gamma1, coming.conv1.in_dtype)
            flow = _Flow(x, following.of(x))
            del x
        return torch.cat(list(self._run(0, flow, memory, first=first)), dim=1)

    def _run(self, index: int, flow: _Flow, memory: Memory, *, first: bool) -> Iterator[Tensor]:
        """The up blocks from ``index`` on, depth first: yields finished frames in order."""
        stage = self._stages[index]
        source = flow.x if stage.upsample is not None else None
        for number, block in enumerate(stage.blocks):
            heed()
            last = number == len(stage.blocks) - 1
            if not last:
                coming = stage.blocks[number + 1]
                following = _Norm(coming.gamma1, coming.conv1.in_dtype)
            else:
                following = None if stage.upsample is not None else self._norm_out
            keep = not last or stage.upsample is not None
            block(flow, memory, following, keep=keep, own=number > 0 or source is None)
        if stage.upsample is None:
            assert flow.y is not None
            yield self._output(flow.y, memory)
            return
        x = flow.x
        flow.x = None
        assert x is not None and source is not None
        if stage.time is not None:
            x = stage.time(x, memory, first=first)
        upsample, coming = stage.upsample, self._stages[index + 1]
        skipped = stage.factor_t - 1 if first else 0
        step = self._frames_together((2 * x.shape[1], 2 * x.shape[2]), coming)
        parts = list(enumerate(x.split(step)))[::-1]
        del x
        while parts:
            number, part = parts.pop()
            shape = (part.shape[0], 2 * part.shape[1], 2 * part.shape[2], upsample.out_channels)
            raw = part.new_empty(shape)
            active = part.new_empty(shape, dtype=coming.norm.dtype)
            assert source is not None
            duplicate = Duplicate(source, stage.factor_t, skipped + number * step)
            upsample(part, Sink(raw, active, coming.norm.gamma, duplicate=duplicate))
            onward = _Flow(raw, active)
            del part, raw, active, duplicate
            if not parts:
                source = None  # the blocks to come need the memory
            yield from self._run(index + 1, onward, memory, first=first)

    def _frames_together(self, size: tuple[int, int], stage: _Stage) -> int:
        frame_bytes = size[0] * size[1] * stage.channels * self.place.stream.itemsize
        return max(1, self.plan.frames_bytes // frame_bytes)

    def _output(self, y_THWC: Tensor, memory: Memory) -> Tensor:
        frames_CTHW = self._conv_out(y_THWC, memory).permute(3, 0, 1, 2)
        if self.patch_size is not None:
            frames_CTHW = unpatchify(frames_CTHW[None], patch_size=self.patch_size)[0]
        return frames_CTHW.clamp(-1.0, 1.0).to(self.place.stream)
