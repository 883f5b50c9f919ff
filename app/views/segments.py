"""A row of joined buttons of which one is down."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget


class Segments(QWidget):
    """One choice of several.

    Signals:
        chosen: the name of the button that was pressed.
    """

    chosen = Signal(str)

    def __init__(self, choices: Sequence[tuple[str, str, str]]) -> None:
        super().__init__()
        self._buttons: dict[str, QPushButton] = {}
        group = QButtonGroup(self)
        group.setExclusive(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 0, 0, 0)
        row.setSpacing(0)
        for name, text, tip in choices:
            button = QPushButton(text)
            button.setCheckable(True)
            button.setProperty("segment", "true")
            button.setToolTip(tip)
            button.setAccessibleName(text)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(self._on_click)
            group.addButton(button)
            self._buttons[name] = button
            row.addWidget(button)

    def show_choice(self, name: str) -> None:
        """Put the button of a choice down without telling anybody."""
        self._buttons[name].setChecked(True)

    def button(self, name: str) -> QPushButton:
        """Return the button of a choice."""
        return self._buttons[name]

    def _on_click(self) -> None:
        sender = self.sender()
        for name, button in self._buttons.items():
            if button is sender:
                self.chosen.emit(name)
