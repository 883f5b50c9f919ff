"""Two pictures of the same frame: wiped by a line, side by side, or their difference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPen

from app.state.monitor import Picture
from app.state.viewing import ViewingState
from app.views.stage.overlays import badge_width, paint_badge
from app.views.stage.pictures import Pictures
from app.views.theme import stage_color

_GRIP = 6
_GAP = 8


class Sides:
    """Draws a comparison; the first side is what the viewer shows anyway."""

    def __init__(self, viewing: ViewingState, first: Pictures, second: Pictures) -> None:
        self._viewing = viewing
        self._first = first
        self._second = second

    def forget(self) -> None:
        """Another film."""
        self._second.forget()

    def line(self, frame: QRectF) -> float:
        """Return where the line of the wipe stands."""
        return frame.left() + frame.width() * self._viewing.wipe

    def is_on_line(self, frame: QRectF, place: QPointF) -> bool:
        """Whether the mouse can take hold of the line of the wipe."""
        if self._viewing.comparison != "wipe":
            return False
        return abs(place.x() - self.line(frame)) <= _GRIP

    def rooms(self, room: QRectF) -> tuple[QRectF, ...]:
        """Return where whole pictures have their place: everywhere, or in two halves."""
        if self._viewing.comparison != "side":
            return (room,)
        width = (room.width() - _GAP) / 2
        left = QRectF(room.left(), room.top(), width, room.height())
        return left, left.translated(width + _GAP, 0)

    def paint(
        self,
        painter: QPainter,
        places: Sequence[tuple[QRectF, QRectF]],
        pictures: tuple[Picture, Picture],
        *,
        ratio: float,
        font: QFont,
    ) -> None:
        """Draw both pictures; ``places`` are rooms, each with where the film's frame stands."""
        first, second = pictures
        frame = places[0][1]
        comparison = self._viewing.comparison
        match comparison:
            case "off":
                self._one(painter, frame, self._first, first, ratio, font)
            case "wipe":
                line = self.line(frame)
                whole = frame.adjusted(-1, -1, 1, 1)
                for side, picture, left, right in (
                    (self._first, first, whole.left(), line),
                    (self._second, second, line, whole.right()),
                ):
                    painter.save()
                    clip = QRectF(left, whole.top(), max(0.0, right - left), whole.height())
                    painter.setClipRect(clip)
                    self._one(painter, frame, side, picture, ratio, font)
                    painter.restore()
                _draw_line(painter, frame, line)
            case "side":
                for (room, area), side, picture in zip(
                    places, (self._first, self._second), pictures, strict=True
                ):
                    painter.save()
                    painter.setClipRect(room)
                    self._one(painter, area, side, picture, ratio, font)
                    painter.restore()
            case "difference":
                self._one(painter, frame, self._first, first, ratio, font)
                painter.save()
                painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Difference)
                self._second.paint(painter, frame, second, ratio=ratio, font=font)
                painter.restore()
            case _:
                assert_never(comparison)

    def paint_labels(
        self,
        painter: QPainter,
        areas: Sequence[QRectF],
        first: tuple[str, str],
        second: tuple[str, str],
        font: QFont,
    ) -> None:
        """Name both sides, each on its side."""
        corner = areas[0].topLeft() + QPointF(8, 8)
        if self._viewing.comparison == "difference":
            text = f"{first[0]} − {second[0]}"
            paint_badge(painter, corner, text, stage_color("accent"), font)
            return
        paint_badge(painter, corner, first[0], stage_color(first[1]), font)
        width = badge_width(painter, second[0], font)
        other = areas[-1].topRight() + QPointF(-8 - width, 8)
        paint_badge(painter, other, second[0], stage_color(second[1]), font)

    def _one(
        self,
        painter: QPainter,
        frame: QRectF,
        side: Pictures,
        picture: Picture,
        ratio: float,
        font: QFont,
    ) -> None:
        painter.fillRect(frame, stage_color("stage"))
        side.paint(painter, frame, picture, ratio=ratio, font=font)


def _draw_line(painter: QPainter, frame: QRectF, line: float) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for shade, width in ((stage_color("stage", 0.6), 3), (stage_color("text"), 1)):
        pen = QPen(shade)
        pen.setWidth(width)
        painter.setPen(pen)
        painter.drawLine(QLineF(line, frame.top(), line, frame.bottom()))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(stage_color("text"))
    middle = QPointF(line, frame.center().y())
    for direction in (-1, 1):
        tip = middle + QPointF(direction * 11, 0)
        base = direction * 5
        painter.drawPolygon([tip, middle + QPointF(base, -5), middle + QPointF(base, 5)])
