"""The presets, those of the program first; the user's can be saved under a name and deleted."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.state.exporting import ExportState
from app.state.language import said, told
from app.timeline.export_presets import CUSTOM, MAX_NAME, PRESETS
from app.views.focus import OWNS_ARROWS
from app.views.icons import icon

_NAME_ROLE = Qt.ItemDataRole.UserRole
_ROW_HEIGHT = 30


class PresetList(QWidget):
    """One of the presets is chosen."""

    def __init__(self, state: ExportState) -> None:
        super().__init__()
        self._state = state
        self.setFixedWidth(180)
        self.list = QListWidget()
        self.list.setObjectName("exportPresets")
        self.list.setProperty(OWNS_ARROWS, True)
        self.list.setAccessibleName(said("Export", "Presets"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentItemChanged.connect(self._choose)
        self.save = QPushButton(said("Export", "Save as preset…"))
        self.save.setProperty("flat", "true")
        self.save.setToolTip(said("Export", "Keep what is chosen under a name"))
        self.save.clicked.connect(self._ask_name)
        self.delete = QToolButton()
        self.delete.setIcon(icon("trash"))
        self.delete.setIconSize(QSize(15, 15))
        self.delete.setToolTip(said("Export", "Delete this preset"))
        self.delete.setAccessibleName(said("Export", "Delete this preset"))
        self.delete.clicked.connect(lambda: state.delete_preset(state.preset_name))
        self.name = _NameField()
        self.name.returnPressed.connect(self._save)
        self.name.hide()
        self.refusal = QLabel()
        self.refusal.setProperty("danger", "true")
        self.refusal.setWordWrap(True)
        self.refusal.hide()
        below = QHBoxLayout()
        below.setContentsMargins(8, 0, 8, 8)
        below.addWidget(self.save)
        below.addStretch(1)
        below.addWidget(self.delete)
        naming = QVBoxLayout()
        naming.setContentsMargins(8, 0, 8, 0)
        naming.addWidget(self.name)
        naming.addWidget(self.refusal)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.list, 1)
        column.addLayout(naming)
        column.addLayout(below)

    def show_state(self) -> None:
        """Show the presets that there are, and which one is chosen."""
        wanted = [(known.name, told(known.words), told(known.purpose)) for known in PRESETS]
        tip = said("Export", "Every field, as it stands now")
        wanted.append((CUSTOM, said("Export", "Custom"), tip))
        wanted += [(known.name, known.name, "") for known in self._state.own]
        items = [self.list.item(n) for n in range(self.list.count())]
        with QSignalBlocker(self.list):
            if [item.data(_NAME_ROLE) for item in items] != [name for name, _, _ in wanted]:
                self.list.clear()
                for name, words, tip in wanted:
                    item = QListWidgetItem(words)
                    item.setData(_NAME_ROLE, name)
                    item.setToolTip(tip)
                    item.setSizeHint(QSize(0, _ROW_HEIGHT))
                    self.list.addItem(item)
            names = [name for name, _, _ in wanted]
            chosen = self._state.preset_name
            self.list.setCurrentRow(names.index(chosen if chosen in names else CUSTOM))
        self.delete.setVisible(any(mine.name == chosen for mine in self._state.own))

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self._state.choose(item.data(_NAME_ROLE))

    def _ask_name(self) -> None:
        is_own = any(mine.name == self._state.preset_name for mine in self._state.own)
        self.name.setText(self._state.preset_name if is_own else "")
        self.name.show()
        self.name.setFocus()
        self.name.selectAll()

    def _save(self) -> None:
        refusal = self._state.save_preset(self.name.text())
        self.refusal.setText(told(refusal))
        self.refusal.setVisible(bool(refusal))
        self.name.setVisible(bool(refusal))


class _NameField(QLineEdit):
    """A preset's name; Esc gives it up."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(said("Export", "Name of the preset"))
        self.setPlaceholderText(said("Export", "Name, then Enter"))
        self.setMaxLength(MAX_NAME)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)
            event.accept()
