"""Read movie files: one frame at a time, as RGB arrays (height, width, 3) of uint16.

The door to :mod:`engine.media.footage` for those who want finished pixels.
:mod:`engine.media.writer` writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.media.footage import MovieFrame, frames_of
from engine.media.index import index_of

RgbFrame = NDArray[np.uint8] | NDArray[np.uint16]

BT709 = 1  # AVCOL_PRI_BT709, AVCOL_TRC_BT709 and AVCOL_SPC_BT709 all carry this number


@dataclass(frozen=True, slots=True)
class MovieFacts:
    """What a movie's picture is.

    Attributes:
        width, height: of finished pictures: upright, with square pixels.
        rate: frames per second.
        num_frames: in the file.
    """

    width: int
    height: int
    rate: Fraction
    num_frames: int


def movie_facts(path: Path) -> MovieFacts:
    """Return a movie's facts.

    Raises:
        BadInput: the file is no movie, or cannot be used.
    """
    index = index_of(path)
    return MovieFacts(*index.look.size, index.rate, index.num_frames)


def decode_frames(
    path: Path, start: int = 0, stop: int | None = None, rate: Fraction | None = None
) -> Iterator[MovieFrame]:
    """Yield frames ``[start, stop)`` of a movie, not yet converted.

    Args:
        path, start, stop, rate: see :func:`engine.media.footage.frames_of`.

    Raises:
        BadInput: the file is no movie, or cannot be used.
    """
    yield from frames_of(path, start, stop, rate)


def read_frames(
    path: Path, start: int = 0, stop: int | None = None, rate: Fraction | None = None
) -> Iterator[NDArray[np.uint16]]:
    """Yield frames ``[start, stop)`` of a movie as RGB uint16 (height, width, 3).

    Args:
        path, start, stop, rate: see :func:`engine.media.footage.frames_of`.

    Raises:
        BadInput: the file is no movie, or cannot be used.
    """
    for frame in frames_of(path, start, stop, rate):
        yield frame.rgb()


def movie_size(path: Path) -> tuple[int, int]:
    """Return (width, height) of a movie's finished pictures.

    Raises:
        BadInput: the file is no movie, or cannot be used.
    """
    return index_of(path).look.size
