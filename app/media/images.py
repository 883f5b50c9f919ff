"""From arrays to Qt's images, without a copy where Qt allows it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage


def image_of_rgb(pixels_hwc: NDArray[np.uint8]) -> QImage:
    """Return an image that owns a copy of RGB pixels (height, width, 3), ready to paint."""
    height, width, _ = pixels_hwc.shape
    pixels = np.ascontiguousarray(pixels_hwc)
    view = QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    return view.convertToFormat(QImage.Format.Format_RGB32)


def image_of_bgra(pixels_hwc: NDArray[np.uint8]) -> QImage:
    """Return an image that owns a copy of opaque BGRA pixels (height, width, 4)."""
    height, width, _ = pixels_hwc.shape
    pixels = np.ascontiguousarray(pixels_hwc)
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()
