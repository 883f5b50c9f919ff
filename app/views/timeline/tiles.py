"""The tiles of a filmstrip: pictures side by side, only where the timeline is seen."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter, QPixmap

from app.views.theme import color
from app.views.timeline.layout import ShotSpan, pixel
from app.views.timeline.scene import Scene

Tile = Callable[[Scene, ShotSpan, int, int, int], QPixmap | None]
"""From a frame of a shot, and (width, height), to its picture once it is loaded."""


def paint_tiles(
    painter: QPainter,
    scene: Scene,
    span: ShotSpan,
    stretch: tuple[float, float],
    strip: QRectF,
    tile: Tile,
) -> None:
    """Fill the stretch ``(left, right)`` of a strip with pictures of the shot's frames."""
    left, right = stretch
    height = int(strip.height())
    width = max(8, round(height * scene.aspect))
    x = left + max(0, int((scene.left - left) // width)) * width
    while x < min(right, scene.right):
        frame = max(0, math.ceil((x - strip.left()) / scene.scale.pixels_per_frame))
        picture = tile(scene, span, min(frame, span.shot.num_frames - 1), width, height)
        shown = min(width, right - x)
        if picture is not None:
            source = QRectF(0, 0, shown * scene.pixel_ratio, height * scene.pixel_ratio)
            painter.drawPixmap(QRectF(x, strip.top(), shown, height), picture, source)
            edge = QRect(pixel(x + shown) - 1, int(strip.top()), 1, height)
            painter.fillRect(edge, color("stage", 0.5))
        x += width
