"""The layers of Wan2.2's video decoder for inference: channels-last, causal in time, state outside.

Each layer is built from the stock module that holds its weights and computes the same function with
fewer multiplications or fewer passes over memory. What a layer must remember of the past lies in a
:data:`Memory` that the caller owns, always as two tensors of one frame (or two partial sums), zero
before the first frame. Knows no order of layers; that is :mod:`engine.models.wan_decoder`'s.

Shape legend: T frames, H W height and width, C O channels in and out, K taps, P products, R tiles.
"""

# Modules of diffusers are reached through attributes that torch types as Tensor | Module.
# pyright: reportArgumentType=false, reportAttributeAccessIssue=false, reportCallIssue=false

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from engine.models.winograd import (
    Sink,
    Strip,
    Tile,
    analyse,
    doubled_kernel,
    finish,
    strips,
    synthesise,
    transform_filters,
)

Memory = dict[int, tuple[Tensor, Tensor]]
"""What each layer, by its number, keeps from one latent frame to the next."""

# Upsampled images come straight from the residual stream, whose size nothing bounds.
_RAW_SCALE = 1.0 / 16.0


@dataclass(frozen=True)
class Placement:
    """Where and how a layer computes.

    Attributes:
        stream: type of the residual stream and of the direct layers.
        product: type of normed activations and of Winograd's products.
        workspace_bytes: largest transformed image at a time.
    """

    device: torch.device
    stream: torch.dtype
    product: torch.dtype
    workspace_bytes: int

    def weight(self, tensor: Tensor, dtype: torch.dtype | None = None) -> Tensor:
        return tensor.detach().to(self.device, dtype or self.stream).contiguous()


def norm_weight(norm: Any, place: Placement) -> Tensor:
    """gamma · √C of a WanRMS_norm, (C,), fp32."""
    return place.weight(norm.gamma.flatten(), torch.float32) * norm.scale


def _zeros(like_THWC: Tensor, channels: int, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    size = (1, *like_THWC.shape[1:3], channels)
    return like_THWC.new_zeros(size, dtype=dtype), like_THWC.new_zeros(size, dtype=dtype)


def _last_two(past: tuple[Tensor, Tensor], x_THWC: Tensor) -> tuple[Tensor, Tensor]:
    """The two frames to remember, without keeping more than those alive."""
    if x_THWC.shape[0] == 1:
        return past[1], x_THWC
    if x_THWC.shape[0] == 2:
        return x_THWC[:1], x_THWC[1:]
    return x_THWC[-2:-1].clone(), x_THWC[-1:].clone()


class CausalConv:
    """A 3×3×3 causal convolution, direct or by Winograd's transform over height and width.

    Where the output is narrower than the input, the past is remembered as partial sums of outputs
    instead of as inputs: half the memory.
    """

    def __init__(self, conv: Any, key: int, tile: Tile | None, place: Placement) -> None:
        self.key = key
        self.place = place
        self.out_channels, self.in_channels = int(conv.out_channels), int(conv.in_channels)
        self.bias = place.weight(conv.bias, torch.float32)
        self.partial = tile is not None and self.in_channels > self.out_channels
        self.filters = None
        weight_OCTKK = conv.weight.detach().to(place.device)
        if tile is None:
            weight = weight_OCTKK.to(place.stream)
            self.weight = weight.contiguous(memory_format=torch.channels_last_3d)
        elif self.partial:
            kernel = weight_OCTKK.permute(2, 0, 1, 3, 4).flatten(0, 1)
            self.filters = transform_filters(kernel, tile, place.product)
        else:
            kernel = weight_OCTKK.permute(0, 2, 1, 3, 4).flatten(1, 2)
            self.filters = transform_filters(kernel, tile, place.product)

    @property
    def in_dtype(self) -> torch.dtype:
        """The type its input should be stored in."""
        return self.place.stream if self.filters is None else self.place.product

    def __call__(self, y_THWC: Tensor, memory: Memory, sink: Sink) -> None:
        """Convolve frames that follow those in ``memory``; ``sink`` lacks the bias."""
        if self.filters is None:
            self._direct(y_THWC, memory, sink)
        elif self.partial:
            self._scatter(y_THWC, memory, sink)
        else:
            self._gather(y_THWC, memory, sink)

    def _direct(self, y_THWC: Tensor, memory: Memory, sink: Sink) -> None:
        past = memory.get(self.key) or _zeros(y_THWC, self.in_channels, y_THWC.dtype)
        x = torch.cat((*past, y_THWC)).permute(3, 0, 1, 2)[None]
        memory[self.key] = _last_two(past, y_THWC)
        out = functional.conv3d(x, self.weight, padding=(0, 1, 1))[0].permute(1, 2, 3, 0)
        finish(out.contiguous(), _biased(sink, self.bias))

    def _gather(self, y_THWC: Tensor, memory: Memory, sink: Sink) -> None:
        filters = self.filters
        assert filters is not None
        sink = _biased(sink, self.bias)
        frames, height, width, channels = y_THWC.shape
        past = memory.get(self.key) or _zeros(y_THWC, channels, y_THWC.dtype)
        values = (frames + 2) * channels + self.out_channels
        for strip in self._strips(height, width, values):
            shape = (filters.tile.products, strip.tiles, frames + 2, channels)
            v_PRTC = y_THWC.new_empty(shape, dtype=self.place.product)
            for first, x_THWC in ((0, past[0]), (1, past[1]), (2, y_THWC)):
                analyse(x_THWC, filters, strip, v_PRTC, first)
            v_PRK = v_PRTC.flatten(2)
            for frame in range(frames):
                # three consecutive frames of a tile lie together: one product for the time taps
                window = slice(frame * channels, (frame + 3) * channels)
                m = torch.bmm(v_PRK[:, :, window], filters.u.transpose(1, 2))
                synthesise(m, 0, self.out_channels, filters, strip, (height, width), sink, frame)
                del m  # before the next is made
            del v_PRTC, v_PRK
        memory[self.key] = _last_two(past, y_THWC)

    def _scatter(self, y_THWC: Tensor, memory: Memory, sink: Sink) -> None:
        filters = self.filters
        assert filters is not None and sink.residual is None and sink.duplicate is None
        frames, height, width, channels = y_THWC.shape
        out = self.out_channels
        coming, later = memory.pop(self.key, None) or _zeros(y_THWC, out, self.place.stream)
        for frame in range(frames):
            one = slice(frame, frame + 1)
            now = Sink(
                None if sink.raw is None else sink.raw[one],
                None if sink.active is None else sink.active[one],
                sink.gamma,
                self.bias,
                residual=coming,
            )
            # Each strip reads its part of the old sums before the new ones replace it.
            targets = (now, Sink(coming, residual=later), Sink(later))
            for strip in self._strips(height, width, channels + 3 * out):
                shape = (filters.tile.products, strip.tiles, 1, channels)
                v_PRTC = y_THWC.new_empty(shape, dtype=self.place.product)
                analyse(y_THWC[one], filters, strip, v_PRTC, 0)
                m = torch.bmm(v_PRTC.flatten(2), filters.u.transpose(1, 2))
                for tap, target in zip((2, 1, 0), targets, strict=True):
                    size = (height, width)
                    synthesise(m, tap * out, out, filters, strip, size, target, 0)
                del v_PRTC, m
        memory[self.key] = (coming, later)

    def _strips(self, height: int, width: int, values: int) -> Iterator[Strip]:
        assert self.filters is not None
        tile = self.filters.tile
        item = self.place.product.itemsize
        per_tile = tile.products * values * item
        return strips(height, width, tile, per_tile, self.place.workspace_bytes)


def _biased(sink: Sink, bias: Tensor) -> Sink:
    return Sink(
        sink.raw,
        sink.active,
        sink.gamma,
        bias,
        sink.residual,
        sink.duplicate,
    )


class EdgeConv:
    """The first or last 3×3×3 convolution, where one side is a handful of channels.

    One direct two-dimensional convolution computes what a frame adds to itself and to the two
    frames after it; those parts wait in memory, not the wide frame.
    """

    def __init__(self, conv: Any, key: int, place: Placement) -> None:
        self.key = key
        self.out_channels = int(conv.out_channels)
        self.bias = place.weight(conv.bias, torch.float32)
        kernel = conv.weight.detach().permute(2, 0, 1, 3, 4).flatten(0, 1)
        kernel = kernel.to(place.device, place.stream)
        self.kernel = kernel.contiguous(memory_format=torch.channels_last)

    def __call__(self, y_THWC: Tensor, memory: Memory) -> Tensor:
        """(T, H, W, C) to fp32 (T, H, W, O)."""
        x_TCHW = y_THWC.to(self.kernel.dtype).permute(0, 3, 1, 2)
        parts = functional.conv2d(x_TCHW, self.kernel, padding=1).permute(0, 2, 3, 1)
        past, present, future = parts.unflatten(-1, (3, self.out_channels)).unbind(-2)
        coming, later = memory.get(self.key) or _zeros(y_THWC, self.out_channels, torch.float32)
        frames: list[Tensor] = []
        for frame in range(y_THWC.shape[0]):
            one = slice(frame, frame + 1)
            frames.append(future[one].float() + coming + self.bias)
            coming = later + present[one].float()
            later = past[one].float()
        memory[self.key] = (coming, later)
        return torch.cat(frames)


class Upsample:
    """Nearest ×2 and a 3×3 convolution in one, on the small image."""

    def __init__(self, conv: Any, tile: Tile | None, place: Placement) -> None:
        self.place = place
        self.out_channels = int(conv.out_channels)
        self.bias = place.weight(conv.bias, torch.float32)
        self.filters = None
        kernel_OCKK = conv.weight.detach().to(place.device)
        if tile is None:
            kernel = kernel_OCKK.to(place.stream)
            self.kernel = kernel.contiguous(memory_format=torch.channels_last)
        else:
            kernel = doubled_kernel(kernel_OCKK.float())
            self.filters = transform_filters(kernel, tile, place.product, _RAW_SCALE)

    def __call__(self, x_THWC: Tensor, sink: Sink) -> None:
        """(T, H, W, C) into a sink of twice the size; ``sink`` lacks the bias."""
        sink = _biased(sink, self.bias)
        frames, height, width, channels = x_THWC.shape
        if self.filters is None:
            large = x_THWC.repeat_interleave(2, dim=1).repeat_interleave(2, dim=2)
            out = functional.conv2d(large.permute(0, 3, 1, 2), self.kernel, padding=1)
            finish(out.permute(0, 2, 3, 1).contiguous(), sink)
            return
        filters = self.filters
        values = frames * channels + 4 * self.out_channels
        per_tile = filters.tile.products * values * self.place.product.itemsize
        limit = self.place.workspace_bytes
        for strip in strips(height, width, filters.tile, per_tile, limit):
            shape = (filters.tile.products, strip.tiles, frames, channels)
            v_PRTC = x_THWC.new_empty(shape, dtype=self.place.product)
            analyse(x_THWC, filters, strip, v_PRTC, 0)
            for frame in range(frames):
                m = torch.bmm(v_PRTC[:, :, frame], filters.u.transpose(1, 2))
                size = (height, width)
                synthesise(m, 0, self.out_channels, filters, strip, size, sink, frame, doubled=True)
                del m
            del v_PRTC


class TimeDouble:
    """The causal convolution over time that makes two frames of each, from the second latent on."""

    def __init__(self, conv: Any, key: int, place: Placement) -> None:
        self.key = key
        self.weight = place.weight(conv.weight.detach()[..., 0, 0].transpose(1, 2).flatten(1))
        self.bias = place.weight(conv.bias)

    def __call__(self, x_THWC: Tensor, memory: Memory, *, first: bool) -> Tensor:
        """(T, H, W, C) to (2T, H, W, C); the first latent's frame passes and leaves no trace."""
        frames, height, width, channels = x_THWC.shape
        if first:
            return x_THWC
        past = memory.get(self.key) or _zeros(x_THWC, channels, x_THWC.dtype)
        memory[self.key] = _last_two(past, x_THWC)
        seen = torch.cat((*past, x_THWC))
        window = torch.cat((seen[:-2], seen[1:-1], seen[2:]), dim=-1)
        pairs = functional.linear(window, self.weight, self.bias)
        pairs = pairs.unflatten(-1, (2, channels)).permute(0, 3, 1, 2, 4).contiguous()
        return pairs.view(2 * frames, height, width, channels)


class Attention:
    """Single-head self-attention within each frame, with its residual."""

    def __init__(self, block: Any, place: Placement) -> None:
        self.gamma = norm_weight(block.norm, place)
        self.qkv = place.weight(block.to_qkv.weight.flatten(1)), place.weight(block.to_qkv.bias)
        self.out = place.weight(block.proj.weight.flatten(1)), place.weight(block.proj.bias)

    def __call__(self, x_THWC: Tensor) -> Tensor:
        normed = functional.normalize(x_THWC.float(), dim=-1) * self.gamma
        qkv = functional.linear(normed.to(x_THWC.dtype).flatten(1, 2)[:, None], *self.qkv)
        out = functional.scaled_dot_product_attention(*qkv.chunk(3, dim=-1))
        return x_THWC + functional.linear(out[:, 0], *self.out).view_as(x_THWC)
