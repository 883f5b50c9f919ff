"""Where shots end and begin, once a detector has said about where: kinds and extents.

A frame is kept as 16 × 9 levels of luma, 144 bytes, from which cuts, dissolves, fades and flashes
are told apart whatever detector found them. Frames inside a dissolve or a fade belong to no shot.
Pure: knows no detector and no file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Levels = NDArray[np.float32]
TransitionKind = Literal["cut", "dissolve", "fade"]

_GRID = (16, 9)
_BLACK_MEAN, _EMPTY_DEVIATION = 22.0, 5.0
_WHITE_MEAN = 235.0
_FLASH_FRAMES = 4
_FLASH_RISE = 18.0
_ALIKE = 0.82
"""Correlation from which two pictures show the same scene."""
_SAME = 0.98
"""Correlation from which two frames in a row are hardly a cut."""
_MAX_GRADUAL = 72
_MARGIN = 1
_MIN_DISSOLVE_LEVELS = 11.0


@dataclass(frozen=True, slots=True)
class Transition:
    """From one shot to the next.

    Attributes:
        kind: "fade" goes through black or white.
        start, stop: frames ``[start, stop)`` that belong to no shot; none for a cut, whose start
            is the first frame of the new shot.
    """

    kind: TransitionKind
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Shot:
    """Frames ``[start, stop)`` of one shot, without any of a transition."""

    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Segmentation:
    """A film's shots and what lies between them."""

    shots: tuple[Shot, ...]
    transitions: tuple[Transition, ...]
    num_frames: int


class Strip:
    """Keeps every frame at 16 × 9 levels."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def see(self, frame: Picture) -> None:
        """Take the next frame, (height, width, 3) uint8 RGB."""
        small = cv2.resize(frame, _GRID, interpolation=cv2.INTER_AREA)
        self._bytes += cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).tobytes()

    def levels(self) -> Levels:
        """Return (num_frames, 144) levels."""
        flat = np.frombuffer(self._bytes, np.uint8).astype(np.float32)
        return flat.reshape(-1, _GRID[0] * _GRID[1])


def segmented(levels: Levels, spans: Iterable[tuple[int, int]]) -> Segmentation:
    """Return the shots of a film.

    Args:
        levels: (num_frames, 144), see :class:`Strip`.
        spans: frames ``[start, stop)`` in which a detector saw something change, in any order; for
            a cut, from the last frame before it to the first after it.
    """
    num_frames = len(levels)
    flashes = flashes_of(levels)
    levels = _unlit(levels, flashes)
    fades = fades_of(levels)
    found = list(fades)
    for start, stop in _joined(spans):
        if any(start < fade.stop + 3 and fade.start < stop + 3 for fade in fades):
            continue
        told = _told(levels, max(0, start), min(num_frames, stop))
        is_lit = any(start <= end and begin <= stop for begin, end in flashes)
        if told is not None and not (is_lit and _goes_on(levels, told)):
            found.append(told)
    transitions = _apart(sorted(found, key=lambda one: one.start))
    return Segmentation(_shots(transitions, num_frames), transitions, num_frames)


def fades_of(levels: Levels) -> tuple[Transition, ...]:
    """Return fades through black or white, at the film's begin and end too."""
    mean, deviation = levels.mean(1), levels.std(1)
    flat = deviation < _EMPTY_DEVIATION
    empty = flat & ((mean < _BLACK_MEAN) | (mean > _WHITE_MEAN))
    return tuple(
        Transition("fade", *_ramps(deviation, start, stop)) for start, stop in _runs(empty)
    )


def flashes_of(levels: Levels) -> list[tuple[int, int]]:
    """Return frames ``[start, stop)`` that are suddenly bright, after which the scene goes on."""
    mean = levels.mean(1)
    found: list[tuple[int, int]] = []
    for start in np.flatnonzero(np.diff(mean) > _FLASH_RISE) + 1:
        before = levels[start - 1]
        for stop in range(start + 1, min(start + _FLASH_FRAMES + 1, len(levels))):
            after = levels[stop]
            is_back = min(mean[start:stop]) - mean[stop] > _FLASH_RISE
            if is_back and float(_likeness(before[None], after[None])[0]) > _ALIKE:
                found.append((int(start), stop))
                break
    return found


def _unlit(levels: Levels, flashes: list[tuple[int, int]]) -> Levels:
    """Return levels with what was before it in the place of each flash."""
    unlit = levels.copy()
    for start, stop in flashes:
        unlit[start:stop] = unlit[start - 1]
    return unlit


def _goes_on(levels: Levels, one: Transition) -> bool:
    """Whether the same scene is on both sides of a transition."""
    before, after = levels[max(0, one.start - 1)], levels[min(len(levels) - 1, one.stop)]
    return float(_likeness(before[None], after[None])[0]) > _ALIKE


def dissolves_of(levels: Levels) -> list[tuple[int, int]]:
    """Return spans in which one picture turns into another by mixing.

    In a dissolve every frame is a mixture of the two pictures at its ends, the share growing
    evenly, while the pictures themselves are unlike.
    """
    found: list[tuple[float, int, int]] = []
    for length in (8, 12, 16, 24, 36, 48):
        if len(levels) < length + 2:
            continue
        first, last = levels[:-length], levels[length:]
        change = last - first
        size = np.linalg.norm(change, axis=1) / np.sqrt(levels.shape[1])
        worst = np.zeros(len(first), np.float32)
        for part in (0.25, 0.5, 0.75):
            at = round(part * length)
            way = levels[at : at + len(first)] - first
            share = (way * change).sum(1) / np.maximum((change**2).sum(1), 1.0)
            rest = np.linalg.norm(way - share[:, None] * change, axis=1)
            off = rest / np.sqrt(levels.shape[1]) / np.maximum(size, 1.0)
            worst = np.maximum(worst, np.maximum(off / 0.22, abs(share - part) / 0.16))
        good = (size > _MIN_DISSOLVE_LEVELS) & (worst < 1) & (_likeness(first, last) < 0.6)
        found += [(float(worst[at]), int(at), int(at) + length) for at in np.flatnonzero(good)]
    kept: list[tuple[int, int]] = []
    for _, start, stop in sorted(found):
        if all(stop <= other[0] or start >= other[1] for other in kept):
            kept.append((start, stop))
    return sorted(kept)


def _told(levels: Levels, start: int, stop: int) -> Transition | None:
    """Return what a span is; none for a flash, or for nothing at all."""
    last = len(levels) - 1
    before, after = levels[max(0, start - 2)], levels[min(last, stop + 1)]
    inside = levels[max(0, start - 2) : min(last, stop + 1) + 1]
    steps = np.abs(np.diff(inside, axis=0)).mean(1)
    if not len(steps):
        return None
    whole = float(np.abs(after - before).mean())
    likeness = float(_likeness(before[None], after[None])[0])
    largest = int(np.argmax(steps))
    if stop - start <= 3 or steps[largest] > 0.6 * max(whole, 1.0):
        cut = max(0, start - 2) + largest + 1
        step = float(_likeness(levels[cut - 1][None], levels[cut][None])[0])
        return Transition("cut", cut, cut) if step < _SAME else None
    if likeness > 0.95 and whole < _MIN_DISSOLVE_LEVELS / 2:
        return None
    return Transition("dissolve", *_mixture(levels, start, stop))


def _mixture(levels: Levels, start: int, stop: int) -> tuple[int, int]:
    """Return the frames that are mixtures of what is before and after."""
    last = len(levels) - 1
    reach = max(4, (stop - start) // 2)
    low, high = max(0, start - reach), min(last, stop + reach)
    first, change = levels[low], levels[high] - levels[low]
    share = (levels[low : high + 1] - first) @ change / max(float(change @ change), 1.0)
    begins = np.flatnonzero(share < 0.06)
    begins = begins[begins < (start + stop) // 2 - low]
    ends = np.flatnonzero(share > 0.94)
    ends = ends[ends > (start + stop) // 2 - low]
    begin = low + int(begins[-1]) + 1 if len(begins) else start
    end = low + int(ends[0]) if len(ends) else stop
    begin, end = min(begin, start), max(end, stop)
    return max(0, begin - _MARGIN), min(last + 1, end + _MARGIN)


def _ramps(deviation: Levels, start: int, stop: int) -> tuple[int, int]:
    """Return a run of empty frames with the frames in which the picture goes and comes."""
    begin, end = start, stop
    while begin > 0 and start - begin < _MAX_GRADUAL and _grows(deviation, begin, -1):
        begin -= 1
    while end < len(deviation) and end - stop < _MAX_GRADUAL and _grows(deviation, end - 1, 1):
        end += 1
    return begin, end


def _grows(deviation: Levels, at: int, way: int) -> bool:
    """Whether contrast still grows evenly over the next two frames; a jump is a cut."""
    here, there = float(deviation[at]), at + 2 * way
    if not 0 <= there < len(deviation):
        return False
    grown = float(deviation[there]) - here
    return 0.012 * max(here, 8.0) < grown < max(14.0, here)


def _likeness(first: Levels, second: Levels) -> Levels:
    """Return correlations, (n,), of (n, 144) levels."""
    one = first - first.mean(1, keepdims=True)
    two = second - second.mean(1, keepdims=True)
    sizes = np.linalg.norm(one, axis=1) * np.linalg.norm(two, axis=1)
    return np.asarray((one * two).sum(1) / np.maximum(sizes, 1e-3), np.float32)


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans without overlaps; ones that nearly touch become one."""
    joined: list[tuple[int, int]] = []
    for start, stop in sorted(spans):
        if joined and start <= joined[-1][1] + _FLASH_FRAMES:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((start, stop))
    return joined


def _apart(transitions: list[Transition]) -> tuple[Transition, ...]:
    """Return transitions in order, of overlapping ones the first."""
    kept: list[Transition] = []
    for one in transitions:
        if not kept or one.start > kept[-1].stop or (one.start == one.stop > kept[-1].stop):
            kept.append(one)
    return tuple(kept)


def _shots(transitions: tuple[Transition, ...], num_frames: int) -> tuple[Shot, ...]:
    edges = [0, *(edge for one in transitions for edge in (one.start, one.stop)), num_frames]
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return tuple(Shot(start, stop) for start, stop in pairs if stop > start)


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
