"""The bench beside the inspector: takes, joins and jobs, one tab at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QHBoxLayout,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.state.settings import SettingsState
from app.views.key_tips import follow_action, plain


class Bench(QWidget):
    """Panels under tabs. Each tab is a command that shows it, or closes the bench again.

    Args:
        panels: by name.
        actions: the checkable command of each panel.
    """

    def __init__(
        self,
        panels: Mapping[str, QWidget],
        actions: Mapping[str, QAction],
        settings: SettingsState,
    ) -> None:
        super().__init__()
        self.setObjectName("bench")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(256)
        self._actions = dict(actions)
        self._settings = settings
        self._names = list(panels)
        self._stack = QStackedWidget()
        tabs = QHBoxLayout()
        tabs.setContentsMargins(8, 4, 8, 0)
        tabs.setSpacing(2)
        for name, panel in panels.items():
            self._stack.addWidget(panel)
            action = actions[name]
            button = QToolButton()
            button.setProperty("tab", "true")
            button.setText(plain(action.text()))
            follow_action(button, action)
            button.setAccessibleName(button.text())
            button.setCheckable(True)
            button.clicked.connect(self._shower(name))
            action.toggled.connect(button.setChecked)
            action.toggled.connect(self._toggler(name))
            tabs.addWidget(button)
        tabs.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(tabs)
        column.addWidget(self._stack, 1)

    @property
    def shown(self) -> str:
        """Name of the panel whose tab is in front."""
        return self._names[self._stack.currentIndex()]

    def bring(self, name: str) -> None:
        """Show a panel."""
        self._stack.setCurrentIndex(self._names.index(name))
        self.setVisible(True)
        self._mark()

    def restore(self, *, is_open: bool) -> None:
        """Stand as the user left it."""
        name = self._settings.values.bench_tab
        self._stack.setCurrentIndex(self._names.index(name) if name in self._names else 0)
        self.setVisible(is_open)
        self._mark()

    def _shower(self, name: str) -> Callable[[], None]:
        def show() -> None:
            self.bring(name)
            self._keep()

        return show

    def _toggler(self, name: str) -> Callable[[bool], None]:
        def toggle(shown: bool) -> None:
            if shown:
                self.bring(name)
            elif name == self.shown:
                self.setVisible(False)
            self._keep()

        return toggle

    def _mark(self) -> None:
        is_open = not self.isHidden()
        for name, action in self._actions.items():
            is_on = is_open and name == self.shown
            if action.isChecked() != is_on:
                with QSignalBlocker(action):
                    action.setChecked(is_on)
        for button in self.findChildren(QToolButton):
            if button.property("tab"):
                button.setChecked(is_open and button.text() == self._text())

    def _text(self) -> str:
        return plain(self._actions[self.shown].text())

    def _keep(self) -> None:
        self._settings.update(shows_jobs=not self.isHidden(), bench_tab=self.shown)
