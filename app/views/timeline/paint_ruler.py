"""The ruler, what is made of each pass, the playhead, and the place where a drop would land."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPen, QPolygonF

from app.state.timecode import nominal_rate, timecode
from app.views.theme import color, mono_font
from app.views.timeline.layout import Scale, pixel
from app.views.timeline.scene import Scene

_MIN_LABEL_PIXELS = 96


def tick_step(scale: Scale, rate: int, min_pixels: float) -> int:
    """Return the smallest handy step, in frames, that is ``min_pixels`` wide."""
    handy = [1, 2, 5]
    handy += [n for n in (rate // 2,) if n > 5]
    handy += [rate * s for s in (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)]
    for step in handy:
        if scale.width(step) >= min_pixels:
            return step
    return handy[-1]


def paint_ruler(painter: QPainter, scene: Scene) -> None:
    """Draw ticks and timecode."""
    lanes, scale = scene.lanes, scene.scale
    bottom = lanes.tick_height
    painter.fillRect(QRectF(0, 0, scene.width, lanes.ruler_height), color("panel"))
    rate = scene.project.format.rate
    nominal = nominal_rate(rate)
    major = tick_step(scale, nominal, _MIN_LABEL_PIXELS)
    minor = tick_step(scale, nominal, 9)
    painter.setFont(mono_font(10))
    first = scene.first_frame // major * major
    painter.setPen(QPen(color("line_strong"), 1))
    if major % minor == 0:
        for frame in range(scene.first_frame // minor * minor, scene.last_frame + 1, minor):
            x = pixel(scale.x(frame)) + 0.5
            painter.drawLine(QPointF(x, bottom - 5), QPointF(x, bottom))
    for frame in range(first, scene.last_frame + major, major):
        x = pixel(scale.x(frame)) + 0.5
        painter.setPen(QPen(color("line_hover"), 1))
        painter.drawLine(QPointF(x, bottom - 10), QPointF(x, bottom))
        painter.setPen(color("text_dim"))
        painter.drawText(QPointF(x + 4, bottom - 11), timecode(frame, rate))
    painter.fillRect(QRectF(0, lanes.ruler_height - 1, scene.width, 1), color("line"))


def paint_takes(painter: QPainter, scene: Scene) -> None:
    """Draw a thin bar over each pass: nothing yet, forming, draft, master."""
    top = scene.lanes.ruler_height - 1
    for part in scene.takes.passes:
        left, right = scene.scale.x(part.first_frame), scene.scale.x(part.end)
        if right < 0 or left > scene.width:
            continue
        bar = QRectF(left + 1, top, max(1.0, right - left - 2), 3)
        take = scene.takes.take(part)
        name = "master" if take.master else "draft" if take.draft else "line_strong"
        painter.fillRect(bar, color(name))


def paint_progress(painter: QPainter, scene: Scene) -> None:
    """Draw over a pass's bar how much of it is made."""
    for part in scene.takes.passes if scene.progress else ():
        progress = scene.progress.get(part.take)
        left, right = scene.scale.x(part.first_frame), scene.scale.x(part.end)
        if progress is None or right < 0 or left > scene.width:
            continue
        bar = QRectF(left + 1, scene.lanes.ruler_height - 1, max(1.0, right - left - 2), 3)
        painter.fillRect(bar, color("line_strong"))
        bar.setWidth(max(2.0, bar.width() * progress))
        painter.fillRect(bar, color("accent"))


def paint_playhead(painter: QPainter, scene: Scene) -> None:
    """Draw the playhead over everything."""
    x = pixel(scene.scale.x(scene.playhead)) + 0.5
    if not -10 <= x <= scene.width + 10:
        return
    width = scene.scale.width(1)
    if width >= 6:
        frame = QRectF(x, scene.lanes.ruler_height, width, scene.lanes.bottom)
        painter.fillRect(frame, color("playhead", 0.07))
    painter.setPen(QPen(color("playhead"), 1))
    painter.drawLine(QPointF(x, 8), QPointF(x, scene.lanes.bottom + 4))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(color("playhead")))
    head = [(-5.5, 4), (5.5, 4), (5.5, 12), (0, 18), (-5.5, 12)]
    painter.drawPolygon(QPolygonF([QPointF(x + dx, y) for dx, y in head]))


def paint_marker(painter: QPainter, scene: Scene) -> None:
    """Draw where a drop or a drag would land."""
    marker = scene.marker
    if marker is None:
        return
    name = "danger" if marker.is_taken else "accent" if marker.inserts else "keyframe"
    x = pixel(scene.scale.x(marker.frame)) + 0.5
    if marker.inserts:
        _paint_insertion(painter, scene, x)
    else:
        painter.setPen(QPen(color(name), 1.5))
        painter.drawLine(QPointF(x, scene.lanes.title_top), QPointF(x, scene.lanes.grid_bottom))
    draw_tag(painter, scene, x + 6, scene.lanes.title_top + 1, marker.text, name)


def _paint_insertion(painter: QPainter, scene: Scene, x: float) -> None:
    top, bottom = scene.lanes.title_top - 3, scene.lanes.strip_bottom + 3
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color("accent"))
    painter.drawRect(QRectF(x - 1.5, top, 3, bottom - top))
    for y, turn in ((top, 1), (bottom, -1)):
        painter.drawPolygon(
            QPolygonF([QPointF(x - 6, y), QPointF(x + 6, y), QPointF(x, y + 7 * turn)])
        )


def draw_tag(painter: QPainter, scene: Scene, x: float, y: float, text: str, name: str) -> None:
    """Draw a small label on a dark ground, kept inside the view."""
    painter.setFont(mono_font(11))
    width = painter.fontMetrics().horizontalAdvance(text) + 12
    left = min(x, scene.width - width - 4)
    rect = QRectF(left, y, width, 18)
    painter.setPen(QPen(color(name), 1))
    painter.setBrush(color("window", 0.96))
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    painter.setPen(color("text"))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
