"""Draws a picture into the film's frame as the engine will: cropped, or whole between bars.

The geometry and the numbers of the blur are the engine's own (``engine.planning.resolution``).
Runs in any thread; knows no project.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from app.media.images import image_of_rgb
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

_MAX_BACKDROPS = 64


@dataclass(frozen=True, slots=True)
class Look:
    """How a picture stands in the frame: see ``KeyframeSpec``."""

    fit: Fit = "cover"
    bars: Bars = "black"
    anchor_x: float = 0.5
    anchor_y: float = 0.5


class Fitter:
    """Draws pictures into frames; remembers the blurred copies that it made."""

    def __init__(self) -> None:
        self._backdrops: OrderedDict[tuple[int, FrameSize], QImage] = OrderedDict()

    def draw(
        self, painter: QPainter, frame: QRectF, image: QImage, film: FrameSize, look: Look
    ) -> None:
        """Draw ``image`` over ``frame``, a rectangle of the film's aspect ratio.

        Args:
            painter: smooth transformation should be on.
            frame: where the film's frame is on the painter.
            image: the whole picture, at any size.
            film: size of the film's frame, which decides the crop.
            look: fit, bars, position.
        """
        whole = FrameSize(image.width(), image.height())
        fitting = fit_picture(whole, film, look.fit, look.anchor_x, look.anchor_y)
        target = placed(fitting.target, film, frame)
        bars = bars_of(whole, film, fitting)
        if bars and look.bars == "blur":
            painter.drawImage(frame, self._backdrop(image, film))
        for bar in bars if look.bars != "blur" else ():
            ground = QColor(0, 0, 0) if look.bars == "black" else mean_colour(image, bar.edge)
            painter.fillRect(placed(bar.place, film, frame), ground)
        source = fitting.source
        painter.drawImage(
            target, image, QRectF(source.left, source.top, source.width, source.height)
        )

    def _backdrop(self, image: QImage, film: FrameSize) -> QImage:
        key = (image.cacheKey(), film)
        made = self._backdrops.get(key)
        if made is None:
            made = blurred_backdrop(image, film)
            self._backdrops[key] = made
            while len(self._backdrops) > _MAX_BACKDROPS:
                self._backdrops.popitem(last=False)
        self._backdrops.move_to_end(key)
        return made


def placed(box: CropBox, film: FrameSize, frame: QRectF) -> QRectF:
    """Return where a box of the film's frame lies on the screen."""
    x, y = frame.width() / film.width, frame.height() / film.height
    return QRectF(
        frame.left() + box.left * x, frame.top() + box.top * y, box.width * x, box.height * y
    )


def blurred_backdrop(image: QImage, film: FrameSize) -> QImage:
    """Return the small, blurred and darkened copy that is enlarged behind a contained picture."""
    box = cover_crop(FrameSize(image.width(), image.height()), film)
    small = backdrop_size(film)
    part = image.copy(QRect(box.left, box.top, box.width, box.height)).scaled(
        small.width,
        small.height,
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    pixels = _pixels(part).astype(np.float32)
    for axis in (0, 1):
        pixels = _blurred(pixels, axis)
    return image_of_rgb(np.clip(pixels * BACKDROP_SHADE + 0.5, 0, 255).astype(np.uint8))


def mean_colour(image: QImage, box: CropBox) -> QColor:
    """Return the mean colour of a part of an image."""
    part = image.copy(QRect(box.left, box.top, box.width, box.height))
    red, green, blue = (round(float(c)) for c in _pixels(part).reshape(-1, 3).mean(axis=0))
    return QColor(red, green, blue)


def _blurred(pixels: NDArray[np.float32], axis: int) -> NDArray[np.float32]:
    """Return pixels under a Gaussian along one axis; the border's value goes on."""
    reach = math.ceil(3 * BACKDROP_RADIUS)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / BACKDROP_RADIUS) ** 2)
    weights /= weights.sum()
    padding = [(0, 0)] * 3
    padding[axis] = (reach, reach)
    wide = np.pad(pixels, padding, mode="edge")
    length = pixels.shape[axis]
    shifted = (np.take(wide, range(n, n + length), axis) for n in range(2 * reach + 1))
    return sum(
        (weight * part for weight, part in zip(weights, shifted, strict=True)),
        start=np.zeros_like(pixels),
    ).astype(np.float32)


def _pixels(image: QImage) -> NDArray[np.uint8]:
    """Return RGB pixels (height, width, 3)."""
    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    return rows[:, : 3 * rgb.width()].reshape(rgb.height(), rgb.width(), 3).copy()
