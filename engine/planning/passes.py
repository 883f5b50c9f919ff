"""From a film's shots to its passes: which frames are denoised together, and where passes part.

Passes part at cuts where they can. A run of continued shots that is longer than a pass may be is
divided at keyframes, and both sides share that keyframe: one pass leads up to it, the next begins
on it. A shared keyframe is pinned: two runs could not agree on one that only guides. Footage is not
made; a run that is continued from it or into it sees its nearest frames. Knows lengths, joins and
keyframes' frames; knows nothing of grids and opens no file.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.protocol.jobs import FootageSpec, KeyframeSpec, ShotSpec

CONTEXT_FRAMES = 33
"""Frames of footage that a model sees beside new ones: 4n + 1, about 1.4 s."""


@dataclass(frozen=True, slots=True)
class PassRange:
    """Frames that are generated jointly, and the footage that they go on from or lead into.

    Attributes:
        first, stop: the shots ``[first, stop)`` of which the pass holds at least a part; footage
            that it only sees is not among them.
        start: film frame of its first frame: of the footage that it goes on from, if it does.
        num_frames: its length, with the footage at both ends.
        shots: what it makes; the first or last may be a part of the film's shot, and is longer by
            the footage beside it.
        next_keyframe: the keyframe just past its end that it shares with the next pass, if it does.
        footage: what it goes on from, at frame 0, and what it leads into, at its end.
    """

    first: int
    stop: int
    start: int
    num_frames: int
    shots: tuple[ShotSpec, ...]
    next_keyframe: KeyframeSpec | None = None
    footage: tuple[FootageSpec, ...] = ()

    @property
    def lead(self) -> int:
        """Frames of footage at its start."""
        return sum(clip.stop - clip.start for clip in self.footage if clip.frame == 0)

    @property
    def tail(self) -> int:
        """Frames of footage at its end."""
        return sum(clip.stop - clip.start for clip in self.footage if clip.frame > 0)


@dataclass(frozen=True, slots=True)
class _Run:
    """Continued shots ``[first, stop)`` that are made, and the footage at both ends."""

    first: int
    stop: int
    start: int
    shots: tuple[ShotSpec, ...]
    before: FootageSpec | None = None
    after: FootageSpec | None = None

    @property
    def num_frames(self) -> int:
        return sum(shot.num_frames for shot in self.shots)

    def footage_at(self, end: int) -> tuple[FootageSpec, ...]:
        """Return the footage that it leads into, in a pass that is ``end`` frames long."""
        if self.after is None:
            return ()
        frame = end - (self.after.stop - self.after.start)
        return (self.after.model_copy(update={"frame": frame}),)


def split_into_passes(
    shots: Sequence[ShotSpec], max_frames: int, given: Mapping[int, FootageSpec] | None = None
) -> tuple[PassRange, ...]:
    """Group consecutive shots into passes of at most ``max_frames`` frames, where that can be.

    Passes part at cuts: across a ``continue`` join the motion would break. A run of continued
    shots longer than the limit is divided at keyframes into as few parts as the limit allows, of
    similar length. Only a stretch without any keyframe may exceed the limit: it stays whole.

    Args:
        shots: of the film, in order.
        given: what shots of footage show, by index: they are not made. Those that are continued
            from one, or into one, see up to ``CONTEXT_FRAMES`` of it.
    """
    passes: list[PassRange] = []
    for run in _runs(shots, given or {}):
        last = passes[-1] if passes else None
        fits = last is not None and last.num_frames + run.num_frames <= max_frames
        if last is not None and fits and last.stop == run.first:
            passes[-1] = _joined(last, run)
        else:
            passes.extend(_divided(run, max_frames))
    return tuple(passes)


def _joined(last: PassRange, run: _Run) -> PassRange:
    """Return a pass that goes on, over a cut, with the next run."""
    num_frames = last.num_frames + run.num_frames
    return replace(
        last,
        stop=run.stop,
        num_frames=num_frames,
        shots=(*last.shots, *run.shots),
        footage=(*last.footage, *run.footage_at(num_frames)),
    )


def _runs(shots: Sequence[ShotSpec], given: Mapping[int, FootageSpec]) -> Iterator[_Run]:
    """Yield the runs of continued shots, each longer by the footage that it sees."""
    first = start = at = 0
    for index, shot in enumerate(shots):
        at += shot.num_frames
        if index in given:
            first, start = index + 1, at
            continue
        is_last = index == len(shots) - 1
        if shot.join != "cut" and not is_last and index + 1 not in given:
            continue
        run = _Run(first, index + 1, start, tuple(shots[first : index + 1]))
        if first - 1 in given and shots[first - 1].join == "continue":
            run = _after(run, _end_of(given[first - 1]))
        if index + 1 in given and shot.join == "continue":
            run = _before(run, _beginning_of(given[index + 1]))
        yield run
        first, start = index + 1, at


def _context(clip: FootageSpec) -> int:
    """Return how many frames of a clip are seen: 4n + 1."""
    return min(CONTEXT_FRAMES, (clip.stop - clip.start - 1) // 4 * 4 + 1)


def _end_of(clip: FootageSpec) -> FootageSpec:
    return clip.model_copy(update={"start": clip.stop - _context(clip), "frame": 0})


def _beginning_of(clip: FootageSpec) -> FootageSpec:
    return clip.model_copy(update={"stop": clip.start + _context(clip)})


def _after(run: _Run, clip: FootageSpec) -> _Run:
    """Return a run that goes on from footage."""
    num_seen = clip.stop - clip.start
    opening = run.shots[0]
    moved = tuple(
        keyframe.model_copy(update={"frame": keyframe.frame + num_seen})
        for keyframe in opening.keyframes
    )
    longer = {"num_frames": opening.num_frames + num_seen, "keyframes": moved}
    shots = (opening.model_copy(update=longer), *run.shots[1:])
    return replace(run, start=run.start - num_seen, shots=shots, before=clip)


def _before(run: _Run, clip: FootageSpec) -> _Run:
    """Return a run that leads into footage."""
    last = run.shots[-1]
    longer = {"num_frames": last.num_frames + clip.stop - clip.start}
    return replace(run, shots=(*run.shots[:-1], last.model_copy(update=longer)), after=clip)


def _divided(run: _Run, max_frames: int) -> list[PassRange]:
    """Return the passes of a run."""
    length = run.num_frames
    lead = 0 if run.before is None else run.before.stop - run.before.start
    made = length - (0 if run.after is None else run.after.stop - run.after.start)
    bounds = [0, length]
    shots = run.shots
    keyframes: dict[int, KeyframeSpec] = {}
    if length > max_frames:
        at = 0
        for shot in shots:
            inside = (k for k in shot.keyframes if k.frame < shot.num_frames)
            keyframes.update({at + k.frame: k for k in inside if lead < at + k.frame < made})
            at += shot.num_frames
        bounds = _borders(sorted(keyframes), length, max_frames)
        shots = _pinned_on(shots, frozenset(bounds[1:-1]))
    passes: list[PassRange] = []
    for begin, end in itertools.pairwise(bounds):
        border = _pinned(keyframes[end]) if end < length else None
        before = (run.before,) if run.before is not None and begin == 0 else ()
        after = run.footage_at(end - begin) if end == length else ()
        part = _part(shots, run.first, run.start, (begin, end), border)
        passes.append(replace(part, footage=(*before, *after)))
    return passes


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
