"""Tasks for worker processes in tests."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Generator
from pathlib import Path

from engine.protocol.errors import BadInput, DiskProblem


def count_to(number: int) -> Generator[int, None, int]:
    """Yield numbers; return the last."""
    yield from range(number)
    return number


def die(marks: Path) -> Generator[int]:
    """Leave a mark, then be killed."""
    _mark(marks)
    yield 1
    os.kill(os.getpid(), signal.SIGKILL)


def die_once(marks: Path) -> Generator[int, None, str]:
    """Be killed the first time; return "done" the second."""
    _mark(marks)
    yield 1
    if len(list(marks.iterdir())) == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return "done"


def hang() -> Generator[int]:
    """Say something, then nothing for a long time."""
    yield 1
    time.sleep(600)


def fail(kind: str) -> Generator[int]:
    """Fail in one of several ways."""
    yield 1
    match kind:
        case "input":
            raise BadInput("The film is broken.")
        case "disk":
            raise DiskProblem("The disk is full.")
        case _:
            raise ZeroDivisionError("nothing left")


def tell_for_long(marks: Path) -> Generator[int]:
    """Leave a mark with the process's number, and go on until nobody listens."""
    marks.mkdir(exist_ok=True)
    (marks / str(os.getpid())).touch()
    while True:
        time.sleep(0.05)
        yield 1


def _mark(marks: Path) -> None:
    marks.mkdir(exist_ok=True)
    (marks / str(os.getpid())).touch()
