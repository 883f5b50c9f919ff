"""Five stars: a click or an arrow key rates."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QWidget

from app.state.language import said
from app.timeline.take_files import MAX_RATING
from app.views.theme import color

_SIZE = 15
_POINTS = (
    *((0.5, 0.03), (0.62, 0.36), (0.97, 0.37), (0.69, 0.58), (0.79, 0.92)),
    *((0.5, 0.72), (0.21, 0.92), (0.31, 0.58), (0.03, 0.37), (0.38, 0.36)),
)


RATING_TIP = "Rate this take; the same again takes the stars away"


class Stars(QWidget):
    """A rating.

    Signals:
        rated: the number of stars that was asked for.
    """

    rated = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._rating = 0
        self._hovered = 0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedSize(_SIZE * MAX_RATING + 2, _SIZE + 2)
        self.setToolTip(RATING_TIP)
        self.show_rating(0)

    def show_rating(self, rating: int) -> None:
        """Show what is kept."""
        self._rating = rating
        self.setAccessibleName(
            said(
                "Takes",
                "Rating: {rating} of {most} stars",
                rating=rating,
                most=MAX_RATING,
            )
        )
        self.update()

    def sizeHint(self) -> QSize:
        """As many stars as there can be."""
        return self.minimumSize()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Rate."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.rated.emit(self._star_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show what a click would give."""
        self._hovered = self._star_at(event.position().x())
        self.update()

    def leaveEvent(self, event: object) -> None:
        """Show what is kept."""
        self._hovered = 0
        self.update()

    def event(self, event: QEvent) -> bool:
        """Arrow keys rate here and do not move the playhead."""
        arrows = {Qt.Key.Key_Left, Qt.Key.Key_Right}
        is_claim = event.type() == QEvent.Type.ShortcutOverride
        if is_claim and isinstance(event, QKeyEvent) and Qt.Key(event.key()) in arrows:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys rate."""
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()), 0)
        wanted = self._rating + step
        if step and 0 <= wanted <= MAX_RATING:
            # The same number again takes the stars away: that is how one comes to none.
            self.rated.emit(wanted or self._rating)
        elif not step:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the stars."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        shown = self._hovered or self._rating
        for number in range(MAX_RATING):
            full = color("keyframe", 0.75 if self._hovered else 1.0)
            painter.setBrush(full if number < shown else color("line_strong"))
            left = 1 + number * _SIZE
            star = [QPointF(left + x * (_SIZE - 2), 1 + y * (_SIZE - 2)) for x, y in _POINTS]
            painter.drawPolygon(QPolygonF(star))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(color("accent"))
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 3, 3)

    def _star_at(self, x: float) -> int:
        return max(1, min(MAX_RATING, 1 + int((x - 1) // _SIZE)))
