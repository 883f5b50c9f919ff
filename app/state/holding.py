"""Whose project it is: this window's, or only looked at because another one works on it.

Looks at the lock file every second and before every write. Says what happened; what is written,
and what the user is told, others decide. See docs/adr/0025.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from app.timeline.project_lock import Held, ProjectLock, Taken, Unwritable

LOOK_MS = 1000
KNOCK_MS = 250
PATIENCE_MS = 5000
"""So long a window that says nothing is waited for: five of its looks at the lock file."""
LEAVING_MS = 30_000
"""So long one that said it is leaving may take to end what its engine does."""


class Holding(QObject):
    """The lock of the film that is looked at.

    Signals:
        asked: another window would like to work on the film.
        lost: another window works on it now; nothing may be written any more.
    """

    asked = Signal()
    lost = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock: ProjectLock | None = None
        self._is_reading = False
        self._is_leaving = False
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)

    @property
    def is_read_only(self) -> bool:
        """Whether nothing may be written to the film's folder."""
        return self._is_reading

    def enter(self, lock: ProjectLock | None) -> None:
        """Look at a film: with its lock taken, or without one, only to be read."""
        self.leave()
        self._lock = lock
        self._is_reading = lock is None
        self._is_leaving = False
        if lock is not None:
            self._timer.start()

    def leave(self) -> None:
        """Let go of the film."""
        self._timer.stop()
        if self._lock is not None:
            self._lock.release()
        self._lock = None

    def owns(self) -> bool:
        """Whether the film may be written to, as the disk has it: to be asked before each write."""
        if self._lock is not None and self._lock.standing() == "lost":
            self._lose()
        return not self._is_reading

    def still_owns(self) -> bool:
        """The same for a worker thread: nothing is told."""
        lock = self._lock
        return not self._is_reading and (lock is None or lock.standing() != "lost")

    def look(self) -> None:
        """Look whether the film was taken, or is asked for."""
        if self._lock is None or not self.owns() or self._is_leaving or not self._lock.is_asked():
            return
        self._is_leaving = True
        self._lock.say_leaving()
        self.asked.emit()

    def let_go(self) -> None:
        """All is written and nothing runs: the one who asked may begin."""
        self._is_leaving = False
        if self._lock is not None:
            self._lose()

    def _lose(self) -> None:
        self._is_reading = True
        self.leave()
        self.lost.emit()


class TakingOver(QObject):
    """Asks the window that works on a film to let go of it, and waits as long as is decent."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock: ProjectLock | None = None
        self._then: Callable[[ProjectLock | None], None] = lambda _: None
        self._waiting = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(KNOCK_MS)
        self._timer.timeout.connect(self._knock)

    def start(self, folder: Path, then: Callable[[ProjectLock | None], None]) -> None:
        """Have ``then`` called with the lock once it is ours, or None if that cannot be."""
        self.stop()
        self._lock, self._then = ProjectLock(folder), then
        self._waiting.start()
        self._lock.ask()
        self._timer.start()

    def stop(self) -> None:
        """The user wants something else."""
        self._timer.stop()
        if self._lock is not None:
            self._lock.end_asking()
        self._lock = None

    def _knock(self) -> None:
        lock = self._lock
        assert lock is not None
        claim = lock.take()
        if isinstance(claim, Held):
            patience = LEAVING_MS if claim.is_leaving else PATIENCE_MS
            if self._waiting.elapsed() < patience:
                return
            claim = lock.force()
        match claim:
            case Taken():
                found = lock
            case Held() | Unwritable():
                found = None
        then = self._then
        self.stop()
        then(found)
