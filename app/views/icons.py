"""The icons in ``resources/icons``, tinted and sharp at every scale."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from app.views.theme import COLORS, RESOURCES

_SIZE = 18


@lru_cache(maxsize=256)
def icon(name: str, tint: str = "text_dim") -> QIcon:
    """Return an icon in a colour of the palette, fainter when disabled."""
    result = QIcon()
    modes = ((QIcon.Mode.Normal, tint), (QIcon.Mode.Disabled, "line_hover"))
    for mode, color_name in modes:
        for scale in (1, 2, 3):
            pixmap = QPixmap.fromImage(svg_image(name, _SIZE * scale, COLORS[color_name]))
            pixmap.setDevicePixelRatio(scale)
            result.addPixmap(pixmap, mode)
    return result


@lru_cache(maxsize=256)
def glyph(name: str, size: int, color_name: str, scale: float) -> QPixmap:
    """Return an icon as a pixmap of ``size`` logical pixels, for painters."""
    pixmap = QPixmap.fromImage(svg_image(name, round(size * scale), COLORS[color_name]))
    pixmap.setDevicePixelRatio(scale)
    return pixmap


def app_icon() -> QIcon:
    """Return the program's own icon."""
    result = QIcon()
    for size in (16, 32, 48, 128, 256):
        result.addPixmap(QPixmap.fromImage(svg_image("smartdirector", size, None)))
    return result


def svg_image(name: str, pixels: int, color_code: str | None) -> QImage:
    """Render an icon; every black in it becomes ``color_code``."""
    text = (RESOURCES / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    if color_code is not None:
        text = text.replace("#000", color_code)
    image = QImage(pixels, pixels, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(text.encode())).render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    return image
