"""One pure function per edit: a project goes in, a new project comes out.

An edit that cannot be made raises ``EditError`` with one sentence for the user, and the project
that went in is still what it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeVar

from pydantic import ValidationError

from app.timeline.generation import Drafting, Refining
from app.timeline.parts import MediaItem, Part
from app.timeline.project import Format, Keyframe, Project, Shot
from engine.protocol.jobs import Bars, Fit, Join

P = TypeVar("P", bound=Part)


class EditError(ValueError):
    """An edit that would make no sense; the message is one sentence for the user."""


def add_shot(project: Project, shot: Shot, index: int | None = None) -> Project:
    """Insert a shot before ``index``, at the end when it is None."""
    shots = list(project.shots)
    shots.insert(len(shots) if index is None else index, shot)
    return with_changes(project, shots=tuple(shots))


def remove_shot(project: Project, shot_id: str) -> Project:
    """Take a shot out; its images stay among the project's media."""
    project.shot(shot_id)
    return with_changes(project, shots=tuple(shot for shot in project.shots if shot.id != shot_id))


def move_shot(project: Project, shot_id: str, index: int) -> Project:
    """Move a shot so that it stands at ``index`` among the others."""
    moved = project.shot(shot_id)
    rest = [shot for shot in project.shots if shot.id != shot_id]
    rest.insert(index, moved)
    return with_changes(project, shots=tuple(rest))


def resize_shot(project: Project, shot_id: str, num_frames: int) -> Project:
    """Change a shot's length; a keyframe may not be cut off."""
    shot = project.shot(shot_id)
    if num_frames < 1:
        raise EditError("A shot needs at least one frame.")
    if shot.keyframes and shot.keyframes[-1].frame >= num_frames:
        raise EditError(
            f"The keyframe on frame {shot.keyframes[-1].frame} would lie past the shot's end; "
            "move it first."
        )
    return replace_shot(project, shot_id, lambda old: with_changes(old, num_frames=num_frames))


def set_caption(project: Project, shot_id: str, caption: str) -> Project:
    """Write a shot's caption; empty is fine."""
    return replace_shot(project, shot_id, lambda shot: with_changes(shot, caption=caption))


def set_film_caption(project: Project, caption: str) -> Project:
    """Write the caption of the whole film."""
    return with_changes(project, caption=caption)


def set_join(project: Project, shot_id: str, join: Join) -> Project:
    """Say how a shot goes over into the next one."""
    return replace_shot(project, shot_id, lambda shot: with_changes(shot, join=join))


def set_seed(project: Project, seed: int) -> Project:
    """Choose another seed: the next take differs."""
    return with_changes(project, seed=seed)


def set_format(project: Project, film_format: Format) -> Project:
    """Choose another frame size or rate; lengths stay the same number of frames.

    Footage keeps its time instead, since its frames are counted at the film's rate.
    """
    before, after = project.format.rate, film_format.rate
    if before == after or not project.footage:
        return with_changes(project, format=film_format)
    ratio = after.fraction / before.fraction
    footage = tuple(
        with_changes(item, rate=after, num_frames=max(1, int(item.num_frames * ratio)))
        for item in project.footage
    )
    lengths = {item.id: item.num_frames for item in footage}
    shots = tuple(_recounted(shot, ratio, lengths) for shot in project.shots)
    return with_changes(project, format=film_format, footage=footage, shots=shots)


def _recounted(shot: Shot, ratio: Fraction, lengths: Mapping[str, int]) -> Shot:
    """Return a shot of footage that shows the same time at another rate."""
    use = shot.footage
    if use is None:
        return shot
    length = lengths[use.footage]
    start = min(round(use.start * ratio), length - 1)
    num_frames = max(1, min(round(shot.num_frames * ratio), length - start))
    return with_changes(shot, footage=with_changes(use, start=start), num_frames=num_frames)


def set_model(project: Project, model: str) -> Project:
    """Choose the model that makes the film: a name from the catalogue or a folder."""
    return with_changes(project, model=model)


def set_drafting(project: Project, drafting: Drafting) -> Project:
    """Choose how Director-Gen works, where it shall not be the model's own way."""
    return with_changes(project, drafting=drafting)


def set_refining(project: Project, refining: Refining) -> Project:
    """Choose how Director-SR works, where it shall not be the model's own way."""
    return with_changes(project, refining=refining)


def set_refine_model(project: Project, model: str) -> Project:
    """Choose the model that makes masters: a name from the catalogue or a folder."""
    return with_changes(project, refine_model=model)


def add_media(project: Project, items: Sequence[MediaItem]) -> Project:
    """Register files that were copied into the project; known content is not registered twice."""
    known = {item.sha256 for item in project.media}
    new: dict[str, MediaItem] = {}
    for item in items:
        if item.sha256 not in known:
            new.setdefault(item.sha256, item)
    return with_changes(project, media=(*project.media, *new.values()))


def place_keyframe(project: Project, shot_id: str, keyframe: Keyframe) -> Project:
    """Pin an image to a free frame of a shot."""
    shot = project.shot(shot_id)
    _check_free(shot, keyframe.frame)
    return set_keyframes(project, shot_id, (*shot.keyframes, keyframe))


def move_keyframe(project: Project, keyframe_id: str, shot_id: str, frame: int) -> Project:
    """Move a keyframe to another frame, of its own shot or of another."""
    source, keyframe = find_keyframe(project, keyframe_id)
    without = set_keyframes(project, source.id, _others(source, keyframe_id))
    target = without.shot(shot_id)
    _check_free(target, frame)
    moved = with_changes(keyframe, frame=frame)
    return set_keyframes(without, shot_id, (*target.keyframes, moved))


def replace_image(project: Project, keyframe_id: str, media_id: str) -> Project:
    """Give a keyframe another image, in place."""
    shot, keyframe = find_keyframe(project, keyframe_id)
    changed = with_changes(keyframe, media=media_id)
    return set_keyframes(project, shot.id, (*_others(shot, keyframe_id), changed))


def replace_media(project: Project, media_id: str, item: MediaItem) -> Project:
    """Show another picture wherever one was shown."""
    project = add_media(project, [item])
    new_id = next(known.id for known in project.media if known.sha256 == item.sha256)
    for shot in project.shots:
        for keyframe in shot.keyframes:
            if keyframe.media == media_id:
                project = replace_image(project, keyframe.id, new_id)
    return project


def set_exact(project: Project, keyframe_id: str, exact: bool) -> Project:
    """Choose between snapping to the grid and standing exactly on the requested frame."""
    shot, keyframe = find_keyframe(project, keyframe_id)
    changed = with_changes(keyframe, exact=exact)
    return set_keyframes(project, shot.id, (*_others(shot, keyframe_id), changed))


def set_anchor(project: Project, keyframe_id: str, anchor_x: float, anchor_y: float) -> Project:
    """Choose which part of an image survives the crop to the frame."""
    shot, keyframe = find_keyframe(project, keyframe_id)
    changed = with_changes(keyframe, anchor_x=anchor_x, anchor_y=anchor_y)
    return set_keyframes(project, shot.id, (*_others(shot, keyframe_id), changed))


def set_fit(project: Project, keyframe_id: str, fit: Fit, bars: Bars) -> Project:
    """Choose whether an image is cropped to the frame or shown whole, and what is beside it."""
    shot, keyframe = find_keyframe(project, keyframe_id)
    changed = with_changes(keyframe, fit=fit, bars=bars)
    return set_keyframes(project, shot.id, (*_others(shot, keyframe_id), changed))


def set_strength(project: Project, keyframe_id: str, strength: float) -> Project:
    """Choose how strongly an image holds: 1 pins it, less lets it guide."""
    shot, keyframe = find_keyframe(project, keyframe_id)
    changed = with_changes(keyframe, strength=strength)
    return set_keyframes(project, shot.id, (*_others(shot, keyframe_id), changed))


def remove_keyframe(project: Project, keyframe_id: str) -> Project:
    """Unpin an image; it stays among the project's media."""
    shot, _ = find_keyframe(project, keyframe_id)
    return set_keyframes(project, shot.id, _others(shot, keyframe_id))


def find_keyframe(project: Project, keyframe_id: str) -> tuple[Shot, Keyframe]:
    """Return a keyframe with its shot.

    Raises:
        KeyError: no keyframe has the id.
    """
    for shot in project.shots:
        for keyframe in shot.keyframes:
            if keyframe.id == keyframe_id:
                return shot, keyframe
    raise KeyError(keyframe_id)


def _others(shot: Shot, keyframe_id: str) -> tuple[Keyframe, ...]:
    return tuple(keyframe for keyframe in shot.keyframes if keyframe.id != keyframe_id)


def _check_free(shot: Shot, frame: int) -> None:
    if not 0 <= frame < shot.num_frames:
        raise EditError(
            f"Frame {frame} lies outside the shot, which has frames 0 to {shot.num_frames - 1}."
        )
    if any(keyframe.frame == frame for keyframe in shot.keyframes):
        raise EditError(
            f"Frame {frame} already has a keyframe; replace it or choose another frame."
        )


def set_keyframes(project: Project, shot_id: str, keyframes: Sequence[Keyframe]) -> Project:
    """Give a shot other keyframes, in any order."""
    ordered = tuple(sorted(keyframes, key=lambda keyframe: keyframe.frame))
    return replace_shot(project, shot_id, lambda shot: with_changes(shot, keyframes=ordered))


def replace_shot(project: Project, shot_id: str, change: Callable[[Shot], Shot]) -> Project:
    """Put a changed shot in the place of an old one."""
    project.shot(shot_id)
    shots = tuple(change(shot) if shot.id == shot_id else shot for shot in project.shots)
    return with_changes(project, shots=shots)


def with_changes(part: P, **changes: Any) -> P:
    """Return a validated copy: ``model_copy`` alone would let an illegal document through.

    Raises:
        EditError: the copy would not be legal.
    """
    values = {name: getattr(part, name) for name in type(part).model_fields}
    try:
        return type(part)(**{**values, **changes})
    except ValidationError as error:
        raise EditError(str(error.errors()[0]["msg"]).removeprefix("Value error, ")) from error
