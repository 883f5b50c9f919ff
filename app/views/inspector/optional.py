"""Fields that may be left to the model: empty, they say what it does of its own accord."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QSignalBlocker, QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QWidget

from app.state.language import said
from app.views.icons import icon
from app.views.inspector.fields import ChoiceField

_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


def whole(text: str) -> int | None:
    """Read a whole number."""
    return int(text) if text.strip().isdecimal() else None


def number(text: str) -> float | None:
    """Read a number; a comma is a point."""
    found = _NUMBER.fullmatch(text.strip())
    return float(found.group().replace(",", ".")) if found else None


def interval(text: str) -> tuple[float, float] | None:
    """Read two numbers: ``0.2 to 0.8``, ``0.2-0.8``."""
    found = [float(part.replace(",", ".")) for part in _NUMBER.findall(text)]
    return (found[0], found[1]) if len(found) == 2 else None


def shown(value: Any) -> str:
    """Write a value as its field has it."""
    if isinstance(value, tuple):
        return " to ".join(f"{part:g}" for part in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


class OptionalNumber(QWidget):
    """A number, or nothing.

    Signals:
        entered: the value that was typed; None is the model's own.
        refused: what was typed is no such number.
    """

    entered = Signal(object)
    refused = Signal()

    def __init__(self, name: str, read: Callable[[str], Any]) -> None:
        super().__init__()
        self._read = read
        self._value: Any = None
        self.line = QLineEdit()
        self.line.setAccessibleName(name)
        self.line.setMinimumWidth(60)
        self.line.editingFinished.connect(self._done)
        self.reset = _reset_button(name)
        self.reset.clicked.connect(self._clear)
        _in_row(self, self.line, self.reset)

    def show_value(self, value: Any, own: Any, words: str = "") -> None:
        """Show a value.

        Args:
            value: None where none is set.
            own: what the model does without one, None while that is not known.
            words: what is said instead, where it is not the model's business.
        """
        self._value = value
        text = "" if value is None else shown(value)
        if self.line.text() != text:
            self.line.setText(text)
        self.line.setPlaceholderText(words or _own_words(own))
        self.reset.setVisible(value is not None)

    def _done(self) -> None:
        text = self.line.text().strip()
        value = self._read(text) if text else None
        if text and value is None:
            self.refused.emit()
        elif value != self._value:
            self.entered.emit(value)

    def _clear(self) -> None:
        self.line.setFocus()
        self.entered.emit(None)


class OptionalChoice(QWidget):
    """One of some words, or the model's own.

    Signals:
        entered: the word that was chosen; None is the model's own.
    """

    entered = Signal(object)

    def __init__(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._choices = tuple(choices)
        self.choice = ChoiceField(name)
        self.choice.addItem(_own_words(None))
        self.choice.addItems([said("Inspector", words) for _, words in choices])
        self.choice.activated.connect(self._chosen)
        self.reset = _reset_button(name)
        self.reset.clicked.connect(lambda: self.entered.emit(None))
        _in_row(self, self.choice, self.reset)

    def show_value(self, value: str | None, own: str | None, instead: str = "") -> None:
        """Show a value; ``own`` and ``instead`` as for a number."""
        names = [name for name, _ in self._choices]
        known = dict(self._choices)
        words = said("Inspector", known.get(own, own)) if own is not None else None
        with QSignalBlocker(self.choice):
            self.choice.setItemText(0, instead or _own_words(words))
            self.choice.setCurrentIndex(0 if value is None else 1 + names.index(value))
        self.reset.setVisible(value is not None)

    def _chosen(self, index: int) -> None:
        self.entered.emit(self._choices[index - 1][0] if index else None)


def _own_words(own: Any) -> str:
    if own is None:
        return said("Inspector", "Model's own")
    return said("Inspector", "Model's own ({value})", value=shown(own))


def _reset_button(name: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon("undo"))
    button.setIconSize(QSize(14, 14))
    button.setToolTip(said("Inspector", "Back to the model's own"))
    button.setAccessibleName(said("Inspector", "Reset {name}", name=name.lower()))
    return button


def _in_row(widget: QWidget, field: QWidget, button: QToolButton) -> None:
    row = QHBoxLayout(widget)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(4)
    row.addWidget(field, 1)
    row.addWidget(button)
    widget.setFocusProxy(field)
