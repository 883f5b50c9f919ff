"""The timeline before there is a film: where to drop the first images."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPen

from app.state.language import said
from app.views.icons import glyph
from app.views.theme import color
from app.views.timeline.scene import Scene

_LINES = (
    "Drop storyboard images or movies here",
    "Each becomes a shot. Drop more images on a shot to pin them to the frame where they should be "
    "seen. "
    "To look around first, open the sample film from the File menu.",
)


def paint_empty(painter: QPainter, scene: Scene, *, is_target: bool) -> None:
    """Draw the place for the first images."""
    top = scene.lanes.title_top + 6
    area = QRectF(12, top, scene.width - 24, scene.lanes.grid_bottom - top)
    name = "accent" if is_target else "line_strong"
    painter.setPen(QPen(color(name), 1.5, Qt.PenStyle.DashLine))
    painter.setBrush(color("accent", 0.08) if is_target else color("panel"))
    painter.drawRoundedRect(area, 8, 8)
    centre = area.center()
    icon = glyph("drop", 32, "accent" if is_target else "text_faint", scene.pixel_ratio)
    painter.drawPixmap(centre + QPointF(-16, -52), icon)
    font = QFont(scene.font)
    font.setPixelSize(14)
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(color("text"))
    painter.drawText(
        QRectF(area.left(), centre.y() - 10, area.width(), 20),
        Qt.AlignmentFlag.AlignCenter,
        said("Timeline", _LINES[0]),
    )
    font.setPixelSize(12)
    font.setBold(False)
    painter.setFont(font)
    painter.setPen(color("text_dim"))
    painter.drawText(
        QRectF(area.left() + 16, centre.y() + 14, area.width() - 32, 36),
        Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap,
        said("Timeline", _LINES[1]),
    )


def paint_lane_names(painter: QPainter, scene: Scene) -> None:
    """Write what the room after the last shot is for."""
    left = scene.scale.x(scene.layout.num_frames) + 10
    if left > scene.width - 60:
        return
    width = min(140.0, scene.width - left - 8)
    top = scene.lanes.title_top
    area = QRectF(left, top, width, scene.lanes.strip_bottom - top)
    painter.setPen(QPen(color("line_strong"), 1, Qt.PenStyle.DashLine))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    if width > 90:
        painter.setPen(color("text_faint"))
        font = QFont(scene.font)
        font.setPixelSize(11)
        painter.setFont(font)
        painter.drawText(
            area.adjusted(8, 0, -8, 0),
            Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap,
            said("Timeline", "Drop images or movies for new shots"),
        )
