"""Measures the camera meter on rendered moves of known truth.

``python -m engine.evaluation.camera_moves --pictures DIR`` takes pictures, and the middle frames of
movies, of a folder; renders moves of them (:mod:`engine.evaluation.rendered_moves`) at several
speeds and noise levels, with and without moving figures; prints which moves were taken for which,
and how far amounts are off.
"""

from __future__ import annotations

import argparse
import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import cv2
import numpy as np

from engine.data.measures.camera import CameraMeter
from engine.data.schema import DIRECTIONS, CameraMove, MoveKind
from engine.evaluation.rendered_moves import Case, Picture, rendered
from engine.evaluation.shots import SUFFIXES
from engine.media.index import index_of
from engine.media.movie import read_frames
from engine.protocol.errors import EngineError

SPEEDS: dict[str, float] = {"slow": 2.5, "middle": 6.0, "fast": 14.0}
NOISES = (0.0, 5.0, 12.0)
FIGURES = (0.0, 0.15, 0.3)
_STILLS = {".jpg", ".jpeg", ".png"}
_OTHER = "other way"
_NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A case and what was measured; ``moves`` the strongest first."""

    case: Case
    moves: tuple[CameraMove, ...]

    @property
    def called(self) -> str:
        """The kind of the strongest move, or that it goes the other way, or that there is none."""
        if not self.moves:
            return _NOTHING
        first = self.moves[0]
        is_turned = first.kind == self.case.kind and first.direction != self.case.direction
        return _OTHER if is_turned else first.kind

    @property
    def is_right(self) -> bool:
        """Whether the strongest move is the true one."""
        return self.called == self.case.kind

    @property
    def error(self) -> float:
        """How far the amount is off, as a share of the true one."""
        return abs(self.moves[0].amount - self.case.truth.amount) / self.case.truth.amount


def cases(worlds: int) -> Iterator[Case]:
    """Yield every kind, direction, speed, noise and figure, in ``worlds`` worlds each."""
    seeds = itertools.count()
    for kind in get_args(MoveKind):
        directions = sorted(DIRECTIONS[kind])
        speeds = (0.0,) if kind == "static" else tuple(SPEEDS.values())
        if kind == "hand-held":
            speeds = (1.5, 3.0, 6.0)
        for speed, noise, figure, _ in itertools.product(speeds, NOISES, FIGURES, range(worlds)):
            seed = next(seeds)
            yield Case(kind, directions[seed % len(directions)], speed, noise, figure, seed)


def outcome(case: Case, pictures: list[Picture]) -> Outcome:
    """Render a case and measure it."""
    meter = CameraMeter(24.0)
    for frame in rendered(case, pictures):
        meter.see(frame)
    return Outcome(case, meter.moves())


def confusion(outcomes: Sequence[Outcome]) -> str:
    """Return, in Markdown, what each kind was called, and the errors of the amounts."""
    kinds: list[str] = list(get_args(MoveKind))
    columns = [*kinds, _OTHER, _NOTHING]
    lines = [
        f"| true | {' | '.join(columns)} | right | amount off, median, 90 % |",
        "| --- |" + " --- |" * (len(columns) + 2),
    ]
    for kind in kinds:
        own = [one for one in outcomes if one.case.kind == kind]
        counts = Counter(one.called for one in own)
        errors = [one.error for one in own if one.is_right and kind != "static"]
        off = "–"
        if errors:
            middle, most = np.quantile(errors, [0.5, 0.9])
            off = f"{middle:.1%}, {most:.1%}"
        cells = " | ".join(str(counts[column] or "") for column in columns)
        share = sum(one.is_right for one in own) / max(1, len(own))
        lines.append(f"| {kind} | {cells} | {share:.1%} | {off} |")
    return "\n".join(lines)


def shares(outcomes: Sequence[Outcome]) -> str:
    """Return, in Markdown, the share of right moves by speed, noise and figure."""
    moving = [one for one in outcomes if one.case.kind not in {"static", "hand-held"}]
    groups: list[tuple[str, list[Outcome]]] = [
        (f"{name} ({speed} ‰ of a width a frame)", [o for o in moving if o.case.speed == speed])
        for name, speed in SPEEDS.items()
    ]
    groups += [
        (f"noise of {noise:.0f} levels", [o for o in outcomes if o.case.noise == noise])
        for noise in NOISES
    ]
    groups += [
        (f"a figure on {figure:.0%}", [o for o in outcomes if o.case.figure == figure])
        for figure in FIGURES
    ]
    lines = ["| | right |", "| --- | --- |"]
    for name, members in groups:
        found = [one.is_right for one in members]
        lines.append(f"| {name} | {sum(found)} of {len(found)} |")
    return "\n".join(lines)


def pictures_of(folder: Path) -> list[Picture]:
    """Return the pictures of a folder and the middle frames of its movies, as RGB.

    Raises:
        EngineError: a movie cannot be read.
    """
    found: list[Picture] = []
    for path in sorted(folder.iterdir()):
        if path.suffix in _STILLS:
            still = cv2.imread(str(path), cv2.IMREAD_COLOR)
            if still is not None:
                found.append(np.ascontiguousarray(still[..., ::-1], np.uint8))
        elif path.suffix in SUFFIXES:
            middle = index_of(path).num_frames // 2
            found += [
                (frame >> 8).astype(np.uint8) for frame in read_frames(path, middle, middle + 1)
            ]
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; returns 1 where there are too few pictures."""
    parser = argparse.ArgumentParser(
        prog="python -m engine.evaluation.camera_moves", description=__doc__
    )
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--worlds", type=int, default=3)
    options = parser.parse_args(arguments)
    try:
        pictures = pictures_of(options.pictures)
    except EngineError as error:
        print(error)
        return 1
    if len(pictures) < 3:
        print(f"{options.pictures} holds fewer than three pictures.")
        return 1
    outcomes = [outcome(case, pictures) for case in cases(options.worlds)]
    print(confusion(outcomes), shares(outcomes), sep="\n\n")
    for one in outcomes:
        if not one.is_right:
            print(one.case, [(m.kind, m.direction, round(m.amount, 3)) for m in one.moves])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
