"""The parts of the inspector: sections, rows, and text that is kept when one pauses."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

_LABEL_WIDTH = 72
_PAUSE_MS = 600


class Section(QWidget):
    """A heading with rows under it."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._heading = QLabel(title)
        self._heading.setProperty("heading", "true")
        self._aside = QLabel()
        self._aside.setProperty("faint", "true")
        top = QHBoxLayout()
        top.addWidget(self._heading)
        top.addStretch(1)
        top.addWidget(self._aside)
        self._rows = QGridLayout()
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setHorizontalSpacing(8)
        self._rows.setVerticalSpacing(8)
        self._rows.setColumnMinimumWidth(0, _LABEL_WIDTH)
        self._rows.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addLayout(top)
        column.addLayout(self._rows)

    def set_title(self, title: str, aside: str = "") -> None:
        """Change the heading, and what stands at its right."""
        self._heading.setText(title)
        self._aside.setText(aside)

    def add_row(self, label: str, *fields: QWidget) -> None:
        """Add a labelled row; the first field takes the room."""
        name = QLabel(label)
        name.setProperty("dim", "true")
        name.setBuddy(fields[0])
        row = QHBoxLayout()
        row.setSpacing(6)
        for index, widget in enumerate(fields):
            row.addWidget(widget, 1 if index == 0 else 0)
        number = self._rows.rowCount()
        self._rows.addWidget(name, number, 0, Qt.AlignmentFlag.AlignVCenter)
        self._rows.addLayout(row, number, 1)

    def hide_title(self) -> None:
        """Leave the heading to whatever stands above."""
        self._heading.hide()
        self._aside.hide()
        column = self.layout()
        assert column is not None
        column.setContentsMargins(12, 0, 12, 8)

    def show_row(self, field: QWidget, is_shown: bool) -> None:
        """Show a row, or hide it where its field makes no sense."""
        for label in self.findChildren(QLabel):
            if label.buddy() is field:
                label.setVisible(is_shown)
        field.setVisible(is_shown)

    def add_wide(self, widget: QWidget) -> None:
        """Add a row without a label."""
        self._rows.addWidget(widget, self._rows.rowCount(), 0, 1, 2)


class Rule(QFrame):
    """A thin line between sections."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("rule")
        self.setFixedHeight(1)


class ProseField(QPlainTextEdit):
    """Text of some lines; what was typed is handed on when one pauses or leaves.

    Signals:
        paused: the text, after a pause in typing.
        left: the field was left: whatever comes next is another edit.
    """

    paused = Signal(str)
    left = Signal()

    def __init__(self, name: str, placeholder: str, lines: int, max_length: int) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        self._max_length = max_length
        height = self.fontMetrics().lineSpacing() * lines + 16
        self.setFixedHeight(height)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self.flush)
        self._shown = ""
        self.textChanged.connect(self._timer.start)

    def show_text(self, text: str) -> None:
        """Show the document's text, unless it is what stands there already."""
        self._shown = text
        if text == self.toPlainText():
            self._timer.stop()
            return
        with QSignalBlocker(self):
            self.setPlainText(text)
        self._timer.stop()

    def flush(self) -> None:
        """Hand on what was typed."""
        self._timer.stop()
        text = self.toPlainText()[: self._max_length]
        if text != self._shown:
            self._shown = text
            self.paused.emit(text)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving keeps what was typed."""
        self.flush()
        self.left.emit()
        super().focusOutEvent(event)


class NumberField(QSpinBox):
    """A number that the mouse wheel changes only while it has the focus.

    Signals:
        entered: a number was typed and confirmed, or stepped to.
    """

    entered = Signal(int)

    def __init__(self, name: str, low: int, high: int, suffix: str = "") -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setRange(low, high)
        self.setSuffix(suffix)
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumWidth(64)
        self.lineEdit().setTextMargins(4, 0, 0, 0)
        self.valueChanged.connect(self.entered)

    def show_number(self, value: int) -> None:
        """Show the document's number without telling anybody."""
        with QSignalBlocker(self):
            self.setValue(value)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolling the inspector must not change numbers in passing."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ChoiceField(QComboBox):
    """A choice that the mouse wheel leaves alone."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumContentsLength(8)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolling the inspector must not change choices in passing."""
        event.ignore()
