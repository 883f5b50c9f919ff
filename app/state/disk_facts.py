"""What the disk says: whether the film's folder is there, which files are gone, how much room.

Looked up by a worker, and again every few seconds: a drive may vanish while the program runs. That
is said once, not again and again; so is that it is back.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from app.state.background import Background
from app.state.editor import Change, EditorState
from app.timeline.parts import FootageItem, MediaItem, SoundItem
from app.timeline.project import Project
from app.timeline.storage import can_be_entered, is_there, media_path

SETTLE_MS = 250
WATCH_MS = 5000
"""Between two looks."""

_STEP = 16 * 1024**2
"""Free room is told in such steps: it never stands still."""


@dataclass(frozen=True, slots=True)
class _Facts:
    """What one look has found."""

    missing: frozenset[str] = frozenset()
    free: int | None = None
    is_away: bool = False


class DiskFacts(QObject):
    """Missing files and free room of the project's drive.

    Signals:
        changed: a file came or went, or the room is another.
        went: the film's folder is not there any more, or may not be entered.
        came_back: the film's folder can be reached again.
        returned: that, or a file of the film can be had again.
    """

    changed = Signal()
    went = Signal()
    came_back = Signal()
    returned = Signal()

    def __init__(self, editor: EditorState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._facts = _Facts()
        self._seen: tuple[object, ...] = (None, None, None)
        self._is_looking = False
        self._background = Background(self)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SETTLE_MS)
        self._soon.timeout.connect(self.look_again)
        self._watch = QTimer(self)
        self._watch.setInterval(WATCH_MS)
        self._watch.timeout.connect(self._look_if_idle)
        self._watch.start()
        editor.changed.connect(self._follow)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.applicationStateChanged.connect(self._on_activity)

    @property
    def missing(self) -> frozenset[str]:
        """Ids of boards, sounds and movies whose files are not there."""
        return self._facts.missing

    @property
    def is_away(self) -> bool:
        """Whether the film's folder cannot be reached."""
        return self._facts.is_away

    @property
    def free_bytes(self) -> int | None:
        """Room on the drive that holds the project; None while it is not known."""
        return self._facts.free

    def look_again(self) -> None:
        """Ask the disk."""
        folder, project = self._editor.folder, self._editor.project
        found: list[_Facts] = []

        def look() -> None:
            found.append(_look(folder, project))

        def arrived(_error: str | None) -> None:
            self._is_looking = False
            if found and folder == self._editor.folder:
                self._keep(found[0])

        self._is_looking = True
        self._background.start(look, arrived)

    def close(self) -> None:
        """Let the worker end."""
        self._watch.stop()
        self._soon.stop()
        self._background.close()

    def _keep(self, facts: _Facts) -> None:
        before, self._facts = self._facts, facts
        if facts == before:
            return
        self.changed.emit()
        if facts.is_away and not before.is_away:
            self.went.emit()
        is_back = before.is_away and not facts.is_away
        if is_back:
            self.came_back.emit()
        if is_back or before.missing - facts.missing:
            self.returned.emit()

    def _look_if_idle(self) -> None:
        if not self._is_looking:  # a drive that does not answer is not asked twice
            self.look_again()

    def _on_activity(self, state: Qt.ApplicationState) -> None:
        """Who comes back from another program may have brought something back."""
        if state == Qt.ApplicationState.ApplicationActive:
            self._look_if_idle()

    def _follow(self, change: Change) -> None:
        if change & Change.FOLDER:
            self._facts = _Facts()
        project = self._editor.project
        seen = (project.media, project.sounds, project.footage)
        if change & Change.FOLDER or any(a is not b for a, b in zip(seen, self._seen, strict=True)):
            self._seen = seen
            self._soon.start()


def _look(folder: Path, project: Project) -> _Facts:
    items: tuple[MediaItem | SoundItem, ...] = (*project.media, *project.sounds)
    missing = {item.id for item in items if not is_there(media_path(folder, item))}
    missing |= {item.id for item in project.footage if not _has_movie(item)}
    return _Facts(frozenset(missing), _free(folder), not can_be_entered(folder))


def _has_movie(item: FootageItem) -> bool:
    return is_there(Path(item.path))


def _free(folder: Path) -> int | None:
    try:
        return shutil.disk_usage(folder).free // _STEP * _STEP
    except OSError:
        return None
