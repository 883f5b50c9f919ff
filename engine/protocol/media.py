"""What an imported movie is, as the engine found it: the typed report of an :class:`ImportJob`."""

from __future__ import annotations

from pydantic import Field

from engine.protocol.jobs import FrameRate, Message


class SoundTrack(Message):
    """One sound track of a movie; ``number`` counts its sound tracks from 0."""

    number: int = Field(ge=0)
    codec: str
    channels: int
    sample_rate: int
    language: str = ""
    title: str = ""


class MediaReport(Message):
    """A movie, as it comes into a film.

    Attributes:
        width, height: of its pictures: upright, in square pixels.
        rate: at which its frames are counted.
        num_frames: of that rate. With ``is_read_through`` all of them were decoded.
        own_rate: what the movie itself runs at; of a variable rate, what most frames keep to.
        stored_frames: in the file.
        is_timed: whether its time stamps are believed; else its frames are counted.
        sounds: its sound tracks.
        proxy: a light copy in the film's rate, frame for frame, where one was made.
        remarks: one sentence on each thing that was done to the pictures.
    """

    path: str
    width: int
    height: int
    rate: FrameRate
    num_frames: int
    own_rate: FrameRate
    stored_frames: int
    is_variable: bool = False
    is_timed: bool = True
    is_interlaced: bool = False
    is_hdr: bool = False
    has_alpha: bool = False
    bits: int = 8
    codec: str = ""
    pixel_format: str = ""
    sounds: tuple[SoundTrack, ...] = ()
    proxy: str | None = None
    is_read_through: bool = False
    remarks: tuple[str, ...] = ()
