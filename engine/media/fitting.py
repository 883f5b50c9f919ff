"""Fit a picture to a frame, never stretched: crop it, or show it whole between bars.

The geometry is :func:`engine.planning.resolution.fit_picture`, which the editor draws by as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.planning.resolution import (
    BACKDROP_RADIUS,
    BACKDROP_SHADE,
    CropBox,
    FrameSize,
    backdrop_size,
    bars_of,
    cover_crop,
    fit_picture,
)
from engine.protocol.jobs import Bars, Fit

Depth = TypeVar("Depth", bound=np.unsignedinteger)
"""Of a picture's channels: 8 or 16 bits."""


class Fitted(Protocol):
    """What says how it stands in a frame, such as a ``KeyframeSpec``."""

    @property
    def fit(self) -> Fit:
        """``cover`` or ``contain``."""
        ...

    @property
    def bars(self) -> Bars:
        """What is beside a contained picture."""
        ...

    @property
    def anchor_x(self) -> float:
        """Which part survives, or where the picture stands: 0 (left) to 1 (right)."""
        ...

    @property
    def anchor_y(self) -> float:
        """The same from top to bottom."""
        ...


@dataclass(frozen=True, slots=True)
class Centred:
    """Fitted in the middle of the frame."""

    fit: Fit = "cover"
    bars: Bars = "black"
    anchor_x: float = 0.5
    anchor_y: float = 0.5


_COVER = Centred()


def fit_to_frame(
    image: NDArray[Depth],
    frame: FrameSize,
    spec: Fitted = _COVER,
    size: FrameSize | None = None,
    enlarging: int = cv2.INTER_CUBIC,
) -> NDArray[Depth]:
    """Crop a picture to the frame's aspect ratio, or put bars beside it, and resize it.

    Args:
        image: (height, width, 3).
        frame: the frame whose aspect ratio decides.
        spec: fit, bars and position; cropped in the middle when left out.
        size: size of the result; None means the frame's own. A draft's grid may differ from the
            film's aspect ratio by a percent or two: both then show the same.
        enlarging: OpenCV's method for that; means of areas are taken to make smaller.

    Returns:
        (size.height, size.width, 3), at the picture's own depth.
    """
    target = size or frame
    whole = FrameSize(image.shape[1], image.shape[0])
    fitting = fit_picture(whole, frame, spec.fit, spec.anchor_x, spec.anchor_y)
    if fitting.target == CropBox(0, 0, frame.width, frame.height):
        return resized(_part(image, fitting.source), target, enlarging)
    box = _scaled(fitting.target, frame, target)
    canvas = _ground(image, frame, spec.bars, target)
    if spec.bars == "edge":
        for bar in bars_of(whole, frame, fitting):
            place = _scaled(bar.place, frame, target)
            colour = _part(image, bar.edge).reshape(-1, 3).mean(axis=0)
            canvas[place.top : place.bottom, place.left : place.right] = np.round(colour)
    picture = resized(image, FrameSize(box.width, box.height), enlarging)
    canvas[box.top : box.bottom, box.left : box.right] = picture
    return canvas


def resized(
    image: NDArray[Depth], size: FrameSize, enlarging: int = cv2.INTER_CUBIC
) -> NDArray[Depth]:
    """Return a picture at another size, the same array where it has that size.

    OpenCV's, since swscale takes RGB of 16 bits through 15: measured on slopes, it errs by up to 36
    of 65535, this by 2.
    """
    height, width = image.shape[:2]
    if (width, height) == (size.width, size.height):
        return np.ascontiguousarray(image)
    method = cv2.INTER_AREA if width > size.width else enlarging
    found = cv2.resize(image, (size.width, size.height), interpolation=method)
    return found.astype(image.dtype, copy=False)


def _ground(image: NDArray[Depth], frame: FrameSize, bars: Bars, size: FrameSize) -> NDArray[Depth]:
    """Return what lies behind a contained picture: black, or its blurred copy."""
    if bars != "blur":
        return np.zeros((size.height, size.width, 3), image.dtype)
    box = cover_crop(FrameSize(image.shape[1], image.shape[0]), frame)
    small = resized(_part(image, box), backdrop_size(frame)).astype(np.float32)
    border = cv2.BORDER_REPLICATE
    blurred = cv2.GaussianBlur(small, (0, 0), BACKDROP_RADIUS, borderType=border)
    enlarged = cv2.resize(blurred, (size.width, size.height), interpolation=cv2.INTER_LINEAR)
    white = np.iinfo(image.dtype).max
    return np.clip(enlarged * BACKDROP_SHADE + 0.5, 0, white).astype(image.dtype)


def _part(image: NDArray[Depth], box: CropBox) -> NDArray[Depth]:
    return image[box.top : box.bottom, box.left : box.right]


def _scaled(box: CropBox, frame: FrameSize, size: FrameSize) -> CropBox:
    """Return a box of the frame in a picture of another size."""
    x, y = size.width / frame.width, size.height / frame.height
    left, top = round(box.left * x), round(box.top * y)
    return CropBox(
        left, top, max(left + 1, round(box.right * x)), max(top + 1, round(box.bottom * y))
    )
