"""What is joined into a movie: stretches of movies and of sound, and how it is written.

Frames are integers, ranges are half-open, rates are rational, paths are absolute. Nothing here
opens a file.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from engine.protocol.formats import (
    FORMATS,
    CaptionMode,
    EncoderName,
    ExportFormat,
    FormatName,
    SourceType,
)
from engine.protocol.jobs import Bars, Fit, FrameRate, GrownMessage, Message


class Segment(GrownMessage):
    """A stretch ``[start, stop)`` of a movie file, in frames.

    Attributes:
        is_source: footage: frames are counted at the film's rate, none may be altered, and the
            export proves by hashes that none was but by being fitted into the movie's frame.
        match_start, match_end: new frames that go on from the segment before, or lead into the
            one after: their colour is brought to it where a step would be seen.
        fit, bars: how frames of another shape stand in the movie's frame, in its middle: ``cover``
            crops, ``contain`` shows all between bars (see ``KeyframeSpec``). Frames of the movie's
            own size stay as they are.
    """

    later_fields: ClassVar[tuple[str, ...]] = ("fit", "bars")

    path: str
    start: int = Field(default=0, ge=0)
    stop: int = Field(gt=0)
    is_source: bool = False
    match_start: bool = False
    match_end: bool = False
    fit: Fit = "cover"
    bars: Bars = "black"


class SoundSpec(Message):
    """A stretch of a file's sound, and how it stands in a movie. Samples are counted at 48 kHz.

    Attributes:
        path: absolute path of a file with sound: music, speech, another movie.
        start, stop: which of its samples; past its end is silence.
        at: sample of the movie on which the first of them is heard.
        gain_db: louder or softer, in decibels.
        fade_in, fade_out: samples over which it comes and goes, evenly.
        cut_before, cut_after: samples that are left out of it before and after, and that its fades
            reach over all the same.
        track: which of the file's sound tracks, from 0.
    """

    path: str
    start: int = Field(default=0, ge=0)
    stop: int = Field(gt=0)
    at: int = Field(default=0, ge=0)
    gain_db: float = Field(default=0.0, ge=-60, le=24)
    fade_in: int = Field(default=0, ge=0)
    fade_out: int = Field(default=0, ge=0)
    cut_before: int = Field(default=0, ge=0)
    cut_after: int = Field(default=0, ge=0)
    track: int = Field(default=0, ge=0, le=63)

    @model_validator(mode="after")
    def _holds_something(self) -> SoundSpec:
        if self.stop <= self.start:
            raise ValueError("A stretch of sound must end after it begins.")
        return self


class RoomTone(Message):
    """A gap ``[at, at + length)`` in samples, filled with the quietest second of a file, looped.

    Attributes:
        source_stop: where the file's part in the film ends.
        from_start: it is looked for at the file's beginning, since the gap lies before it.
        fades: it goes away from the footage, step by step, to nothing.
    """

    path: str
    track: int = Field(default=0, ge=0, le=63)
    at: int = Field(ge=0)
    length: int = Field(gt=0)
    source_stop: int = Field(gt=0)
    from_start: bool = False
    fades: bool = False


class ExportFormatSpec(Message):
    """What is written: a row of :data:`engine.protocol.formats.FORMATS`, and how.

    Attributes:
        encoder: ``software``, or the part of graphics hardware that encodes.
        quality: the constant rate factor; None is the format's own, as is anything for a format
            that has none.
    """

    name: FormatName = "h264"
    encoder: EncoderName = "software"
    quality: int | None = Field(default=None, ge=0, le=63)

    @property
    def row(self) -> ExportFormat:
        """Return the format's facts."""
        return FORMATS[self.name]


class ChapterSpec(Message):
    """A chapter that begins on a frame of the export, up to the next one."""

    frame: int = Field(ge=0)
    title: str = Field(default="", max_length=4000)


class CaptionSpec(Message):
    """Words that stand for the frames ``[start, stop)`` of the export."""

    start: int = Field(ge=0)
    stop: int = Field(gt=0)
    text: str = Field(max_length=4000)

    @model_validator(mode="after")
    def _lasts(self) -> CaptionSpec:
        if self.stop <= self.start:
            raise ValueError("A caption must end after it begins.")
        return self


class MarkSpec(Message):
    """What a movie says of itself.

    Attributes:
        project: the project that made it, as JSON; None leaves it out.
        source_type: IPTC's term for how it came to be.
        tool: the program's name and version.
        certificate, key: PEM files of the user's own to sign a C2PA manifest with.
    """

    project: str | None = Field(default=None, max_length=16 * 1024 * 1024)
    source_type: SourceType = "trainedAlgorithmicMedia"
    tool: str = "SmartDirector"
    certificate: str | None = None
    key: str | None = None


class ExportJob(Message):
    """Join segments into one movie. ``overwrite`` is the user's explicit word.

    Attributes:
        output: a file; a folder for a sequence of pictures.
        rate: frames per second of what is written.
        source_rate: of the segments, where it differs: time is kept, frames are repeated or left
            out. Frames of chapters and captions are counted at it.
        width, height: size of the movie; None keeps that of the first segment. Segments of
            another size are scaled, of another shape fitted, and never stretched.
        format: what is written.
        timecode: of the first frame, ``01:00:00:00``, with ``;`` for drop-frame; None has none.
        first_number: the first picture's number in a sequence.
        chapters, captions: in order.
        caption_mode: what becomes of the captions: a file beside the movie, or drawn over it.
        mark: what the movie says of itself.
        sounds: what is heard, mixed; none leaves the movie without sound.
        kept_sound: a movie's sound from its start, which goes along packet by packet, as it is
            encoded there. Where the container cannot hold it, ``sounds`` are mixed instead.
        room_tones: what fills gaps in the sound.
        proof: file that says, frame by frame, that footage is as it was; None proves nothing.
    """

    kind: Literal["export"] = "export"
    job_id: str
    segments: tuple[Segment, ...] = Field(min_length=1)
    output: str
    rate: FrameRate
    source_rate: FrameRate | None = None
    width: int | None = Field(default=None, gt=0, le=16_384)
    height: int | None = Field(default=None, gt=0, le=16_384)
    format: ExportFormatSpec = ExportFormatSpec()
    timecode: str | None = Field(default=None, max_length=16)
    first_number: int = Field(default=0, ge=0)
    chapters: tuple[ChapterSpec, ...] = ()
    captions: tuple[CaptionSpec, ...] = ()
    caption_mode: CaptionMode = "none"
    mark: MarkSpec | None = None
    sounds: tuple[SoundSpec, ...] = ()
    kept_sound: SoundSpec | None = None
    room_tones: tuple[RoomTone, ...] = ()
    proof: str | None = None
    overwrite: bool = False
