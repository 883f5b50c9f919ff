"""Fit a picture to a frame, never stretched: crop it, or show it whole between bars.

The geometry is :func:`engine.planning.resolution.fit_picture`, which the editor draws by as well.
"""

from __future__ import annotations

import cv2
import numpy as np

from engine.media.stills import RgbImage
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
from engine.protocol.jobs import KeyframeSpec

_COVER = KeyframeSpec(image="", frame=0)


def fit_to_frame(
    image: RgbImage,
    frame: FrameSize,
    spec: KeyframeSpec = _COVER,
    size: FrameSize | None = None,
) -> RgbImage:
    """Crop a picture to the frame's aspect ratio, or put bars beside it, and resize it.

    Args:
        image: (height, width, 3).
        frame: the frame whose aspect ratio decides.
        spec: fit, bars and position; cropped in the middle when left out.
        size: size of the result; None means the frame's own. A draft's grid may differ from the
            film's aspect ratio by a percent or two: both then show the same.

    Returns:
        (size.height, size.width, 3).
    """
    target = size or frame
    whole = FrameSize(image.shape[1], image.shape[0])
    fitting = fit_picture(whole, frame, spec.fit, spec.anchor_x, spec.anchor_y)
    if fitting.target == CropBox(0, 0, frame.width, frame.height):
        return _resized(_part(image, fitting.source), target)
    box = _scaled(fitting.target, frame, target)
    canvas = _ground(image, frame, spec, target)
    if spec.bars == "edge":
        for bar in bars_of(whole, frame, fitting):
            place = _scaled(bar.place, frame, target)
            colour = _part(image, bar.edge).reshape(-1, 3).mean(axis=0)
            canvas[place.top : place.bottom, place.left : place.right] = np.round(colour)
    picture = _resized(image, FrameSize(box.width, box.height))
    canvas[box.top : box.bottom, box.left : box.right] = picture
    return canvas


def _ground(image: RgbImage, frame: FrameSize, spec: KeyframeSpec, size: FrameSize) -> RgbImage:
    """Return what lies behind a contained picture: black, or its blurred copy."""
    if spec.bars != "blur":
        return np.zeros((size.height, size.width, 3), np.uint8)
    box = cover_crop(FrameSize(image.shape[1], image.shape[0]), frame)
    small = _resized(_part(image, box), backdrop_size(frame)).astype(np.float32)
    border = cv2.BORDER_REPLICATE
    blurred = cv2.GaussianBlur(small, (0, 0), BACKDROP_RADIUS, borderType=border)
    enlarged = cv2.resize(blurred, (size.width, size.height), interpolation=cv2.INTER_LINEAR)
    return np.clip(enlarged * BACKDROP_SHADE + 0.5, 0, 255).astype(np.uint8)


def _part(image: RgbImage, box: CropBox) -> RgbImage:
    return image[box.top : box.bottom, box.left : box.right]


def _resized(image: RgbImage, size: FrameSize) -> RgbImage:
    height, width = image.shape[:2]
    if (width, height) == (size.width, size.height):
        return np.ascontiguousarray(image)
    method = cv2.INTER_AREA if width > size.width else cv2.INTER_CUBIC
    resized = cv2.resize(image, (size.width, size.height), interpolation=method)
    return resized.astype(np.uint8, copy=False)


def _scaled(box: CropBox, frame: FrameSize, size: FrameSize) -> CropBox:
    """Return a box of the frame in a picture of another size."""
    x, y = size.width / frame.width, size.height / frame.height
    left, top = round(box.left * x), round(box.top * y)
    return CropBox(
        left, top, max(left + 1, round(box.right * x)), max(top + 1, round(box.bottom * y))
    )
