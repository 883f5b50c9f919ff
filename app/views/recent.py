"""The menu of the films that were open lately; one that is not there now is shown, but dim."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QMenu, QWidget

from app.state.settings import SettingsState


class RecentMenu(QMenu):
    """The films that were open lately, the latest first."""

    def __init__(
        self, settings: SettingsState, open_project: Callable[[Path], object], parent: QWidget
    ) -> None:
        super().__init__("Open &recent", parent)
        self.setToolTipsVisible(True)
        self._settings = settings
        self._open = open_project
        settings.changed.connect(self._enable)
        self.aboutToShow.connect(self.fill)
        self._enable()

    def fill(self) -> None:
        """List them as the disks are now: a folder may have been moved, or its disk unplugged."""
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
            if not path.exists():
                missing.append(path)
                action.setEnabled(False)
                action.setText(f"{action.text()} (not found)")
        self.addSeparator()
        if missing:
            self.addAction("Forget those that are not found").triggered.connect(
                lambda: self._forget(missing)
            )
        self.addAction("Clear the list").triggered.connect(lambda: self._forget(paths))

    def _enable(self) -> None:
        self.menuAction().setEnabled(bool(self._settings.values.recent))

    def _forget(self, paths: list[Path]) -> None:
        for path in paths:
            self._settings.forget_project(path)

    def _opening(self, path: Path) -> Callable[[], object]:
        return lambda: self._open(path)
