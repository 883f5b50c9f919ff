"""The sign of what is not where it was: the same for boards, sounds and movies."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPen

from app.state.language import said
from app.views.theme import color
from app.views.timeline.scene import Scene

_LEAST_WORDS = 60
_HATCH = 9


def paint_offline(painter: QPainter, scene: Scene, area: QRectF, *, has_words: bool = True) -> None:
    """Hatch an area in red, and say *Offline* where there is room; the hatch scrolls with it."""
    painter.save()
    painter.setClipRect(area, Qt.ClipOperation.IntersectClip)
    painter.fillRect(area, color("danger_deep", 0.55))
    painter.setPen(QPen(color("stage", 0.5), 1))
    first = int(scene.scale.x(0)) % _HATCH + area.left() - area.left() % _HATCH
    x = first - area.height()
    while x < area.right():
        painter.drawLine(QLineF(x, area.bottom(), x + area.height(), area.top()))
        x += _HATCH
    if has_words and area.width() > _LEAST_WORDS:
        paint_words(painter, scene, area, said("Timeline", "Offline"), "text")
    painter.restore()


def paint_words(painter: QPainter, scene: Scene, strip: QRectF, words: str, tint: str) -> None:
    """Write words into the middle of what is seen of an area."""
    font = QFont(scene.font)
    font.setPixelSize(11)
    painter.setFont(font)
    left, right = max(strip.left(), 0.0), min(strip.right(), float(scene.width))
    seen = QRectF(left, strip.top(), max(0.0, right - left), strip.height())
    metrics = painter.fontMetrics()
    words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, int(seen.width()) - 16)
    ground = QRectF(0, 0, metrics.horizontalAdvance(words) + 12, metrics.height() + 4)
    ground.moveCenter(seen.center())
    painter.fillRect(ground, color("field", 0.8))
    painter.setPen(color(tint))
    painter.drawText(ground, Qt.AlignmentFlag.AlignCenter, words)
