"""The keys of one command: take off, add, and settle whose key it is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.state.keymap import KeymapState, shown_key
from app.state.language import said
from app.views.keyboard.catcher import KeyCatcher


class KeyEditor(QFrame):
    """Edits the keys of the command that is shown.

    Args:
        title_of: returns the words of a command.
    """

    def __init__(self, keymap: KeymapState, title_of: Callable[[str], str]) -> None:
        super().__init__()
        self.setObjectName("keyEditor")
        self._keymap = keymap
        self._title_of = title_of
        self._command = ""
        self._asked_key = ""
        self._title = QLabel()
        self._title.setProperty("heading", "true")
        self._chips = QHBoxLayout()
        self._chips.setSpacing(4)
        self.catcher = KeyCatcher(said("Keyboard", "Click here and press a key to add it"))
        self.catcher.setMinimumWidth(250)
        self.catcher.caught.connect(self._catch)
        self.catcher.refused.connect(
            lambda: self._say(said("Keyboard", "That key cannot be given to a command."))
        )
        self.catcher.left.connect(self._leave)
        self.reset = QPushButton(said("Keyboard", "Reset"))
        self.reset.setToolTip(said("Keyboard", "Give this command the preset's keys again"))
        self.reset.clicked.connect(lambda: keymap.reset(self._command))
        self._words = QLabel()
        self._words.setProperty("amber", "true")
        self._words.setWordWrap(True)
        self.take = QPushButton(said("Keyboard", "Use it here instead"))
        self.take.setProperty("primary", "true")
        self.take.clicked.connect(self._take)
        self.keep = QPushButton(said("Keyboard", "Leave it there"))
        self.keep.clicked.connect(self._drop_question)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._title)
        row.addLayout(self._chips)
        row.addStretch(1)
        row.addWidget(self.catcher)
        row.addWidget(self.reset)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self._words, 1)
        below.addWidget(self.take)
        below.addWidget(self.keep)
        self._below = QWidget()
        self._below.setMinimumHeight(30)
        self._below.setLayout(below)
        below.setContentsMargins(0, 0, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self._below)
        keymap.changed.connect(self._show)
        self.show_command("")

    @property
    def question(self) -> str:
        """What is asked or said below."""
        return self._words.text()

    def show_command(self, command: str) -> None:
        """Edit another command."""
        if command != self._command:
            self._command = command
            self._drop_question()
        self._show()

    def _show(self) -> None:
        command = self._command
        self._title.setText(
            self._title_of(command) if command else said("Keyboard", "Select a command above")
        )
        self.catcher.setEnabled(bool(command))
        self.reset.setEnabled(self._keymap.is_changed_for(command))
        while (item := self._chips.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for key in self._keymap.keys(command):
            chip = QPushButton(f"{shown_key(key)}  ×")
            chip.setProperty("chip", "true")
            chip.setToolTip(
                said("Keyboard", "Take {shown_key} off this command", shown_key=shown_key(key))
            )
            chip.setAccessibleName(chip.toolTip())
            chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            chip.clicked.connect(self._taking_off(key))
            self._chips.addWidget(chip)

    def _taking_off(self, key: str) -> Callable[[], None]:
        return lambda: self._keymap.remove(self._command, key)

    def _catch(self, key: str) -> None:
        owner = self._keymap.owner_of(key)
        if owner == self._command:
            self._say(
                said(
                    "Keyboard",
                    "{shown_key} is a key of this command already.",
                    shown_key=shown_key(key),
                )
            )
        elif owner is None:
            self._drop_question()
            self._keymap.add(self._command, key, first=True)
        else:
            self._asked_key = key
            self._say(
                said(
                    "Keyboard",
                    "{shown_key} is the key of “{title_of}”.",
                    shown_key=shown_key(key),
                    title_of=self._title_of(owner),
                ),
                asks=True,
            )
            self.take.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take(self) -> None:
        key = self._asked_key
        self._drop_question()
        self._keymap.add(self._command, key, first=True)
        self.reset.setFocus(Qt.FocusReason.OtherFocusReason)

    def _drop_question(self) -> None:
        self._asked_key = ""
        self._say("")

    def _leave(self) -> None:
        self._drop_question()
        self.reset.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say(self, words: str, *, asks: bool = False) -> None:
        self._words.setText(words)
        self.take.setVisible(asks)
        self.keep.setVisible(asks)
