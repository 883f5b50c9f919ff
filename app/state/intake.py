"""Bringing pictures into the project: looked into and copied by a worker thread, whole or not.

The window goes on meanwhile. What comes back is what can be pinned, and one sentence for each file
that cannot.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot

from app.media.ordering import natural_key
from app.media.stills import StillError, verify
from app.timeline.parts import MediaItem
from app.timeline.storage import ProjectError, import_image


@dataclass(frozen=True, slots=True)
class IntakeResult:
    """The pictures that were copied, in order, and why others were not."""

    items: tuple[MediaItem, ...]
    refusals: tuple[str, ...]


class _Relay(QObject):
    done = Signal(object, object)


class _Copy(QRunnable):
    def __init__(self, folder: Path, paths: Sequence[Path], ticket: object, relay: _Relay) -> None:
        super().__init__()
        self._folder = folder
        self._paths = tuple(paths)
        self._ticket = ticket
        self._relay = relay

    def run(self) -> None:
        result = take_in(self._folder, self._paths)
        try:
            self._relay.done.emit(self._ticket, result)
        except RuntimeError:
            return  # the window was closed meanwhile


class Intake(QObject):
    """Copies pictures into a project folder, one batch after the other.

    Signals:
        busy_changed: a batch began or the last one ended.
    """

    busy_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._relay = _Relay(self)
        self._relay.done.connect(self._deliver)
        self._waiting: dict[int, Callable[[IntakeResult], None]] = {}
        self._next_ticket = 0

    @property
    def is_busy(self) -> bool:
        """Whether pictures are being copied."""
        return bool(self._waiting)

    def start(
        self, folder: Path, paths: Sequence[Path], then: Callable[[IntakeResult], None]
    ) -> None:
        """Copy pictures into ``folder``; ``then`` is called in the caller's thread."""
        self._next_ticket += 1
        self._waiting[self._next_ticket] = then
        self._pool.start(_Copy(folder, paths, self._next_ticket, self._relay))
        self.busy_changed.emit()

    def close(self) -> None:
        """Let the running batch end; nothing is delivered afterwards."""
        self._waiting.clear()
        self._pool.clear()
        self._pool.waitForDone(10_000)

    @Slot(object, object)
    def _deliver(self, ticket: int, result: IntakeResult) -> None:
        then = self._waiting.pop(ticket, None)
        self.busy_changed.emit()
        if then is not None:
            then(result)


def take_in(folder: Path, paths: Sequence[Path]) -> IntakeResult:
    """Look into each picture and copy it; several come in the order of their names."""
    ordered = sorted(paths, key=natural_key) if len(paths) > 1 else paths
    items: list[MediaItem] = []
    refusals: list[str] = []
    for path in ordered:
        try:
            info = verify(path)
            items.append(import_image(folder, path, info.width, info.height))
        except (StillError, ProjectError) as error:
            refusals.append(str(error))
        except MemoryError:
            refusals.append(f"{path.name} needs more memory than there is.")
    return IntakeResult(tuple(items), tuple(refusals))
