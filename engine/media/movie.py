"""Read movie files: one frame at a time, as RGB arrays (height, width, 3) of uint16.

YUV, ranges and matrices are this module's business. What is read is taken as it is tagged;
untagged, as its size suggests. :mod:`engine.media.writer` writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.error import FFmpegError
from av.video.reformatter import ColorRange, Colorspace, Interpolation
from numpy.typing import NDArray

from engine.protocol.errors import BadInput

RgbFrame = NDArray[np.uint8] | NDArray[np.uint16]

EXACT = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT
"""swscale's defaults truncate: measured on a photograph, 8-bit frames came back 2 levels darker."""

BT709 = 1  # AVCOL_PRI_BT709, AVCOL_TRC_BT709 and AVCOL_SPC_BT709 all carry this number


_BT601, _UNTAGGED = {5, 6}, 2  # AVCOL_SPC_BT470BG and _SMPTE170M; AVCOL_SPC_UNSPECIFIED
_TELEVISION_LINES = {480, 486, 576}


@dataclass(frozen=True, slots=True)
class MovieFrame:
    """A decoded frame that is converted only when its pixels are wanted."""

    picture: av.VideoFrame

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return self.picture.width, self.picture.height

    @property
    def rotation(self) -> int:
        """Degrees by which a player would turn the frame."""
        return self.picture.rotation

    def rgb(self) -> NDArray[np.uint16]:
        """Return the pixels, (height, width, 3)."""
        return _to_rgb48(self.picture)


@dataclass(frozen=True, slots=True)
class MovieFacts:
    """What a movie's container says of its picture; only decoding tells whether it is true.

    Attributes:
        rate: frames per second; 0 where the container does not say.
        num_frames: as announced; 0 where the container does not say.
    """

    width: int
    height: int
    rate: Fraction
    num_frames: int


def movie_facts(path: Path) -> MovieFacts:
    """Look at a movie's header.

    Raises:
        BadInput: the file is no movie.
    """
    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            rate = Fraction(stream.average_rate or stream.guessed_rate or 0)
            context = stream.codec_context
            return MovieFacts(context.width, context.height, rate, max(stream.frames, 0))
    except (FFmpegError, IndexError) as error:
        raise BadInput(f"{path.name} cannot be read as a movie.") from error


def decode_frames(path: Path, start: int = 0, stop: int | None = None) -> Iterator[MovieFrame]:
    """Yield frames ``[start, stop)`` of a movie, not yet converted.

    Frames are counted as they are decoded, from the first: time stamps may lie.

    Raises:
        BadInput: the file is no movie, or damaged.
    """
    try:
        with av.open(str(path)) as container:
            container.streams.video[0].thread_type = "AUTO"
            for index, frame in enumerate(container.decode(video=0)):
                if stop is not None and index >= stop:
                    return
                if index >= start:
                    yield MovieFrame(frame)
    except (FFmpegError, IndexError) as error:
        raise BadInput(f"{path.name} cannot be read as a movie.") from error


def read_frames(
    path: Path, start: int = 0, stop: int | None = None
) -> Iterator[NDArray[np.uint16]]:
    """Yield frames ``[start, stop)`` of a movie as RGB uint16 (height, width, 3).

    Raises:
        BadInput: the file is no movie, or damaged.
    """
    for frame in decode_frames(path, start, stop):
        yield frame.rgb()


def movie_size(path: Path) -> tuple[int, int]:
    """Return (width, height) of a movie's first video stream.

    Raises:
        BadInput: the file is no movie.
    """
    try:
        with av.open(str(path)) as container:
            context = container.streams.video[0].codec_context
            return context.width, context.height
    except (FFmpegError, IndexError) as error:
        raise BadInput(f"{path.name} cannot be read as a movie.") from error


def _to_rgb48(frame: av.VideoFrame) -> NDArray[np.uint16]:
    rgb = frame.reformat(
        format="rgb48le",
        interpolation=EXACT,
        src_colorspace=matrix_of(frame),
        dst_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.JPEG if is_full_range(frame) else ColorRange.MPEG,
        dst_color_range=ColorRange.JPEG,
    )
    return np.asarray(rgb.to_ndarray(), dtype=np.uint16)


def is_full_range(frame: av.VideoFrame) -> bool:
    """Whether black is 0 and white is all ones."""
    return frame.color_range == ColorRange.JPEG or frame.format.name.startswith("yuvj")


def matrix_of(frame: av.VideoFrame) -> Colorspace:
    """Return the matrix of a frame: its tag, else BT.601 for what has the size of television."""
    tag = int(frame.colorspace)
    if tag in _BT601:
        return Colorspace.ITU601
    untagged = tag == _UNTAGGED and frame.height in _TELEVISION_LINES
    return Colorspace.ITU601 if untagged else Colorspace.ITU709
