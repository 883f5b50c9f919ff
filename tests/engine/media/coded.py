"""Movies whose frames say which they are: six bits in stripes, and a colour in every corner.

Written with PyAV; where PyAV has no way to write something, the caller asks the ffmpeg binary.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, Interpolation

CORNERS = {
    "top left": (0.75, 0.15, 0.15),
    "top right": (0.15, 0.75, 0.15),
    "bottom left": (0.15, 0.15, 0.75),
    "bottom right": (0.75, 0.75, 0.15),
}
"""Shares of white, coded; far apart, so that subsampling and coding do no harm."""

NUM_BITS = 6
WIDTH, HEIGHT = 96, 64
_TAGS = {"bt709": (1, 1, 1), "bt601": (6, 6, 6), "pq": (9, 16, 9), "hlg": (9, 18, 9),
         "bt2020": (9, 14, 9), "p3": (12, 1, 1), "dci": (11, 1, 1)}  # fmt: skip
_SPACES = {1: Colorspace.ITU709, 6: Colorspace.ITU601, 9: Colorspace.BT2020}


def coded_frame(number: int, width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    """Return frame ``number``, (height, width, 3) uint16."""
    frame = np.full((height, width, 3), 0.45)
    rows, columns = height // 3, width // 3
    frame[:rows, :columns] = CORNERS["top left"]
    frame[:rows, -columns:] = CORNERS["top right"]
    frame[-rows:, :columns] = CORNERS["bottom left"]
    frame[-rows:, -columns:] = CORNERS["bottom right"]
    for bit in range(NUM_BITS):
        left, right = (bit * width // NUM_BITS, (bit + 1) * width // NUM_BITS)
        frame[rows : height - rows, left:right] = 0.85 if number >> bit & 1 else 0.1
    return np.rint(frame * 65535).astype(np.uint16)


def number_of(frame: np.ndarray) -> int:
    """Read which frame a picture shows."""
    height, width = frame.shape[:2]
    row = frame[height // 2 - 1 : height // 2 + 2].mean(axis=(0, 2)) / 65535
    middles = [row[(2 * bit + 1) * width // (2 * NUM_BITS)] for bit in range(NUM_BITS)]
    return sum(1 << bit for bit, level in enumerate(middles) if level > 0.45)


def corners_of(frame: np.ndarray) -> dict[str, tuple[float, ...]]:
    """Return the corners' colours as shares of white."""
    height, width = frame.shape[:2]
    y, x = height // 8, width // 8
    places = {
        "top left": (y, x),
        "top right": (y, width - 1 - x),
        "bottom left": (height - 1 - y, x),
        "bottom right": (height - 1 - y, width - 1 - x),
    }
    return {name: tuple(frame[place] / 65535.0) for name, place in places.items()}


@dataclass(frozen=True)
class Recipe:
    """How a movie is written.

    Attributes:
        numbers: which frames it shows, in order.
        stamps: when, in ticks of ``1 / clock``; None is one a frame at ``rate``.
        tags: name of primaries, transfer and matrix; None leaves the file untagged.
        matrix: of the RGB display matrix, (a, b, c, d); mov and mp4 only.
    """

    codec: str = "libx264"
    pixel_format: str = "yuv420p"
    rate: Fraction = Fraction(24)
    numbers: Sequence[int] = tuple(range(30))
    stamps: Sequence[int] | None = None
    clock: int = 1000
    options: Mapping[str, str] = field(default_factory=dict[str, str])
    container: Mapping[str, str] = field(default_factory=dict[str, str])
    format: str | None = None
    size: tuple[int, int] = (WIDTH, HEIGHT)
    aspect: Fraction | None = None
    tags: str | None = "bt709"
    full_range: bool = False
    rotation: int = 0
    alpha: bool = False


def write_coded(path: Path, recipe: Recipe) -> Path:
    """Write a movie."""
    width, height = recipe.size
    with av.open(str(path), "w", format=recipe.format, options=dict(recipe.container)) as out:
        stream = out.add_stream(recipe.codec, rate=recipe.rate, options=dict(recipe.options))
        stream.width, stream.height, stream.pix_fmt = width, height, recipe.pixel_format
        tick = 1 / recipe.rate if recipe.stamps is None else Fraction(1, recipe.clock)
        stream.codec_context.time_base = tick
        stream.time_base = tick
        context = stream.codec_context
        if recipe.aspect is not None:
            context.sample_aspect_ratio = recipe.aspect
        tags = _TAGS.get(recipe.tags or "")
        if tags is not None:
            context.color_primaries, context.color_trc, context.colorspace = tags
            context.color_range = ColorRange.JPEG if recipe.full_range else ColorRange.MPEG
        if recipe.rotation:
            stream.set_display_rotation(recipe.rotation)
        for place, number in enumerate(recipe.numbers):
            frame = picture_of(coded_frame(number, width, height), recipe)
            frame.pts = place if recipe.stamps is None else recipe.stamps[place]
            frame.time_base = tick
            for packet in stream.encode(frame):
                out.mux(packet)
        for packet in stream.encode(None):
            out.mux(packet)
    return path


def picture_of(rgb: np.ndarray, recipe: Recipe) -> av.VideoFrame:
    """Return a frame as it goes into an encoder."""
    if recipe.alpha:
        # The right half is half transparent.
        alpha = np.full((*rgb.shape[:2], 1), 65535, np.uint16)
        alpha[:, rgb.shape[1] // 2 :] = 32768
        deep = av.VideoFrame.from_ndarray(np.concatenate([rgb, alpha], axis=2), format="rgba64le")
    else:
        deep = av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb48le")
    matrix = _SPACES[_TAGS.get(recipe.tags or "", (1, 1, 1))[2]]
    full = recipe.full_range or recipe.pixel_format.startswith("yuvj")
    return deep.reformat(
        format=recipe.pixel_format,
        interpolation=Interpolation.BICUBIC
        | Interpolation.ACCURATE_RND
        | Interpolation.FULL_CHR_H_INT,
        src_colorspace=matrix,
        dst_colorspace=matrix,
        src_color_range=ColorRange.JPEG,
        dst_color_range=ColorRange.JPEG if full else ColorRange.MPEG,
    )
