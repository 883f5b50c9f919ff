"""How Director-SR divides a pass: stretches in time, tiles in space. Pure integer arithmetic.

A window is bounded by keyframes: it holds the latents from one keyframe up to the next, and sees
that next keyframe too, so both sides of every border share a clean anchor. A stretch that is too
long for one window is divided at chunk heads where there are any, else anywhere: the codec streams
on across such a border, and the later window sees the last refined latents of the earlier one.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

NUM_CARRIED = 2
"""Refined latents that a window sees of the one before, where no keyframe stands between them."""


@dataclass(frozen=True, slots=True)
class Window:
    """Latents ``[start, stop)`` to refine, and which latents the net attends to while it does.

    Attributes:
        context: latent indices given to the net, ascending, those of the window among them.
        carried: those of the context that earlier windows have refined; they are given clean.
    """

    start: int
    stop: int
    context: tuple[int, ...]
    carried: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Tile:
    """A rectangle ``[top, bottom) × [left, right)`` of the latent grid."""

    top: int
    bottom: int
    left: int
    right: int


def split_windows(
    num_latents: int,
    heads: Sequence[int],
    anchors: Sequence[int],
    max_latents: int,
    num_carried: int = NUM_CARRIED,
) -> tuple[Window, ...]:
    """Divide a pass into windows of at most ``max_latents`` latents.

    Args:
        num_latents: latent frames of the pass.
        heads: latent index of every chunk head.
        anchors: latent indices that are clean (keyframes, footage).
        max_latents: longest window.
        num_carried: refined latents of the window before that one sees which begins neither on a
            keyframe nor behind given footage.
    """
    clean = sorted(anchors)
    given = set(clean)
    windows: list[Window] = []
    openings = [opening for opening in _openings(heads, given) if opening < num_latents]
    for start, stop in itertools.pairwise([*openings, num_latents]):
        inner = [head for head in heads if start < head < stop]
        for first, last in _divide(start, stop, inner, max_latents):
            before = [anchor for anchor in clean if anchor < first][-1:]
            after = [anchor for anchor in clean if anchor >= last][:1]
            border = range(max(first - num_carried, start), first)
            carried = tuple(latent for latent in border if latent not in given)
            context = {*before, *carried, *range(first, last), *after}
            windows.append(Window(first, last, tuple(sorted(context)), carried))
    return tuple(windows)


def _openings(heads: Sequence[int], given: set[int]) -> list[int]:
    """Return where stretches begin: on every keyframe, and where given footage ends."""
    found = {0}
    for head in heads:
        if head not in given:
            continue
        found.add(head)
        behind = head + 1
        while behind in given and behind not in heads:
            behind += 1
        if behind > head + 1:
            found.add(behind)
    return sorted(found)


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
    """Divide ``[start, stop)`` at heads as late as the limit allows, else into equal parts."""
    parts: list[tuple[int, int]] = []
    first = start
    borders = [*heads, stop]
    for border, following in zip(borders, [*borders[1:], None], strict=True):
        if following is None or following - first > limit:
            parts += _equal_parts(first, border, limit)
            first = border
    return parts


def _equal_parts(start: int, stop: int, limit: int) -> list[tuple[int, int]]:
    count = math.ceil((stop - start) / limit)
    borders = [start + round(index * (stop - start) / count) for index in range(count + 1)]
    return list(itertools.pairwise(borders))


def _spans(length: int, tile: int, margin: int, multiple: int) -> list[tuple[int, int]]:
    size = min(length, tile // multiple * multiple)
    if size == length:
        return [(0, length)]
    count = math.ceil((length - margin) / max(size - margin, multiple))
    step = (length - size) / (count - 1)
    starts = [round(index * step / multiple) * multiple for index in range(count)]
    return [(start, start + size) for start in starts]
