"""Edits of the sounds, and what of them is heard. Pure.

Clips stand on film frames; inside their files they are counted in samples, so that a trim or a
split never moves what is heard, whatever the frame rate. On one lane nothing overlaps: a clip that
would goes to the next free lane.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from app.timeline.edits import EditError, with_changes
from app.timeline.parts import MAX_SOUND_LANES, SoundClip, SoundItem, new_id
from app.timeline.project import Project
from app.timeline.storage import media_path
from engine.planning.sound import MAX_GAIN_DB, MIN_GAIN_DB, frames_covering, sample_at
from engine.protocol.export import SoundSpec

SoundSide = Literal["head", "tail"]


def find_clip(project: Project, clip_id: str) -> SoundClip:
    """Return a sound clip by its id.

    Raises:
        KeyError: no clip has it.
    """
    for clip in project.sound_clips:
        if clip.id == clip_id:
            return clip
    raise KeyError(clip_id)


def add_sounds(
    project: Project, items: Sequence[SoundItem], frame: int, lane: int = 0
) -> tuple[Project, tuple[str, ...]]:
    """Lay whole sounds one after another from a frame on; return the film and the clips' ids."""
    names: list[str] = []
    for item in items:
        project, sound = _registered(project, item)
        num_frames = frames_covering(item.num_samples, project.format.rate.fraction)
        clip = SoundClip(sound=sound.id, frame=frame, num_frames=num_frames)
        project = _placed(project, clip, lane)
        names.append(clip.id)
        frame += num_frames
    return project, tuple(names)


def paste_clips(
    project: Project, clips: Sequence[SoundClip], items: Sequence[SoundItem], frame: int
) -> Project:
    """Lay copies of clips so that the first begins on a frame."""
    first = min((clip.frame for clip in clips), default=0)
    by_id = {item.id: item for item in items}
    for clip in clips:
        project, sound = _registered(project, by_id[clip.sound])
        moved = with_changes(clip, sound=sound.id, frame=frame + clip.frame - first)
        project = _placed(project, moved, clip.lane)
    return project


def renewed_clips(clips: Sequence[SoundClip]) -> tuple[SoundClip, ...]:
    """Return copies under names of their own."""
    return tuple(with_changes(clip, id=new_id()) for clip in clips)


def remove_clips(project: Project, clip_ids: Collection[str]) -> Project:
    """Take clips off their lanes; their files stay in the project."""
    kept = tuple(clip for clip in project.sound_clips if clip.id not in clip_ids)
    return with_changes(project, sound_clips=kept)


def move_clips(project: Project, clip_ids: Collection[str], delta: int, lanes: int = 0) -> Project:
    """Move clips by some frames and lanes, together, no further left than the film's start."""
    moved = [clip for clip in project.sound_clips if clip.id in clip_ids]
    if not moved:
        return project
    delta = max(delta, -min(clip.frame for clip in moved))
    lanes = max(lanes, -min(clip.lane for clip in moved))
    without = remove_clips(project, clip_ids)
    for clip in moved:
        wish = min(MAX_SOUND_LANES - 1, clip.lane + lanes)
        without = _placed(without, with_changes(clip, frame=clip.frame + delta), wish)
    return without


def clamp_trim(project: Project, clip_id: str, side: SoundSide, delta: int) -> int:
    """Return the nearest trim that can be made: the file, a neighbour or the start may end it."""
    clip = find_clip(project, clip_id)
    rate = project.format.rate.fraction
    others = [c for c in project.sound_clips if c.lane == clip.lane and c.id != clip_id]
    if side == "head":
        neighbour = max((c.stop for c in others if c.stop <= clip.frame), default=0)
        least = max(neighbour, _first_frame(clip, rate))
        return max(least - clip.frame, min(delta, clip.num_frames - 1))
    length = project.sound_item(clip.sound).num_samples - clip.offset
    begin = sample_at(clip.frame, rate)
    most = max(1, frames_covering(begin + max(0, length), rate) - clip.frame)
    neighbour = min((c.frame for c in others if c.frame >= clip.stop), default=clip.frame + most)
    most = max(clip.num_frames, min(most, neighbour - clip.frame))
    return max(1 - clip.num_frames, min(delta, most - clip.num_frames))


def trim_clip(project: Project, clip_id: str, side: SoundSide, delta: int) -> Project:
    """Move an edge by some frames, as far as can be; what is heard stays where it is."""
    delta = clamp_trim(project, clip_id, side, delta)
    clip = find_clip(project, clip_id)
    if side == "tail":
        return replace_clip(
            project, clip_id, lambda c: _resized(c, num_frames=c.num_frames + delta)
        )
    rate = project.format.rate.fraction
    shift = sample_at(clip.frame + delta, rate) - sample_at(clip.frame, rate)
    return replace_clip(
        project,
        clip_id,
        lambda c: _resized(
            c,
            frame=c.frame + delta,
            num_frames=c.num_frames - delta,
            offset=max(0, c.offset + shift),
        ),
    )


def split_clips(project: Project, clip_ids: Collection[str], frame: int) -> Project:
    """Split the named clips that cover a frame; both halves go on sounding as before."""
    rate = project.format.rate.fraction
    clips: list[SoundClip] = []
    num_split = 0
    for clip in project.sound_clips:
        if clip.id not in clip_ids or not clip.frame < frame < clip.stop:
            clips.append(clip)
            continue
        num_split += 1
        left = frame - clip.frame
        shift = sample_at(frame, rate) - sample_at(clip.frame, rate)
        clips.append(_resized(clip, num_frames=left, fade_out=0))
        clips.append(
            _resized(
                clip,
                id=new_id(),
                frame=frame,
                num_frames=clip.num_frames - left,
                offset=clip.offset + shift,
                fade_in=0,
            )
        )
    if not num_split:
        raise EditError("Put the playhead inside a sound to split it.")
    return with_changes(project, sound_clips=tuple(clips))


def set_gain(project: Project, clip_ids: Collection[str], gain_db: float) -> Project:
    """Make clips louder or softer, in decibels."""
    gain = max(MIN_GAIN_DB, min(MAX_GAIN_DB, gain_db))
    return _replaced(project, clip_ids, lambda clip: with_changes(clip, gain_db=gain))


def set_muted(project: Project, clip_ids: Collection[str], is_muted: bool) -> Project:
    """Silence clips, or let them be heard again."""
    return _replaced(project, clip_ids, lambda clip: with_changes(clip, is_muted=is_muted))


def set_fade(project: Project, clip_id: str, side: SoundSide, frames: int) -> Project:
    """Fade a clip in at its head or out at its tail, over at most what the other fade leaves."""
    name, other = ("fade_in", "fade_out") if side == "head" else ("fade_out", "fade_in")

    def faded(clip: SoundClip) -> SoundClip:
        most = clip.num_frames - int(getattr(clip, other))
        return with_changes(clip, **{name: max(0, min(frames, most))})

    return replace_clip(project, clip_id, faded)


def replace_clip(
    project: Project, clip_id: str, change: Callable[[SoundClip], SoundClip]
) -> Project:
    """Put a changed clip in the place of an old one.

    Raises:
        KeyError: no clip has the id.
    """
    find_clip(project, clip_id)
    return _replaced(project, {clip_id}, change)


def replace_sound(project: Project, sound_id: str, item: SoundItem) -> Project:
    """Play another sound wherever one was played; clips end where it ends."""
    project, sound = _registered(project, item)
    rate = project.format.rate.fraction
    clips: list[SoundClip] = []
    for clip in project.sound_clips:
        if clip.sound != sound_id:
            clips.append(clip)
            continue
        offset = min(clip.offset, sound.num_samples - 1)
        end = sample_at(clip.frame, rate) + sound.num_samples - offset
        length = min(clip.num_frames, max(1, frames_covering(end, rate) - clip.frame))
        clips.append(_resized(clip, sound=sound.id, offset=offset, num_frames=length))
    return with_changes(project, sound_clips=tuple(clips))


def retimed(clips: Sequence[SoundClip], before: Fraction, after: Fraction) -> tuple[SoundClip, ...]:
    """Return clips that begin on the same frames and last as long in seconds at another rate."""

    def count(frames: int) -> int:
        return max(0, round(frames * after / before))

    return tuple(
        _resized(
            clip,
            num_frames=max(1, count(clip.num_frames)),
            fade_in=count(clip.fade_in),
            fade_out=count(clip.fade_out),
        )
        for clip in clips
    )


def heard(project: Project, folder: Path) -> tuple[SoundSpec, ...]:
    """Return what is heard of the film, to the sample; muted clips are not."""
    rate = project.format.rate.fraction
    specs: list[SoundSpec] = []
    for clip in project.sound_clips:
        item = project.sound_item(clip.sound)
        at, end = sample_at(clip.frame, rate), sample_at(clip.stop, rate)
        stop = min(item.num_samples, clip.offset + end - at)
        if clip.is_muted or stop <= clip.offset:
            continue
        specs.append(
            SoundSpec(
                path=str(media_path(folder, item)),
                start=clip.offset,
                stop=stop,
                at=at,
                gain_db=clip.gain_db,
                fade_in=sample_at(clip.frame + clip.fade_in, rate) - at,
                fade_out=end - sample_at(clip.stop - clip.fade_out, rate),
            )
        )
    return tuple(specs)


def _registered(project: Project, item: SoundItem) -> tuple[Project, SoundItem]:
    """Return the film with a sound in it, and the item that stands for that content there."""
    for known in project.sounds:
        if known.sha256 == item.sha256:
            return project, known
    return with_changes(project, sounds=(*project.sounds, item)), item


def _placed(project: Project, clip: SoundClip, wish: int) -> Project:
    """Put a clip on the lane wished for, else on the nearest free one below, else above."""
    taken = {c.lane for c in project.sound_clips if c.frame < clip.stop and clip.frame < c.stop}
    order = (*range(wish, MAX_SOUND_LANES), *range(wish - 1, -1, -1))
    lane = next((lane for lane in order if lane not in taken), None)
    if lane is None:
        raise EditError("All lanes are taken there; move or trim a sound first.")
    placed = with_changes(clip, lane=lane)
    return with_changes(project, sound_clips=(*project.sound_clips, placed))


def _replaced(
    project: Project, clip_ids: Collection[str], change: Callable[[SoundClip], SoundClip]
) -> Project:
    clips = tuple(change(c) if c.id in clip_ids else c for c in project.sound_clips)
    return with_changes(project, sound_clips=clips)


def _resized(clip: SoundClip, **changes: Any) -> SoundClip:
    """Return a clip of another length, its fades no longer than it is."""
    length = changes.get("num_frames", clip.num_frames)
    fade_in = min(changes.get("fade_in", clip.fade_in), length)
    fade_out = min(changes.get("fade_out", clip.fade_out), length - fade_in)
    return with_changes(clip, **{**changes, "fade_in": fade_in, "fade_out": fade_out})


def _first_frame(clip: SoundClip, rate: Fraction) -> int:
    """Return the earliest frame on which the clip's head could stand."""
    begin = sample_at(clip.frame, rate) - clip.offset
    return frames_covering(max(0, begin), rate)
