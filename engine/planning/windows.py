"""How Director-SR divides a pass: stretches in time, tiles in space. Pure integer arithmetic.

A window is bounded by keyframes: it holds the latents from one keyframe up to the next, and sees
that next keyframe too, so both sides of every border share a clean anchor.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Window:
    """Latents ``[start, stop)`` to refine, and which latents the net attends to while it does.

    Attributes:
        context: latent indices given to the net, ascending, those of the window among them.
    """

    start: int
    stop: int
    context: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tile:
    """A rectangle ``[top, bottom) × [left, right)`` of the latent grid."""

    top: int
    bottom: int
    left: int
    right: int


def split_windows(
    num_latents: int, heads: Sequence[int], anchors: Sequence[int], max_latents: int
) -> tuple[Window, ...]:
    """Divide a pass into windows.

    Args:
        num_latents: latent frames of the pass.
        heads: latent index of every chunk head; windows begin only there, so that each can be
            decoded as soon as it is refined.
        anchors: latent indices that are clean (keyframes).
        max_latents: a stretch between two keyframes that is longer is divided at other heads
            where there are any; the parts still see the keyframes on both sides.
    """
    clean = sorted(anchors)
    starts = sorted({0, *(anchor for anchor in clean if anchor in set(heads))})
    windows: list[Window] = []
    for start, stop in itertools.pairwise([*starts, num_latents]):
        inner = [head for head in heads if start < head < stop]
        for first, last in _divide(start, stop, inner, max_latents):
            before = [anchor for anchor in clean if anchor < first][-1:]
            after = [anchor for anchor in clean if anchor >= last][:1]
            windows.append(Window(first, last, (*before, *range(first, last), *after)))
    return tuple(windows)


def split_tiles(
    height: int, width: int, tile_height: int, tile_width: int, margin: int, multiple: int
) -> tuple[Tile, ...]:
    """Cover a latent grid with overlapping tiles of equal size.

    Args:
        height, width: of the grid, multiples of ``multiple``.
        tile_height, tile_width: largest tile; a grid that fits is one tile.
        margin: latent positions by which neighbours overlap at least.
        multiple: patch size: tile borders fall on its multiples.
    """
    rows = _spans(height, tile_height, margin, multiple)
    columns = _spans(width, tile_width, margin, multiple)
    return tuple(Tile(*row, *column) for row in rows for column in columns)


def _divide(start: int, stop: int, heads: Sequence[int], limit: int) -> list[tuple[int, int]]:
    parts: list[tuple[int, int]] = []
    first = start
    borders = [*heads, stop]
    for border, following in zip(borders, [*borders[1:], None], strict=True):
        if following is None or following - first > limit:
            parts.append((first, border))
            first = border
    return parts


def _spans(length: int, tile: int, margin: int, multiple: int) -> list[tuple[int, int]]:
    size = min(length, tile // multiple * multiple)
    if size == length:
        return [(0, length)]
    count = math.ceil((length - margin) / max(size - margin, multiple))
    step = (length - size) / (count - 1)
    starts = [round(index * step / multiple) * multiple for index in range(count)]
    return [(start, start + size) for start in starts]
