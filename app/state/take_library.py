"""All finished takes of the project's folder, read by a worker thread and read again when asked.

What did not change on disk is not read twice. Knows no film: which take fits where is for others.
"""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.state.background import Background
from app.state.editor import Change, EditorState
from app.state.takes import TakesState
from app.timeline.storage import TAKES_FOLDER
from app.timeline.take_files import TakeRecord, read_record, stamp
from engine.protocol.last_used import last_used

_Known = dict[str, tuple[tuple[float, ...], TakeRecord | None]]


class TakeLibrary(QObject):
    """The finished takes by name.

    Signals:
        changed: takes came, went, or were noted on.
    """

    changed = Signal()

    def __init__(
        self, editor: EditorState, takes: TakesState, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self._known: _Known = {}
        self._folder = editor.folder
        self._pending = 0
        self._background = Background(self)
        editor.changed.connect(self._follow)
        takes.made.connect(self.refresh)

    @property
    def records(self) -> tuple[TakeRecord, ...]:
        """Every finished take, newest first."""
        found = [record for _, record in self._known.values() if record is not None]
        now = time.time()
        return tuple(sorted(found, key=lambda r: (-last_used(r.made_at, now), r.name)))

    @property
    def is_reading(self) -> bool:
        """Whether the folder is being looked through."""
        return self._pending > 0

    def record(self, name: str) -> TakeRecord | None:
        """Return a take by its name."""
        found = self._known.get(name)
        return found[1] if found else None

    def refresh(self) -> None:
        """Look through the folder again."""
        folder, known = self._folder, self._known
        found: _Known = {}

        def read() -> None:
            found.update(_read_all(folder / TAKES_FOLDER, known))

        def arrived(_error: str | None) -> None:
            self._pending -= 1
            if folder == self._folder and found.items() != self._known.items():
                self._known = found
                self.changed.emit()

        self._pending += 1
        self._background.start(read, arrived)

    def close(self) -> None:
        """Let the worker end."""
        self._background.close()

    def _follow(self, change: Change) -> None:
        if change & Change.FOLDER:
            self._folder = self._editor.folder
            self._known = {}
            self.changed.emit()
            self.refresh()


def _read_all(folder: Path, known: _Known) -> _Known:
    found: _Known = {}
    try:
        folders = [path for path in folder.iterdir() if path.is_dir()]
    except OSError:
        return found
    for path in folders:
        now = stamp(path)
        before = known.get(path.name)
        if before is not None and before[0] == now:
            found[path.name] = before
        else:
            found[path.name] = (now, read_record(path))
    return found
