"""The languages of the program: which there are, and how one is put in at the start.

The words are compiled into ``resources/languages/<code>.qm`` beside their sources; Qt's own words
(Save, Cancel, the file dialog) come from Qt. How they are made: packaging/languages.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator
from PySide6.QtGui import QAction, QActionGroup

from app.state.language import FOLDER, forget, said
from app.state.notices import NoticesState
from app.state.settings import LanguageChoice, SettingsState

LANGUAGES: Mapping[LanguageChoice, str] = {"en": "English", "zh_CN": "简体中文"}
"""Each by its own name: who cannot read the present one finds theirs."""


class _Commands(Protocol):
    def __getitem__(self, name: str) -> QAction: ...

    def connect_to(self, name: str, call: Callable[[], object]) -> None: ...


def chosen(settings: Path) -> LanguageChoice:
    """Read the choice from the settings: words are needed before anything else is made."""
    try:
        found = json.loads(settings.read_bytes()).get("language")
    except (OSError, ValueError, AttributeError):
        return "system"
    return found if found in LANGUAGES else "system"


def language_of(choice: LanguageChoice, locale: QLocale) -> LanguageChoice:
    """Return the language to use; what we do not speak is English."""
    if choice != "system":
        return choice
    return "zh_CN" if locale.language() == QLocale.Language.Chinese else "en"


def install(app: QCoreApplication, language: LanguageChoice) -> list[QTranslator]:
    """Put a language in, before the first word is shown; returns what was put in."""
    QLocale.setDefault(QLocale("zh_CN") if language == "zh_CN" else QLocale.system())
    forget()
    if language not in LANGUAGES or language == "en":
        return []
    qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    made: list[QTranslator] = []
    for name, folder in ((f"qtbase_{language}", qt), (language, str(FOLDER))):
        translator = QTranslator(app)
        if translator.load(name, folder):
            app.installTranslator(translator)
            made.append(translator)
    return made


class LanguageMenu(QObject):
    """Connects the commands that choose a language; it holds from the next start."""

    def __init__(
        self, commands: _Commands, settings: SettingsState, notices: NoticesState, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._notices = notices
        self._group = QActionGroup(self)
        for choice in ("system", *LANGUAGES):
            action = commands[action_name(choice)]
            self._group.addAction(action)
            action.setChecked(settings.values.language == choice)
            commands.connect_to(action_name(choice), self._chooser(choice))

    def _chooser(self, choice: LanguageChoice) -> Callable[[], None]:
        def choose() -> None:
            if self._settings.values.language != choice:
                self._settings.update(language=choice)
                self._notices.info(
                    said("Window", "The language changes when SmartDirector is started again.")
                )

        return choose


def action_name(choice: LanguageChoice) -> str:
    """Return the name of the command that chooses a language."""
    return f"language_{choice}"
