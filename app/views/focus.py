"""The window without a mouse: Tab goes where one reads, and the focused control has its own keys.

Many single keys are commands of the window. A control that Tab has brought one to comes first:
Space presses a button there, and arrows move a slider, a choice or a row of joined buttons.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QScrollArea,
    QWidget,
)
from shiboken6 import isValid

from app.views.theme import color

_ARROWS = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down})
_ENDS = frozenset({Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})
_BY_KEY = frozenset({Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason})
_OF_LINES = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter})
OWNS_ARROWS = "ownsArrows"
"""Property of a widget that arrow keys work."""

_SAME_ROW = 0.5
"""Widgets that share this part of their height are read from left to right."""


def in_reading_order(root: QWidget) -> Iterator[QWidget]:
    """Yield what Tab stops at inside ``root``: row by row, each part of the window to its end."""
    for row in _rows(root):
        for widget in row:
            if _is_stop(widget):
                yield widget
            yield from in_reading_order(widget)


def go_to_next(window: QWidget, *, forward: bool) -> bool:
    """Move the focus to the next or previous stop of a window, around its ends.

    Whether there is a stop at all.
    """
    stops = list(in_reading_order(window))
    if not stops:
        return False
    now = window.focusWidget()
    place = next((n for n, stop in enumerate(stops) if stop is now), -1 if forward else 0)
    target = stops[(place + (1 if forward else -1)) % len(stops)]
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    target.setFocus(reason)
    above = target.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(target, 12, 12)
        above = above.parentWidget()
    return True


def is_by_key(event: QFocusEvent) -> bool:
    """Whether the keyboard has brought the focus: then a ring is drawn where it is."""
    return event.reason() in _BY_KEY


def paint_ring(painter: QPainter, room: QRectF) -> None:
    """Draw the ring around what has the focus."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(color("accent"), 2))
    painter.drawRect(room.adjusted(1, 1, -1, -1))


class FocusKeys(QObject):
    """Lets the control that has the focus keep the keys that work it.

    Who has clicked into a line and ends it with Enter goes on with the window's keys.

    Args:
        window: whose controls these are.
        home: has the focus when no control is at work.
    """

    def __init__(self, window: QWidget, home: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._home = home
        self._watched: QWidget | None = None
        self._by_mouse = False
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._follow)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Claim the control's keys before they become a command's."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and isinstance(watched, QWidget)
            and (_types(watched, event) or (not self._by_mouse and _works(watched, event)))
        ):
            event.accept()
            return True
        if (
            event.type() == QEvent.Type.KeyRelease  # what the press has entered is taken by now
            and isinstance(event, QKeyEvent)
            and isinstance(watched, QLineEdit | QAbstractSpinBox | QComboBox)
            and self._by_mouse
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        ):
            self._home.setFocus(Qt.FocusReason.OtherFocusReason)
        return False

    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        # A button that was clicked keeps the focus, but its user goes on with the window's keys.
        self._by_mouse = QApplication.mouseButtons() != Qt.MouseButton.NoButton
        if self._watched is not None:
            if isValid(self._watched):  # else it loses the focus since it is being taken apart
                self._watched.destroyed.disconnect(self._forget)
                self._watched.removeEventFilter(self)
            self._watched = None
        if now is not None and now.window() is self._window:
            now.installEventFilter(self)
            now.destroyed.connect(self._forget)
            self._watched = now

    def _forget(self) -> None:
        self._watched = None


def _types(widget: QWidget, event: QKeyEvent) -> bool:
    """Whether a key belongs to a line of text, beyond those that Qt keeps for it.

    Enter ends the line and the arrows up and down mean nothing in it: no command may have them.
    """
    held = event.modifiers() & ~(
        Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
    )
    return (
        isinstance(widget, QLineEdit)
        and held == Qt.KeyboardModifier.NoModifier
        and Qt.Key(event.key()) in _OF_LINES
    )


def _works(widget: QWidget, event: QKeyEvent) -> bool:
    """Whether a key works a control that has the focus."""
    key = Qt.Key(event.key())
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if held != Qt.KeyboardModifier.NoModifier:
        return False
    if isinstance(widget, QAbstractButton):
        return key == Qt.Key.Key_Space or (key in _ARROWS and bool(widget.group()))
    if isinstance(widget, QAbstractSlider):
        return key in _ARROWS | _ENDS
    if widget.property(OWNS_ARROWS):
        return key in _ARROWS
    return isinstance(widget, QComboBox) and key in _ARROWS | _ENDS | {Qt.Key.Key_Space}


def _is_stop(widget: QWidget) -> bool:
    by_tab = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    return (
        bool(by_tab)
        and widget.isEnabled()
        and widget.focusProxy() is None
        # A panel that scrolls is no stop: what is in it is.
        and not isinstance(widget, QScrollArea)
    )


def _rows(root: QWidget) -> list[list[QWidget]]:
    children = [
        child
        for child in root.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        if child.isVisible() and not child.isWindow()
    ]
    rows: list[list[QWidget]] = []
    for child in sorted(children, key=lambda widget: (widget.y(), widget.x())):
        if rows and _share_row(rows[-1][0], child):
            rows[-1].append(child)
        else:
            rows.append([child])
    return [sorted(row, key=lambda widget: widget.x()) for row in rows]


def _share_row(first: QWidget, other: QWidget) -> bool:
    top = max(first.y(), other.y())
    bottom = min(first.y() + first.height(), other.y() + other.height())
    return bottom - top > _SAME_ROW * min(first.height(), other.height())
