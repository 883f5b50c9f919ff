"""From a film's shots to its passes: which frames are denoised together, and where passes part.

Passes part at cuts where they can. A run of continued shots that is longer than a pass may be is
divided at keyframes, and both sides share that keyframe: one pass leads up to it, the next begins
on it. A shared keyframe is pinned: two runs could not agree on one that only guides. Knows lengths,
joins and keyframes' frames; knows nothing of grids and opens no file.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from engine.protocol.jobs import KeyframeSpec, ShotSpec


@dataclass(frozen=True, slots=True)
class PassRange:
    """Frames that are generated jointly.

    Attributes:
        first, stop: the shots ``[first, stop)`` of which the pass holds at least a part.
        start: film frame the pass begins on.
        num_frames: frames it delivers.
        shots: what it makes; the first or last may be a part of the film's shot.
        next_keyframe: the keyframe just past its end that it shares with the next pass, if it does.
    """

    first: int
    stop: int
    start: int
    num_frames: int
    shots: tuple[ShotSpec, ...]
    next_keyframe: KeyframeSpec | None = None


def split_into_passes(shots: Sequence[ShotSpec], max_frames: int) -> tuple[PassRange, ...]:
    """Group consecutive shots into passes of at most ``max_frames`` frames, where that can be.

    Passes part at cuts: across a ``continue`` join the motion would break. A run of continued
    shots longer than the limit is divided at keyframes into as few parts as the limit allows, of
    similar length. Only a stretch without any keyframe may exceed the limit: it stays whole.
    """
    passes: list[PassRange] = []
    first = start = 0
    for index, shot in enumerate(shots):
        if shot.join != "cut" and index < len(shots) - 1:
            continue
        run = shots[first : index + 1]
        length = sum(member.num_frames for member in run)
        last = passes[-1] if passes else None
        if last is not None and last.num_frames + length <= max_frames:
            passes[-1] = PassRange(
                last.first, index + 1, last.start, last.num_frames + length, (*last.shots, *run)
            )
        else:
            passes.extend(_divided(run, first, start, max_frames))
        first, start = index + 1, start + length
    return tuple(passes)


def _divided(run: Sequence[ShotSpec], first: int, start: int, max_frames: int) -> list[PassRange]:
    """Return the passes of one run of continued shots."""
    length = sum(shot.num_frames for shot in run)
    if length <= max_frames:
        return [PassRange(first, first + len(run), start, length, tuple(run))]
    keyframes: dict[int, KeyframeSpec] = {}
    at = 0
    for shot in run:
        inside = (k for k in shot.keyframes if k.frame < shot.num_frames)
        keyframes.update({at + k.frame: k for k in inside if at + k.frame > 0})
        at += shot.num_frames
    bounds = _borders(sorted(keyframes), length, max_frames)
    borders = frozenset(bounds[1:-1])
    run = _pinned_on(run, borders)
    return [
        _part(run, first, start, (begin, end), _pinned(keyframes[end]) if end in borders else None)
        for begin, end in itertools.pairwise(bounds)
    ]


def _pinned_on(run: Sequence[ShotSpec], frames: frozenset[int]) -> tuple[ShotSpec, ...]:
    """Return a run of shots with the keyframes on some of its frames pinned."""
    shots: list[ShotSpec] = []
    at = 0
    for shot in run:
        keyframes = tuple(_pinned(k) if at + k.frame in frames else k for k in shot.keyframes)
        shots.append(shot.model_copy(update={"keyframes": keyframes}))
        at += shot.num_frames
    return tuple(shots)


def _pinned(keyframe: KeyframeSpec) -> KeyframeSpec:
    return keyframe.model_copy(update={"strength": 1.0})


def _part(
    run: Sequence[ShotSpec],
    first: int,
    start: int,
    span: tuple[int, int],
    next_keyframe: KeyframeSpec | None,
) -> PassRange:
    """Return the pass over frames ``span`` of a run that begins on film frame ``start``."""
    begin, end = span
    parts: list[ShotSpec] = []
    touched: list[int] = []
    at = 0
    for index, shot in enumerate(run):
        left, right = max(begin - at, 0), min(end - at, shot.num_frames)
        if left < right:
            parts.append(_slice(shot, left, right))
            touched.append(first + index)
        at += shot.num_frames
    return PassRange(
        touched[0], touched[-1] + 1, start + begin, end - begin, tuple(parts), next_keyframe
    )


def _slice(shot: ShotSpec, left: int, right: int) -> ShotSpec:
    """Return frames ``[left, right)`` of a shot as a shot of their own."""
    if (left, right) == (0, shot.num_frames):
        return shot
    # A keyframe past the shot's end stays with its last part, so that planning still names it.
    end = right if right < shot.num_frames else math.inf
    keyframes = tuple(
        keyframe.model_copy(update={"frame": keyframe.frame - left})
        for keyframe in shot.keyframes
        if left <= keyframe.frame < end
    )
    return shot.model_copy(
        update={
            "num_frames": right - left,
            "keyframes": keyframes,
            "join": shot.join if right == shot.num_frames else "continue",
        }
    )


def _borders(candidates: Sequence[int], length: int, limit: int) -> list[int]:
    """Choose where a run of ``length`` frames is divided: 0, some candidates, ``length``.

    The least total excess over the limit counts first, then the number of parts, then the sum of
    their squared lengths, which is least when they are alike. A part above the limit never holds
    a candidate (dividing it there would lower the excess), so a border looks back no further
    than the limit, and to its neighbour: quick enough for a drag, however many candidates.
    """
    points = [0, *candidates, length]
    best: list[tuple[tuple[int, int, int], int]] = [((0, 0, 0), 0)]
    for index in range(1, len(points)):
        options: list[tuple[tuple[int, int, int], int]] = []
        for before in range(index - 1, -1, -1):
            size = points[index] - points[before]
            if size > limit and before < index - 1:
                break
            excess, parts, squares = best[before][0]
            cost = (excess + max(size - limit, 0), parts + 1, squares + size * size)
            options.append((cost, before))
        best.append(min(options))
    chosen = [len(points) - 1]
    while chosen[-1] > 0:
        chosen.append(best[chosen[-1]][1])
    return [points[index] for index in reversed(chosen)]
