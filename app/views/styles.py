"""The window in which a style is trained on the film's footage. It blocks nothing."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.state.file_names import shortened
from app.state.language import said, told
from app.state.styles import EFFORTS, MAX_NAME, StylesState
from app.state.timecode import duration_text
from app.state.workspace import Workspace
from app.timeline.parts import FootageItem
from app.views.export.form import Form
from app.views.focus import OWNS_ARROWS
from app.views.icons import icon
from app.views.inspector.fields import Rule
from app.views.segments import Segments
from app.views.side_window import SideWindow

_ID = Qt.ItemDataRole.UserRole
SHORT_S = 20.0
"""Less footage than this teaches its own pictures rather than a style."""


class StylePanel(SideWindow):
    """The film's movies with a tick each, a name, how long, and what comes of it."""

    def __init__(self, workspace: Workspace, owner: QWidget) -> None:
        super().__init__(said("Style", "Train a style"), owner, 560, 460)
        self.setObjectName("exportPanel")
        self.setMinimumSize(460, 380)
        self._state: StylesState = workspace.styles
        self._purpose = _label(
            said(
                "Style",
                "Director-Gen learns the look of your footage: its colours, light and texture. "
                "What comes of it is a LoRA, which is put on this film and can be used in others.",
            ),
            "dim",
        )
        self.movies = QListWidget()
        self.movies.setAccessibleName(said("Style", "Footage to learn from"))
        self.movies.setProperty(OWNS_ARROWS, True)
        self.movies.itemChanged.connect(self._tick)
        self.name = QLineEdit()
        self.name.setAccessibleName(said("Style", "Name of the style"))
        self.name.setPlaceholderText(said("Style", "What the LoRA will be called"))
        self.name.setMaxLength(MAX_NAME)
        self.name.textEdited.connect(self._state.rename)
        self.effort = Segments(
            [(known.name, told(known.words), told(known.purpose)) for known in EFFORTS]
        )
        self.effort.setAccessibleName(said("Style", "How long is trained"))
        self.effort.chosen.connect(self._state.train_for)
        self.facts = _label("", "faint")
        self.why_not = _label("", "dim")
        self.begin = QPushButton(said("Style", "Train"))
        self.begin.setProperty("primary", "true")
        self.begin.setIcon(icon("generate", "on_accent"))
        self.begin.clicked.connect(self._begin)
        self.leave = QPushButton(said("Style", "Close"))
        self.leave.clicked.connect(self.close)
        self._build()
        self._state.changed.connect(self._show)
        workspace.copies.changed.connect(self._show)
        workspace.jobs.changed.connect(self._show)

    def open(self) -> None:
        """Come to the front, as the film is now."""
        self._show_all()
        super().open()
        self.name.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter begins; Enter alone only confirms a field."""
        is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._begin()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        head = QVBoxLayout()
        head.setContentsMargins(16, 14, 16, 8)
        head.setSpacing(8)
        head.addWidget(self._purpose)
        head.addWidget(self.movies, 1)
        form = Form()
        form.add(said("Style", "Name"), self.name)
        form.add(said("Style", "Training"), self.effort)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.facts)
        words.addWidget(self.why_not)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 10, 16, 12)
        foot.setSpacing(8)
        foot.addLayout(words, 1)
        for button in (self.leave, self.begin):
            foot.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head, 1)
        whole.addWidget(form)
        whole.addWidget(Rule())
        whole.addLayout(foot)

    def _begin(self) -> None:
        if self._state.begin():
            self.close()

    def _tick(self, row: QListWidgetItem) -> None:
        is_chosen = row.checkState() == Qt.CheckState.Checked
        self._state.choose(row.data(_ID), is_chosen=is_chosen)

    def _show(self) -> None:
        if self.isVisible():  # a hidden one is written when it is opened
            self._show_all()

    def _show_all(self) -> None:
        state = self._state
        self._show_movies(state.footage)
        if self.name.text() != state.name:
            self.name.setText(state.name)
        self.effort.show_choice(state.effort.name)
        facts = [told(state.effort.purpose)]
        if state.chosen:
            length = duration_text(state.seconds)
            facts.append(said("Style", "{duration} of footage", duration=length))
            if state.seconds < SHORT_S:
                facts.append(said("Style", "that is little: half a minute or more is better"))
        self.facts.setText("  ·  ".join(facts))
        refusal = state.refusal
        self.why_not.setText(told(refusal))
        self.begin.setEnabled(not refusal)
        self.begin.setAccessibleDescription(told(refusal))

    def _show_movies(self, items: tuple[FootageItem, ...]) -> None:
        with QSignalBlocker(self.movies):
            if [self.movies.item(n).data(_ID) for n in range(self.movies.count())] != [
                item.id for item in items
            ]:
                self.movies.clear()
                for item in items:
                    row = QListWidgetItem(shortened(item.name, 48))
                    row.setData(_ID, item.id)
                    row.setToolTip(item.path)
                    self.movies.addItem(row)
            for number, item in enumerate(items):
                row = self.movies.item(number)
                is_there = self._state.is_there(item)
                flags = Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsSelectable
                row.setFlags(flags | Qt.ItemFlag.ItemIsEnabled if is_there else flags)
                is_chosen = self._state.is_chosen(item)
                row.setCheckState(Qt.CheckState.Checked if is_chosen else Qt.CheckState.Unchecked)


def _label(text: str, tone: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setProperty(tone, "true")
    return label
