"""The instant animatic: which board holds at a film frame. Pure."""

from __future__ import annotations

from app.timeline.project import Keyframe, Project, Shot


def board_in_shot(shot: Shot, frame: int) -> Keyframe | None:
    """Return the board that holds at a frame: the last at or before it, else the shot's first."""
    held: Keyframe | None = None
    for keyframe in shot.keyframes:
        if held is not None and keyframe.frame > frame:
            break
        held = keyframe
    return held


def board_at(project: Project, film_frame: int) -> Keyframe | None:
    """Return the board that holds at a film frame; a continued shot goes on with the one before."""
    before: Shot | None = None
    for start, shot in project.shot_starts():
        if start <= film_frame < start + shot.num_frames:
            board = board_in_shot(shot, film_frame - start)
            is_late = board is None or board.frame > film_frame - start
            if is_late and before is not None and before.join == "continue" and before.keyframes:
                return before.keyframes[-1]
            return board
        before = shot
    return None
