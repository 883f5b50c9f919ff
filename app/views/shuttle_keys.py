"""J, K and L as editors know them: with K held, J and L step by one frame.

K is whatever key the user gave to pausing.

A held key repeats; a repeated L must not race to eight times the speed, but steps on while K is
down, which rolls the film slowly.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from app.state.playback import PlaybackState


class ShuttleKeys(QObject):
    """Knows whether K is held down in the windows it watches."""

    def __init__(self, playback: PlaybackState, pause: QAction, parent: QObject) -> None:
        super().__init__(parent)
        self._playback = playback
        self._pause = pause
        self._holds_k = False
        self._repeats = False

    def watch(self, window: QWidget) -> None:
        """Listen to the keys of a window."""
        window.installEventFilter(self)

    def shuttle(self, direction: int) -> None:
        """Answer J or L."""
        if self._holds_k:
            self._playback.step(direction)
        elif not self._repeats:
            self._playback.shuttle(direction)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note K going down and up; nothing is taken away."""
        kind = event.type()
        if kind == QEvent.Type.WindowDeactivate:
            self._holds_k = False
        elif kind in {QEvent.Type.ShortcutOverride, QEvent.Type.KeyRelease}:
            assert isinstance(event, QKeyEvent)
            self._repeats = event.isAutoRepeat()
            if not event.isAutoRepeat() and self._pauses(event):
                self._holds_k = kind == QEvent.Type.ShortcutOverride
        return False

    def _pauses(self, event: QKeyEvent) -> bool:
        """Whether the key is one of pausing; its modifiers may be let go of before it."""
        pressed = QKeySequence(event.key()).toString()
        names = (keys.toString() for keys in self._pause.shortcuts())
        return any(name == pressed or name.endswith(f"+{pressed}") for name in names)
