"""What is drawn over the picture: safe areas, thirds, the caption, and small badges."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from app.views.theme import stage_color

ACTION_SAFE = 0.93
TITLE_SAFE = 0.90
"""Shares of width and height, as SMPTE ST 2046-1 has them for 16:9."""

BADGE_HEIGHT = 22


def paint_safe_areas(painter: QPainter, frame: QRectF) -> None:
    """Outline the action-safe and the title-safe area, with a cross in the middle."""
    for share in (ACTION_SAFE, TITLE_SAFE):
        width, height = frame.width() * share, frame.height() * share
        area = QRectF(0, 0, width, height)
        area.moveCenter(frame.center())
        _stroke(painter, [*_sides(area)])
    middle, arm = frame.center(), min(frame.width(), frame.height()) * 0.02
    across = QPointF(arm, 0)
    down = QPointF(0, arm)
    _stroke(
        painter, [QLineF(middle - across, middle + across), QLineF(middle - down, middle + down)]
    )


def paint_thirds(painter: QPainter, frame: QRectF) -> None:
    """Draw the lines that divide the picture into three by three."""
    lines: list[QLineF] = []
    for part in (1, 2):
        x = frame.left() + frame.width() * part / 3
        y = frame.top() + frame.height() * part / 3
        lines.append(QLineF(x, frame.top(), x, frame.bottom()))
        lines.append(QLineF(frame.left(), y, frame.right(), y))
    _stroke(painter, lines)


def paint_caption(painter: QPainter, frame: QRectF, text: str, font: QFont) -> None:
    """Set the shot's caption at the foot of the picture, inside the title-safe area."""
    if not text:
        return
    font.setPixelSize(max(12, min(28, round(frame.height() / 26))))
    font.setBold(False)
    painter.setFont(font)
    margin = frame.width() * (1 - TITLE_SAFE) / 2
    room = QRectF(frame)
    room.adjust(margin, 0, -margin, -frame.height() * (1 - TITLE_SAFE) / 2)
    flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom)
    flags |= int(Qt.TextFlag.TextWordWrap)
    inner = room.adjusted(10, room.height() * 0.6, -10, -6)
    used = painter.boundingRect(inner, flags, text)
    ground = used.intersected(inner).adjusted(-10, -6, 10, 6)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(stage_color("stage", 0.72))
    painter.drawRoundedRect(ground, 6, 6)
    painter.setPen(stage_color("text"))
    painter.save()
    painter.setClipRect(ground)
    painter.drawText(inner, flags, text)
    painter.restore()


def badge_width(painter: QPainter, text: str, font: QFont) -> float:
    """Return how wide a badge is."""
    _badge_font(painter, font)
    return painter.fontMetrics().horizontalAdvance(text) + 30


def paint_badge(painter: QPainter, left_top: QPointF, text: str, tint: QColor, font: QFont) -> None:
    """Draw a small label with a dot in the colour of what it names."""
    width = badge_width(painter, text, font)
    rect = QRectF(left_top.x(), left_top.y(), width, BADGE_HEIGHT)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(stage_color("stage", 0.72))
    painter.drawRoundedRect(rect, 11, 11)
    painter.setBrush(tint)
    painter.drawEllipse(QPointF(rect.left() + 12, rect.center().y()), 3.5, 3.5)
    painter.setPen(stage_color("text"))
    painter.drawText(rect.adjusted(21, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)


def _badge_font(painter: QPainter, font: QFont) -> None:
    font.setPixelSize(11)
    font.setBold(True)
    painter.setFont(font)


def _sides(area: QRectF) -> tuple[QLineF, ...]:
    corners = (area.topLeft(), area.topRight(), area.bottomRight(), area.bottomLeft())
    return tuple(QLineF(a, b) for a, b in zip(corners, (*corners[1:], corners[0]), strict=True))


def _stroke(painter: QPainter, lines: list[QLineF]) -> None:
    """Draw light lines on a dark edge: they are seen on any picture."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for shade, width in ((stage_color("stage", 0.55), 3), (stage_color("text", 0.8), 1)):
        pen = QPen(shade)
        pen.setWidth(width)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.drawLines(lines)
