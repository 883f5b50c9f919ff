"""A command's claim on a project: its takes go there, so no window works on it meanwhile."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Generator
from pathlib import Path

from app.timeline.project_lock import Held, ProjectLock, Taken, Unwritable
from app.timeline.storage import ProjectError
from engine.protocol.errors import EngineError

LOOK_S = 1.0


@contextlib.contextmanager
def working_on(folder: Path) -> Generator[Callable[[], None]]:
    """Hold a project while a command works on it.

    Yields:
        What is to be called every now and then: it raises ``EngineError`` once the project is
        another's, and lets go at once of a project that a window asks for.

    Raises:
        ProjectError: another one works on it.
    """
    lock = ProjectLock(folder, "command")
    claim = lock.take()
    match claim:
        case Taken():
            pass
        case Held():
            raise ProjectError(f"{claim.told(folder.name)[:-1]}; close it there and render again.")
        case Unwritable():
            pass  # a movie can still be written of what is made; what is missing is refused by name
    looked = time.monotonic()

    def still_ours() -> None:
        nonlocal looked
        if time.monotonic() - looked < LOOK_S:
            return
        looked = time.monotonic()
        if isinstance(claim, Unwritable):
            return
        if lock.is_asked():
            lock.say_leaving()
        if lock.is_asked() or lock.standing() == "lost":
            raise EngineError(
                f"{folder.name} was taken over by a window; what was finished is kept there."
            )

    try:
        yield still_ours
    finally:
        lock.release()
