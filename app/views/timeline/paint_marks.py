"""Markers, the marked range, the line of a snap, and the rubber band."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPen, QPolygonF

from app.state.selection import MarkerSelected
from app.timeline.project import Marker
from app.views.theme import color
from app.views.timeline.layout import pixel
from app.views.timeline.paint_ruler import draw_tag
from app.views.timeline.scene import MARKER_REACH, Scene

_NAME_ROOM = 160.0
_LEAST_NAME = 26.0


def paint_marks(painter: QPainter, scene: Scene) -> None:
    """Draw the marked range and the markers in the ruler."""
    _paint_range(painter, scene)
    markers = scene.project.markers
    for index, marker in enumerate(markers):
        x = scene.scale.x(marker.frame)
        if not -_NAME_ROOM <= x <= scene.width + MARKER_REACH:
            continue
        following = markers[index + 1].frame if index + 1 < len(markers) else None
        room = scene.scale.x(following) - x - 16 if following is not None else _NAME_ROOM
        _paint_flag(painter, scene, marker, x, min(room, _NAME_ROOM))


def _paint_range(painter: QPainter, scene: Scene) -> None:
    marked = scene.project.in_out
    if marked is None:
        return
    lanes = scene.lanes
    left, right = scene.scale.x(marked[0]), scene.scale.x(marked[1])
    shown = QRectF(max(-4.0, left), 0, 0, lanes.ruler_height - 1)
    shown.setRight(min(scene.width + 4.0, right))
    if shown.width() > 0:
        painter.fillRect(shown, color("accent", 0.13))
    painter.setPen(QPen(color("accent"), 2))
    top, bottom = lanes.marks_top + 1.0, lanes.ruler_height - 2.0
    for point, x, inward in (
        (scene.project.in_point, left + 1, 5),
        (scene.project.out_point, right - 1, -5),
    ):
        if point is not None and -8 <= x <= scene.width + 8:
            painter.drawPolyline(
                [
                    QPointF(x + inward, top),
                    QPointF(x, top),
                    QPointF(x, bottom),
                    QPointF(x + inward, bottom),
                ]
            )


def _paint_flag(painter: QPainter, scene: Scene, marker: Marker, x: float, room: float) -> None:
    tint = color(f"marker_{marker.color}")
    top = scene.lanes.marks_top + 2.0
    x = pixel(x) + 0.5
    selected = scene.selection == MarkerSelected(marker.id)
    painter.setPen(QPen(color("text"), 1.5) if selected else Qt.PenStyle.NoPen)
    painter.setBrush(tint)
    half = MARKER_REACH - 1
    painter.drawPolygon(
        QPolygonF(
            [
                QPointF(x - half, top),
                QPointF(x + half, top),
                QPointF(x + half, top + 7),
                QPointF(x, top + 12),
                QPointF(x - half, top + 7),
            ]
        )
    )
    line = color(f"marker_{marker.color}", 0.5 if selected else 0.28)
    painter.setPen(QPen(line, 1))
    painter.drawLine(QPointF(x, scene.lanes.ruler_height), QPointF(x, scene.lanes.grid_bottom))
    if room < _LEAST_NAME or not marker.name:
        return
    font = QFont(scene.font)
    font.setPixelSize(10)
    painter.setFont(font)
    painter.setPen(color("text" if selected else "text_dim"))
    name = painter.fontMetrics().elidedText(marker.name, Qt.TextElideMode.ElideRight, int(room))
    area = QRectF(x + half + 4, top - 1, room, 13)
    painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, name)


def paint_snap(painter: QPainter, scene: Scene) -> None:
    """Draw the line that a drag has snapped to, and say what stands there."""
    snap = scene.snap
    if snap is None:
        return
    x = pixel(scene.scale.x(snap.frame)) + 0.5
    painter.setPen(QPen(color("accent"), 1, Qt.PenStyle.DashLine))
    painter.drawLine(QPointF(x, scene.lanes.marks_top), QPointF(x, scene.lanes.bottom + 4))
    draw_tag(painter, scene, x + 6, scene.lanes.grid_bottom - 20, snap.text, "accent")


def paint_band(painter: QPainter, scene: Scene) -> None:
    """Draw the rubber band."""
    if scene.band is None:
        return
    painter.setPen(QPen(color("accent"), 1))
    painter.setBrush(color("accent", 0.12))
    painter.drawRect(scene.band.adjusted(0.5, 0.5, -0.5, -0.5))
