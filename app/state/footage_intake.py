"""Bringing movies into the film: fingerprinted, looked at by the engine, left where they are.

A worker thread reads the fingerprints; a quick job of the queue looks at each movie. What comes
back is what can be shown, in the order of the names, and one sentence for each file that cannot.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot

from app.media.clips import footage_item
from app.media.fingerprints import FingerprintError, fingerprint_of
from app.media.ordering import natural_key
from app.state.file_names import shortened
from app.state.job_entries import Failed, JobEntry
from app.state.jobs import JobsState
from app.timeline.parts import FootageItem, new_id
from engine.protocol.jobs import FrameRate
from engine.protocol.media import ImportJob, MediaReport
from engine.protocol.messages import JobFinished

MOVIE_SUFFIXES = frozenset(
    {".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi", ".mxf", ".mpg", ".mpeg", ".m2v", ".ts"}
    | {".mts", ".m2ts", ".wmv", ".flv", ".3gp", ".ogv", ".vob", ".dv", ".y4m", ".m2t"}
)
"""Files that are taken for movies wherever they are dropped; on a sound lane, for their sound."""


@dataclass(frozen=True, slots=True)
class MovieResult:
    """The movies that can be shown, in order, and why others cannot."""

    items: tuple[FootageItem, ...]
    refusals: tuple[str, ...] = ()


_LOOK = "look-"
Then = Callable[[MovieResult], None]


@dataclass
class _Batch:
    """Movies on their way: what is known of each path."""

    paths: tuple[Path, ...]
    rate: FrameRate
    then: Then
    prints: dict[Path, str] = field(default_factory=dict[Path, str])
    refusals: dict[Path, str] = field(default_factory=dict[Path, str])
    looks: dict[str, Path] = field(default_factory=dict[str, Path])
    reports: dict[Path, MediaReport] = field(default_factory=dict[Path, MediaReport])


class _Relay(QObject):
    done = Signal(int, object)


class _Read(QRunnable):
    def __init__(self, ticket: int, paths: Sequence[Path], relay: _Relay) -> None:
        super().__init__()
        self._ticket = ticket
        self._paths = paths
        self._relay = relay

    def run(self) -> None:
        found: dict[Path, str | FingerprintError] = {}
        for path in self._paths:
            try:
                found[path] = fingerprint_of(path)
            except FingerprintError as error:
                found[path] = error
        with contextlib.suppress(RuntimeError):  # the window was closed meanwhile
            self._relay.done.emit(self._ticket, found)


class FootageIntake(QObject):
    """Looks at movies, one batch after the other.

    Signals:
        changed: a batch began or ended.
    """

    changed = Signal()

    def __init__(self, jobs: JobsState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._relay = _Relay(self)
        self._relay.done.connect(self._look)
        self._batches: dict[int, _Batch] = {}
        self._ticket = 0
        jobs.finished.connect(self._on_finished)
        jobs.changed.connect(self._on_change)

    @property
    def incoming(self) -> tuple[str, ...]:
        """Names of the movies that are being looked at."""
        return tuple(path.name for batch in self._batches.values() for path in batch.paths)

    def start(self, paths: Sequence[Path], rate: FrameRate, then: Then) -> None:
        """Look at movies, with frames counted at ``rate``; several come in the order of names."""
        ordered = sorted(paths, key=natural_key) if len(paths) > 1 else list(paths)
        self._ticket += 1
        unique = tuple(dict.fromkeys(path.absolute() for path in ordered))
        self._batches[self._ticket] = _Batch(unique, rate, then)
        self._pool.start(_Read(self._ticket, unique, self._relay))
        self.changed.emit()

    def close(self) -> None:
        """Let go; nothing is delivered afterwards."""
        self._batches.clear()
        self._pool.clear()
        self._pool.waitForDone(10_000)

    @Slot(int, object)
    def _look(self, ticket: int, found: dict[Path, str | FingerprintError]) -> None:
        batch = self._batches.get(ticket)
        if batch is None:
            return
        for path, result in found.items():
            if isinstance(result, str):
                batch.prints[path] = result
                batch.looks[_LOOK + new_id()] = path
            else:
                batch.refusals[path] = str(result)
        number = self._jobs.next_batch
        entries = [
            JobEntry(
                ImportJob(job_id=name, path=str(path), rate=batch.rate),
                *(shortened(path.name), number + offset, "", (0, 0)),
            )
            for offset, (name, path) in enumerate(batch.looks.items())
        ]
        self._jobs.ask_aside(entries, first=True)
        self._settle(ticket)

    def _on_finished(self, entry: JobEntry, ending: JobFinished) -> None:
        for ticket, batch in tuple(self._batches.items()):
            path = batch.looks.pop(entry.job.job_id, None)
            if path is None:
                continue
            try:
                batch.reports[path] = MediaReport.model_validate(ending.report)
            except ValueError:
                batch.refusals[path] = f"{path.name} could not be understood; choose another movie."
            self._settle(ticket)

    def _on_change(self) -> None:
        """Note which looks have failed, were stopped, or went with another film."""
        known = {entry.job.job_id: entry for entry in self._jobs.entries}
        for ticket, batch in tuple(self._batches.items()):
            for name, path in tuple(batch.looks.items()):
                entry = known.get(name)
                if entry is not None and entry.is_open:
                    continue
                batch.looks.pop(name)
                if entry is not None and isinstance(entry.status, Failed):
                    batch.refusals[path] = entry.status.message
            self._settle(ticket)
        for entry in known.values():
            if entry.job.job_id.startswith(_LOOK) and not entry.is_open:
                self._jobs.forget(entry.job.job_id)  # what came of it is told, or stands there

    def _settle(self, ticket: int) -> None:
        batch = self._batches.get(ticket)
        if batch is None or batch.looks or not (batch.prints or batch.refusals):
            return
        del self._batches[ticket]
        items = tuple(
            footage_item(batch.reports[path], batch.prints[path])
            for path in batch.paths
            if path in batch.reports
        )
        self.changed.emit()
        batch.then(MovieResult(items, tuple(batch.refusals.values())))
