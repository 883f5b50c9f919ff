"""From a decoded frame to a finished picture: RGB, BT.709, upright, square pixels, opaque.

What a file says of its pictures is a :class:`Look`. Transparent parts show black. Rotation and
mirroring follow the file's display matrix; pixels that are not square are made so by widening or
heightening, never by throwing pixels away. Knows nothing of time.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
import cv2
import numpy as np
from av.sidedata.sidedata import Type as SideData
from av.video.reformatter import ColorRange, Colorspace, Interpolation
from numpy.typing import NDArray

from engine.media import tone

EXACT = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT
"""swscale's defaults truncate: measured on a photograph, 8-bit frames came back 2 levels darker."""

_BT601, _BT2020 = {5, 6}, {9, 10}
_UNTAGGED = 2  # AVCOL_SPC_UNSPECIFIED
_TELEVISION_LINES = {480, 486, 576}
_MATRIX_ONE = 1 << 16
KNOWN_MATRICES = frozenset({1, _UNTAGGED, *_BT601, *_BT2020})
"""Those that RGB is made of, and made into, rightly."""

Orientation = tuple[int, int, int, int]
"""The display matrix's (a, b, c, d), each -1, 0 or 1."""

UPRIGHT: Orientation = (1, 0, 0, 1)


@dataclass(frozen=True, slots=True)
class Look:
    """What a movie's pictures are, as its first frames show.

    Attributes:
        width, height: as stored.
        aspect: width of a pixel over its height.
        orientation: how the stored picture is to be shown.
        is_interlaced: whether frames hold two fields.
        transfer, primaries: FFmpeg's numbers.
        pixel_format: FFmpeg's name.
        has_alpha: whether parts may be transparent.
        bits: per channel.
    """

    width: int
    height: int
    aspect: Fraction
    orientation: Orientation
    is_interlaced: bool
    transfer: int
    primaries: int
    pixel_format: str
    has_alpha: bool
    bits: int

    @property
    def is_turned(self) -> bool:
        """Whether width and height change places."""
        return self.orientation[0] == 0

    @property
    def is_hdr(self) -> bool:
        """Whether the light goes beyond white."""
        return self.transfer in {tone.PQ, tone.HLG}

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of finished pictures."""
        width, height = squared(self.width, self.height, self.aspect)
        return (height, width) if self.is_turned else (width, height)


@dataclass(frozen=True, slots=True)
class Colour:
    """How a file says that its numbers are meant, in FFmpeg's numbers: H.273's, 2 unsaid.

    Attributes:
        range: 1 limited, 2 full, 0 unsaid.
    """

    primaries: int
    transfer: int
    matrix: int
    range: int

    @property
    def is_full(self) -> bool:
        """Whether black is 0 and white is all ones."""
        return self.range == int(ColorRange.JPEG)

    def space(self, height: int) -> Colorspace:
        """Return swscale's matrix: what is unsaid is BT.601 for what has the size of television."""
        if self.matrix in _BT601:
            return Colorspace.ITU601
        if self.matrix in _BT2020:
            return Colorspace.BT2020
        untagged = self.matrix == _UNTAGGED and height in _TELEVISION_LINES
        return Colorspace.ITU601 if untagged else Colorspace.ITU709


BT709_VIDEO = Colour(1, 1, 1, int(ColorRange.MPEG))
"""What is written but where footage asks for something else."""


def colour_of(frame: av.VideoFrame) -> Colour:
    """Return what a frame says of its numbers."""
    full = int(ColorRange.JPEG) if is_full_range(frame) else int(frame.color_range)
    return Colour(int(frame.color_primaries), int(frame.color_trc), int(frame.colorspace), full)


def squared(width: int, height: int, aspect: Fraction) -> tuple[int, int]:
    """Return the size that shows the same picture in square pixels, none of them lost."""
    if aspect > 1:
        return round(width * aspect), height
    return width, round(height / aspect)


def look_of(frame: av.VideoFrame, aspect: Fraction, transfer: int, primaries: int) -> Look:
    """Return what a frame shows of itself.

    Args:
        aspect, transfer, primaries: what the stream says, for what the frame leaves open.

    Raises:
        ValueError: it is turned by something else than quarters, or its pixels are absurd.
    """
    if not Fraction(1, 8) <= aspect <= 8:
        raise ValueError("has pixels that are many times wider than high or the reverse")
    components = frame.format.components
    has_alpha = any(part.is_alpha for part in components) or frame.format.name == "pal8"
    return Look(
        frame.width,
        frame.height,
        aspect,
        _orientation_of(frame),
        frame.interlaced_frame,
        _known(int(frame.color_trc), transfer),
        _known(int(frame.color_primaries), primaries),
        frame.format.name,
        has_alpha,
        max(part.bits for part in components),
    )


def rgb_of(frame: av.VideoFrame, look: Look) -> NDArray[np.uint16]:
    """Return a frame as a finished picture, (height, width, 3)."""
    rgb = _composited(frame) if look.has_alpha else _to_rgb48(frame)
    rgb = tone.to_bt709(rgb, look.transfer, look.primaries)
    if look.aspect != 1:
        size = squared(look.width, look.height, look.aspect)
        rgb = cv2.resize(rgb, size, interpolation=cv2.INTER_CUBIC).astype(np.uint16, copy=False)
    if look.orientation != UPRIGHT:
        rgb = np.ascontiguousarray(oriented(rgb, look.orientation))
    return rgb


def oriented(picture: NDArray[np.uint16], orientation: Orientation) -> NDArray[np.uint16]:
    """Turn and mirror a picture (height, width, 3): stored (x, y) goes to (ax + cy, bx + dy)."""
    a, b, c, d = orientation
    if a == 0:
        picture = picture.transpose(1, 0, 2)
        a, d = c, b
    return picture[:: d or 1, :: a or 1]


def _orientation_of(frame: av.VideoFrame) -> Orientation:
    side_data: Any = frame.side_data  # PyAV's stubs take names for keys; they are kinds
    data = side_data.get(SideData.DISPLAYMATRIX)
    if data is None:
        return UPRIGHT
    a, b, _, c, d = struct.unpack("=9i", bytes(data)[:36])[:5]
    rounded = tuple(round(value / _MATRIX_ONE) for value in (a, b, c, d))
    exact = all(
        abs(value - whole * _MATRIX_ONE) < _MATRIX_ONE / 100
        for value, whole in zip((a, b, c, d), rounded, strict=True)
    )
    if not exact or sorted(map(abs, rounded)) != [0, 0, 1, 1] or rounded[0] * rounded[1]:
        raise ValueError("is turned by something else than quarters")
    return (rounded[0], rounded[1], rounded[2], rounded[3])


def _known(tag: int, otherwise: int) -> int:
    return otherwise if tag in {0, _UNTAGGED} else tag


def _composited(frame: av.VideoFrame) -> NDArray[np.uint16]:
    """Return a frame over black; its colours are taken as not multiplied by their alpha yet."""
    rgba = _converted(frame, "rgba64le")
    alpha = rgba[..., 3:].astype(np.uint32)
    return ((rgba[..., :3] * alpha + 32767) // 65535).astype(np.uint16)


def _to_rgb48(frame: av.VideoFrame) -> NDArray[np.uint16]:
    return _converted(frame, "rgb48le")


def _converted(frame: av.VideoFrame, pixel_format: str) -> NDArray[np.uint16]:
    matrix = matrix_of(frame)
    rgb = frame.reformat(
        format=pixel_format,
        interpolation=EXACT,
        src_colorspace=matrix,
        dst_colorspace=matrix,
        src_color_range=ColorRange.JPEG if is_full_range(frame) else ColorRange.MPEG,
        dst_color_range=ColorRange.JPEG,
    )
    return np.asarray(rgb.to_ndarray(), dtype=np.uint16)


def is_full_range(frame: av.VideoFrame) -> bool:
    """Whether black is 0 and white is all ones."""
    return frame.color_range == ColorRange.JPEG or frame.format.name.startswith("yuvj")


def matrix_of(frame: av.VideoFrame) -> Colorspace:
    """Return the matrix of a frame: its tag, else BT.601 for what has the size of television."""
    return colour_of(frame).space(frame.height)
