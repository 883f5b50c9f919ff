"""What a film is made from: pictures, sounds, footage, and how sounds lie on their lanes. Pure.

Frozen parts of the document that know nothing of one another but ids. Nothing here opens a file.
"""

from __future__ import annotations

import uuid
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from engine.planning.sound import MAX_GAIN_DB, MIN_GAIN_DB
from engine.protocol.jobs import Bars, Fit, FrameRate


def new_id() -> str:
    """Return a short random name for a part of the document."""
    return uuid.uuid4().hex[:12]


class Part(BaseModel):
    """Base of the document's parts: frozen, closed against unknown fields, finite numbers only."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def as_text(name: str) -> str:
    """Return a file's name as text: some systems take any bytes for one, and no project can."""
    return name.encode("utf-8", "replace").decode()


FileName = Annotated[str, AfterValidator(as_text)]


class MediaItem(Part):
    """A file that was copied into the project's ``media`` folder.

    Attributes:
        file: name inside ``media/``.
        name: what the user's file was called.
        sha256: hash of the bytes, which makes a take reproducible.
        width, height: in pixels, after EXIF orientation.
    """

    id: str = Field(default_factory=new_id)
    file: str
    name: FileName
    sha256: str
    width: int = Field(gt=0)
    height: int = Field(gt=0)


MAX_SOUND_LANES = 4


class SoundItem(Part):
    """A file with sound that was copied into the project's ``media`` folder.

    Attributes:
        file: name inside ``media/``.
        name: what the user's file was called.
        sha256: hash of the bytes.
        num_samples: its length at 48 kHz.
    """

    id: str = Field(default_factory=new_id)
    file: str
    name: FileName
    sha256: str
    num_samples: int = Field(gt=0)


class SoundClip(Part):
    """A stretch of a sound on a lane; it stays on its frames whatever the shots do.

    Attributes:
        frame: film frame on which it begins.
        offset: sample of its file, at 48 kHz, that is heard there.
        fade_in, fade_out: frames over which it comes and goes.
        lane: counted from the top.
    """

    id: str = Field(default_factory=new_id)
    sound: str
    frame: int = Field(ge=0)
    num_frames: int = Field(gt=0)
    offset: int = Field(default=0, ge=0)
    gain_db: float = Field(default=0.0, ge=MIN_GAIN_DB, le=MAX_GAIN_DB)
    fade_in: int = Field(default=0, ge=0)
    fade_out: int = Field(default=0, ge=0)
    is_muted: bool = False
    lane: int = Field(default=0, ge=0, lt=MAX_SOUND_LANES)

    @property
    def stop(self) -> int:
        """Film frame after it."""
        return self.frame + self.num_frames

    @model_validator(mode="after")
    def _fades_fit(self) -> SoundClip:
        if self.fade_in + self.fade_out > self.num_frames:
            raise ValueError("The fades of a sound must not be longer than the sound.")
        return self


class FootageItem(Part):
    """A movie that the film uses. It stays where it is: footage is too large to be copied.

    Attributes:
        path: where it is; absolute.
        name: what the user's file is called.
        fingerprint: hash of its length and of bytes at its beginning, middle and end: a moved file
            is known again by it, and it makes a take reproducible.
        width, height: in pixels, upright and square.
        rate: at which its frames are counted, the film's.
        own_rate: what it runs at itself.
        num_frames: at ``rate``.
        num_sounds: sound tracks.
        remarks: a sentence on each thing that is done to its pictures.
    """

    id: str = Field(default_factory=new_id)
    path: str = Field(min_length=1, max_length=4096)
    name: FileName = Field(max_length=1000)
    fingerprint: str = Field(pattern=r"^[0-9a-f]{64}$")
    width: int = Field(gt=0, le=65_536)
    height: int = Field(gt=0, le=65_536)
    rate: FrameRate
    own_rate: FrameRate
    num_frames: int = Field(gt=0)
    num_sounds: int = Field(default=0, ge=0, le=64)
    remarks: tuple[str, ...] = ()


RoomChoice = Literal["silence", "room", "fade"]


class FootageUse(Part):
    """Frames of a movie that stand in a shot as they are; the shot says how many.

    Attributes:
        footage: id of the movie.
        start: the first of its frames, at the film's rate.
        fit, bars: how a picture of another shape goes into the frame.
        track: which of its sound tracks is heard.
        gain_db: louder or softer.
    """

    footage: str
    start: int = Field(default=0, ge=0)
    fit: Fit = "contain"
    bars: Bars = "black"
    track: int = Field(default=0, ge=0, le=63)
    gain_db: float = Field(default=0.0, ge=MIN_GAIN_DB, le=MAX_GAIN_DB)
    is_muted: bool = False
