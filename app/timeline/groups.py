"""Edits of several shots or keyframes at once, and what copy and paste carry. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from app.timeline.edits import EditError, with_changes
from app.timeline.parts import FootageItem, MediaItem, SoundClip, SoundItem, new_id
from app.timeline.project import Keyframe, Project, Shot


@dataclass(frozen=True, slots=True)
class CopiedShots:
    """Shots with the media and the movies they show."""

    shots: tuple[Shot, ...]
    media: tuple[MediaItem, ...]
    footage: tuple[FootageItem, ...] = ()


@dataclass(frozen=True, slots=True)
class CopiedKeyframes:
    """Keyframes with their distances from the first one in film frames, and their media."""

    keyframes: tuple[tuple[int, Keyframe], ...]
    media: tuple[MediaItem, ...]


@dataclass(frozen=True, slots=True)
class CopiedSounds:
    """Sound clips with the sounds they play."""

    clips: tuple[SoundClip, ...]
    media: tuple[SoundItem, ...]


Copied = CopiedShots | CopiedKeyframes | CopiedSounds


def copy_sounds(project: Project, clip_ids: Collection[str]) -> CopiedSounds:
    """Take sound clips along."""
    clips = tuple(clip for clip in project.sound_clips if clip.id in clip_ids)
    names = {clip.sound for clip in clips}
    return CopiedSounds(clips, tuple(item for item in project.sounds if item.id in names))


def film_frames(project: Project, keyframe_ids: Collection[str]) -> dict[str, int]:
    """Return the film frames that some keyframes ask for, in the film's order."""
    return {
        keyframe.id: start + keyframe.frame
        for start, shot in project.shot_starts()
        for keyframe in shot.keyframes
        if keyframe.id in keyframe_ids
    }


def copy_shots(project: Project, shot_ids: Collection[str]) -> CopiedShots:
    """Take shots along, in the film's order."""
    shots = tuple(shot for shot in project.shots if shot.id in shot_ids)
    media = _media(project, [k for shot in shots for k in shot.keyframes])
    names = {shot.footage.footage for shot in shots if shot.footage is not None}
    return CopiedShots(shots, media, tuple(i for i in project.footage if i.id in names))


def copy_keyframes(project: Project, keyframe_ids: Collection[str]) -> CopiedKeyframes:
    """Take keyframes along, in the film's order."""
    placed = film_frames(project, keyframe_ids)
    first = min(placed.values(), default=0)
    known = {k.id: k for shot in project.shots for k in shot.keyframes}
    kept = tuple((frame - first, known[name]) for name, frame in placed.items())
    return CopiedKeyframes(kept, _media(project, [keyframe for _, keyframe in kept]))


def renewed(shots: Sequence[Shot]) -> tuple[Shot, ...]:
    """Return copies of shots under names of their own."""
    return tuple(
        with_changes(
            shot,
            id=new_id(),
            keyframes=tuple(with_changes(k, id=new_id()) for k in shot.keyframes),
        )
        for shot in shots
    )


def insert_shots(project: Project, shots: Sequence[Shot], index: int) -> Project:
    """Put shots before the one at ``index``."""
    return with_changes(project, shots=(*project.shots[:index], *shots, *project.shots[index:]))


def remove_shots(project: Project, shot_ids: Collection[str]) -> Project:
    """Take several shots out; what stands after them moves up."""
    return with_changes(project, shots=tuple(s for s in project.shots if s.id not in shot_ids))


def move_shots(project: Project, shot_ids: Collection[str], index: int) -> Project:
    """Move shots, in their order, before the shot that stands at ``index`` now."""
    moved = [shot for shot in project.shots if shot.id in shot_ids]
    before = [shot for shot in project.shots[:index] if shot.id not in shot_ids]
    after = [shot for shot in project.shots[index:] if shot.id not in shot_ids]
    return with_changes(project, shots=(*before, *moved, *after))


def remove_keyframes(project: Project, keyframe_ids: Collection[str]) -> Project:
    """Unpin several images; they stay among the project's media."""

    def without(shot: Shot) -> Shot:
        kept = tuple(k for k in shot.keyframes if k.id not in keyframe_ids)
        return shot if len(kept) == len(shot.keyframes) else with_changes(shot, keyframes=kept)

    return with_changes(project, shots=tuple(map(without, project.shots)))


def place_keyframes(project: Project, placed: Sequence[tuple[int, Keyframe]]) -> Project:
    """Pin keyframes to film frames, each on its own; shots that get none stay as they are."""
    new: dict[str, list[Keyframe]] = {}
    for film_frame, keyframe in placed:
        found = project.shot_at(film_frame)
        if found is None:
            raise EditError(
                f"Frame {film_frame} lies outside the film; choose a place where all fit."
            )
        start, shot = found
        new.setdefault(shot.id, []).append(with_changes(keyframe, frame=film_frame - start))
    shots: list[Shot] = []
    start = 0
    for shot in project.shots:
        added = new.get(shot.id)
        if added:
            _check_distinct((*shot.keyframes, *added), start)
            ordered = sorted((*shot.keyframes, *added), key=lambda keyframe: keyframe.frame)
            shots.append(with_changes(shot, keyframes=tuple(ordered)))
        else:
            shots.append(shot)
        start += shot.num_frames
    return with_changes(project, shots=tuple(shots))


def shift_keyframes(project: Project, keyframe_ids: Collection[str], delta: int) -> Project:
    """Move keyframes by some film frames, over cuts where need be."""
    known = {k.id: k for shot in project.shots for k in shot.keyframes}
    placed = film_frames(project, keyframe_ids)
    moved = [(frame + delta, known[name]) for name, frame in placed.items()]
    return place_keyframes(remove_keyframes(project, keyframe_ids), moved)


def _check_distinct(keyframes: Sequence[Keyframe], start: int) -> None:
    seen: set[int] = set()
    for keyframe in keyframes:
        if keyframe.frame in seen:
            raise EditError(
                f"Frame {start + keyframe.frame} of the film already has a keyframe; "
                "choose another frame."
            )
        seen.add(keyframe.frame)


def _media(project: Project, keyframes: Sequence[Keyframe]) -> tuple[MediaItem, ...]:
    names = {keyframe.media for keyframe in keyframes}
    return tuple(item for item in project.media if item.id in names)
