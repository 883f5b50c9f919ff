"""In the inspector: that a file is not where it was, and the button that says where it is."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from app.state.language import said
from app.state.workspace import Workspace
from app.views.key_tips import follow_keys


class OfflineRow(QWidget):
    """Hidden while the file is there."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._words = QLabel()
        self._words.setWordWrap(True)
        self._words.setProperty("danger", "true")
        self.button = QPushButton(said("Inspector", "Relink…"))
        follow_keys(self.button, said("Inspector", "Relink"), workspace.keymap, "relink")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._words, 1)
        row.addWidget(self.button)
        self.hide()

    @property
    def text(self) -> str:
        """What is said."""
        return self._words.text()

    def show_offline(self, name: str, *, is_offline: bool) -> None:
        """Say that a file of this name is not there, or nothing."""
        words = said("Inspector", "Offline: {name} is not where it was.", name=name)
        self._words.setText(words)
        self.setVisible(is_offline)
