"""What the disk says: which media are gone, and how much room there is. Looked up by a worker."""

from __future__ import annotations

import shutil
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from app.state.background import Background
from app.state.editor import Change, EditorState
from app.timeline.parts import MediaItem
from app.timeline.storage import media_path

SETTLE_MS = 250


class DiskFacts(QObject):
    """Missing media and free room of the project's drive.

    Signals:
        changed: a file came or went, or the room is another.
    """

    changed = Signal()

    def __init__(self, editor: EditorState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._missing: frozenset[str] = frozenset()
        self._free: int | None = None
        self._media: tuple[MediaItem, ...] | None = None
        self._background = Background(self)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SETTLE_MS)
        self._soon.timeout.connect(self.look_again)
        editor.changed.connect(self._follow)

    @property
    def missing(self) -> frozenset[str]:
        """Ids of media whose files are not there."""
        return self._missing

    @property
    def free_bytes(self) -> int | None:
        """Room on the drive that holds the project; None while it is not known."""
        return self._free

    def look_again(self) -> None:
        """Ask the disk."""
        folder, media = self._editor.folder, self._editor.project.media
        found: list[tuple[frozenset[str], int | None]] = []

        def look() -> None:
            found.append((_missing(folder, media), _free(folder)))

        def arrived(_error: str | None) -> None:
            if not found or folder != self._editor.folder:
                return
            missing, free = found[0]
            if (missing, free) != (self._missing, self._free):
                self._missing, self._free = missing, free
                self.changed.emit()

        self._background.start(look, arrived)

    def close(self) -> None:
        """Let the worker end."""
        self._background.close()

    def _follow(self, change: Change) -> None:
        if change & Change.FOLDER or self._editor.project.media is not self._media:
            self._media = self._editor.project.media
            self._soon.start()


def _missing(folder: Path, media: tuple[MediaItem, ...]) -> frozenset[str]:
    return frozenset(item.id for item in media if not media_path(folder, item).is_file())


def _free(folder: Path) -> int | None:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None
