"""Write movie files: one frame at a time, whole or not at all, with true colour tags.

Frames come as RGB arrays (height, width, 3), uint8 or uint16, or as decoded pictures, which are
converted in one step and see no 8-bit stage on the way. What is written is BT.709 throughout
(primaries, transfer, matrix, limited range), unless the encoding says otherwise.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

import av
from av.codec.codec import UnknownCodecError
from av.error import FFmpegError

from engine.media.conversion import from_rgb, is_rgb, rgb_of, scaled
from engine.media.encodings import Encoding
from engine.media.movie import MovieFrame, RgbFrame
from engine.media.palette import PaletteFilter
from engine.media.part_files import begin_file
from engine.media.soundtrack import Soundtrack
from engine.protocol.errors import BadInput, DiskProblem
from engine.protocol.stopping import heed

_DISK = frozenset(
    {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EIO, errno.EACCES, errno.EROFS}
)
"""What an encoder that opens fails with where the disk does not take its file."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter, from a moment to another, in seconds."""

    start_s: Fraction
    stop_s: Fraction
    title: str


@dataclass(frozen=True, slots=True)
class MovieExtras:
    """What a movie holds beside picture and sound.

    Attributes:
        timecode: of the first frame.
        tags: for the whole movie, by name; MP4 and MOV keep any name, as Matroska does.
        attachments: (name, media type, content), for Matroska alone.
    """

    timecode: str | None = None
    chapters: tuple[Chapter, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    attachments: tuple[tuple[str, str, bytes], ...] = ()


class MovieWriter:
    """Write a movie beside its final name and move it there when it is whole.

    Used as a context manager; leaving it by an exception removes the unfinished file.

    Args:
        path: where the movie goes; its suffix chooses the container.
        width, height: in pixels.
        rate: frames per second.
        encoding: codec and settings.
        sound: what is heard; None is a movie without sound.
        extras: timecode, chapters, tags.
        complete: called with the whole file before it gets its final name.

    Raises:
        DiskProblem: the folder cannot be written, or space ran out.
        BadInput: this FFmpeg has no such encoder, or it does not open.
    """

    def __init__(
        self,
        path: Path,
        width: int,
        height: int,
        rate: Fraction,
        encoding: Encoding,
        sound: Soundtrack | None = None,
        extras: MovieExtras | None = None,
        complete: Callable[[Path], None] | None = None,
    ) -> None:
        self.path = path
        self._encoding = encoding
        self._complete = complete
        self._size = width, height
        self.num_frames = 0
        if not path.parent.is_dir():
            raise DiskProblem(f"The folder {path.parent} does not exist.")
        extras = extras or MovieExtras()
        with disk_errors(path):
            self._part = begin_file(path)
        try:
            with disk_errors(path):
                self._container = av.open(str(self.part), "w", options=_options(path, extras))
        except BaseException:
            self._part.end()
            raise
        # Kept apart from the stream's, which the container replaces by its own once it is open.
        self._tick = 1 / rate
        self._sound = sound
        try:
            self._stream = self._add_picture(rate, extras)
            if sound is not None:
                sound.begin(self._container)
            _add_extras(self._container, extras)
            with disk_errors(path), _encoder_errors(encoding.codec):
                self._container.start_encoding()
        except BaseException:
            self._give_up()
            raise
        self._palette = PaletteFilter(width, height, rate) if encoding.codec == "gif" else None

    @property
    def part(self) -> Path:
        """The unfinished file."""
        return self._part.path

    def __enter__(self) -> MovieWriter:
        return self

    def write(self, frame: RgbFrame) -> None:
        """Append one RGB frame, (height, width, 3), uint8 or uint16."""
        self._append(from_rgb(frame, self._encoding.pixel_format, self._encoding.colour))

    def write_picture(self, frame: MovieFrame) -> None:
        """Append a decoded frame, scaled to the movie's size by Lanczos where that differs."""
        if is_rgb(self._encoding.pixel_format):
            self.write(rgb_of(frame, *self._size))
        else:
            encoding = self._encoding
            self._append(scaled(frame, *self._size, encoding.pixel_format, encoding.colour))

    def write_ready(self, picture: av.VideoFrame) -> None:
        """Append a picture that has the encoding's format and colour and the movie's size."""
        self._append(picture)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self._give_up()
            return
        try:
            self._finish()
            if self._complete is not None:
                self._complete(self.part)
                self._part = self._part.held_again()  # who signs writes another file
            self.part.replace(self.path)
        finally:
            self._part.end()
            self._end_sound()

    def _finish(self) -> None:
        """Write what is still inside, and have the disk hold it."""
        if self.num_frames:
            self._mux(None)
        with disk_errors(self.path):
            if self._sound is not None:
                self._sound.finish(self.num_frames * self._tick)
            self._container.close()
            _flush_to_disk(self.part)

    def _add_picture(self, rate: Fraction, extras: MovieExtras) -> Any:
        encoding = self._encoding
        with _encoder_errors(encoding.codec):
            stream: Any = self._container.add_stream(
                encoding.codec, rate=rate, options=dict(encoding.options)
            )
        stream.width, stream.height = self._size
        is_palette = encoding.codec == "gif"
        stream.pix_fmt = "pal8" if is_palette else encoding.pixel_format
        stream.time_base = self._tick
        context = stream.codec_context
        if encoding.tag is not None and self.path.suffix.lower() in {".mp4", ".mov"}:
            context.codec_tag = encoding.tag
        if not is_rgb(encoding.pixel_format):
            colour = encoding.colour
            context.color_primaries, context.color_trc = colour.primaries, colour.transfer
            context.colorspace, context.color_range = colour.matrix, colour.range
        if extras.timecode is not None:
            stream.metadata["timecode"] = extras.timecode
        return stream

    def _append(self, picture: av.VideoFrame) -> None:
        heed()
        picture.pts = self.num_frames
        picture.time_base = self._tick
        self.num_frames += 1
        if self._palette is not None:
            picture = self._palette.apply(picture)
        self._mux(picture)
        if self._sound is not None:
            with disk_errors(self.path):
                self._sound.advance(self.num_frames * self._tick)

    def _give_up(self) -> None:
        with contextlib.suppress(Exception):
            self._container.close()
        self._part.end()
        self._end_sound()

    def _end_sound(self) -> None:
        if self._sound is not None:
            self._sound.close()

    def _mux(self, frame: av.VideoFrame | None) -> None:
        with disk_errors(self.path):
            for packet in self._stream.encode(frame):
                self._container.mux(packet)


def _options(path: Path, extras: MovieExtras) -> dict[str, str]:
    match path.suffix.lower():
        case ".mp4" | ".mov":
            flags = "+faststart+write_colr" + ("+use_metadata_tags" if extras.tags else "")
            tmcd = {"write_tmcd": "on"} if extras.timecode is not None else {}
            return {"movflags": flags, **tmcd}
        case ".gif" | ".webp":
            return {"loop": "0"}
        case _:
            return {}


def _add_extras(container: Any, extras: MovieExtras) -> None:
    for name, value in extras.tags.items():
        container.metadata[name] = value
    for name, media_type, content in extras.attachments:
        container.add_attachment(name, media_type, content)
    tick = Fraction(1, 1_000_000)
    if extras.chapters:
        container.set_chapters(
            [
                {
                    "id": number,
                    "start": round(chapter.start_s / tick),
                    "end": round(chapter.stop_s / tick),
                    "time_base": tick,
                    "metadata": {"title": chapter.title},
                }
                for number, chapter in enumerate(extras.chapters, 1)
            ]
        )


def _flush_to_disk(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


@contextlib.contextmanager
def _encoder_errors(codec: str) -> Generator[None]:
    try:
        yield
    except UnknownCodecError as error:
        raise BadInput(f"This FFmpeg has no encoder {codec}; choose another format.") from error
    except (FFmpegError, ValueError) as error:
        if isinstance(error, OSError) and error.errno in _DISK:
            raise  # the file's header could not be written
        raise BadInput(
            f"The encoder {codec} does not open here; choose another encoder or format."
        ) from error


@contextlib.contextmanager
def disk_errors(path: Path) -> Generator[None]:
    """Turn what the file system says while ``path`` is written into one sentence."""
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
        if number in {errno.EIO, errno.ENODEV, errno.ENOTCONN, errno.ESTALE}:
            raise DiskProblem(
                f"The drive of {path.name} cannot be reached; connect it and try again."
            ) from error
        if number == errno.ENOENT:
            raise DiskProblem(f"The folder {path.parent} does not exist.") from error
        raise
