"""Rows of labelled fields; under each there is room for the sentence that refuses it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.timeline.export_checks import ExportField

_LABEL_WIDTH = 92


class Row:
    """One row of a form.

    Args:
        field: what screen readers tell the refusal of.
        about: what its refusals are about; None where nothing refuses it.
    """

    def __init__(
        self, label: QLabel, body: QWidget, field: QWidget, about: ExportField | None
    ) -> None:
        self.about: ExportField | None = about
        self._label = label
        self._body = body
        self._field = field
        self.refusal = QLabel()
        self.refusal.setProperty("danger", "true")
        self.refusal.setWordWrap(True)
        self.refusal.hide()

    def keep_room(self) -> None:
        """Leave the row's room free while it is hidden, so that nothing jumps."""
        policy = self._body.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._body.setSizePolicy(policy)

    def show(self, is_shown: bool) -> None:
        """Show the row, or hide it where it makes no sense."""
        self._label.setVisible(is_shown)
        self._body.setVisible(is_shown)
        self.refusal.setVisible(is_shown and bool(self.refusal.text()))

    def remark(self, sentence: str) -> None:
        """Say something that stops nobody; empty where there is nothing to say."""
        self.refusal.setProperty("danger", "false")
        self.refusal.setProperty("amber", "true")
        self.refuse(sentence)

    def refuse(self, sentence: str) -> None:
        """Say why it will not do; empty where it does."""
        self.refusal.setText(sentence)
        self.refusal.setVisible(bool(sentence) and not self._body.isHidden())
        self._field.setAccessibleDescription(sentence)


class Form(QWidget):
    """Rows under each other, their labels in one column."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Row] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(16, 10, 16, 10)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnMinimumWidth(0, _LABEL_WIDTH)
        self._grid.setColumnStretch(1, 1)

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows, from the top."""
        return tuple(self._rows)

    def add(self, words: str, *fields: QWidget, about: ExportField | None = None) -> Row:
        """Add a row; the fields stand beside each other, the first takes what it can use."""
        label = QLabel(words)
        label.setProperty("dim", "true")
        label.setBuddy(fields[0])
        body = QWidget()
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        for field in fields:
            line.addWidget(field)
        wide = QSizePolicy.Policy.Expanding
        if all(field.sizePolicy().horizontalPolicy() != wide for field in fields):
            line.addStretch(1)
        row = Row(label, body, fields[0], about)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addLayout(line)
        column.addWidget(row.refusal)
        number = self._grid.rowCount()
        self._grid.addWidget(label, number, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(body, number, 1)
        label.setMinimumHeight(max(field.sizeHint().height() for field in fields))
        self._rows.append(row)
        return row
