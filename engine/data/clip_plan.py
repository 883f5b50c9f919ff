"""Which clips are made of a film's shots: lengths, sequences, sides of the split. Arithmetic only.

A clip lasts ``min_s`` to ``max_s``. Consecutive shots of one scene that are joined by a hard cut
become one clip as long as they fit; a shot that is too long comes here in even parts, each a clip;
one that is too short lives on only inside a sequence. No frame is in two clips, and all clips of
one place are on one side.
"""

from __future__ import annotations

import hashlib
import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

TOO_SHORT = "shorter than a clip, and no neighbour of its scene"


@dataclass(frozen=True, slots=True)
class Lengths:
    """What a clip may be.

    Attributes:
        min_s, max_s: seconds.
        max_shots: in one clip.
    """

    min_s: Fraction = Fraction(2)
    max_s: Fraction = Fraction(15)
    max_shots: int = 8

    def frames(self, rate: Fraction) -> tuple[int, int]:
        """Return the least and the largest number of frames; at least one of each."""
        least = max(1, math.ceil(self.min_s * rate))
        return least, max(least, math.floor(self.max_s * rate))


@dataclass(frozen=True, slots=True)
class Span:
    """A shot's frames ``[start, stop)`` in a film.

    Attributes:
        scene: number of the scene it belongs to.
        is_good: whether it may be in a dataset.
        is_part: whether it is part of a longer shot: then nothing is joined to it.
    """

    start: int
    stop: int
    scene: int
    is_good: bool = True
    is_part: bool = False


@dataclass(frozen=True, slots=True)
class PlannedClip:
    """A clip to be.

    Attributes:
        parts: (number of the shot, start, stop) in frames of the film, without gaps.
    """

    parts: tuple[tuple[int, int, int], ...]

    @property
    def start(self) -> int:
        """First frame in the film."""
        return self.parts[0][1]

    @property
    def stop(self) -> int:
        """Frame of the film after the last."""
        return self.parts[-1][2]


@dataclass(frozen=True, slots=True)
class ClipPlan:
    """What is made of a film.

    Attributes:
        too_short: numbers of good shots that are in no clip.
    """

    clips: tuple[PlannedClip, ...] = ()
    too_short: tuple[int, ...] = field(default=())


def parts_of(start: int, stop: int, lengths: Lengths, rate: Fraction) -> list[tuple[int, int]]:
    """Return a shot in even parts, none of them longer than a clip may be."""
    length = stop - start
    count = max(1, math.ceil(length / lengths.frames(rate)[1]))
    edges = [start + length * part // count for part in range(count + 1)]
    return list(itertools.pairwise(edges))


def plan_clips(shots: Sequence[Span], lengths: Lengths, rate: Fraction) -> ClipPlan:
    """Return the clips of a film, of shots that are no longer than a clip may be."""
    least, most = lengths.frames(rate)
    clips: list[PlannedClip] = []
    short: list[int] = []
    for run in _runs(shots):
        for numbers in _filled(run, shots, most, lengths.max_shots):
            parts = tuple((n, shots[n].start, shots[n].stop) for n in numbers)
            if least <= parts[-1][2] - parts[0][1] <= most:
                clips.append(PlannedClip(parts))
            else:
                short += numbers
    return ClipPlan(tuple(clips), tuple(short))


def _runs(shots: Sequence[Span]) -> Iterator[list[int]]:
    """Yield numbers of consecutive good shots of one scene without a frame between them."""
    run: list[int] = []
    for number, shot in enumerate(shots):
        if shot.stop <= shot.start or not shot.is_good:
            if run:
                yield run
            run = []
            continue
        if run and not _belong(shots[run[-1]], shot):
            yield run
            run = []
        run.append(number)
    if run:
        yield run


def _belong(before: Span, shot: Span) -> bool:
    is_joined = before.stop == shot.start and before.scene == shot.scene
    return is_joined and not before.is_part and not shot.is_part


def _filled(
    numbers: list[int], shots: Sequence[Span], most: int, max_shots: int
) -> Iterator[list[int]]:
    """Yield the numbers of a run in groups that fit, evenly filled: no short rest is left."""
    total = shots[numbers[-1]].stop - shots[numbers[0]].start
    num_groups = max(math.ceil(total / most), math.ceil(len(numbers) / max_shots))
    target = total / num_groups
    group: list[int] = []
    for number in numbers:
        if group:
            start = shots[group[0]].start
            with_it = shots[number].stop - start
            without = shots[number].start - start
            is_full = with_it > most or len(group) >= max_shots
            if is_full or abs(without - target) < abs(with_it - target):
                yield group
                group = []
        group.append(number)
    yield group


def side_of(fingerprint: str, place: int, val_share: float) -> Literal["train", "val"]:
    """Return on which side the clips of a film's place are; the same at every run."""
    digest = hashlib.sha256(f"{fingerprint}/{place}".encode()).digest()
    return "val" if int.from_bytes(digest[:8]) < val_share * 2**64 else "train"
