"""Decoding large frames in tiles that overlap and fade into each other: bounded memory.

Knows rectangles of the latent grid and frames; knows no autoencoder. A decoder that looks further
than the overlap gives slightly other pixels than the whole frame would.

Shape legend: B batch, C channels, T frames, N latent frames, H W height and width.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from engine.planning.windows import Tile, split_tiles

DecodeStream = Callable[[Tensor], Iterator[Tensor]]

_CANVAS_ON_DEVICE = 1536 * 1024**2
"""Larger canvases lie in main memory."""


def decode_tiled(
    decode: DecodeStream, z_BCNHW: Tensor, stride: int, tile: tuple[int, int], margin: int
) -> Iterator[Tensor]:
    """Decode one chunk tile by tile, each from its first latent to its last.

    Args:
        decode: decodes a chunk latent by latent.
        z_BCNHW: the chunk's latents.
        stride: pixels per latent position.
        tile: largest height and width of a tile, in latent positions.
        margin: latent positions by which neighbours overlap at least.

    Yields:
        (B, 3, t, H, W) in the type that ``decode`` yields: 1 frame, then 4 at a time.
    """
    height, width = z_BCNHW.shape[3:]
    tiles = split_tiles(height, width, *tile, margin, 1)
    shares = _shares(tiles, height, width, stride, margin)
    canvas: Tensor | None = None
    sizes: list[int] = []
    for part, share in zip(tiles, shares, strict=True):
        z = z_BCNHW[..., part.top : part.bottom, part.left : part.right]
        start, sizes = 0, []
        for frames in decode(z):
            if canvas is None:
                canvas = _canvas(frames, z_BCNHW.shape[2], height * stride, width * stride)
            stop = start + frames.shape[2]
            weighted = (frames.float() * share.to(frames.device)).to(canvas)
            canvas[
                :,
                :,
                start:stop,
                part.top * stride : part.bottom * stride,
                part.left * stride : part.right * stride,
            ] += weighted
            sizes.append(stop - start)
            start = stop
    assert canvas is not None
    yield from canvas[:, :, : sum(sizes)].to(z_BCNHW.device).split(sizes, dim=2)


def _canvas(like: Tensor, num_latents: int, height: int, width: int) -> Tensor:
    shape = (like.shape[0], 3, 4 * num_latents, height, width)
    dtype = torch.float32 if like.dtype == torch.float32 else torch.float16
    num_bytes = dtype.itemsize * torch.Size(shape).numel()
    device = like.device if num_bytes <= _CANVAS_ON_DEVICE else torch.device("cpu")
    return torch.zeros(shape, dtype=dtype, device=device)


def _shares(
    tiles: tuple[Tile, ...], height: int, width: int, stride: int, margin: int
) -> list[Tensor]:
    """Return each tile's weight at its pixels; over all tiles they sum to 1 everywhere."""
    rows, columns, fade = height * stride, width * stride, max(margin * stride, 1)

    def ramp(start: int, stop: int, length: int) -> Tensor:
        rise = ((torch.arange(stop - start) + 0.5) / fade).clamp(max=1.0)
        near = rise if start > 0 else torch.ones_like(rise)
        return near * (rise.flip(0) if stop < length else torch.ones_like(rise))

    total = torch.zeros(rows, columns)
    weights: list[Tensor] = []
    for tile in tiles:
        down = ramp(tile.top * stride, tile.bottom * stride, rows)
        across = ramp(tile.left * stride, tile.right * stride, columns)
        weights.append(down[:, None] * across)
        _cut(total, tile, stride).add_(weights[-1])
    return [weight / _cut(total, tile, stride) for weight, tile in zip(weights, tiles, strict=True)]


def _cut(plane: Tensor, tile: Tile, stride: int) -> Tensor:
    return plane[tile.top * stride : tile.bottom * stride, tile.left * stride : tile.right * stride]
