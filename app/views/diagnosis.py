"""Help > Diagnostics: the report on this installation, to be read and handed on."""

from __future__ import annotations

from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from app.state.diagnosis import DiagnosisState
from app.state.language import said
from app.views.side_window import SideWindow


class DiagnosisWindow(SideWindow):
    """The report, looked up anew whenever the window is opened."""

    def __init__(self, diagnosis: DiagnosisState, owner: QWidget) -> None:
        title = said("Window", "Diagnostics")
        super().__init__(title, owner, 760, 560)
        self.setObjectName("textWindow")
        self._diagnosis = diagnosis
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName(title)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.copy = QPushButton(said("Window", "Copy report"))
        self.copy.setToolTip(said("Window", "It names no folder of yours, no film and no caption."))
        self.copy.clicked.connect(self._copy)
        note = QLabel(said("Window", "It names no folder of yours, no film and no caption."))
        note.setWordWrap(True)
        row = QHBoxLayout()
        row.addWidget(note, 1)
        row.addWidget(self.copy)
        column = QVBoxLayout(self)
        column.addWidget(self.text, 1)
        column.addLayout(row)
        diagnosis.changed.connect(self._follow)

    def open(self) -> None:
        """Come to the front and look anew."""
        self._diagnosis.look()
        self._follow()
        super().open()

    def _follow(self) -> None:
        text = self._diagnosis.text
        looking = said("Window", "Looking at this installation…")
        self.text.setPlainText(text if text else looking)
        self.copy.setEnabled(bool(text))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._diagnosis.text)
