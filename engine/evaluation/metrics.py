"""Picture measures, and the cross-fade as the cheapest rival of in-betweening.

Frames are float32 arrays of (frames, height, width, 3) in [0, 1]. Knows no model.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

Frames = NDArray[np.float32]


def psnr(a: Frames, b: Frames) -> float:
    """Return the peak signal-to-noise ratio in dB, peak 1; infinite for equal pictures."""
    error = float(np.mean((a.astype(np.float64) - b.astype(np.float64)) ** 2))
    return math.inf if error == 0 else -10 * math.log10(error)


def mean_psnr(a: Frames, b: Frames) -> float:
    """Return the mean over frames of each frame's PSNR."""
    return float(np.mean([psnr(x, y) for x, y in zip(a, b, strict=True)]))


def sharpness(frames: Frames) -> NDArray[np.float64]:
    """Return the deviation of each frame's Laplacian: high where there is detail (or noise)."""
    grey = frames.mean(axis=-1)
    return np.asarray([cv2.Laplacian(np.ascontiguousarray(g), cv2.CV_32F).std() for g in grey])


def cross_fade(first: Frames, last: Frames, count: int) -> Frames:
    """Return ``count`` frames strictly between two (height, width, 3) pictures, blended."""
    t = ((np.arange(count) + 1) / (count + 1)).astype(np.float32)[:, None, None, None]
    return ((1 - t) * first + t * last).astype(np.float32)
