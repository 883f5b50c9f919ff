"""How long work hears that it should end, however deep it is: between layers, frames, tiles.

A pipeline can be closed between two of its steps; a step may last minutes. So whoever runs a job
says how to find out whether it was cancelled, and what runs inside asks now and then by ``heed``.
Where nobody watches (tests, the command line, training) nothing is ever raised. Knows no job.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar


class Stopped(Exception):
    """The work was asked to end, and did."""


class _Watch:
    """Who watches a stretch of work; heard once, so that tidying up is never cut short."""

    def __init__(self, is_stopped: Callable[[], bool]) -> None:
        self._is_stopped = is_stopped
        self._was_heard = False

    def heed(self) -> None:
        if not self._was_heard and self._is_stopped():
            self._was_heard = True
            raise Stopped


_watch: ContextVar[_Watch | None] = ContextVar("watch", default=None)


@contextmanager
def watched(is_stopped: Callable[[], bool]) -> Generator[None]:
    """Let what runs inside, on this thread, hear when it should end."""
    token = _watch.set(_Watch(is_stopped))
    try:
        yield
    finally:
        _watch.reset(token)


def heed() -> None:
    """Go on, unless the work was asked to end.

    Raises:
        Stopped: it was. Nothing may catch it but who watches.
    """
    watch = _watch.get()
    if watch is not None:
        watch.heed()


def heed_before(*_: object) -> None:
    """Heed before a layer runs: a forward pre-hook of torch that changes nothing."""
    heed()
