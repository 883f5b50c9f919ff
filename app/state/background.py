"""Work on files in one worker thread, in order, with the answer in the window's thread."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot

from app.timeline.storage import ProjectError

Then = Callable[[str | None], None]
"""Called with None when all went well, else with one sentence for the user."""


class _Relay(QObject):
    done = Signal(object, object)


class _Work(QRunnable):
    def __init__(self, work: Callable[[], None], ticket: int, relay: _Relay) -> None:
        super().__init__()
        self._work = work
        self._ticket = ticket
        self._relay = relay

    def run(self) -> None:
        error: str | None = None
        try:
            self._work()
        except ProjectError as failure:
            error = str(failure)
        with contextlib.suppress(RuntimeError):  # the window was closed meanwhile
            self._relay.done.emit(self._ticket, error)


class Background(QObject):
    """Runs functions that may raise ``ProjectError``, one after the other."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._relay = _Relay(self)
        self._relay.done.connect(self._deliver)
        self._then: dict[int, Then] = {}
        self._ticket = 0

    def start(self, work: Callable[[], None], then: Then) -> None:
        """Run ``work`` when its turn comes."""
        self._ticket += 1
        self._then[self._ticket] = then
        self._pool.start(_Work(work, self._ticket, self._relay))

    def wait(self) -> None:
        """Wait until what was started is done; the answers still come later."""
        self._pool.waitForDone(10_000)

    def close(self) -> None:
        """Wait, and let no answer come any more."""
        self._then.clear()
        self.wait()

    @Slot(object, object)
    def _deliver(self, ticket: int, error: str | None) -> None:
        then = self._then.pop(ticket, None)
        if then is not None:
            then(error)
