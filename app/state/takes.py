"""Which takes of the present film stand on disk, finished.

A take counts when its movie is there and the ``take.json`` beside it knows of it; what was finished
in this session counts at once.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import QObject, Signal

from app.state.editor import Change, EditorState
from app.timeline.takes import DRAFT_FILE, MASTER_FILE, FilmPass, film_passes

TAKE_FILE = "take.json"
MAX_TAKE_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Take:
    """What there is of one pass.

    Attributes:
        draft, master: the movies, where they are finished.
        report: what ``take.json`` says.
    """

    draft: Path | None = None
    master: Path | None = None
    report: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def best(self) -> Path | None:
        """The master if there is one, else the draft."""
        return self.master or self.draft


class TakesState(QObject):
    """The passes of the present film with their takes.

    Signals:
        changed: the passes or what stands of them changed.
    """

    changed = Signal()

    def __init__(self, editor: EditorState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._passes: tuple[FilmPass, ...] | None = None
        self._takes: dict[Path, Take] = {}
        self._seen: set[Path] = set()
        editor.changed.connect(self._follow)

    @property
    def passes(self) -> tuple[FilmPass, ...]:
        """The passes of the film, none while it is empty."""
        if self._passes is None:
            self._passes = film_passes(self._editor.project, self._editor.folder)
        return self._passes

    def pass_at(self, film_frame: int) -> FilmPass | None:
        """Return the pass that covers a film frame."""
        for film_pass in self.passes:
            if film_pass.start <= film_frame < film_pass.end:
                return film_pass
        return None

    def take(self, film_pass: FilmPass) -> Take:
        """Return what stands of a pass; the disk is asked once."""
        folder = film_pass.folder(self._editor.folder)
        take = self._takes.get(folder)
        if take is None:
            take = self._takes[folder] = self._look(folder)
        return take

    def finished(self, movie: Path) -> None:
        """A movie of a take was just finished."""
        self._seen.add(movie)
        self._takes.pop(movie.parent, None)
        self.changed.emit()

    def _look(self, folder: Path) -> Take:
        report = _read_report(folder / TAKE_FILE)
        movies: list[Path | None] = []
        for name, key in ((DRAFT_FILE, "draft"), (MASTER_FILE, "master")):
            path = folder / name
            known = key in report or path in self._seen
            movies.append(path if known and path.is_file() else None)
        return Take(movies[0], movies[1], report)

    def _follow(self, change: Change) -> None:
        if change & Change.FOLDER:
            self._takes.clear()
            self._seen.clear()
        if change & (Change.PROJECT | Change.FOLDER):
            self._passes = None
            self.changed.emit()


def _read_report(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > MAX_TAKE_BYTES:
            return {}
        content = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", content) if isinstance(content, dict) else {}
