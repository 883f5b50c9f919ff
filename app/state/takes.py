"""Which takes of the present film stand on disk, finished.

A take counts when its movie is there and the ``take.json`` beside it knows of it; what was finished
in this session counts at once.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import QObject, Signal

from app.state.editor import Change, EditorState
from app.timeline.generation import requested_of
from app.timeline.take_files import TakeFiles
from app.timeline.takes import DRAFT_FILE, MASTER_FILE, FilmPass, film_passes, refine_job

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
        made: a movie of a take was finished.
    """

    changed = Signal()
    made = Signal()

    def __init__(self, editor: EditorState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._passes: tuple[FilmPass, ...] | None = None
        self._takes: dict[str, Take] = {}
        self._seen: set[Path] = set()
        editor.changed.connect(self._follow)

    @property
    def passes(self) -> tuple[FilmPass, ...]:
        """The passes of the film, none while it is empty."""
        if self._passes is None:
            planned = film_passes(self._editor.project, self._editor.folder)
            self._passes = tuple(map(self._standing, planned))
        return self._passes

    def title(self, film_pass: FilmPass) -> str:
        """Return what the user calls a pass: ``Shots 1–3``, ``Shot 4, part 1 of 2``."""
        part = film_pass
        is_one = part.stop - part.first == 1
        title = f"Shot {part.stop}" if is_one else f"Shots {part.first + 1}–{part.stop}"
        alike = [p.first_frame for p in self.passes if (p.first, p.stop) == (part.first, part.stop)]
        if len(alike) > 1:  # a long shot that was divided at a keyframe
            title = f"{title}, part {alike.index(part.first_frame) + 1} of {len(alike)}"
        return title

    def pass_at(self, film_frame: int) -> FilmPass | None:
        """Return the pass that covers a film frame."""
        return next(iter(self.passes_between(film_frame, film_frame + 1)), None)

    def passes_between(self, start: int, stop: int) -> tuple[FilmPass, ...]:
        """Return the passes that have a part in the film frames ``[start, stop)``."""
        passes = self.passes
        low = bisect_right(passes, start, key=lambda part: part.end)
        high = low
        while high < len(passes) and passes[high].first_frame < stop:
            high += 1
        return passes[low:high]

    def take(self, film_pass: FilmPass) -> Take:
        """Return what stands of a pass; the disk is asked once."""
        take = self._takes.get(film_pass.take)
        if take is None:
            take = self._look(film_pass.folder(self._editor.folder))
            self._takes[film_pass.take] = take
        return take

    def has_master(self, film_pass: FilmPass) -> bool:
        """Whether a pass has a master that was made as the film asks for it now."""
        project, take = self._editor.project, self.take(film_pass)
        wanted = requested_of(refine_job(project, self._editor.folder, film_pass))
        files = TakeFiles(take.draft, take.master, take.report)
        return files.master_by(project.refine_model, wanted) is not None

    def finished(self, movie: Path) -> None:
        """A movie of a take was just finished."""
        self._seen.add(movie)
        self._takes.pop(movie.parent.name, None)
        self.made.emit()
        self.changed.emit()

    def look_again(self) -> None:
        """Folders of takes were moved: ask the disk again."""
        self._takes.clear()
        self._passes = None
        self.changed.emit()

    def _standing(self, film_pass: FilmPass) -> FilmPass:
        """Return the pass without the take it was kept on, where this one is gone from the disk."""
        is_kept = film_pass.take != film_pass.own_take
        if is_kept and self.take(film_pass).draft is None:
            return replace(film_pass, take=film_pass.own_take)
        return film_pass

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
