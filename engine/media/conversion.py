"""From decoded frames and RGB arrays to what an encoder wants: one step, at 16 bits or as YUV.

A frame that comes as YUV and is encoded as YUV stays YUV: no detour over RGB, and no 8-bit stage
before an encoder of 10 bits. Sizes are changed by Lanczos.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import av
import cv2
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, Interpolation
from numpy.typing import NDArray

from engine.media.fitting import resized
from engine.media.movie import MovieFrame, RgbFrame
from engine.media.picture import BT709_VIDEO, EXACT, Colour, is_full_range, matrix_of
from engine.planning.resolution import FrameSize

LANCZOS = Interpolation.LANCZOS | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT

_RGB = {"rgb24", "rgb48be", "bgra", "gbrpf32le"}


def is_rgb(pixel_format: str) -> bool:
    """Whether an encoder wants RGB."""
    return pixel_format in _RGB


def scaled(
    frame: MovieFrame, width: int, height: int, pixel_format: str, colour: Colour = BT709_VIDEO
) -> av.VideoFrame:
    """Return a decoded frame as YUV in another size and format.

    A picture that must be turned, toned or composited first goes by way of RGB.
    """
    if not frame.is_plain:
        return _to_yuv(rgb_of(frame, width, height), pixel_format, colour)
    becomes_full = colour.is_full and not is_full_range(frame.picture)
    found = frame.picture.reformat(
        width=width,
        height=height,
        format=_deep(pixel_format) if becomes_full else pixel_format,
        interpolation=LANCZOS,
        src_colorspace=matrix_of(frame.picture),
        dst_colorspace=colour.space(height),
        src_color_range=ColorRange.JPEG if is_full_range(frame.picture) else ColorRange.MPEG,
        dst_color_range=ColorRange.JPEG if colour.is_full and not becomes_full else ColorRange.MPEG,
    )
    return _widened(found, pixel_format) if becomes_full else found


def rgb_of(frame: MovieFrame, width: int, height: int) -> NDArray[np.uint16]:
    """Return a decoded frame as RGB, (height, width, 3)."""
    if frame.size == (width, height):
        return frame.rgb()
    if not frame.is_plain:
        return resized(frame.rgb(), FrameSize(width, height), cv2.INTER_LANCZOS4)
    rgb = frame.picture.reformat(
        width=width,
        height=height,
        format="rgb48le",
        interpolation=LANCZOS,
        src_colorspace=matrix_of(frame.picture),
        dst_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.JPEG if is_full_range(frame.picture) else ColorRange.MPEG,
        dst_color_range=ColorRange.JPEG,
    )
    return np.asarray(rgb.to_ndarray(), dtype=np.uint16)


def from_rgb(frame: RgbFrame, pixel_format: str, colour: Colour = BT709_VIDEO) -> av.VideoFrame:
    """Return an RGB array (height, width, 3) in an encoder's format.

    8-bit RGB is rounded; float planes are light itself, by BT.709's transfer turned round.
    """
    match pixel_format:
        case "rgb24":
            return av.VideoFrame.from_ndarray(_eight_bits(frame), format="rgb24")
        case "bgra":
            eight = _eight_bits(frame)
            opaque = np.full((*eight.shape[:2], 1), 255, np.uint8)
            whole = np.concatenate([eight[..., ::-1], opaque], axis=2)
            return av.VideoFrame.from_ndarray(np.ascontiguousarray(whole), format="bgra")
        case "rgb48be":
            return av.VideoFrame.from_ndarray(_sixteen_bits(frame), format="rgb48be")
        case "gbrpf32le":
            light = np.ascontiguousarray(_light()[_sixteen_bits(frame)])
            return av.VideoFrame.from_ndarray(light, format="gbrpf32le")
        case _:
            return _to_yuv(frame, pixel_format, colour)


def _to_yuv(frame: RgbFrame, pixel_format: str, colour: Colour) -> av.VideoFrame:
    # Always through 16 bits: swscale's 8-bit path truncates whatever its flags say.
    picture = av.VideoFrame.from_ndarray(_sixteen_bits(frame), format="rgb48le")
    matrix = colour.space(picture.height)
    found = picture.reformat(
        format=_deep(pixel_format) if colour.is_full else pixel_format,
        interpolation=EXACT,
        src_colorspace=matrix,
        dst_colorspace=matrix,
        src_color_range=ColorRange.JPEG,
        dst_color_range=ColorRange.MPEG,
    )
    return _widened(found, pixel_format) if colour.is_full else found


def _deep(pixel_format: str) -> str:
    """Return the 16-bit format of the same sampling: ``yuv420p`` is ``yuv420p16le``."""
    return f"{pixel_format[: len('yuv420p')]}16le"


def _widened(limited: av.VideoFrame, pixel_format: str) -> av.VideoFrame:
    """Return a 16-bit picture of limited range in full range, rounded to a format's depth.

    swscale's own widening truncates: measured on soft colours, red and blue came out 0.9 of 255
    too dark and green 0.4 too bright.
    """
    wide = av.VideoFrame(limited.width, limited.height, pixel_format)
    bits = wide.format.components[0].bits
    white, middle = (1 << bits) - 1, 1 << (bits - 1)
    planes: Any = zip(limited.planes, wide.planes, strict=True)  # buffers, PyAV's stubs forget
    for number, (source, target) in enumerate(planes):
        rows = np.frombuffer(source, np.uint16).reshape(source.height, -1)[:, : source.width]
        level = rows.astype(np.float32) / 256
        if number == 0:
            level = (level - 16) * (white / 219)
        else:
            level = (level - 128) * (white / 224) + middle
        depth = np.uint8 if bits == 8 else np.uint16
        room = np.frombuffer(target, depth).reshape(target.height, -1)
        room[:, : target.width] = np.clip(np.rint(level), 0, white).astype(depth)
    return wide


def _sixteen_bits(frame: RgbFrame) -> NDArray[np.uint16]:
    scale = 1 if frame.dtype == np.uint16 else 257
    return np.ascontiguousarray(frame.astype(np.uint16) * np.uint16(scale))


def _eight_bits(frame: RgbFrame) -> NDArray[np.uint8]:
    if frame.dtype == np.uint8:
        return np.ascontiguousarray(frame.astype(np.uint8))
    return np.ascontiguousarray((frame.astype(np.uint32) + 128) // 257).astype(np.uint8)


@lru_cache(maxsize=1)
def _light() -> NDArray[np.float32]:
    """Return linear light for every 16-bit level (ITU-R BT.709-6, 1.2, turned round)."""
    level = np.arange(65536) / 65535
    curve = np.where(level < 0.081, level / 4.5, ((level + 0.099) / 1.099) ** (1 / 0.45))
    return curve.astype(np.float32)
