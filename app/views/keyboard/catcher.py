"""A field that takes the next key that is pressed, instead of letting it do its work."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QLineEdit

from app.state.keymap import key_name
from app.state.language import said

_MODIFIERS = {
    Qt.Key.Key_Control,
    Qt.Key.Key_Shift,
    Qt.Key.Key_Alt,
    Qt.Key.Key_Meta,
    Qt.Key.Key_AltGr,
    Qt.Key.Key_CapsLock,
    Qt.Key.Key_NumLock,
    Qt.Key.Key_ScrollLock,
}
_WALKS = {Qt.Key.Key_Tab, Qt.Key.Key_Backtab}
_UNSHIFTED = dict(zip('!@#$%^&*()_+{}|:"<>?~', "1234567890-=[]\\;',./`", strict=True))
"""What Shift makes of the keys of the commonest keyboard; the map names the key itself."""


def pressed_key(event: QKeyEvent) -> str:
    """Return a pressed key as the map writes it; empty when it cannot be given to a command."""
    key = Qt.Key(event.key())
    modifiers = event.modifiers() & ~(
        Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.GroupSwitchModifier
    )
    if modifiers & Qt.KeyboardModifier.ShiftModifier and 32 < key.value < 127:
        character = chr(key.value)
        if character in _UNSHIFTED:
            key = Qt.Key(ord(_UNSHIFTED[character]))
        elif not character.isalnum():
            modifiers &= ~Qt.KeyboardModifier.ShiftModifier
    text = QKeySequence(modifiers.value | key.value).toString(
        QKeySequence.SequenceFormat.PortableText
    )
    return key_name(text)


class KeyCatcher(QLineEdit):
    """Tells which key was pressed in it. Tab walks on, Esc leaves.

    Signals:
        caught: a key, as the map writes it.
        refused: a key that no command can have.
        left: Esc was pressed.
    """

    caught = Signal(str)
    refused = Signal()
    left = Signal()

    def __init__(self, invitation: str) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setPlaceholderText(invitation)
        self.setAccessibleName(invitation)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._invitation = invitation

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Say that it listens."""
        super().focusInEvent(event)
        self.setPlaceholderText(said("Keyboard", "Press the key now…"))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Say what it is for."""
        super().focusOutEvent(event)
        self.setPlaceholderText(self._invitation)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """There is nothing to select."""
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Every key is for the field, whatever command it belongs to."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Catch it."""
        key = Qt.Key(event.key())
        if key in _MODIFIERS or event.isAutoRepeat():
            return
        if key in _WALKS:
            event.ignore()
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        elif name := pressed_key(event):
            self.caught.emit(name)
        else:
            self.refused.emit()
