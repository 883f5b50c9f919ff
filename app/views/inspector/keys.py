"""Which keys a focused field of the inspector keeps, although the window knows them too.

Space plays the film and the arrows move the playhead, but a button that was reached by Tab must
hear Space, and a slider the arrows.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QWidget

from app.views.inspector.crop import CropPad

_UPRIGHT = {Qt.Key.Key_Up, Qt.Key.Key_Down}
_ARROWS = {*_UPRIGHT, Qt.Key.Key_Left, Qt.Key.Key_Right}
_PAGES = {Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End}
_KEPT: tuple[tuple[type[QWidget], set[Qt.Key]], ...] = (
    (QAbstractButton, {Qt.Key.Key_Space}),
    (QComboBox, {*_UPRIGHT, *_PAGES, Qt.Key.Key_Space}),
    (QAbstractSlider, {*_ARROWS, *_PAGES}),
    (QAbstractSpinBox, _UPRIGHT),
    (CropPad, _ARROWS),
)


def keeps_key(widget: QWidget | None, event: QEvent) -> bool:
    """Whether a focused widget wants a key that is a command of the window as well."""
    if widget is None or not isinstance(event, QKeyEvent) or event.modifiers():
        return False
    return any(isinstance(widget, kind) and event.key() in keys for kind, keys in _KEPT)
