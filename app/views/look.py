"""The choice of the theme: dark, light, or the one the system has; it holds at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, get_args

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QApplication

from app.state.settings import SettingsState, ThemeChoice
from app.views.icons import retint
from app.views.palettes import Theme
from app.views.theme import apply_theme, theme

_SCHEMES: Mapping[Theme, Qt.ColorScheme] = {
    "dark": Qt.ColorScheme.Dark,
    "light": Qt.ColorScheme.Light,
}


class _Commands(Protocol):
    def __getitem__(self, name: str) -> QAction: ...

    def connect_to(self, name: str, call: Callable[[], object]) -> None: ...


class Look(QObject):
    """Keeps the application in the theme that the settings ask for."""

    def __init__(self, app: QApplication, settings: SettingsState, parent: QObject) -> None:
        super().__init__(parent)
        self._app = app
        self._settings = settings
        settings.changed.connect(self.follow)
        app.styleHints().colorSchemeChanged.connect(self.follow)
        self.follow()

    def offer(self, commands: _Commands) -> None:
        """Connect the commands that choose; one of them is marked."""
        group = QActionGroup(self)
        actions = {choice: commands[f"theme_{choice}"] for choice in get_args(ThemeChoice)}
        for choice, action in actions.items():
            group.addAction(action)
            commands.connect_to(f"theme_{choice}", self._chooser(choice))

        def mark() -> None:
            actions[self._settings.values.theme].setChecked(True)

        self._settings.changed.connect(mark)
        mark()

    def follow(self, _scheme: object = None) -> None:
        """Change to the theme that is asked for, if it is another."""
        choice = self._settings.values.theme
        hints = self._app.styleHints()
        # The frames of windows and native dialogs follow this.
        if choice != "system":
            hints.setColorScheme(_SCHEMES[choice])
        else:
            hints.unsetColorScheme()
        wanted = wanted_theme(choice, hints.colorScheme())
        if wanted != theme():
            apply_theme(self._app, wanted)
            retint(self._app)

    def _chooser(self, choice: ThemeChoice) -> Callable[[], object]:
        return lambda: self._settings.update(theme=choice)


def wanted_theme(choice: ThemeChoice, system: Qt.ColorScheme) -> Theme:
    """Return the theme to show; where the system does not say, the dark one."""
    if choice != "system":
        return choice
    return "light" if system == Qt.ColorScheme.Light else "dark"
