"""Detail of full-resolution boards, carried along a low-resolution clip's own motion.

Motion is read off the low-resolution frames, where it is cheap and sound; what does not match (new,
hidden or misread parts) keeps the plain lift. Knows frames, not latents or plans.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Frame = NDArray[np.float32]
"""(H, W, 3) RGB in [0, 255]."""

_TOLERANCE = 22.0
"""Levels by which the draft and a carried board may differ before trust is down to 1/e."""

_FLOW_WIDTH = 512
"""Width at which motion is estimated: a small draft is enlarged to it, for sub-pixel motion."""


@dataclass(frozen=True)
class Guide:
    """A keyframe as the draft shows it and as the board is.

    Attributes:
        frame: where it stands.
        small: (h, w, 3), in the draft.
        large: (H, W, 3), the board at the film's size.
        is_pinned: whether its frame is the board; otherwise the board lends its detail there too
            only where the draft shows the same.
    """

    frame: int
    small: Frame
    large: Frame
    is_pinned: bool = True


def guided(small: Frame, lifted: Frame, near: Sequence[tuple[Guide, int]]) -> Frame:
    """Return the lifted frame with the detail of the boards near it.

    Args:
        small: the draft's frame.
        lifted: the same, enlarged.
        near: guides with their signed distance in frames.
    """
    total = np.zeros(lifted.shape[:2], np.float32)
    carried = np.zeros_like(lifted)
    for guide, distance in near:
        if distance == 0 and guide.is_pinned:
            return guide.large
        warped, trust = _carried(small, lifted, guide)
        weight = trust / max(1, abs(distance))
        carried += warped * weight[..., None]
        total += weight
    if not near:
        return lifted
    # Trust in the better guide decides how much of the plain lift remains.
    nearest = max(1, min(abs(distance) for _, distance in near))
    share = np.clip(total * nearest, 0, 1)[..., None]
    mixed = carried / np.maximum(total, 1e-6)[..., None]
    return np.clip(lifted + share * (mixed - lifted), 0, 255).astype(np.float32, copy=False)


def _carried(small: Frame, lifted: Frame, guide: Guide) -> tuple[Frame, NDArray[np.float32]]:
    """Return a board moved and toned as the draft has it, and how far to trust each place."""
    height, width = lifted.shape[:2]
    flow, consistent = _flow(small, guide.small)
    scale = width / flow.shape[1]
    wide = cv2.resize(flow, (width, height), interpolation=cv2.INTER_CUBIC) * scale
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    warped = cv2.remap(
        guide.large,
        columns + wide[..., 0],
        rows + wide[..., 1],
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    # Compare and correct well below the draft's resolution: a soft draft in the right place must
    # not cost the board's detail.
    grid = (small.shape[1], small.shape[0])
    shown = cv2.resize(warped, grid, interpolation=cv2.INTER_AREA)
    difference = small - shown
    tone = cv2.GaussianBlur(difference, (0, 0), 10.0)
    rest = np.abs(cv2.GaussianBlur(difference, (0, 0), 1.4) - tone).max(axis=2)
    drift = np.abs(tone).max(axis=2)
    # Steep: a young net's speckle is far below the tolerance and must not shine through.
    fit = np.exp(-(((rest + 0.5 * drift) / _TOLERANCE) ** 4))
    agree = cv2.resize(consistent, grid, interpolation=cv2.INTER_AREA)
    flat = _flatness(
        np.asarray(shown, np.float32)
    )  # where nothing stands out, motion is ambiguous and does not matter
    trust = fit * (agree + (1 - agree) * flat)
    warped += cv2.resize(tone, (width, height), interpolation=cv2.INTER_LINEAR)
    return warped, cv2.resize(trust.astype(np.float32), (width, height))


def _flatness(frame: Frame) -> NDArray[np.float32]:
    """Return 1 where a picture hardly changes from pixel to pixel, 0 at edges and in texture."""
    grey = cv2.GaussianBlur(frame.mean(axis=2), (0, 0), 1.0)
    slope = np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)) / 8
    wide = cv2.GaussianBlur(slope, (0, 0), 2.0)
    return np.exp(-((wide / 3.0) ** 2)).astype(np.float32)


def _flow(small: Frame, guide: Frame) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the motion from a draft frame to a guide, and where going there and back agrees."""
    scale = max(1.0, _FLOW_WIDTH / small.shape[1])
    here, there = (_grey(frame, scale) for frame in (small, guide))
    estimate: Any = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    forth = estimate.calc(here, there, None)
    back = estimate.calc(there, here, None)
    rows, columns = np.mgrid[0 : here.shape[0], 0 : here.shape[1]].astype(np.float32)
    x, y = columns + forth[..., 0], rows + forth[..., 1]
    returned = cv2.remap(back, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    miss = np.hypot(*np.moveaxis(forth + returned, -1, 0))
    inside = (x >= 0) & (x < here.shape[1]) & (y >= 0) & (y < here.shape[0])
    agree = np.exp(-((miss / (1.0 + 0.05 * np.hypot(forth[..., 0], forth[..., 1]))) ** 2))
    return forth, (agree * inside).astype(np.float32)


def _grey(frame: Frame, scale: float) -> NDArray[np.uint8]:
    levels = np.clip(frame + 0.5, 0, 255).astype(np.uint8)
    grey = cv2.cvtColor(levels, cv2.COLOR_RGB2GRAY)
    enlarged = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    return enlarged.astype(np.uint8, copy=False)
