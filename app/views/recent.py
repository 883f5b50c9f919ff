"""The menu of the films that were open lately; one that is not there now is shown, but dim."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QMenu, QWidget

from app.state.language import said
from app.state.settings import SettingsState


class RecentMenu(QMenu):
    """The films that were open lately, the latest first."""

    def __init__(
        self, settings: SettingsState, open_project: Callable[[Path], object], parent: QWidget
    ) -> None:
        super().__init__(said("Menus", "Open &recent"), parent)
        self.setToolTipsVisible(True)
        self._settings = settings
        self._open = open_project
        settings.changed.connect(self._follow)
        self.aboutToShow.connect(lambda: self._fill(looks=True))
        self._listed: tuple[str, ...] | None = None
        self._follow()

    def _fill(self, *, looks: bool) -> None:
        """List them; ``looks`` whether they are there: moved, or on a disk that is unplugged."""
        self.clear()
        paths = [Path(name) for name in self._settings.values.recent]
        stems = [path.stem for path in paths]
        missing: list[Path] = []
        for path in paths:
            is_twin = stems.count(path.stem) > 1
            words = f"{path.stem} – {path.parent.name}" if is_twin else path.stem
            action = self.addAction(words.replace("&", "&&"))
            action.setToolTip(str(path))
            action.triggered.connect(self._opening(path))
            if looks and not path.exists():
                missing.append(path)
                action.setEnabled(False)
                action.setText(said("Menus", "{film} (not found)", film=action.text()))
        self.addSeparator()
        if missing:
            forget = self.addAction(said("Menus", "Forget those that are not found"))
            forget.triggered.connect(lambda: self._forget(missing))
        clear = self.addAction(said("Menus", "Clear the list"))
        clear.triggered.connect(lambda: self._forget(paths))

    def _follow(self) -> None:
        """Qt opens no menu that is empty, so it is never left empty until it is asked for."""
        recent = self._settings.values.recent
        if recent != self._listed:
            self._listed = recent
            self.menuAction().setEnabled(bool(recent))
            self._fill(looks=False)  # a disk that sleeps must not hold up the start

    def _forget(self, paths: list[Path]) -> None:
        for path in paths:
            self._settings.forget_project(path)

    def _opening(self, path: Path) -> Callable[[], object]:
        return lambda: self._open(path)
