"""The tour over the window: a spotlight that lets clicks through, and a card with the words."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.state.keymap import KeymapState, shown_key
from app.state.language import said, told
from app.state.tour import STEPS, TourState
from app.views.commands import SPECS
from app.views.key_tips import plain
from app.views.theme import color, stage_color
from app.views.tour.targets import Target

_CARD_WIDTH = 330
_GAP = 14
_EDGE = 12
_KEYS = {
    Qt.Key.Key_Escape,
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
}


class Spotlight(QWidget):
    """Dims the window except for one place. The mouse does not notice it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._hole = QRect()
        self.hide()

    @property
    def hole(self) -> QRect:
        """The place that is lit, in pixels of the window."""
        return self._hole

    def light(self, hole: QRect) -> None:
        """Light another place."""
        if hole != self._hole:
            self._hole = hole
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dusk and the rim of the light."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        dusk = QPainterPath()
        dusk.setFillRule(Qt.FillRule.OddEvenFill)
        dusk.addRect(QRectF(self.rect()))
        hole = QRectF(self._hole.adjusted(-3, -3, 3, 3)) & QRectF(
            self.rect().adjusted(1, 1, -1, -1)
        )
        if not self._hole.isEmpty():
            dusk.addRoundedRect(hole, 6, 6)
        painter.fillPath(dusk, stage_color("gap", 0.55))
        if not self._hole.isEmpty():
            painter.setPen(QPen(color("accent"), 2))
            painter.drawRoundedRect(hole, 6, 6)


class Tour(QFrame):
    """The card of the tour, and its spotlight.

    Args:
        targets: the place of each step by its name.
    """

    def __init__(
        self,
        tour: TourState,
        keymap: KeymapState,
        targets: Mapping[str, Target],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self.setObjectName("tourCard")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._tour = tour
        self._keymap = keymap
        self._targets = targets
        self._window = window
        self._came_from_index: int | None = None
        self._opened: list[QAction] = []
        self.spotlight = Spotlight(window)
        self._count = QLabel()
        self._count.setProperty("faint", "true")
        self._title = QLabel()
        self._title.setObjectName("tourTitle")
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setProperty("dim", "true")
        self._key = QLabel()
        self._key.setProperty("faint", "true")
        self.next_button = QPushButton(said("Tour", "Next"))
        self.next_button.setProperty("primary", "true")
        self.next_button.clicked.connect(tour.next)
        self.back_button = QPushButton(said("Tour", "Back"))
        self.back_button.clicked.connect(tour.back)
        self.skip_button = QPushButton(said("Tour", "Skip the tour"))
        self.skip_button.setProperty("flat", "true")
        self.skip_button.clicked.connect(tour.end)
        self._build()
        # Panels find their places in the turns of the loop that follow a change of the window.
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._place)
        tour.changed.connect(self._show)
        keymap.changed.connect(self._show)
        window.installEventFilter(self)
        for target in targets.values():
            target.widget.installEventFilter(self)
        self.hide()

    @property
    def title(self) -> str:
        """The heading that is shown."""
        return self._title.text()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the place when it moves; Esc in the window ends the tour."""
        kind = event.type()
        moves = {QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide}
        if kind in moves and self._tour.step is not None:
            self._later.start()
        elif (  # this event comes up to the window unless a field or a panel claims the key
            kind == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
            and watched is self._window
            and self._tour.step is not None
        ):
            self._tour.end()
            event.accept()
            return True
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        """Some keys are the card's while it has the focus; all others reach their commands."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and not event.modifiers()
            and Qt.Key(event.key()) in _KEYS
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc ends, Enter goes on, the arrows turn the pages."""
        match Qt.Key(event.key()):
            case Qt.Key.Key_Escape:
                self._tour.end()
            case Qt.Key.Key_Right | Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._tour.next()
            case Qt.Key.Key_Left:
                self._tour.back()
            case _:
                super().keyPressEvent(event)

    def _build(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        buttons.addWidget(self.skip_button)
        buttons.addStretch(1)
        buttons.addWidget(self.back_button)
        buttons.addWidget(self.next_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 12, 12)
        column.setSpacing(6)
        for label in (self._count, self._title, self._text, self._key):
            column.addWidget(label)
        column.addSpacing(4)
        column.addLayout(buttons)

    def _show(self) -> None:
        step, index = self._tour.step, self._tour.index
        if step is None or index is None:
            self.hide()
            self.spotlight.hide()
            self._came_from_index = None
            while self._opened:
                self._opened.pop().setChecked(False)
            return
        is_new = index != self._came_from_index
        self._came_from_index = index
        target = self._targets[step.name]
        if is_new and target.panel is not None and not target.panel.isChecked():
            if not target.widget.isVisibleTo(self._window):
                self._opened.append(target.panel)
            target.panel.setChecked(True)
        self._count.setText(said("Tour", "{number} of {count}", number=index + 1, count=len(STEPS)))
        self._title.setText(told(step.title))
        self._text.setText(told(step.text))
        self.setAccessibleName(f"{told(step.title)}. {told(step.text)}")
        keys = self._keymap.keys(step.command) if step.command else ()
        words = plain(said("Commands", SPECS[step.command].text)) if keys else ""
        self._key.setText(f"{words}: {shown_key(keys[0])}" if keys else "")
        self._key.setVisible(bool(keys))
        is_last = index + 1 == len(STEPS)
        self.next_button.setText(said("Tour", "Done") if is_last else said("Tour", "Next"))
        self.skip_button.setVisible(not is_last)
        self.back_button.setEnabled(index > 0)
        self.spotlight.show()
        self.show()
        self._place()
        self._later.start()
        if is_new:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _place(self) -> None:
        step = self._tour.step
        if step is None:
            return
        room = QRect(0, 0, self._window.width(), self._window.height())
        self.spotlight.setGeometry(room)
        hole = self._targets[step.name].rect(self._window)
        self.spotlight.light(hole)
        self.spotlight.raise_()
        self.raise_()
        layout = self.layout()
        assert layout is not None
        layout.invalidate()
        width = min(_CARD_WIDTH, room.width() - 2 * _EDGE)
        size = QSize(width, layout.totalHeightForWidth(width))
        self.setGeometry(card_place(room, hole, size))


def card_place(room: QRect, hole: QRect, size: QSize) -> QRect:
    """Return where a card stands beside a place without covering it, if there is room for that.

    Args:
        room: what both lie in.
        hole: the place; empty puts the card in the middle.
        size: of the card.
    """
    card = QRect(room.topLeft(), size)
    if hole.isEmpty():
        card.moveCenter(room.center())
        return card
    inner = room.adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
    x = max(inner.left(), min(hole.center().x() - size.width() // 2, inner.right() - size.width()))
    y = max(inner.top(), min(hole.top(), inner.bottom() - size.height()))
    choices = (
        QRect(x, hole.top() - _GAP - size.height(), size.width(), size.height()),
        QRect(x, hole.bottom() + _GAP, size.width(), size.height()),
        QRect(hole.left() - _GAP - size.width(), y, size.width(), size.height()),
        QRect(hole.right() + _GAP, y, size.width(), size.height()),
    )
    for choice in choices:
        if inner.contains(choice):
            return choice
    card.moveCenter(hole.center())
    return card
