"""A storyboard as it is read from another program's file, and how it becomes shots. Pure.

Times are exact seconds. They become frames in one place, boundary by boundary from the start of
the film, so that rounding never adds up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from pydantic import ValidationError

from app.timeline.edits import EditError, add_media, with_changes
from app.timeline.interchange.rates import rate_text
from app.timeline.interchange.text import ExchangeError
from app.timeline.parts import MAX_SOUND_LANES, MediaItem, SoundClip, SoundItem, as_text
from app.timeline.project import MAX_SHOT_FRAMES, Keyframe, Marker, MarkerColor, Project, Shot
from engine.protocol.jobs import FrameRate, Join

MAX_SHOTS = 10_000
MAX_SECONDS = 24 * 3600
MAX_CAPTION = 4000
MAX_MARKER_NAME = 200


@dataclass(frozen=True, slots=True)
class SkeletonBoard:
    """A picture in a shot.

    Attributes:
        at: seconds from the shot's start.
        source: path or URL as the file has it.
        name: what the picture was called; empty: as its file is.
        settings: fields of a keyframe that were kept in the file.
    """

    at: Fraction
    source: str
    name: str = field(default="", kw_only=True)
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class SkeletonShot:
    """A shot: how long it lasts in seconds, what is said of it, what it shows."""

    duration: Fraction
    caption: str = ""
    join: Join = "cut"
    boards: tuple[SkeletonBoard, ...] = ()
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class SkeletonMarker:
    """A note on a moment of the film, in seconds."""

    at: Fraction
    name: str = ""
    color: MarkerColor = "green"


@dataclass(frozen=True, slots=True)
class SkeletonSound:
    """A stretch of a sound file: where it is heard in seconds, and from which sample at 48 kHz."""

    at: Fraction
    duration: Fraction
    source: str
    offset: int = 0
    lane: int = 0
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class Skeleton:
    """What a file says of a film.

    Attributes:
        rate: None where the file has none.
        size: in pixels; None where the file has none.
        film: fields of a project that were kept in the file.
        remarks: sentences for the user: what was left out, and what was assumed.
    """

    name: str = ""
    rate: FrameRate | None = None
    size: tuple[int, int] | None = None
    shots: tuple[SkeletonShot, ...] = ()
    markers: tuple[SkeletonMarker, ...] = ()
    sounds: tuple[SkeletonSound, ...] = ()
    film: Mapping[str, Any] = field(default_factory=dict[str, Any])
    remarks: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """The pictures it names, each once, in order."""
        return tuple(dict.fromkeys(board.source for shot in self.shots for board in shot.boards))

    @property
    def sound_sources(self) -> tuple[str, ...]:
        """The sounds it names, each once, in order."""
        return tuple(dict.fromkeys(sound.source for sound in self.sounds))


def checked(skeleton: Skeleton, what: str) -> Skeleton:
    """Return a skeleton that a film can be made of; captions that are too long are cut.

    Raises:
        ExchangeError: it is empty, too long or holds too much.
    """
    if not skeleton.shots:
        raise ExchangeError(f"{what} holds no shots; nothing was brought in.")
    if max(len(skeleton.shots), len(skeleton.markers), len(skeleton.sounds)) > MAX_SHOTS:
        raise ExchangeError(f"{what} holds more than {MAX_SHOTS} clips; bring in a part of it.")
    if any(shot.duration < 0 for shot in skeleton.shots):
        raise ExchangeError(f"{what} holds a clip of negative length; it is damaged.")
    if sum(shot.duration for shot in skeleton.shots) > MAX_SECONDS:
        raise ExchangeError(f"{what} lasts longer than 24 hours; bring in a part of it.")
    remarks = list(skeleton.remarks)
    if any(len(shot.caption) > MAX_CAPTION for shot in skeleton.shots):
        remarks.append(f"Captions were cut at {MAX_CAPTION} characters.")
    shots = tuple(
        replace(shot, caption=as_text(shot.caption).strip()[:MAX_CAPTION])
        for shot in skeleton.shots
    )
    return replace(skeleton, shots=shots, remarks=tuple(dict.fromkeys(remarks)))


def remarks_of(skeleton: Skeleton, rate: FrameRate) -> tuple[str, ...]:
    """Return what is to be said when a file becomes part of a film of some rate."""
    remarks = list(skeleton.remarks)
    if skeleton.rate is not None and skeleton.rate.fraction != rate.fraction:
        remarks.append(
            f"The file counts {rate_text(skeleton.rate)} frames a second and the film "
            f"{rate_text(rate)}: every cut keeps its moment, to the nearest frame."
        )
    moment, lost = Fraction(0), 0
    for shot in skeleton.shots:
        end = moment + shot.duration
        lost += round(moment * rate.fraction) == round(end * rate.fraction)
        moment = end
    if lost:
        what = f"{lost} clips" if lost > 1 else "One clip"
        remarks.append(f"{what} shorter than half a frame had to be left out.")
    return tuple(remarks)


def adopt(project: Project, skeleton: Skeleton) -> Project:
    """Give an empty film the file's rate, size and settings; a film with shots keeps its own."""
    if project.shots or project.sound_clips:
        return project
    changes: dict[str, Any] = {}
    if skeleton.rate is not None:
        changes["rate"] = skeleton.rate
    if skeleton.size is not None:
        changes["width"], changes["height"] = skeleton.size
    adopted = with_changes(project, format=with_changes(project.format, **changes))
    for name in ("caption", "seed", "model", "refine_model", "in_point", "out_point"):
        if name in skeleton.film:
            try:
                adopted = with_changes(adopted, **{name: skeleton.film[name]})
            except EditError:
                continue  # a setting that makes no sense is left out, the film is not
    return adopted


def lay(
    project: Project,
    skeleton: Skeleton,
    media: Mapping[str, MediaItem],
    sounds: Mapping[str, SoundItem],
) -> Project:
    """Put the shots of a skeleton after the film's last one.

    Args:
        media, sounds: the files that are in the project by now, by their source; others are left
            out and their shots stay empty.

    Raises:
        EditError: a shot would be longer than a shot may be.
    """
    rate = project.format.rate.fraction
    base = project.num_frames
    project = add_media(project, list(media.values()))
    by_hash = {item.sha256: item.id for item in project.media}
    ids = {source: by_hash[item.sha256] for source, item in media.items()}
    shots: list[Shot] = []
    moment = Fraction(0)
    for shot in skeleton.shots:
        start, stop = round(moment * rate), round((moment + shot.duration) * rate)
        if stop - start > MAX_SHOT_FRAMES:
            raise EditError(
                f"A clip would last {stop - start} frames; a shot may have {MAX_SHOT_FRAMES}."
            )
        if stop > start:
            shots.append(_shot(shot, moment, start, stop, rate, ids))
        moment += shot.duration
    project = with_changes(project, shots=(*project.shots, *shots))
    project = _with_markers(project, skeleton, base, rate)
    return _with_sounds(project, skeleton, base, rate, sounds)


def _shot(
    shot: SkeletonShot,
    moment: Fraction,
    start: int,
    stop: int,
    rate: Fraction,
    ids: Mapping[str, str],
) -> Shot:
    keyframes: dict[int, Keyframe] = {}
    for board in shot.boards:
        if board.source not in ids:
            continue
        wish = max(0, min(round((moment + board.at) * rate) - start, stop - start - 1))
        free = next((f for f in range(wish, stop - start) if f not in keyframes), None)
        if free is not None:
            keyframes[free] = _keyframe(ids[board.source], free, board.settings)
    ordered = tuple(keyframes[frame] for frame in sorted(keyframes))
    return Shot(
        num_frames=stop - start,
        caption=shot.caption,
        join=shot.join,
        keyframes=ordered,
        seed=shot.seed,
    )


def _keyframe(media: str, frame: int, settings: Mapping[str, Any]) -> Keyframe:
    names = ("exact", "anchor_x", "anchor_y", "fit", "bars", "strength", "seed")
    kept = {name: settings[name] for name in names if name in settings}
    try:
        return Keyframe.model_validate({**kept, "media": media, "frame": frame})
    except ValidationError:
        return Keyframe(media=media, frame=frame)


def _with_markers(project: Project, skeleton: Skeleton, base: int, rate: Fraction) -> Project:
    taken = {marker.frame for marker in project.markers}
    markers = list(project.markers)
    for marker in skeleton.markers:
        frame = base + max(0, round(marker.at * rate))
        while frame in taken:
            frame += 1
        taken.add(frame)
        name = as_text(marker.name).strip()[:MAX_MARKER_NAME]
        markers.append(Marker(frame=frame, name=name, color=marker.color))
    return with_changes(project, markers=tuple(sorted(markers, key=lambda m: m.frame)))


def _with_sounds(
    project: Project,
    skeleton: Skeleton,
    base: int,
    rate: Fraction,
    sounds: Mapping[str, SoundItem],
) -> Project:
    known = {item.sha256: item for item in project.sounds}
    new: dict[str, SoundItem] = {}
    clips = list(project.sound_clips)
    for sound in skeleton.sounds:
        item = sounds.get(sound.source)
        start, stop = round(sound.at * rate), round((sound.at + sound.duration) * rate)
        if item is None or stop <= start:
            continue
        item = known.get(item.sha256) or new.setdefault(item.sha256, item)
        clip = _clip(sound, item, base + start, stop - start)
        lane = _free_lane(clip, clips)
        if lane is not None:
            clips.append(with_changes(clip, lane=lane))
    return with_changes(project, sounds=(*project.sounds, *new.values()), sound_clips=tuple(clips))


def _clip(sound: SkeletonSound, item: SoundItem, frame: int, num_frames: int) -> SoundClip:
    place = {
        "sound": item.id,
        "frame": frame,
        "num_frames": num_frames,
        "offset": max(0, sound.offset),
        "lane": max(0, min(sound.lane, MAX_SOUND_LANES - 1)),
    }
    names = ("gain_db", "fade_in", "fade_out", "is_muted")
    kept = {name: sound.settings[name] for name in names if name in sound.settings}
    try:
        return SoundClip.model_validate({**kept, **place})
    except ValidationError:
        return SoundClip.model_validate(place)


def _free_lane(clip: SoundClip, clips: list[SoundClip]) -> int | None:
    taken = {c.lane for c in clips if c.frame < clip.stop and clip.frame < c.stop}
    order = (*range(clip.lane, MAX_SOUND_LANES), *range(clip.lane))
    return next((lane for lane in order if lane not in taken), None)
