"""A share in per cent: a slider beside its number."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from app.state.language import said
from app.views.inspector.fields import NumberField


class _Slider(QSlider):
    """A slider that the mouse wheel moves only while it has the focus."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolling the inspector must not change shares in passing."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ShareField(QWidget):
    """A share between a least value and 1.

    Signals:
        entered: the share was moved or typed.
        left: the slider was let go: whatever comes next is another edit.
    """

    entered = Signal(float)
    left = Signal()

    def __init__(self, name: str, low: float) -> None:
        super().__init__()
        self._slider = _Slider(Qt.Orientation.Horizontal)
        self._slider.setAccessibleName(name)
        self._slider.setRange(round(100 * low), 100)
        self._slider.setPageStep(10)
        self._slider.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._number = NumberField(
            said("Inspector", "{name} in per cent", name=name), round(100 * low), 100, " %"
        )
        self._number.setSingleStep(5)
        self._number.setFixedWidth(76)
        self._slider.valueChanged.connect(self._on_number)
        self._slider.sliderReleased.connect(self.left)
        self._number.entered.connect(self._on_number)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._slider, 1)
        row.addWidget(self._number)
        self.setFocusProxy(self._slider)

    @property
    def slider(self) -> QSlider:
        """The slider."""
        return self._slider

    @property
    def number(self) -> NumberField:
        """The number beside it."""
        return self._number

    def show_share(self, share: float) -> None:
        """Show a share without telling anybody."""
        with QSignalBlocker(self._slider):
            self._slider.setValue(round(100 * share))
        self._number.show_number(round(100 * share))

    def _on_number(self, per_cent: int) -> None:
        self.show_share(per_cent / 100)
        self.entered.emit(per_cent / 100)
