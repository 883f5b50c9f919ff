"""The pre-flight lane: a mark under the grid wherever something is to be said before generating.

A thin widget on the timeline, so that marks that come and go redraw nothing else.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QToolTip, QWidget

from app.state.language import said, told
from app.state.preflight import Mark, PreflightState
from app.timeline.findings import Severity
from app.views.theme import color
from app.views.timeline.canvas import TimelineCanvas

LANE_HEIGHT = 8
_REACH = 7
_APART = 5.0
"""Marks closer than this become one, the worst of them."""

TINTS: dict[Severity, str] = {
    "problem": "danger",
    "warning": "keyframe",
    "note": "text_faint",
}

_TRIANGLE = QPolygonF([QPointF(-4, 3.5), QPointF(4, 3.5), QPointF(0, -3.5)])
_DIAMOND = QPolygonF([QPointF(-3.5, 0), QPointF(0, -3.5), QPointF(3.5, 0), QPointF(0, 3.5)])

_RANK: dict[Severity, int] = {"problem": 0, "warning": 1, "note": 2}


class CheckLane(QWidget):
    """Draws the marks of the part of the film that is in sight."""

    def __init__(self, preflight: PreflightState, canvas: TimelineCanvas) -> None:
        super().__init__(canvas.viewport())
        self._preflight = preflight
        self._canvas = canvas
        self._marks: tuple[Mark, ...] = ()
        self._frames: list[int] = []
        self.setAccessibleName(said("Timeline", "Pre-flight marks"))
        self.setMouseTracking(True)
        canvas.scrolled.connect(self._place)
        preflight.changed.connect(self._take)
        self._take()

    @property
    def marks(self) -> tuple[Mark, ...]:
        """What is marked, the whole film over."""
        return self._marks

    def mark_at(self, x: float) -> Mark | None:
        """Return the mark near a place, the worst where several stand."""
        near = [m for m in self._around(x, x) if abs(self._x(m) - x) <= _REACH]
        return min(near, key=lambda m: (_RANK[m.severity], abs(self._x(m) - x)), default=None)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a triangle for a problem, a diamond for a warning, a dot for a note."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        shown: dict[int, Mark] = {}
        for mark in self._around(0, self.width()):
            slot = int(self._x(mark) / _APART)
            known = shown.get(slot)
            if known is None or _RANK[mark.severity] < _RANK[known.severity]:
                shown[slot] = mark
        for mark in shown.values():
            painter.setBrush(color(TINTS[mark.severity]))
            _draw(painter, mark.severity, QPointF(self._x(mark), LANE_HEIGHT / 2))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to what is marked; beside the marks the timeline has the mouse."""
        mark = self.mark_at(event.position().x())
        if mark is None or event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self._preflight.go_to(mark.finding)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show that marks can be clicked."""
        is_on = self.mark_at(event.position().x()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if is_on else Qt.CursorShape.ArrowCursor)

    def event(self, event: QEvent) -> bool:
        """Say what is marked."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            mark = self.mark_at(event.pos().x())
            if mark is None:
                QToolTip.hideText()
            else:
                words = self._preflight.words(mark.finding)
                where, sentence = told(words.where), told(words.sentence)
                text = f"{where}: {sentence} {told(words.advice)}".strip(" :")
                QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def _around(self, left: float, right: float) -> tuple[Mark, ...]:
        """Return the marks that reach between two places: in a long film few of them do."""
        scale = self._canvas.scale
        first = bisect_left(self._frames, scale.frame(left - 2 * _REACH))
        return self._marks[first : bisect_right(self._frames, scale.frame(right + _REACH))]

    def _x(self, mark: Mark) -> float:
        scale = self._canvas.scale
        return scale.x(mark.film_frame) + min(6.0, scale.width(1)) / 2

    def _take(self) -> None:
        self._marks = self._preflight.marks
        self._frames = [mark.film_frame for mark in self._marks]
        self._place()

    def _place(self) -> None:
        surface = self._canvas.viewport()
        top = self._canvas.lanes().grid_bottom
        self.setGeometry(0, top, surface.width(), LANE_HEIGHT)
        self.setVisible(bool(self._marks))
        self.update()


def _draw(painter: QPainter, weight: Severity, at: QPointF) -> None:
    if weight == "note":
        painter.drawEllipse(QRectF(at.x() - 1.5, at.y() - 1.5, 3, 3))
    else:
        painter.drawPolygon((_TRIANGLE if weight == "problem" else _DIAMOND).translated(at))
