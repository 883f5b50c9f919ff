"""A section that folds away; whether it is open is remembered."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from app.state.language import said
from app.state.settings import SettingsState
from app.views.inspector.fields import Section


class FoldSection(QWidget):
    """A heading that opens and closes what is under it.

    Signals:
        opened: what is under it can be seen now.
    """

    opened = Signal()

    def __init__(self, name: str, title: str, settings: SettingsState) -> None:
        super().__init__()
        self._name = name
        self._settings = settings
        self.heading = QToolButton()
        self.heading.setText(title)
        self.heading.setProperty("heading", "true")
        self.heading.setCheckable(True)
        self.heading.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.heading.setAccessibleName(title)
        self.heading.toggled.connect(self._fold)
        self._aside = QLabel()
        self._aside.setProperty("faint", "true")
        self.reset = QToolButton()
        self.reset.setText(said("Inspector", "Reset"))
        self.reset.setToolTip(
            said("Inspector", "{title}: leave everything to the model", title=title)
        )
        self.reset.setAccessibleName(said("Inspector", "Reset {name}", name=title.lower()))
        top = QHBoxLayout()
        top.setContentsMargins(6, 6, 12, 0)
        top.addWidget(self.heading)
        top.addStretch(1)
        top.addWidget(self._aside)
        top.addWidget(self.reset)
        self.body = Section("")
        self.body.hide_title()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 6)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.body)
        is_open = name not in settings.values.folded
        self.heading.setChecked(is_open)
        self._fold(is_open)

    @property
    def is_open(self) -> bool:
        """Whether what is under the heading can be seen."""
        return self.heading.isChecked()

    def show_count(self, count: int) -> None:
        """Say how many settings are not the model's own."""
        self._aside.setText(said("Inspector", "{count} set", count=count) if count else "")
        self.reset.setVisible(count > 0)

    def _fold(self, is_open: bool) -> None:
        self.heading.setArrowType(Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow)
        self.body.setVisible(is_open)
        folded = self._settings.values.folded
        others = tuple(name for name in folded if name != self._name)
        self._settings.update(folded=others if is_open else (*others, self._name))
        if is_open:
            self.opened.emit()
