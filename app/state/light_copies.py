"""The light copies of the film's movies: which are there, which are being made, which movies lack.

A light copy plays and scrubs on any machine, frame for frame at the film's rate. It is made by a
job of the queue as soon as a shot shows the movie, and lies in the project's folder under the
movie's fingerprint, so that a moved movie keeps it. Whether files are there a worker thread finds
out: a movie may lie on a drive that answers slowly or not at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication

from app.media.fingerprints import FingerprintError, fingerprint_of
from app.media.kept_frames import LIGHT_COPY
from app.state.background import Background
from app.state.editor import Change, EditorState
from app.state.file_names import shortened
from app.state.job_entries import (
    Failed,
    Finished,
    Interrupted,
    JobEntry,
    Running,
    Stopped,
    Waiting,
)
from app.state.jobs import JobsState
from app.state.notices import NoticesState
from app.timeline.edits import EditError
from app.timeline.footage_edits import reread, used_footage
from app.timeline.parts import FootageItem
from app.timeline.project import Project
from engine.protocol.jobs import FrameRate
from engine.protocol.media import ImportJob, MediaReport
from engine.protocol.messages import JobFinished

PROXIES_FOLDER = "proxies"
REPORT_FILE = "import.json"

_IMPORT = "import-"


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the disk says: whether a movie is there as it was, and whether its light copy is."""

    is_there: bool
    has_copy: bool


def copy_folder(folder: Path, item: FootageItem) -> Path:
    """Return where a movie's light copy lies in a project's folder."""
    return folder / PROXIES_FOLDER / f"{item.fingerprint[:16]}-{_rate_name(item.rate)}"


class LightCopies(QObject):
    """What stands of the light copies of the movies that shots show.

    Signals:
        changed: one is there, or has come further; a movie is missing, or back.
    """

    changed = Signal()

    def __init__(
        self,
        editor: EditorState,
        jobs: JobsState,
        notices: NoticesState,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self._jobs = jobs
        self._notices = notices
        self._facts: dict[tuple[str, str], _Facts] = {}
        self._asked: set[str] = set()
        self._leaving: set[str] = set()
        self._num_failed = 0
        self._shown: tuple[float, ...] = ()
        self._background = Background(self)
        editor.changed.connect(self._follow)
        jobs.changed.connect(self._on_jobs)
        jobs.finished.connect(self._on_finished)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.applicationStateChanged.connect(self._on_activity)

    def path(self, item: FootageItem) -> Path | None:
        """Return a movie's light copy, once it is there."""
        facts = self._facts.get(_key(item))
        if facts is None or not facts.has_copy:
            return None
        return copy_folder(self._editor.folder, item) / LIGHT_COPY

    def is_offline(self, item: FootageItem) -> bool:
        """Whether a movie is not where or what it was."""
        facts = self._facts.get(_key(item))
        return facts is not None and not facts.is_there

    @property
    def offline(self) -> tuple[FootageItem, ...]:
        """The movies of the film that are not where they were."""
        return tuple(filter(self.is_offline, used_footage(self._editor.project)))

    def fraction(self, item: FootageItem) -> float | None:
        """Return how much of a light copy is made; None where none is being made."""
        entry = self._entry(item)
        return entry.fraction if entry is not None and entry.is_open else None

    def sign(self, item: FootageItem) -> str:
        """Say why a movie cannot be seen yet, in a sentence for the user."""
        if self.is_offline(item):
            return f"{item.name} is not where or what it was; relink it in the inspector."
        entry = self._entry(item)
        if entry is None:
            return f"Reading {item.name}…"
        match entry.status:
            case Running() if entry.fraction:
                return f"Reading {item.name}… {entry.fraction:.0%}"
            case Running() | Finished():
                return f"Reading {item.name}…"
            case Waiting() | Interrupted():
                return f"{item.name} waits in the queue to be read."
            case Failed(message=message):
                return message
            case Stopped():
                return f"{item.name} was not read to its end; try again in Jobs."
            case _:
                assert_never(entry.status)

    def look_again(self) -> None:
        """Ask the disk anew: a movie may have come back."""
        self._ask_disk(used_footage(self._editor.project))

    def close(self) -> None:
        """Let go; nothing is found out afterwards."""
        self._background.close()

    def _job_id(self, item: FootageItem) -> str:
        place = hashlib.sha256(str(copy_folder(self._editor.folder, item)).encode())
        return _IMPORT + place.hexdigest()[:16]

    def _entry(self, item: FootageItem) -> JobEntry | None:
        name = self._job_id(item)
        found = (entry for entry in self._jobs.entries if entry.job.job_id == name)
        return next(found, None)

    def _follow(self, change: Change) -> None:
        if change & Change.FOLDER:
            self._facts.clear()
            self._asked.clear()
            if not change & Change.PROJECT:
                self._let_go()
        if change & (Change.PROJECT | Change.FOLDER):
            self._look()

    def _on_activity(self, state: Qt.ApplicationState) -> None:
        """Who comes back from another program may have brought a movie back."""
        if state == Qt.ApplicationState.ApplicationActive and self.offline:
            self.look_again()

    def _let_go(self) -> None:
        """The film lies elsewhere by now: what is under way is made there anew."""
        for entry in self._jobs.entries:
            if entry.job.job_id.startswith(_IMPORT) and entry.is_open:
                self._leaving.add(entry.job.job_id)
                self._jobs.stop_job(entry.job.job_id)

    def _look(self) -> None:
        """Ask the disk about the movies that nothing is known of."""
        items = [i for i in used_footage(self._editor.project) if _key(i) not in self._facts]
        if items:
            self._ask_disk(items)

    def _ask_disk(self, items: Sequence[FootageItem]) -> None:
        folder = self._editor.folder
        found: dict[tuple[str, str], _Facts] = {}

        def work() -> None:
            for item in items:
                copy = copy_folder(folder, item)
                has_copy = all(_is_file(copy / name) for name in (LIGHT_COPY, REPORT_FILE))
                found[_key(item)] = _Facts(_is_same(item), has_copy)

        def arrived(_error: str | None) -> None:
            if self._editor.folder == folder:
                self._facts.update(found)
                self._ask(items)
                self.changed.emit()

        self._background.start(work, arrived)

    def _ask(self, items: Sequence[FootageItem]) -> None:
        """Have light copies made, once a session: who stopped one has it in the list of jobs."""
        if not self._editor.owns_folder():
            return
        number = self._jobs.next_batch
        entries: list[JobEntry] = []
        for item in items:
            facts = self._facts[_key(item)]
            name = self._job_id(item)
            if facts.has_copy or not facts.is_there or name in self._asked:
                continue
            self._asked.add(name)
            folder = copy_folder(self._editor.folder, item)
            job = ImportJob(job_id=name, path=item.path, rate=item.rate, folder=str(folder))
            batch = number + len(entries)
            title = shortened(item.name)
            entries.append(JobEntry(job, title, batch, "", (0, item.num_frames)))
        self._jobs.ask_aside(entries)

    def _on_jobs(self) -> None:
        for entry in self._jobs.entries:
            if entry.job.job_id in self._leaving and not entry.is_open:
                self._leaving.discard(entry.job.job_id)
                self._jobs.forget(entry.job.job_id)
        failed = sum(isinstance(entry.status, Failed) for entry in self._jobs.entries)
        if failed > self._num_failed:  # perhaps because a movie is gone
            self.look_again()
        self._num_failed = failed
        names = {self._job_id(item) for item in used_footage(self._editor.project)}
        shown = tuple(
            round(entry.fraction, 2) + 10 * (not entry.is_open)
            for entry in self._jobs.entries
            if entry.job.job_id in names
        )
        if shown != self._shown:
            self._shown = shown
            self.changed.emit()

    def _on_finished(self, entry: JobEntry, ending: JobFinished) -> None:
        project = self._editor.project
        name = entry.job.job_id
        item = next((item for item in project.footage if self._job_id(item) == name), None)
        if item is None:
            return
        self._facts[_key(item)] = _Facts(is_there=True, has_copy=True)
        try:
            report = MediaReport.model_validate(ending.report)
        except ValueError:
            return
        if report.num_frames < item.num_frames:
            self._shorten(item, report)
        self.changed.emit()

    def _shorten(self, item: FootageItem, report: MediaReport) -> None:
        changes = {"num_frames": report.num_frames, "remarks": report.remarks}
        read = item.model_copy(update=changes)

        def edit(film: Project) -> Project:
            if all(known.id != item.id for known in film.footage):
                raise EditError(f"{item.name} is not in the film any more.")
            return reread(film, read)

        self._editor.do("Shorten to what can be read", edit)
        self._notices.error(
            f"{item.name} is damaged: {report.num_frames} of {item.num_frames} frames can be "
            "read, and its shots show those."
        )


def _is_same(item: FootageItem) -> bool:
    """Whether a movie is there, and still the one that came in."""
    try:
        return fingerprint_of(Path(item.path)) == item.fingerprint
    except (FingerprintError, ValueError):
        return False


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a drive that is gone; a name that no file can have
        return False


def _key(item: FootageItem) -> tuple[str, str]:
    return item.path, copy_folder(Path(), item).name


def _rate_name(rate: FrameRate) -> str:
    return str(rate.num) if rate.den == 1 else f"{rate.num}-{rate.den}"
