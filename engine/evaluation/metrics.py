"""Picture measures and the two cheap rivals of in-betweening: the cross-fade and optical flow.

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
    return (1 - t) * first + t * last


def flow_between(first: Frames, last: Frames, count: int) -> Frames:
    """Return ``count`` frames between two pictures by DIS optical flow, warped both ways and blended."""
    forward, backward = dis_flow(first, last), dis_flow(last, first)
    height, width = first.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))

    def warp(picture: Frames, flow: NDArray[np.float32], share: float) -> Frames:
        moved = (x - share * flow[..., 0], y - share * flow[..., 1])
        warped = cv2.remap(
            picture, moved[0], moved[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        return np.asarray(warped, dtype=np.float32)

    out: list[Frames] = []
    for t in (np.arange(count) + 1) / (count + 1):
        share = float(t)
        out.append((1 - share) * warp(first, forward, share) + share * warp(last, backward, 1 - share))
    return np.stack(out)


def dis_flow(first: Frames, last: Frames) -> NDArray[np.float32]:
    """Return OpenCV's DIS optical flow (medium preset) from one picture to the other, in pixels."""
    solver = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    grey = [
        cv2.cvtColor((picture * 255).clip(0, 255).astype(np.uint8), cv2.COLOR_RGB2GRAY)
        for picture in (first, last)
    ]
    return np.asarray(solver.calc(grey[0], grey[1], None), dtype=np.float32)
