"""The document: a film as shots, keyframes and media. Frozen, pure, and all that undo needs.

Frames count from the start of a shot; a shot's place in the film follows from the lengths before
it. Nothing here reads a file, plans a grid or knows a widget.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Literal

from pydantic import Field, model_validator

from app.timeline.generation import Drafting, Refining
from app.timeline.parts import (
    FootageItem,
    FootageUse,
    MediaItem,
    Part,
    RoomChoice,
    SoundClip,
    SoundItem,
    new_id,
)
from engine.protocol.jobs import MIN_STRENGTH, Bars, Fit, FrameRate, Join

SCHEMA_VERSION = 1
"""Raised when an older program could no longer read the project file."""

MAX_SHOT_FRAMES = 1_000_000


class KeptTake(Part):
    """A take that a pass stays with, whatever the film's seed, model or caption become.

    Attributes:
        take: name of its folder.
        shots: hash of the shots it was made from; it holds for these only.
    """

    take: str = Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_-]+$")
    shots: str = Field(max_length=100)


class Keyframe(Part):
    """A board pinned to a frame of its shot; ``frame`` is what the user asked for.

    Attributes:
        fit, bars: crop the picture to the frame or show it whole, and what is beside it then.
        strength: 1 pins the picture, less lets it guide.
        seed, kept: of the pass that begins on it, where a long shot is divided here.
    """

    id: str = Field(default_factory=new_id)
    media: str
    frame: int = Field(ge=0, lt=MAX_SHOT_FRAMES)
    exact: bool = False
    anchor_x: float = Field(default=0.5, ge=0, le=1)
    anchor_y: float = Field(default=0.5, ge=0, le=1)
    fit: Fit = "cover"
    bars: Bars = "black"
    strength: float = Field(default=1.0, ge=MIN_STRENGTH, le=1)
    seed: int | None = Field(default=None, ge=0, lt=2**63)
    kept: KeptTake | None = None


class Shot(Part):
    """What lies between two cuts, or between two continued joins.

    Attributes:
        seed: of the pass that begins with it; None is the film's.
        kept: the take that this pass stays with.
        footage: the movie that it shows; such a shot is not made, and has no keyframes. A shot
            that is continued from or into it carries its motion on.
        room: what is heard in a shot that goes on from footage or leads into it, where that has
            sound: nothing, its room tone in a loop, or the same going away.
    """

    id: str = Field(default_factory=new_id)
    caption: str = Field(default="", max_length=4000)
    num_frames: int = Field(gt=0, le=MAX_SHOT_FRAMES)
    join: Join = "cut"
    keyframes: tuple[Keyframe, ...] = ()
    seed: int | None = Field(default=None, ge=0, lt=2**63)
    kept: KeptTake | None = None
    footage: FootageUse | None = None
    room: RoomChoice = "silence"

    @model_validator(mode="after")
    def _keyframes_are_legal(self) -> Shot:
        if self.footage is not None and self.keyframes:
            raise ValueError(
                "A shot of footage takes no keyframes; pin the picture to a shot beside it."
            )
        frames = [keyframe.frame for keyframe in self.keyframes]
        if frames != sorted(frames):
            raise ValueError("The keyframes of a shot must be in order.")
        for earlier, later in itertools.pairwise(frames):
            if earlier == later:
                raise ValueError(f"Two keyframes ask for frame {later}; move one or replace it.")
        if frames and frames[-1] >= self.num_frames:
            raise ValueError(
                f"A keyframe asks for frame {frames[-1]}, past the shot's end at "
                f"{self.num_frames}; move the keyframe or lengthen the shot."
            )
        return self


MarkerColor = Literal["red", "orange", "yellow", "green", "blue", "purple"]


class Marker(Part):
    """A note on a frame of the film; it stays on its frame whatever the shots do."""

    id: str = Field(default_factory=new_id)
    frame: int = Field(ge=0)
    name: str = Field(default="", max_length=200)
    color: MarkerColor = "green"


class Format(Part):
    """What the film is finished as."""

    width: int = Field(default=1920, ge=64, le=8192)
    height: int = Field(default=1080, ge=64, le=8192)
    rate: FrameRate = FrameRate(num=24)


class Project(Part):
    """A film. Every edit makes a new one; the old one stays in the history.

    Attributes:
        drafting, refining: what Director-Gen and Director-SR do other than the models' own way.
        discarded: names of takes that were thrown away.
        in_point: first film frame of the marked range; None: the film's start.
        out_point: film frame after the marked range; None: the film's end.
    """

    schema_version: Literal[1] = SCHEMA_VERSION
    id: str = Field(default_factory=new_id)
    format: Format = Format()
    caption: str = Field(default="", max_length=8000)
    seed: int = Field(default=1, ge=0, lt=2**63)
    model: str = Field(default="starter", max_length=1000)
    refine_model: str = Field(default="starter", max_length=1000)
    drafting: Drafting = Drafting()
    refining: Refining = Refining()
    shots: tuple[Shot, ...] = ()
    media: tuple[MediaItem, ...] = ()
    footage: tuple[FootageItem, ...] = ()
    discarded: tuple[str, ...] = ()
    markers: tuple[Marker, ...] = ()
    in_point: int | None = Field(default=None, ge=0)
    out_point: int | None = Field(default=None, gt=0)
    sounds: tuple[SoundItem, ...] = ()
    sound_clips: tuple[SoundClip, ...] = ()

    @model_validator(mode="after")
    def _references_hold(self) -> Project:
        known = {item.id for item in self.media}
        for shot in self.shots:
            for keyframe in shot.keyframes:
                if keyframe.media not in known:
                    raise ValueError(
                        f"A keyframe names the media {keyframe.media}, not in the project."
                    )
        movies = {item.id: item for item in self.footage}
        if any(item.rate != self.format.rate for item in self.footage):
            raise ValueError("Footage must be counted at the film's rate.")
        for shot in self.shots:
            if shot.footage is None:
                continue
            movie = movies.get(shot.footage.footage)
            if movie is None:
                raise ValueError(f"A shot names the footage {shot.footage.footage}, not there.")
            if shot.footage.start + shot.num_frames > movie.num_frames:
                raise ValueError(
                    f"{movie.name} ends before the shot does; it has {movie.num_frames} frames."
                )
        heard = {item.id for item in self.sounds}
        for clip in self.sound_clips:
            if clip.sound not in heard:
                raise ValueError(f"A clip names the sound {clip.sound}, not in the project.")
        if len({clip.id for clip in self.sound_clips}) != len(self.sound_clips):
            raise ValueError("Two sound clips carry the same id.")
        if len({shot.id for shot in self.shots}) != len(self.shots):
            raise ValueError("Two shots carry the same id.")
        if len({marker.frame for marker in self.markers}) != len(self.markers):
            raise ValueError("Two markers stand on one frame; move one or rename it.")
        if (
            self.in_point is not None
            and self.out_point is not None
            and (self.in_point >= self.out_point)
        ):
            raise ValueError("The in point must stand before the out point.")
        return self

    @property
    def num_frames(self) -> int:
        """Length of the film in frames."""
        return sum(shot.num_frames for shot in self.shots)

    @property
    def in_out(self) -> tuple[int, int] | None:
        """Return the marked range ``[start, stop)`` inside the film; None when none is marked."""
        if self.in_point is None and self.out_point is None:
            return None
        start = self.in_point or 0
        stop = min(self.num_frames, self.out_point or self.num_frames)
        return (start, stop) if start < stop else None

    def shot_starts(self) -> Iterator[tuple[int, Shot]]:
        """Yield each shot with the film frame it starts on."""
        start = 0
        for shot in self.shots:
            yield start, shot
            start += shot.num_frames

    def shot_at(self, frame: int) -> tuple[int, Shot] | None:
        """Return (start frame, shot) of the shot that covers a film frame."""
        for start, shot in self.shot_starts():
            if start <= frame < start + shot.num_frames:
                return start, shot
        return None

    def shot(self, shot_id: str) -> Shot:
        """Return the shot with an id.

        Raises:
            KeyError: no shot has it.
        """
        for shot in self.shots:
            if shot.id == shot_id:
                return shot
        raise KeyError(shot_id)

    def media_item(self, media_id: str) -> MediaItem:
        """Return the media item with an id.

        Raises:
            KeyError: no item has it.
        """
        for item in self.media:
            if item.id == media_id:
                return item
        raise KeyError(media_id)

    def footage_item(self, footage_id: str) -> FootageItem:
        """Return the movie with an id.

        Raises:
            KeyError: no item has it.
        """
        for item in self.footage:
            if item.id == footage_id:
                return item
        raise KeyError(footage_id)

    def sound_item(self, sound_id: str) -> SoundItem:
        """Return the sound with an id.

        Raises:
            KeyError: no sound has it.
        """
        for item in self.sounds:
            if item.id == sound_id:
                return item
        raise KeyError(sound_id)
