"""Where the movie goes, what will be written there, and the word that files may be replaced."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QPushButton, QSizePolicy

from app.state.export_words import existing_words, written_words
from app.state.exporting import ExportState
from app.state.language import said
from app.views.dialogs import Dialogs
from app.views.export.form import Form


class PlaceFields(Form):
    """Folder and name, and what comes of them."""

    def __init__(self, state: ExportState, dialogs: Dialogs) -> None:
        super().__init__()
        self._state = state
        self.folder = QLineEdit()
        self.folder.setAccessibleName(said("Export", "Folder"))
        self.folder.textEdited.connect(self._go_to)
        self.browse = QPushButton(said("Export", "Browse…"))
        self.browse.setAccessibleName(said("Export", "Browse for the folder"))
        self.browse.clicked.connect(
            lambda: dialogs.folder(said("Export", "Export to"), state.place)
        )
        self.name = QLineEdit()
        self.name.setAccessibleName(said("Export", "Name"))
        self.name.textEdited.connect(state.rename)
        self.ending = QLabel()
        self.ending.setProperty("dim", "true")
        self.writes = QLabel()
        self.writes.setProperty("dim", "true")
        self.writes.setWordWrap(True)
        self.writes.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.existing = QLabel()
        self.existing.setProperty("amber", "true")
        self.existing.setWordWrap(True)
        self.existing.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.replaces = QCheckBox(said("Export", "Replace"))
        self.replaces.setToolTip(said("Export", "What is there now is lost when the new is whole"))
        self.replaces.toggled.connect(state.allow_replacing)
        self.add(said("Export", "Folder"), self.folder, self.browse, about="folder")
        self.add(said("Export", "Name"), self.name, self.ending, about="name")
        self.add("", self.writes)
        self._of_existing = self.add("", self.existing, self.replaces)
        self._of_existing.keep_room()

    def show_state(self) -> None:
        """Show where it goes."""
        state = self._state
        if Path(self.folder.text()) != state.folder:
            self.folder.setText(str(state.folder))
        if self.name.text() != state.name:
            self.name.setText(state.name)
        self.ending.setText(state.ending)
        files = () if state.refusal("name") else state.files
        self.writes.setText(written_words(files, is_sequence=state.choices.row.is_sequence))
        words = existing_words(state.existing)
        self.existing.setText(words)
        self.existing.setToolTip("\n".join(path.name for path in state.existing[:30]))
        self.replaces.setAccessibleName(f"{self.replaces.text()}: {words}")
        with QSignalBlocker(self.replaces):
            self.replaces.setChecked(state.replaces)
        self._of_existing.show(bool(words))

    def _go_to(self, text: str) -> None:
        self._state.place(Path(text).expanduser())
