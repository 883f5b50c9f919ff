"""Bringing sounds into the project: decoded whole and copied by a worker thread, or refused.

The window goes on meanwhile and can show how far each has come.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot

from app.media.ordering import natural_key
from app.media.sound_cache import SoundCache
from app.timeline.parts import SoundItem
from app.timeline.storage import ProjectError, import_file

SOUND_SUFFIXES = frozenset(
    {".wav", ".mp3", ".flac", ".ogg", ".oga", ".opus", ".m4a", ".aac", ".aif", ".aiff", ".aifc"}
    | {".wma", ".ac3", ".mka", ".caf", ".w64", ".amr"}
)
"""Files that are taken for sound wherever they are dropped; a movie only on a lane."""


@dataclass(frozen=True, slots=True)
class SoundResult:
    """The sounds that were taken in, in order, and why others were not."""

    items: tuple[SoundItem, ...]
    refusals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Incoming:
    """A batch on its way: where it will stand, and how much of the present file is read."""

    name: str
    frame: int
    lane: int
    fraction: float = 0.0


class _Relay(QObject):
    done = Signal(int, object)
    progress = Signal(int, str, float)


class _Take(QRunnable):
    def __init__(
        self, ticket: int, folder: Path, paths: Sequence[Path], cache: SoundCache, relay: _Relay
    ) -> None:
        super().__init__()
        self._ticket = ticket
        self._folder = folder
        self._paths = sorted(paths, key=natural_key) if len(paths) > 1 else paths
        self._cache = cache
        self._relay = relay

    def run(self) -> None:
        items: list[SoundItem] = []
        refusals: list[str] = []
        for path in self._paths:
            try:
                item = self._taken(path)
            except (ProjectError, OSError) as error:
                refusals.append(_sentence(path, error))
                continue
            if item is None:
                return  # the window is being closed
            if isinstance(item, str):
                refusals.append(item)
            else:
                items.append(item)
        result = SoundResult(tuple(items), tuple(refusals))
        with contextlib.suppress(RuntimeError):
            self._relay.done.emit(self._ticket, result)

    def _taken(self, path: Path) -> SoundItem | str | None:
        if not path.is_file():
            return f"{path.name} is no file; choose music, speech or a movie."
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        decoded = self._cache.decode(digest, path, lambda done: self._tell(path.name, done))
        if decoded is None:
            return None
        if decoded.error:
            return decoded.error
        file, digest = import_file(self._folder, path)
        return SoundItem(file=file, name=path.name, sha256=digest, num_samples=decoded.num_samples)

    def _tell(self, name: str, fraction: float) -> None:
        with contextlib.suppress(RuntimeError):
            self._relay.progress.emit(self._ticket, name, fraction)


class SoundIntake(QObject):
    """Takes sounds into a project folder, one batch after the other.

    Signals:
        changed: a batch began, came on, or ended.
    """

    changed = Signal()

    def __init__(self, cache: SoundCache, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cache = cache
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._relay = _Relay(self)
        self._relay.done.connect(self._deliver)
        self._relay.progress.connect(self._note)
        self._waiting: dict[int, tuple[Incoming, Callable[[SoundResult], None]]] = {}
        self._ticket = 0

    @property
    def incoming(self) -> tuple[Incoming, ...]:
        """The batches on their way."""
        return tuple(batch for batch, _ in self._waiting.values())

    def start(
        self,
        folder: Path,
        paths: Sequence[Path],
        place: tuple[int, int],
        then: Callable[[SoundResult], None],
    ) -> None:
        """Take sounds into ``folder``, to stand at a (frame, lane); ``then`` gets the result."""
        self._ticket += 1
        self._waiting[self._ticket] = (Incoming(paths[0].name, *place), then)
        self._pool.start(_Take(self._ticket, folder, paths, self._cache, self._relay))
        self.changed.emit()

    def close(self) -> None:
        """Let go; the cache is closed first, so that a running batch ends at once."""
        self._waiting.clear()
        self._pool.clear()
        self._pool.waitForDone(10_000)

    @Slot(int, str, float)
    def _note(self, ticket: int, name: str, fraction: float) -> None:
        if ticket in self._waiting:
            batch, then = self._waiting[ticket]
            self._waiting[ticket] = (Incoming(name, batch.frame, batch.lane, fraction), then)
            self.changed.emit()

    @Slot(int, object)
    def _deliver(self, ticket: int, result: SoundResult) -> None:
        found = self._waiting.pop(ticket, None)
        self.changed.emit()
        if found is not None:
            found[1](result)


def _sentence(path: Path, error: Exception) -> str:
    if isinstance(error, ProjectError):
        return str(error)
    return f"{path.name} may not be read; check its permissions."
