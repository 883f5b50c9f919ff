"""Where the film's frame stands in the viewer: fitted, or zoomed and moved. Pure geometry.

A scale counts device pixels for each pixel of the film: 1.0 is 100 %, whatever the screen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, QSizeF

MIN_SCALE, MAX_SCALE = 0.1, 16.0
NEAREST_ABOVE = 2.0
"""Above this scale the pixels themselves are shown."""


@dataclass(frozen=True, slots=True)
class Framing:
    """How the picture is looked at.

    Attributes:
        scale: device pixels for each film pixel; None fits the picture into the viewer.
        center_x, center_y: the place of the film's frame that stands in the middle (0 to 1).
    """

    scale: float | None = None
    center_x: float = 0.5
    center_y: float = 0.5


FITTED = Framing()


def fit_scale(room: QRectF, film: QSizeF, ratio: float) -> float:
    """Return the scale at which the film's frame just fits into ``room`` (logical pixels)."""
    return max(1e-6, min(room.width() / film.width(), room.height() / film.height()) * ratio)


def frame_rect(framing: Framing, room: QRectF, film: QSizeF, ratio: float) -> QRectF:
    """Return where the film's frame is drawn, in logical pixels, on whole ones."""
    scale = framing.scale or fit_scale(room, film, ratio)
    width, height = film.width() * scale / ratio, film.height() * scale / ratio
    x, y = (framing.center_x, framing.center_y) if framing.scale else (0.5, 0.5)
    left = room.center().x() - width * x
    top = room.center().y() - height * y
    return QRectF(round(left), round(top), round(width), round(height))


def zoomed(
    framing: Framing, scale: float, at: QPointF, room: QRectF, film: QSizeF, ratio: float
) -> Framing:
    """Return a framing at another scale in which the same spot stays under ``at``."""
    wanted = max(MIN_SCALE, min(MAX_SCALE, scale))
    rect = frame_rect(framing, room, film, ratio)
    spot_x = (at.x() - rect.left()) / rect.width()
    spot_y = (at.y() - rect.top()) / rect.height()
    width, height = film.width() * wanted / ratio, film.height() * wanted / ratio
    center_x = spot_x - (at.x() - room.center().x()) / width
    center_y = spot_y - (at.y() - room.center().y()) / height
    return Framing(wanted, *_inside(center_x, center_y))


def panned(framing: Framing, by: QPointF, room: QRectF, film: QSizeF, ratio: float) -> Framing:
    """Return a zoomed framing moved by logical pixels; a fitted one stays."""
    if framing.scale is None:
        return framing
    rect = frame_rect(framing, room, film, ratio)
    center_x = framing.center_x - by.x() / rect.width()
    center_y = framing.center_y - by.y() / rect.height()
    center_x, center_y = _inside(center_x, center_y)
    return replace(framing, center_x=center_x, center_y=center_y)


def _inside(x: float, y: float) -> tuple[float, float]:
    """Some of the picture always stays in the middle: nobody loses it."""
    return max(0.0, min(1.0, x)), max(0.0, min(1.0, y))
