"""A window beside the editor's: it comes up over its middle, blocks nothing, and Esc closes it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget


class SideWindow(QWidget):
    """Belongs to ``owner`` and stays above it."""

    def __init__(self, title: str, owner: QWidget, width: int, height: int) -> None:
        super().__init__(owner, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(title)
        self.resize(width, height)
        self._owner = owner

    def open(self) -> None:
        """Come to the front."""
        if self.isVisible():
            self.raise_()
        else:
            self.move(self._owner.frameGeometry().center() - self.rect().center())
        self.show()
        self.activateWindow()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes it."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)
