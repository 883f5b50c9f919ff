"""The LoRAs on Director-Gen: a line each, with its weight, and what is wrong with its file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, QSize, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.state.generation import GenerationEdits, lora_missing
from app.state.language import said
from app.views.icons import icon
from engine.protocol.jobs import LoraSpec


class _Weight(QDoubleSpinBox):
    """A weight that the mouse wheel changes only while it has the focus."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolling the inspector must not change weights in passing."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class LoraRow(QWidget):
    """One LoRA.

    Signals:
        weighed: its path and its new weight.
        removed: its path.
    """

    weighed = Signal(str, float)
    removed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._path = ""
        self._name = QLabel()
        self.weight = _Weight()
        self.weight.setRange(-10, 10)
        self.weight.setDecimals(2)
        self.weight.setSingleStep(0.05)
        self.weight.setKeyboardTracking(False)
        self.weight.setFixedWidth(72)
        self.weight.valueChanged.connect(self._weigh)
        self.remove = QToolButton()
        self.remove.setIcon(icon("close"))
        self.remove.setIconSize(QSize(14, 14))
        self.remove.clicked.connect(self._remove)
        self.problem = QLabel()
        self.problem.setProperty("danger", "true")
        self.problem.setWordWrap(True)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self._name, 1)
        row.addWidget(self.weight)
        row.addWidget(self.remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.problem)

    def _weigh(self, weight: float) -> None:
        self.weighed.emit(self._path, weight)

    def _remove(self) -> None:
        self.removed.emit(self._path)

    def show_lora(self, lora: LoraSpec) -> None:
        """Show a LoRA."""
        self._path = lora.path
        path = Path(lora.path)
        name = path.stem
        self._name.setText(name if len(name) < 18 else f"{name[:15]}…")
        self._name.setToolTip(lora.path)
        with QSignalBlocker(self.weight):
            self.weight.setValue(lora.weight)
        self.weight.setAccessibleName(said("Inspector", "Weight of LoRA {name}", name=name))
        self.remove.setAccessibleName(said("Inspector", "Remove LoRA {name}", name=name))
        self.remove.setToolTip(said("Inspector", "Remove {name}", name=path.name))
        is_there = path.is_file()
        self.problem.setText("" if is_there else lora_missing(path))
        self.problem.setVisible(not is_there)


class LoraList(QWidget):
    """All of them, and a button for more.

    Signals:
        wanted: choose files.
    """

    wanted = Signal()

    def __init__(self, generation: GenerationEdits) -> None:
        super().__init__()
        self._generation = generation
        self._rows: list[LoraRow] = []
        self.add = QPushButton(said("Inspector", "Add LoRA…"))
        self.add.setToolTip(
            said("Inspector", "A safetensors file for the model; its weight is beside it")
        )
        self.add.clicked.connect(self.wanted)
        self._list = QVBoxLayout(self)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(6)
        self._list.addWidget(self.add)

    @property
    def rows(self) -> tuple[LoraRow, ...]:
        """A row each."""
        return tuple(self._rows)

    def show_loras(self, loras: Sequence[LoraSpec]) -> None:
        """Show what the film has."""
        while len(self._rows) < len(loras):
            row = LoraRow()
            row.weighed.connect(self._generation.weigh_lora)
            row.removed.connect(self._generation.remove_lora)
            self._list.insertWidget(len(self._rows), row)
            self._rows.append(row)
        while len(self._rows) > len(loras):
            self._rows.pop().deleteLater()
        for row, lora in zip(self._rows, loras, strict=True):
            row.show_lora(lora)
