"""Small widgets that stand on the timeline for a moment: a caption being edited, an offer."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from app.state.language import said


class TextEditor(QLineEdit):
    """Edits a caption or a name in its place; Enter and leaving it keep, Esc does not.

    Signals:
        done: the id of what is named, and the text.
        ended: it was closed, either way.
    """

    done = Signal(str, str)
    ended = Signal()

    def __init__(self, name: str, hint: str, length: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("captionEditor")
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self.setMaxLength(length)
        self._part_id = ""
        self.installEventFilter(self)
        self.hide()

    def begin(self, part_id: str, text: str, place: QRect) -> None:
        """Open over the text that is edited."""
        self._part_id = part_id
        self.setText(" ".join(text.split()))
        self.setGeometry(place)
        self.show()
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep on Enter and on leaving, let go on Esc."""
        if event.type() == QEvent.Type.FocusOut and self.isVisible():
            self._end(keep=True)
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self._end(keep=True)
                return True
            if event.key() == Qt.Key.Key_Escape:
                self._end(keep=False)
                return True
        return super().eventFilter(watched, event)

    def _end(self, *, keep: bool) -> None:
        part_id, self._part_id = self._part_id, ""
        self.hide()
        if keep and part_id and self.isModified():
            self.done.emit(part_id, self.text())
        self.ended.emit()


class OfferCard(QFrame):
    """Asks in place whether an image shall replace the one on its frame.

    Signals:
        accepted: yes.
        declined: no.
    """

    accepted = Signal()
    declined = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("offer")
        self.setAccessibleName(said("Timeline", "Replace the image on this frame?"))
        self._text = QLabel()
        self._replace = QPushButton(said("Timeline", "Replace"))
        self._replace.setProperty("primary", "true")
        self._keep = QPushButton(said("Timeline", "Keep"))
        self._replace.clicked.connect(self.accepted)
        self._keep.clicked.connect(self.declined)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 6, 6, 6)
        row.setSpacing(8)
        row.addWidget(self._text)
        row.addWidget(self._replace)
        row.addWidget(self._keep)
        self.hide()

    def ask(self, frame: int) -> None:
        """Show the question about a frame."""
        self._text.setText(said("Timeline", "Frame {frame} has an image already.", frame=frame))
        self.adjustSize()
        self.show()
        self.raise_()
        self._replace.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc keeps what is there."""
        if event.key() == Qt.Key.Key_Escape:
            self.declined.emit()
            return
        super().keyPressEvent(event)
