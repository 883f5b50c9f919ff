"""Where the film's parts meet: every cut, every continued join, every border of two passes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

from app.media.joins import JoinKey
from app.media.player import FrameKey
from app.state.light_copies import LightCopies
from app.state.takes import TakesState
from app.timeline.project import Project

JoinKind = Literal["cut", "continue", "border"]

LUMA_STEP = 4.0
CHROMA_STEP = 3.0
"""Steps, in 8-bit levels, that the eye sees where a movement goes on."""


@dataclass(frozen=True, slots=True)
class FilmJoin:
    """A place where two parts meet.

    Attributes:
        frame: the film frame just after it.
        title: of both sides: ``1 | 2``.
        key: its frames in the movies; None while a side is not generated.
    """

    frame: int
    kind: JoinKind
    title: str
    key: JoinKey | None


def film_joins(project: Project, takes: TakesState, copies: LightCopies) -> tuple[FilmJoin, ...]:
    """Return the joins of a film in order."""
    movie_frame = partial(_movie_frame, project, takes, copies)
    joins: list[FilmJoin] = []
    inner = {part.first_frame for part in takes.passes}
    for number, (start, shot) in enumerate(project.shot_starts(), 1):
        end = start + shot.num_frames
        inside = sorted(frame for frame in inner if start < frame < end)
        joins += [
            FilmJoin(frame, "border", f"{number} | {number}", _key(movie_frame, frame))
            for frame in inside
        ]
        if number < len(project.shots):
            title = f"{number} | {number + 1}"
            joins.append(FilmJoin(end, shot.join, title, _key(movie_frame, end)))
    return tuple(joins)


def is_visible_step(join: FilmJoin, luma: float, chroma: float) -> bool:
    """Whether a step would be seen as a jump: at a cut it is expected."""
    return join.kind != "cut" and (abs(luma) > LUMA_STEP or chroma > CHROMA_STEP)


def _key(movie_frame: Callable[[int], FrameKey | None], frame: int) -> JoinKey | None:
    left, right = movie_frame(frame - 1), movie_frame(frame)
    return JoinKey(left, right) if left and right else None


def _movie_frame(
    project: Project, takes: TakesState, copies: LightCopies, frame: int
) -> FrameKey | None:
    found = project.shot_at(frame)
    if found is not None and found[1].footage is not None:
        use = found[1].footage
        copy = copies.path(project.footage_item(use.footage))
        return copy and FrameKey(str(copy), use.start + frame - found[0])
    part = takes.pass_at(frame)
    movie = takes.take(part).best if part else None
    return FrameKey(str(movie), frame - part.start) if part and movie else None
