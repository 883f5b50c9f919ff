"""Write a film as numbered pictures in a folder, whole or not at all; its sound lies beside them.

A folder ``name`` gets ``name.000000.png`` and so on, numbered by film frame, and ``sound.wav``. It
is written beside its final name and moved there when it is whole.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

import av
from av.codec.codec import UnknownCodecError

from engine.media.conversion import from_rgb, rgb_of
from engine.media.encodings import Encoding
from engine.media.movie import BT709, MovieFrame, RgbFrame
from engine.media.part_files import begin_folder
from engine.media.soundtrack import Soundtrack
from engine.media.writer import disk_errors
from engine.protocol.errors import BadInput, OutputExists
from engine.protocol.formats import is_of_sequence

SOUND_FILE = "sound.wav"
_SUFFIXES = {"png": ".png", "exr": ".exr"}


class SequenceWriter:
    """Write pictures into a folder that appears when the last one is there.

    Args:
        folder: where they go.
        width, height: in pixels.
        rate: frames per second, for the sound's sake.
        encoding: of a single picture.
        sound: what is heard; goes to ``sound.wav``.
        first_number: the first picture's number.
        files: more files by name, such as XMP.

    Raises:
        DiskProblem: the folder cannot be made.
        BadInput: this FFmpeg has no such encoder.
    """

    def __init__(
        self,
        folder: Path,
        width: int,
        height: int,
        rate: Fraction,
        encoding: Encoding,
        sound: Soundtrack | None = None,
        first_number: int = 0,
        files: Mapping[str, bytes] | None = None,
    ) -> None:
        self.path = folder
        self.num_frames = 0
        self._encoding = encoding
        self._size = width, height
        self._tick = 1 / rate
        self._first = first_number
        self._written = 0
        self._sound = sound
        self._encoder = self._open_encoder()
        with disk_errors(self.path):
            self._part = begin_folder(folder)
        try:
            with disk_errors(self.path):
                for name, content in (files or {}).items():
                    (self.part / name).write_bytes(content)
                self._container = av.open(str(self.part / SOUND_FILE), "w") if sound else None
        except BaseException:
            self._part.end()
            raise
        if sound is not None:
            sound.begin(self._container)

    @property
    def part(self) -> Path:
        """The unfinished folder."""
        return self._part.path

    def __enter__(self) -> SequenceWriter:
        return self

    def write(self, frame: RgbFrame) -> None:
        """Append one RGB frame, (height, width, 3), uint8 or uint16."""
        picture = from_rgb(frame, self._encoding.pixel_format)
        picture.pts = self.num_frames
        picture.time_base = self._tick
        self.num_frames += 1
        self._keep(picture)
        if self._sound is not None:
            with disk_errors(self.path):
                self._sound.advance(self.num_frames * self._tick)

    def write_picture(self, frame: MovieFrame) -> None:
        """Append a decoded frame, scaled by Lanczos where its size differs."""
        self.write(rgb_of(frame, *self._size))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                self._keep(None)
                with disk_errors(self.path):
                    if self._sound is not None and self._container is not None:
                        self._sound.finish(self.num_frames * self._tick)
                        self._container.close()
                    _take_place(self.part, self.path)
        finally:
            if self._container is not None:
                with contextlib.suppress(Exception):
                    self._container.close()
            self._part.end()
            if self._sound is not None:
                self._sound.close()

    def _open_encoder(self) -> Any:
        encoding = self._encoding
        try:
            context: Any = av.CodecContext.create(encoding.codec, "w")
        except UnknownCodecError as error:
            raise BadInput(
                f"This FFmpeg has no encoder {encoding.codec}; choose another format."
            ) from error
        context.width, context.height = self._size
        context.pix_fmt = encoding.pixel_format
        context.time_base = self._tick
        context.options = dict(encoding.options)
        context.color_primaries = BT709
        return context

    def _keep(self, picture: av.VideoFrame | None) -> None:
        """Write the pictures that come out; an encoder with threads holds some back."""
        suffix = _SUFFIXES[self._encoding.codec]
        for packet in self._encoder.encode(picture):
            name = f"{self.path.name}.{self._first + self._written:06}{suffix}"
            self._written += 1
            with disk_errors(self.path):
                (self.part / name).write_bytes(bytes(packet))


def check_folder(folder: Path, overwrite: bool) -> None:
    """Make sure that pictures may be written to a folder of this name.

    Only a folder that holds nothing but an earlier sequence is ever replaced.

    Raises:
        OutputExists: they may not.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise OutputExists(f"{folder} is a file; name a folder for the pictures.")
    names = [path.name for path in folder.iterdir()]
    if not names:
        return
    if not overwrite:
        raise OutputExists(f"{folder} exists already; choose another name or allow replacing it.")
    if not all(map(is_of_sequence, names)):
        raise OutputExists(
            f"{folder} holds other files than an exported sequence; choose another folder."
        )


def _take_place(part: Path, folder: Path) -> None:
    if folder.is_dir():
        aside = folder.with_name(f".{folder.name}.old")
        if aside.is_dir() and all(is_of_sequence(left.name) for left in aside.iterdir()):
            shutil.rmtree(aside)  # of an engine that was killed right here
        folder.replace(aside)
        part.replace(folder)
        shutil.rmtree(aside, ignore_errors=True)
    else:
        part.replace(folder)
