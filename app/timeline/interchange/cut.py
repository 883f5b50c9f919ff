"""A film as an editing program sees it: boards, takes and sounds as clips on tracks. Pure.

Every time is a whole number of film frames; sounds begin on a sample of their file at 48 kHz.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Literal
from urllib.parse import quote

from app.timeline.interchange.rates import can_drop, frame_of, rate_text
from app.timeline.interchange.text import ExchangeError
from app.timeline.parts import MediaItem, SoundClip, SoundItem
from app.timeline.project import Keyframe, Marker, Project, Shot
from app.timeline.storage import media_path
from engine.protocol.jobs import FrameRate

Place = Callable[[Path], str]
"""From a file to the path that is written for it, absolute or relative."""


@dataclass(frozen=True, slots=True)
class Media:
    """A file that a clip shows or sounds.

    Attributes:
        path: with forward slashes; absolute, or relative to the written file.
        name: what the user's file was called.
        length: of a movie in film frames, of a sound in samples at 48 kHz, 1 for a still.
    """

    kind: Literal["still", "movie", "sound"]
    path: str
    name: str
    length: int = 1
    width: int = 0
    height: int = 0
    item: MediaItem | SoundItem | None = None

    @property
    def is_absolute(self) -> bool:
        """Whether the path stands on its own."""
        return self.path.startswith("/") or self.path[1:3] == ":/"

    def url(self, host: str = "") -> str:
        """Return the path as a URL; a relative path stays relative."""
        quoted = quote(self.path, safe="/!$&'()*+,;=:@~-._" if self.is_absolute else "/~-._")
        if not self.is_absolute:
            return quoted
        return f"file://{host}{'' if quoted.startswith('/') else '/'}{quoted}"


@dataclass(frozen=True, slots=True)
class Board:
    """The stretch of a shot over which one board is held.

    Attributes:
        number: of the shot, counted from 1.
        part: of the shot, counted from 1; a shot without boards is one part.
        keyframe, media: None in a shot without boards.
    """

    frame: int
    num_frames: int
    number: int
    part: int
    num_parts: int
    shot: Shot
    keyframe: Keyframe | None = None
    media: Media | None = None

    @property
    def name(self) -> str:
        """What the clip is called."""
        return f"Shot {self.number}" if self.num_parts == 1 else f"Shot {self.number}-{self.part}"


@dataclass(frozen=True, slots=True)
class TakeClip:
    """The part of a take's movie that belongs to one shot; ``source`` is its first movie frame."""

    frame: int
    num_frames: int
    source: int
    name: str
    media: Media


@dataclass(frozen=True, slots=True)
class SoundPiece:
    """A sound clip with its file."""

    clip: SoundClip
    media: Media


@dataclass(frozen=True, slots=True)
class TakeMovie:
    """A finished movie of a pass: film frames ``[start, stop)``."""

    path: Path
    start: int
    stop: int
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class CutOptions:
    """How a film is written.

    Attributes:
        start: timecode label of the first frame.
        drop: count in drop-frame timecode where the rate has one.
    """

    start: str = "00:00:00:00"
    drop: bool = False


@dataclass(frozen=True)
class Cut:
    """A film on tracks.

    Attributes:
        start: frame number of the first frame's timecode.
        takes: from the name of a track to its clips, the topmost last.
        sounds: by lane, from the top.
    """

    name: str
    project: Project
    start: int
    drop: bool
    boards: tuple[Board, ...]
    takes: Mapping[str, tuple[TakeClip, ...]] = field(
        default_factory=dict[str, tuple[TakeClip, ...]]
    )
    sounds: tuple[tuple[SoundPiece, ...], ...] = ()

    @property
    def rate(self) -> FrameRate:
        """Frames per second."""
        return self.project.format.rate

    @property
    def num_frames(self) -> int:
        """Length of the film in frames."""
        return self.project.num_frames

    @property
    def markers(self) -> tuple[Marker, ...]:
        """The film's markers, in order."""
        return tuple(sorted(self.project.markers, key=lambda marker: marker.frame))


def cut_of(
    name: str,
    project: Project,
    folder: Path,
    place: Place,
    movies: Mapping[str, Sequence[TakeMovie]],
    options: CutOptions,
) -> Cut:
    """Put a film on tracks.

    Args:
        movies: finished movies of the passes by the kind of take, ``draft`` or ``master``.

    Raises:
        ExchangeError: the film is empty, or its timecode is impossible.
    """
    if not project.shots:
        raise ExchangeError("The film has no shots yet; add one before you export it.")
    rate = project.format.rate
    if options.drop and not can_drop(rate):
        raise ExchangeError(
            f"There is no drop-frame timecode at {rate_text(rate)} frames a second; "
            "it exists at 29.97 and 59.94."
        )
    try:
        start = frame_of(options.start, rate, drop=options.drop)
    except ValueError as error:
        raise ExchangeError(str(error)) from error
    takes = {
        f"{word.capitalize()}s": tuple(takes_of(project, parts, word, place))
        for word, parts in movies.items()
    }
    takes["Footage"] = tuple(footage_of(project, place))
    return Cut(
        name=name,
        project=project,
        start=start,
        drop=options.drop,
        boards=tuple(boards_of(project, folder, place)),
        takes={track: clips for track, clips in takes.items() if clips},
        sounds=tuple(sounds_of(project, folder, place)),
    )


def boards_of(project: Project, folder: Path, place: Place) -> Iterator[Board]:
    """Yield what is seen of the storyboard, one stretch after another, without holes.

    The first board of a shot is held from the shot's start, wherever its keyframe stands.
    """
    for number, (start, shot) in enumerate(project.shot_starts(), 1):
        keyframes = shot.keyframes
        count = max(1, len(keyframes))
        if not keyframes:
            yield Board(start, shot.num_frames, number, 1, 1, shot)
        for part, keyframe in enumerate(keyframes, 1):
            begin = 0 if part == 1 else keyframe.frame
            end = keyframes[part].frame if part < count else shot.num_frames
            item = project.media_item(keyframe.media)
            media = Media(
                "still",
                place(media_path(folder, item)),
                item.name,
                width=item.width,
                height=item.height,
                item=item,
            )
            yield Board(start + begin, end - begin, number, part, count, shot, keyframe, media)


def takes_of(
    project: Project, movies: Sequence[TakeMovie], word: str, place: Place
) -> Iterator[TakeClip]:
    """Yield the movies of the passes, divided where a shot ends."""
    for movie in movies:
        media = Media(
            "movie",
            place(movie.path),
            f"{movie.path.parent.name} {movie.path.name}",
            length=movie.stop - movie.start,
            width=movie.width,
            height=movie.height,
        )
        for number, (start, shot) in enumerate(project.shot_starts(), 1):
            begin = max(start, movie.start)
            end = min(start + shot.num_frames, movie.stop)
            if begin < end and shot.footage is None:
                yield TakeClip(
                    begin, end - begin, begin - movie.start, f"Shot {number} {word}", media
                )


def footage_of(project: Project, place: Place) -> Iterator[TakeClip]:
    """Yield the shots that show footage."""
    for start, shot in project.shot_starts():
        if shot.footage is None:
            continue
        item = project.footage_item(shot.footage.footage)
        media = Media(
            "movie",
            place(Path(item.path)),
            item.name,
            length=item.num_frames,
            width=item.width,
            height=item.height,
        )
        yield TakeClip(start, shot.num_frames, shot.footage.start, item.name, media)


def sounds_of(project: Project, folder: Path, place: Place) -> Iterator[tuple[SoundPiece, ...]]:
    """Yield the sound lanes that hold anything, from the top."""
    for lane in sorted({clip.lane for clip in project.sound_clips}):
        pieces: list[SoundPiece] = []
        for clip in sorted(project.sound_clips, key=lambda clip: clip.frame):
            if clip.lane != lane:
                continue
            item = project.sound_item(clip.sound)
            path = place(media_path(folder, item))
            media = Media("sound", path, item.name, length=item.num_samples, item=item)
            pieces.append(SoundPiece(clip, media))
        yield tuple(pieces)


def relative_to(folder: Path) -> Place:
    """Return a way of writing paths relative to a folder, absolute where there is none."""

    def place(path: Path) -> str:
        try:
            return PurePath(_relative(path.absolute(), folder.absolute())).as_posix()
        except ValueError:  # another drive
            return path.absolute().as_posix()

    return place


def absolute(path: Path) -> str:
    """Write a path as it is from the root."""
    return path.absolute().as_posix()


def _relative(path: Path, folder: Path) -> Path:
    common = 0
    for one, other in zip(path.parts, folder.parts, strict=False):
        if one != other:
            break
        common += 1
    if not common:
        raise ValueError(str(path))
    up = [".."] * (len(folder.parts) - common)
    return Path(*up, *path.parts[common:])
