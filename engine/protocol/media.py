"""Looking at a user's movie: the jobs that do so, and what they find it to be."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from engine.protocol.jobs import FrameRate, Message

STILL_FORMATS = (
    "PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF", "AVIF", "JPEG2000", "PPM", "TGA", "PSD",
)  # fmt: skip
"""What Pillow may take a picture for. It knows more, and would run Ghostscript on an EPS. Some of
these may be missing from a build of it."""

MAX_MOVIE_SIDE = 8192
"""Pixels on each side that a movie may have."""

LIST_HEADS = (b"#EXTM3U", b"ffconcat", b"v=0\r\n", b"v=0\n", b"<?xml", b"<MPD", b"[playlist]")
"""How files begin that FFmpeg would follow to other places."""
LIST_FORMATS = frozenset(
    {"hls", "concat", "dash", "sdp", "rtsp", "imf", "lavfi", "webm_dash_manifest"}
)
"""FFmpeg's demuxers that open other files than the one that is given."""


class ImportJob(Message):
    """Look at a movie: what it is, and, with a folder, a light copy of it for the screen.

    Attributes:
        path: absolute path of the movie.
        rate: of the film, at which frames are to be counted; None is the movie's own.
        folder: where the light copy goes; None only looks.
        proxy_height: pixels of its shorter side, at most.
    """

    kind: Literal["import"] = "import"
    job_id: str
    path: str
    rate: FrameRate | None = None
    folder: str | None = None
    proxy_height: int = Field(default=540, ge=90, le=2160)


ShotFinder = Literal["transnet", "content"]


class ShotsJob(Message):
    """Find the cuts of a movie.

    Attributes:
        path: absolute path of the movie.
        rate: at which frames are counted; None is the movie's own.
        method: ``transnet`` is the TransNetV2 net; ``content`` PySceneDetect's adaptive detector,
            which is light and knows hard cuts only.
        sensitivity: 0 to 1; more finds more cuts.
        min_frames: a shot is no shorter.
    """

    kind: Literal["shots"] = "shots"
    job_id: str
    path: str
    rate: FrameRate | None = None
    method: ShotFinder = "transnet"
    sensitivity: float = Field(default=0.5, ge=0, le=1)
    min_frames: int = Field(default=6, ge=1, le=1000)


class FrameJob(Message):
    """Write one frame of a movie as a PNG: whole, at full resolution, HDR brought to BT.709.

    Attributes:
        path: absolute path of the movie.
        rate: at which frames are counted; None is the movie's own.
        frame: which one.
        output: absolute path of the picture.
        bits: per channel; None is 16 where the movie has more than 8, else 8.
    """

    kind: Literal["frame"] = "frame"
    job_id: str
    path: str
    rate: FrameRate | None = None
    frame: int = Field(ge=0)
    output: str
    bits: Literal[8, 16] | None = None
    overwrite: bool = False


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
