"""The timecode at the playhead; a click lets you type where to go."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLineEdit

from app.state.language import said
from app.state.timecode import timecode
from app.state.timecode_entry import EntryError, entered_frame
from app.state.workspace import Workspace
from app.views.key_tips import follow_keys
from app.views.theme import mono_font


class TimecodeField(QLineEdit):
    """Shows where the playhead is, and sends it where one types."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._was_just_entered = False
        self.setObjectName("timecode")
        self.setFont(mono_font(14))
        self.setAccessibleName(said("Viewer", "Timecode at the playhead"))
        words = said(
            "Viewer",
            "Click and type to go somewhere: a timecode (2:05), a frame (53), a step (+12)",
        )
        follow_keys(self, words, workspace.keymap, "go_to")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMaxLength(24)
        self.returnPressed.connect(self._go)
        workspace.editor.changed.connect(self._show)
        self._show()

    def sizeHint(self) -> QSize:
        """As wide as a timecode."""
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance("00:00:00:00") + 14, metrics.height() + 8)

    def minimumSizeHint(self) -> QSize:
        """Never cut off."""
        return self.sizeHint()

    def begin(self) -> None:
        """Let the user type."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The first click selects everything: typing replaces it."""
        if self._was_just_entered:
            self.selectAll()
        else:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The selection of the first click stays."""
        if not self._was_just_entered:
            super().mouseReleaseEvent(event)
        self._was_just_entered = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves the playhead where it is."""
        if event.key() == Qt.Key.Key_Escape:
            self.clearFocus()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The film stands still while one types."""
        super().focusInEvent(event)
        self._was_just_entered = event.reason() == Qt.FocusReason.MouseFocusReason
        if self._workspace.playback.is_playing:
            self._workspace.playback.pause()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show the playhead again."""
        super().focusOutEvent(event)
        self._show()
        self.deselect()

    def _go(self) -> None:
        editor = self._workspace.editor
        try:
            frame = entered_frame(self.text(), editor.playhead, editor.project.format.rate)
        except EntryError as error:
            self._workspace.notices.error(str(error))
            self.selectAll()
            return
        self.clearFocus()
        editor.seek(frame)

    def _show(self, _change: object = None) -> None:
        if not self.hasFocus():
            editor = self._workspace.editor
            self.setText(timecode(editor.playhead, editor.project.format.rate))
