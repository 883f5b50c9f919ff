"""Measures shot detectors on films whose transitions are known.

``python -m engine.evaluation.shots --clips DIR [--except NAME …]`` joins films of the movies in a
folder (:mod:`engine.evaluation.joined_films`) and prints precision and recall for each kind of
transition, what of gradual ones is left in shots, flashes taken for cuts, and speed. Movies with
cuts of their own must be left out. Speed counts the detector alone, and only means something on a
machine that does nothing else.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

from engine.data.measures.segmentation import Method, shot_finder
from engine.data.measures.transitions import Segmentation, Transition, TransitionKind
from engine.evaluation.joined_films import RATE, JoinedFilm, joined_film
from engine.protocol.errors import EngineError

SUFFIXES = {".mp4", ".mkv", ".webm", ".mpg", ".mov"}
_SLACK = 2
"""Frames by which a transition may be found beside its place."""


@dataclass(frozen=True, slots=True)
class Score:
    """How one detector did on one film, or on several.

    Attributes:
        true, found: numbers of transitions by kind and length; found ones of any kind count.
        named: found ones whose kind is right as well.
        num_detected, num_right: transitions that were detected, and those that are there.
        leaked: share of the frames inside dissolves and fades that lie in a shot.
        lost: share of the frames outside of transitions that lie in no shot.
        flashes, false_flashes: flashes, and those at which a transition was seen.
        seconds: the detector took.
        film_s: the film lasts.
    """

    true: dict[str, int]
    found: dict[str, int]
    named: dict[str, int]
    num_detected: int
    num_right: int
    inside: int
    leaked: int
    outside: int
    lost: int
    flashes: int
    false_flashes: int
    seconds: float = 0.0
    film_s: float = 0.0

    def __add__(self, other: Score) -> Score:
        """Return the score of both together."""
        return Score(
            _summed(self.true, other.true),
            _summed(self.found, other.found),
            _summed(self.named, other.named),
            self.num_detected + other.num_detected,
            self.num_right + other.num_right,
            self.inside + other.inside,
            self.leaked + other.leaked,
            self.outside + other.outside,
            self.lost + other.lost,
            self.flashes + other.flashes,
            self.false_flashes + other.false_flashes,
            self.seconds + other.seconds,
            self.film_s + other.film_s,
        )


def score(film: JoinedFilm, told: Segmentation) -> Score:
    """Return how a segmentation compares with the truth of a film."""
    labels = [_label(one) for one in film.truth]
    hits = [_match(one, told.transitions) for one in film.truth]
    right = {hit for hit in hits if hit is not None}
    in_shot = {frame for shot in told.shots for frame in range(shot.start, shot.stop)}
    # The first and the last mixture are hardly one; who cuts there is right too.
    inside = {
        frame
        for one in film.truth
        for frame in range(one.start + 1, one.stop - 1)
        if one.kind != "cut"
    }
    around = {frame for one in film.truth for frame in range(one.start, one.stop)}
    outside = set(range(film.num_frames)) - around
    false_flashes = sum(
        any(one.start < stop + _SLACK and start - _SLACK < one.stop + 1 for one in told.transitions)
        for start, stop in film.flashes
    )
    return Score(
        true=_counted(labels),
        found=_counted(label for label, hit in zip(labels, hits, strict=True) if hit),
        named=_counted(
            label
            for label, hit, one in zip(labels, hits, film.truth, strict=True)
            if hit and hit.kind == one.kind
        ),
        num_detected=len(told.transitions),
        num_right=len(right),
        inside=len(inside),
        leaked=len(inside & in_shot),
        outside=len(outside),
        lost=len(outside - in_shot),
        flashes=len(film.flashes),
        false_flashes=false_flashes,
        film_s=float(film.num_frames / RATE),
    )


def table(scores: dict[str, Score]) -> str:
    """Return a table in Markdown, a detector a column."""
    names = list(scores)
    labels = sorted({label for one in scores.values() for label in one.true})
    lines = [f"| | {' | '.join(names)} |", "| --- |" + " --- |" * len(names)]

    def line(name: str, cells: Iterable[str]) -> None:
        lines.append(f"| {name} | {' | '.join(cells)} |")

    for label in labels:
        line(
            f"{label}: found, named rightly",
            (
                f"{one.found.get(label, 0)} of {one.true[label]}, {one.named.get(label, 0)}"
                for one in scores.values()
            ),
        )
    every = scores.values()
    recalls = [sum(one.found.values()) / max(1, sum(one.true.values())) for one in every]
    line("recall", (f"{recall:.3f}" for recall in recalls))
    line("precision", (f"{one.num_right / max(1, one.num_detected):.3f}" for one in every))
    line("flashes taken for a boundary", (f"{one.false_flashes} of {one.flashes}" for one in every))
    line("mixed frames left in shots", (f"{one.leaked / max(1, one.inside):.1%}" for one in every))
    line("good frames lost", (f"{one.lost / max(1, one.outside):.1%}" for one in every))
    line("× real time", (f"{one.film_s / max(one.seconds, 1e-6):.1f}" for one in every))
    return "\n".join(lines)


def measured(film: JoinedFilm, method: Method) -> Score:
    """Return the score of one detector, with its time on the clock."""
    finder = shot_finder(method)
    seconds = 0.0
    for frame in film.frames():
        began = time.perf_counter()
        finder.see(frame)
        seconds += time.perf_counter() - began
    began = time.perf_counter()
    told = finder.segmentation()
    seconds += time.perf_counter() - began
    return replace(score(film, told), seconds=seconds)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; returns 1 where no clip can be read."""
    parser = argparse.ArgumentParser(prog="python -m engine.evaluation.shots", description=__doc__)
    parser.add_argument("--clips", type=Path, required=True)
    parser.add_argument("--except", dest="left_out", nargs="*", default=[], metavar="NAME")
    parser.add_argument("--methods", nargs="*", choices=get_args(Method), default=get_args(Method))
    parser.add_argument("--films", type=int, default=3)
    parser.add_argument("--pieces", type=int, default=37)
    options = parser.parse_args(arguments)
    paths = [
        path
        for path in sorted(options.clips.iterdir())
        if path.suffix in SUFFIXES and not any(name in path.name for name in options.left_out)
    ]
    try:
        films = [joined_film(paths, options.pieces, seed) for seed in range(options.films)]
        scores: dict[str, Score] = {}
        for method in options.methods:
            first, *others = (measured(film, method) for film in films)
            scores[method] = sum(others, first)
    except (EngineError, ValueError) as error:
        print(error)
        return 1
    print(table(scores))
    return 0


def _label(one: Transition) -> str:
    kind: TransitionKind = one.kind
    return kind if kind == "cut" else f"{kind} of {one.stop - one.start}"


def _match(one: Transition, found: Sequence[Transition]) -> Transition | None:
    """Return the detected transition that lies where a true one is."""
    near = [
        other
        for other in found
        if other.start <= one.stop + _SLACK and one.start - _SLACK <= other.stop
    ]
    return min(near, key=lambda other: abs(other.start - one.start), default=None)


def _counted(labels: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for label in labels:
        counts[label] = counts.get(label, 0) + 1
    return counts


def _summed(first: dict[str, int], second: dict[str, int]) -> dict[str, int]:
    return {key: first.get(key, 0) + second.get(key, 0) for key in first | second}


if __name__ == "__main__":
    raise SystemExit(main())
