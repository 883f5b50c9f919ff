"""Write movie files: one frame at a time, whole or not at all, with true colour tags.

Frames come as RGB arrays (height, width, 3), uint8 or uint16, or as decoded pictures; YUV, ranges
and matrices are this module's business. What is written is BT.709 throughout: primaries, transfer,
matrix, limited range.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Generator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace

from engine.media.movie import BT709, EXACT, RgbFrame
from engine.media.soundtrack import Soundtrack
from engine.protocol.errors import DiskProblem


@dataclass(frozen=True, slots=True)
class Encoding:
    """A codec with its settings."""

    codec: str
    pixel_format: str
    options: dict[str, str] = field(default_factory=dict[str, str])


_REPEATABLE = "mbtree=0"
"""x264's macroblock tree gave other bytes at every run (25 encodes of 60 small frames: 25 different
files, two of them a quarter level off in the mean), and a take must come out the same twice."""

INTERMEDIATE = Encoding(
    "libx264",
    "yuv444p10le",
    {
        "crf": "8",
        "preset": "veryfast",
        "tune": "fastdecode",
        "g": "12",
        "bf": "0",
        "x264-params": _REPEATABLE,
    },
)
"""Drafts and masters: visually lossless, 10 bit, full chroma, quick to seek and to play.

FFV1 was measured first: at 1080p two cores decode it at 5 to 11 frames a second, this at 50. x264's
Without the macroblock tree, crf 8 is 1 dB better than crf 6 was with it, 20 % larger, and quicker.
"""


def delivery_h264(quality: int) -> Encoding:
    """Return the encoding that every player and NLE reads."""
    options = {"crf": str(quality), "preset": "medium", "x264-params": _REPEATABLE}
    return Encoding("libx264", "yuv420p", options)


class MovieWriter:
    """Write a movie beside its final name and move it there when it is whole.

    Used as a context manager; leaving it by an exception removes the unfinished file.

    Args:
        path: where the movie goes; its suffix chooses the container.
        width, height: in pixels.
        rate: frames per second.
        encoding: codec and settings.
        sound: what is heard; None is a movie without sound.

    Raises:
        DiskProblem: the folder cannot be written, or space ran out.
    """

    def __init__(
        self,
        path: Path,
        width: int,
        height: int,
        rate: Fraction,
        encoding: Encoding,
        sound: Soundtrack | None = None,
    ) -> None:
        self._path = path
        self._part = path.with_name(f".{path.stem}.part{path.suffix}")
        self._encoding = encoding
        self.num_frames = 0
        if not path.parent.is_dir():
            raise DiskProblem(f"The folder {path.parent} does not exist.")
        with _disk_errors(path):
            options = {"movflags": "+faststart+write_colr"} if path.suffix == ".mp4" else {}
            self._container = av.open(str(self._part), "w", options=options)
        stream: Any = self._container.add_stream(
            encoding.codec, rate=rate, options=dict(encoding.options)
        )
        stream.width, stream.height, stream.pix_fmt = width, height, encoding.pixel_format
        # Kept apart from the stream's, which the container replaces by its own once it is open.
        self._tick = 1 / rate
        stream.time_base = self._tick
        context = stream.codec_context
        context.color_primaries = context.color_trc = context.colorspace = BT709
        context.color_range = ColorRange.MPEG
        self._stream = stream
        self._sound = sound
        if sound is not None:
            sound.begin(self._container)

    def __enter__(self) -> MovieWriter:
        return self

    def write(self, frame: RgbFrame) -> None:
        """Append one RGB frame, (height, width, 3), uint8 or uint16."""
        # Always through 16 bits: swscale's 8-bit path truncates whatever its flags say.
        scale = 1 if frame.dtype == np.uint16 else 257
        deep = np.ascontiguousarray(frame.astype(np.uint16) * np.uint16(scale))
        picture = av.VideoFrame.from_ndarray(deep, format="rgb48le")
        converted = picture.reformat(
            format=self._encoding.pixel_format,
            interpolation=EXACT,
            src_colorspace=Colorspace.ITU709,
            dst_colorspace=Colorspace.ITU709,
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.MPEG,
        )
        converted.pts = self.num_frames
        converted.time_base = self._tick
        self.num_frames += 1
        self._mux(converted)
        if self._sound is not None:
            with _disk_errors(self._path):
                self._sound.advance(self.num_frames * self._tick)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            with contextlib.suppress(Exception):
                self._container.close()
            self._part.unlink(missing_ok=True)
            self._end_sound()
            return
        try:
            if self.num_frames:
                self._mux(None)
            with _disk_errors(self._path):
                if self._sound is not None:
                    self._sound.finish(self.num_frames * self._tick)
                self._container.close()
                _flush_to_disk(self._part)
                self._part.replace(self._path)
        finally:
            self._part.unlink(missing_ok=True)
            self._end_sound()

    def _end_sound(self) -> None:
        if self._sound is not None:
            self._sound.close()

    def _mux(self, frame: av.VideoFrame | None) -> None:
        with _disk_errors(self._path):
            for packet in self._stream.encode(frame):
                self._container.mux(packet)


def _flush_to_disk(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


@contextlib.contextmanager
def _disk_errors(path: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:  # FFmpeg's own errors derive from it too
        number = error.errno
        if number == errno.ENOSPC:
            raise DiskProblem(f"The disk is full; free some space to write {path.name}.") from error
        if number in {errno.EACCES, errno.EPERM, errno.EROFS}:
            raise DiskProblem(
                f"{path.parent} may not be written; choose another folder or change its "
                "permissions."
            ) from error
        if number == errno.ENOENT:
            raise DiskProblem(f"The folder {path.parent} does not exist.") from error
        raise
