"""A movie made longer: which frames are the source's, which are to be made, and by what jobs.

The source is looked at, nothing is written and no engine is asked.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from app.application.switches import Switches
from app.media.clips import ClipInfo
from app.media.stills import verify
from app.timeline.takes import MAX_PASS_FRAMES
from engine.planning.film import plan_job
from engine.planning.passes import CONTEXT_FRAMES
from engine.planning.sound import sample_at
from engine.protocol.export import RoomTone, Segment, SoundSpec
from engine.protocol.jobs import DraftJob, FootageSpec, KeyframeSpec, ShotSpec

SoundChoice = Literal["silence", "room", "fade"]

MIN_SECONDS, MAX_SECONDS = 0.5, 10.0
"""Of new frames on a side: less shows nothing, more is made by extending the result again."""


@dataclass(frozen=True, slots=True)
class ExtendOptions:
    """What is wanted.

    Attributes:
        clip: the movie to extend.
        output: the movie file to write.
        after_s, before_s, between_s: seconds to make on that side; ``between_s`` up to ``to``.
        to: the movie that new frames lead to.
        keyframes: pictures, at seconds from where the new frames begin.
        sound: what is heard with the new frames: nothing, the source's room tone in a loop, or the
            same going away.
        track: which of the source's sound tracks goes along, from 0.
        proof: file for the list of hashes, and None for none.
        is_lossless: write FFV1 in Matroska, in which the source's frames stay bit for bit.
        matches_colour: bring the new frames' colour to the source's at the seams.
        draft: stop at the draft.
    """

    clip: Path
    output: Path
    after_s: float | None = None
    before_s: float | None = None
    to: Path | None = None
    between_s: float | None = None
    caption: str = ""
    keyframes: tuple[tuple[Path, float], ...] = ()
    model: str = "starter"
    refine_model: str = "starter"
    seed: int = 1
    switches: Switches = field(default_factory=Switches)
    sound: SoundChoice = "silence"
    track: int = 0
    proof: Path | None = None
    is_lossless: bool = False
    matches_colour: bool = True
    draft: bool = False
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class NewPart:
    """Frames to be made: ``[start, stop)`` of a draft job's, the first of which is film frame
    ``film_frame + start``.
    """

    job: DraftJob
    start: int
    stop: int
    film_frame: int

    @property
    def leads_into_footage(self) -> bool:
        """Whether footage comes after the new frames."""
        return any(clip.frame >= self.stop for clip in self.job.footage)


@dataclass(frozen=True, slots=True)
class Extension:
    """All that is to be done, in the order of the film.

    Attributes:
        pieces: source stretches as they go into the film, and the parts to be made between them.
        width, height: of the film.
        sounds: the source's sound where its frames stand.
        room_tones: what is heard with the new frames.
    """

    options: ExtendOptions
    pieces: tuple[Segment | NewPart, ...]
    width: int
    height: int
    sounds: tuple[SoundSpec, ...] = ()
    room_tones: tuple[RoomTone, ...] = ()

    @property
    def kept_sound(self) -> SoundSpec | None:
        """The sound that can go along as it is encoded: where it is all that is heard."""
        return self.sounds[0] if len(self.sounds) == 1 and not self.room_tones else None

    @property
    def parts(self) -> tuple[NewPart, ...]:
        """What is to be made."""
        return tuple(piece for piece in self.pieces if isinstance(piece, NewPart))


def plan_extension(options: ExtendOptions, clip: ClipInfo, target: ClipInfo | None) -> Extension:
    """Say what is to be made.

    Args:
        clip: what ``options.clip`` is.
        target: what ``options.to`` is, where that is asked for.

    Raises:
        ValueError: the source or the wish cannot be used; one sentence says why.
    """
    check_wish(options)
    if options.track and options.track >= clip.num_sounds:
        raise ValueError(
            f"{options.clip.name} has no sound track {options.track + 1}; choose another."
        )
    source = _Source(options.clip.absolute(), clip, options.track)
    other = None
    if options.to is not None and target is not None:
        other = _Source(options.to.absolute(), target)
        _check_alike(source, other)
    for image, _ in options.keyframes:
        verify(image)
    pieces: list[Segment | NewPart] = []
    sounds: list[SoundSpec] = []
    at = 0
    if options.before_s is not None:
        takes_keyframes = options.after_s is None and options.between_s is None
        part = _part(options, clip, options.before_s, (None, source), at, takes_keyframes)
        pieces.append(part)
        at += part.stop
    tones = _room_tones(options, source, other, at)
    pieces.append(Segment(path=str(source.path), stop=clip.num_frames, is_source=True))
    sounds += source.sound(at)
    at += clip.num_frames
    if options.after_s is not None:
        pieces.append(_part(options, clip, options.after_s, (source, None), at))
    if options.between_s is not None and other is not None:
        bridge = _part(options, clip, options.between_s, (source, other), at)
        pieces.append(bridge)
        sounds += other.sound(at + bridge.stop - bridge.start)
        stop = other.info.num_frames
        pieces.append(Segment(path=str(other.path), stop=stop, is_source=True))
    even = (clip.width - clip.width % 2, clip.height - clip.height % 2)
    extension = Extension(options, tuple(pieces), *even, tuple(sounds), tones)
    for part in extension.parts:
        plan_job(part.job)  # what cannot be planned is said before the engine is started
    return extension


@dataclass(frozen=True, slots=True)
class _Source:
    path: Path
    info: ClipInfo
    track: int = 0

    @property
    def num_context(self) -> int:
        """Frames that the model sees: 4n + 1, fewer of a short movie."""
        return min(CONTEXT_FRAMES, (self.info.num_frames - 1) // 4 * 4 + 1)

    def sound(self, film_frame: int) -> list[SoundSpec]:
        """Its sound, if it has any, where it begins on a frame of the film."""
        if not self.info.has_sound:
            return []
        rate = self.info.rate.fraction
        begin = sample_at(film_frame, rate)
        stop = sample_at(film_frame + self.info.num_frames, rate) - begin
        return [SoundSpec(path=str(self.path), stop=stop, at=begin, track=self.track)]

    def tail(self) -> FootageSpec:
        """Its last frames, at the start of a pass."""
        stop = self.info.num_frames
        return FootageSpec(path=str(self.path), start=stop - self.num_context, stop=stop)

    def head(self, frame: int) -> FootageSpec:
        """Its first frames, from ``frame`` of a pass on."""
        return FootageSpec(path=str(self.path), stop=self.num_context, frame=frame)


def _room_tones(
    options: ExtendOptions, source: _Source, other: _Source | None, source_at: int
) -> tuple[RoomTone, ...]:
    """Return what fills the gaps in the sound that the new frames leave."""
    if options.sound == "silence" or not source.info.has_sound:
        return ()
    rate = source.info.rate.fraction
    begin, stop = sample_at(source_at, rate), sample_at(source_at + source.info.num_frames, rate)
    tone = RoomTone(
        path=str(source.path),
        track=source.track,
        at=0,
        length=1,
        source_stop=stop - begin,
        fades=options.sound == "fade",
    )
    tones: list[RoomTone] = []
    if source_at:
        tones.append(tone.model_copy(update={"length": begin, "from_start": True}))
    seconds = options.after_s if options.after_s is not None else options.between_s
    if seconds is not None:
        new = max(1, round(seconds * rate))
        end = sample_at(source_at + source.info.num_frames + new, rate)
        # A bridge leads somewhere: there the room stays as loud as it is.
        fades = tone.fades and other is None
        tones.append(tone.model_copy(update={"at": stop, "length": end - stop, "fades": fades}))
    return tuple(tones)


def _part(
    options: ExtendOptions,
    clip: ClipInfo,
    seconds: float,
    sides: tuple[_Source | None, _Source | None],
    film_frame: int,
    takes_keyframes: bool = True,
) -> NewPart:
    """Plan new frames from film frame ``film_frame`` on, with the source before and after them."""
    before, after = sides
    num_new = max(1, round(seconds * clip.rate.fraction))
    start = before.num_context if before else 0
    stop = start + num_new
    length = stop + (after.num_context if after else 0)
    if length > MAX_PASS_FRAMES:
        most = (MAX_PASS_FRAMES - (length - num_new)) / float(clip.rate.fraction)
        raise ValueError(
            f"At most {math.floor(most * 10) / 10} seconds can be made at once; ask for fewer, and "
            "extend the result again."
        )
    footage = [before.tail()] if before else []
    footage += [after.head(stop)] if after else []
    keyframes = tuple(
        _keyframe(image, at_s, clip, start, num_new)
        for image, at_s in (options.keyframes if takes_keyframes else ())
    )
    job = DraftJob(
        job_id="",
        folder="",
        shots=(ShotSpec(num_frames=length, caption=options.caption, keyframes=keyframes),),
        footage=tuple(footage),
        rate=clip.rate,
        width=clip.width - clip.width % 2,
        height=clip.height - clip.height % 2,
        model=options.model,
        seed=options.seed,
    )
    job = options.switches.applied(job)
    name = f"{_take_name(job)}{options.switches.suffix}"
    folder = options.output.absolute().with_name(f"{options.output.stem}.takes") / name
    named = job.model_copy(update={"job_id": f"extend-{name}", "folder": str(folder)})
    return NewPart(named, start, stop, film_frame - start)


def _keyframe(image: Path, at_s: float, clip: ClipInfo, start: int, num_new: int) -> KeyframeSpec:
    frame = round(at_s * clip.rate.fraction)
    if not 0 <= frame < num_new:
        raise ValueError(
            f"{image.name} is wanted {at_s:g} s into the new frames, which end after "
            f"{num_new / float(clip.rate.fraction):.2f} s; choose an earlier moment."
        )
    return KeyframeSpec(image=str(image.absolute()), frame=start + frame)


def _take_name(job: DraftJob) -> str:
    """Return a name for all that decides the pixels; files count by place, size and date."""
    digest = hashlib.sha256(job.model_dump_json().encode())
    images = [keyframe.image for shot in job.shots for keyframe in shot.keyframes]
    for path in (*images, *(clip.path for clip in job.footage)):
        facts = Path(path).stat()
        digest.update(f"{facts.st_size} {facts.st_mtime_ns}\0".encode())
    return digest.hexdigest()[:16]


def check_wish(options: ExtendOptions) -> None:
    """Refuse what cannot be meant, before any movie is looked at.

    Raises:
        ValueError: one sentence says why.
    """
    if (options.to is None) != (options.between_s is None):
        raise ValueError("--to names the movie and --between the seconds up to it; give both.")
    wished = (options.after_s, options.before_s, options.between_s)
    if all(seconds is None for seconds in wished):
        raise ValueError("Say how many seconds are to be made: --after, --before or --between.")
    for seconds in wished:
        if seconds is not None and not MIN_SECONDS <= seconds <= MAX_SECONDS:
            raise ValueError(
                f"New frames last {MIN_SECONDS:g} to {MAX_SECONDS:g} seconds; extend the result "
                "again for more."
            )
    if options.after_s is not None and options.between_s is not None:
        raise ValueError("After the movie come either --after or --between with --to, not both.")
    for path in (options.clip, options.to):
        if path is not None and _same_file(path, options.output):
            raise ValueError(f"{path.name} is the source; choose another name for the result.")


def _check_alike(source: _Source, other: _Source) -> None:
    ours, theirs = source.info, other.info
    if (ours.width, ours.height, ours.rate) != (theirs.width, theirs.height, theirs.rate):
        raise ValueError(
            f"{source.path.name} is {ours.width}×{ours.height} at {ours.rate} fps and "
            f"{other.path.name} {theirs.width}×{theirs.height} at {theirs.rate}; bring them to "
            "one size and rate first."
        )


def _same_file(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:
        return False
