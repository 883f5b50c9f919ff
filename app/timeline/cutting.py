"""Edits at the cuts: split, trim a head or a tail, roll a join. Pure.

A trim never throws a keyframe away: it stops there. A keyframe on a shot's first frame is the
board that opens the shot, so it stays on the first frame wherever the head goes. Footage keeps its
frames where they are: a trimmed head begins later in its movie, and no trim goes past its ends.
"""

from __future__ import annotations

from app.timeline.edits import EditError, replace_shot, resize_shot, with_changes
from app.timeline.footage_edits import divide, longest, moved_start
from app.timeline.parts import new_id
from app.timeline.project import MAX_SHOT_FRAMES, Keyframe, Project, Shot


def split_shot(project: Project, shot_id: str, frame: int) -> Project:
    """Cut a shot in two before its frame ``frame``; the movement goes on over the join.

    Keyframes go to the side they stand on, both sides keep the caption. Footage is cut: it needs
    nothing to go on.
    """
    shot = project.shot(shot_id)
    if not 0 < frame < shot.num_frames:
        raise EditError("There is a cut here already; put the playhead inside a shot to split it.")
    if shot.footage is not None:
        return divide(project, shot_id, [frame])
    before = tuple(k for k in shot.keyframes if k.frame < frame)
    after = tuple(
        with_changes(k, frame=k.frame - frame) for k in shot.keyframes if k.frame >= frame
    )
    left = with_changes(shot, num_frames=frame, keyframes=before, join="continue")
    length = shot.num_frames - frame
    right = with_changes(shot, id=new_id(), num_frames=length, keyframes=after)
    index = project.shots.index(shot)
    shots = (*project.shots[:index], left, right, *project.shots[index + 1 :])
    return with_changes(project, shots=shots)


def head_room(shot: Shot) -> int:
    """Return how many frames a shot's head can give before a keyframe or the end is in the way."""
    later = [k.frame for k in shot.keyframes if k.frame > 0]
    if not later:
        return shot.num_frames - 1
    opens = shot.keyframes[0].frame == 0
    return later[0] - 1 if opens else later[0]


def tail_room(shot: Shot) -> int:
    """Return how many frames a shot's tail can give."""
    least = shot.keyframes[-1].frame + 1 if shot.keyframes else 1
    return shot.num_frames - least


def trim_head(project: Project, shot_id: str, delta: int) -> Project:
    """Take ``delta`` frames off a shot's head, or add some when negative; later shots move."""
    shot = project.shot(shot_id)
    if delta > head_room(shot):
        raise EditError("A keyframe or the shot's end is in the way; move it or trim less.")
    return replace_shot(project, shot_id, lambda old: _with_head(old, delta))


def trim_tail(project: Project, shot_id: str, delta: int) -> Project:
    """Add ``delta`` frames to a shot's tail, or take some off when negative; later shots move."""
    return resize_shot(project, shot_id, project.shot(shot_id).num_frames + delta)


def roll_join(project: Project, shot_id: str, delta: int) -> Project:
    """Move the join after a shot by ``delta`` frames; the film stays as long as it is."""
    shot = project.shot(shot_id)
    index = project.shots.index(shot) + 1
    if index >= len(project.shots):
        raise EditError("The last shot has no join to roll; trim its end instead.")
    following = project.shots[index].id
    if delta > 0:
        return trim_tail(trim_head(project, following, delta), shot_id, delta)
    return trim_head(trim_tail(project, shot_id, delta), following, delta)


def clamp_head(shot: Shot, delta: int) -> int:
    """Return the nearest trim of the head that can be made."""
    least = shot.num_frames - MAX_SHOT_FRAMES
    if shot.footage is not None:
        least = max(least, -shot.footage.start)
    return max(least, min(delta, head_room(shot)))


def clamp_tail(shot: Shot, delta: int, most: int = MAX_SHOT_FRAMES) -> int:
    """Return the nearest trim of the tail that can be made.

    Args:
        most: frames that the shot may have (see ``longest``).
    """
    return max(-tail_room(shot), min(delta, most - shot.num_frames))


def clamp_roll(project: Project, shot_id: str, delta: int) -> int:
    """Return the nearest roll of the join after a shot that can be made."""
    index = project.shots.index(project.shot(shot_id))
    left, right = project.shots[index : index + 2]
    return clamp_tail(left, clamp_head(right, delta), longest(project, left))


def _with_head(shot: Shot, delta: int) -> Shot:
    keyframes = tuple(_after_trim(k, delta) for k in shot.keyframes)
    length = shot.num_frames - delta
    return with_changes(
        shot, num_frames=length, keyframes=keyframes, footage=moved_start(shot, delta)
    )


def _after_trim(keyframe: Keyframe, delta: int) -> Keyframe:
    return keyframe if keyframe.frame == 0 else with_changes(keyframe, frame=keyframe.frame - delta)
