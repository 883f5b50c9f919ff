"""Tiny films of known shots: textures that drift, one for each shot."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

WIDTH, HEIGHT = 96, 64


def texture(seed: int, width: int = 2 * WIDTH, height: int = 2 * HEIGHT) -> np.ndarray:
    """Return a picture of soft spots in the colours of its seed, (height, width, 3) uint8."""
    rng = np.random.default_rng(seed)
    spots = cv2.GaussianBlur(rng.normal(size=(height, width)).astype(np.float32), (0, 0), 2.5)
    spots = 0.5 + 0.5 * spots / np.abs(spots).max()
    colour = rng.uniform(0.25, 1.0, 3)
    return np.clip(255 * spots[..., None] * colour, 0, 255).astype(np.uint8)


def write_film(
    path: Path,
    shots: Sequence[tuple[int, int]],
    rate: Fraction = Fraction(24),
    bars: int = 0,
    size: tuple[int, int] = (WIDTH, HEIGHT),
    drift: float = 1.0,
) -> Path:
    """Write a film of shots (seed, number of frames).

    Args:
        bars: lines of black above and below.
        drift: pixels a frame, to the left; 0 for a still.
    """
    width, height = size
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=rate, options={"crf": "12", "g": "12"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for seed, length in shots:
            whole = texture(seed, 2 * width + length, 2 * height)
            for number in range(length):
                moved = np.array([[1, 0, -drift * number], [0, 1, 0]], np.float32)
                picture = np.asarray(cv2.warpAffine(whole, moved, (width, height)))
                if bars:
                    picture[:bars] = picture[-bars:] = 0
                frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
                for packet in stream.encode(frame):
                    container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)
    return path
