"""The icons in ``resources/icons``, tinted for the theme and sharp at every scale."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QIcon, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QApplication

from app.views.palettes import DARK, PALETTES, Theme
from app.views.theme import RESOURCES, theme, tinted_svg

_SIZE = QSize(18, 18)

_made: dict[int, tuple[str, str]] = {}
"""What each icon shows, by its key: an icon that a button holds can be found again by it."""


def icon(name: str, tint: str = "text_dim") -> QIcon:
    """Return an icon in a colour of the palette, fainter when disabled."""
    return _icon(name, tint, theme())


def glyph(name: str, size: int, color_name: str, scale: float) -> QPixmap:
    """Return an icon as a pixmap of ``size`` logical pixels, for painters."""
    return _glyph(name, size, PALETTES[theme()][color_name], scale)


def stage_glyph(name: str, size: int, color_name: str, scale: float) -> QPixmap:
    """Return a glyph for the picture's place, which is dark in every theme."""
    return _glyph(name, size, DARK[color_name], scale)


def retint(app: QApplication) -> None:
    """Give every action and button its icon anew, in the theme that holds now."""
    for window in app.topLevelWidgets():
        holders = (*window.findChildren(QAction), *window.findChildren(QAbstractButton))
        for holder in holders:
            known = _made.get(holder.icon().cacheKey())
            if known is not None:
                holder.setIcon(icon(*known))


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


@lru_cache(maxsize=512)
def _icon(name: str, tint: str, holds: Theme) -> QIcon:
    codes = PALETTES[holds]
    result = QIcon()
    for mode, code in ((QIcon.Mode.Normal, tint), (QIcon.Mode.Disabled, "line_hover")):
        result.addFile(str(tinted_svg(name, codes[code])), _SIZE, mode)
    _made[result.cacheKey()] = (name, tint)
    return result


@lru_cache(maxsize=256)
def _glyph(name: str, size: int, code: str, scale: float) -> QPixmap:
    pixmap = QPixmap.fromImage(svg_image(name, round(size * scale), code))
    pixmap.setDevicePixelRatio(scale)
    return pixmap
