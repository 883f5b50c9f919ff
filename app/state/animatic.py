"""The animatic: which boards are seen at a film frame, held or dissolving into the next. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from app.state.boards import board_at
from app.timeline.project import Keyframe, Project

DISSOLVE_FRAMES = 12
"""Length of a dissolve; it ends where the next board stands, and never takes over half a hold."""


@dataclass(frozen=True, slots=True)
class Dissolve:
    """The board that comes, and how much of it is seen already (0 to 1, both open)."""

    into: Keyframe
    share: float


def dissolve_at(project: Project, film_frame: int) -> Dissolve | None:
    """Return the dissolve that runs at a film frame; none runs over a cut."""
    held = board_at(project, film_frame)
    found = project.shot_at(film_frame)
    if held is None or found is None:
        return None
    start, shot = found
    index = project.shots.index(shot)
    began = start
    following: tuple[int, Keyframe] | None = None
    for keyframe in shot.keyframes:
        if start + keyframe.frame <= film_frame:
            began = start + keyframe.frame
        else:
            following = (start + keyframe.frame, keyframe)
            break
    if following is None and shot.join == "continue" and index + 1 < len(project.shots):
        after = project.shots[index + 1]
        if after.keyframes:
            first = after.keyframes[0]
            following = (start + shot.num_frames + first.frame, first)
    if following is None or following[1].id == held.id:
        return None
    stop, into = following
    length = min(DISSOLVE_FRAMES, (stop - began) // 2)
    left = stop - film_frame
    if left > length:
        return None
    return Dissolve(into, 1 - left / (length + 1))
