"""Worker processes that take one task at a time, and what becomes of a task whose worker ends.

A task is a generator in a process of its own: what it yields is passed on, what it returns is its
result. A worker that crashes, is killed, or is silent for too long loses its task; the task is
tried once more in a fresh one, then given up with the reason. A worker whose parent is gone ends at
its next word. Knows no film.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Generator, Hashable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from engine.protocol.errors import BadInput, DiskProblem, EngineError

_log = logging.getLogger(__name__)

Work = Callable[..., Generator[Any, None, Any]]

_TRIES = 2
_LOOK_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker is to do: ``work(*arguments)``, all of it picklable."""

    key: Hashable
    work: Work
    arguments: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What a task yielded."""

    key: Hashable
    word: Any


@dataclass(frozen=True, slots=True)
class Done:
    """What a task returned."""

    key: Hashable
    result: Any


@dataclass(frozen=True, slots=True)
class GaveUp:
    """A task that cannot be done.

    Attributes:
        reason: a sentence or part of one.
        is_disk: whether the disk is to blame: then the next one would fare no better.
    """

    key: Hashable
    reason: str
    is_disk: bool = False


Outcome = Said | Done | GaveUp


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    pipe: Connection
    task: Task | None = None
    heard_at: float = field(default_factory=time.monotonic)


class Workers:
    """Runs tasks in processes; used as a context manager, which ends them all at its end.

    Args:
        count: processes at a time.
        silence_s: after which a worker with a task is given up.
    """

    def __init__(self, count: int, silence_s: float = 300.0) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._count, self._silence_s = max(1, count), silence_s
        self._workers: list[_Worker] = []
        self._waiting: deque[Task] = deque()
        self._tries: dict[Hashable, int] = {}

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in list(self._workers):
            self._end(worker)

    @property
    def num_open(self) -> int:
        """Tasks that wait or run."""
        return len(self._waiting) + sum(worker.task is not None for worker in self._workers)

    def add(self, task: Task, *, is_urgent: bool = False) -> None:
        """Have a task done, before all others that wait if it is urgent."""
        if is_urgent:
            self._waiting.appendleft(task)
        else:
            self._waiting.append(task)

    def outcomes(self) -> Iterator[Outcome]:
        """Yield what happens, until something has; tasks may be added meanwhile."""
        self._hand_out()
        workers = list(self._workers)
        ready = wait([one for w in workers for one in (w.pipe, w.process.sentinel)], _LOOK_EVERY_S)
        for worker in workers:
            has_ended = worker.process.sentinel in ready
            if has_ended or worker.pipe in ready:
                yield from self._listen(worker)  # the last words of one that ended included
            if has_ended:
                yield from self._lost(worker, _how_it_ended(worker.process))
        now = time.monotonic()
        for worker in list(self._workers):
            if worker.task is not None and now - worker.heard_at > self._silence_s:
                yield from self._lost(worker, f"it got nowhere for {self._silence_s:.0f} seconds")

    def _hand_out(self) -> None:
        idle = [worker for worker in self._workers if worker.task is None]
        while self._waiting and (idle or len(self._workers) < self._count):
            worker = idle.pop() if idle else self._begin()
            task = self._waiting.popleft()
            worker.task, worker.heard_at = task, time.monotonic()
            self._tries[task.key] = self._tries.get(task.key, 0) + 1
            with contextlib.suppress(OSError):  # one that has just died is seen by its sentinel
                worker.pipe.send(task)

    def _begin(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_serve, args=(theirs,), daemon=True)
        process.start()
        theirs.close()
        worker = _Worker(process, ours)
        self._workers.append(worker)
        return worker

    def _listen(self, worker: _Worker) -> Iterator[Outcome]:
        """Yield all that a worker has said by now."""
        while worker.task is not None:
            try:
                if not worker.pipe.poll():
                    return
                kind, word = worker.pipe.recv()
            except (EOFError, OSError):
                return
            worker.heard_at = time.monotonic()
            key = worker.task.key
            match kind:
                case "said":
                    yield Said(key, word)
                case "done":
                    worker.task = None
                    yield Done(key, word)
                case _:
                    worker.task = None
                    yield GaveUp(key, word, kind == "disk")

    def _lost(self, worker: _Worker, reason: str) -> Iterator[Outcome]:
        """Give a worker up, and its task once more to another."""
        task = worker.task
        self._end(worker)
        if task is None:
            return
        if self._tries[task.key] < _TRIES:
            self._waiting.appendleft(task)
        else:
            yield GaveUp(task.key, f"its worker was lost twice: {reason}")

    def _end(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        worker.process.kill()
        worker.process.join()
        worker.pipe.close()
        with contextlib.suppress(ValueError):
            worker.process.close()


def _how_it_ended(process: BaseProcess) -> str:
    process.join()
    code = process.exitcode or 0
    if code >= 0:
        return f"it ended with code {code}"
    with contextlib.suppress(ValueError):
        return f"it was ended by {signal.Signals(-code).name}"
    return f"it was ended by signal {-code}"


def _serve(pipe: Connection) -> None:
    """Do tasks until the other end of the pipe is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    with contextlib.suppress(EOFError, OSError):
        while True:
            task: Task = pipe.recv()
            kind, word = _done(task, pipe)
            pipe.send((kind, word))
    os._exit(0)  # nets and codecs have threads that need no taking apart


class _ParentGone(Exception):
    pass


def _done(task: Task, pipe: Connection) -> tuple[str, Any]:
    steps = task.work(*task.arguments)
    try:
        while True:
            word = next(steps)
            try:
                pipe.send(("said", word))
            except OSError as error:
                raise _ParentGone from error
    except StopIteration as end:
        return "done", end.value
    except _ParentGone:
        os._exit(1)
    except (DiskProblem, BadInput, EngineError) as error:
        return ("disk" if isinstance(error, DiskProblem) else "failed"), str(error)
    except MemoryError:
        return "failed", "it needs more memory than there is"
    except Exception as error:  # a film that breaks the program must not end the run
        _log.exception("A task broke the program")
        return "failed", f"it broke the program ({type(error).__name__}: {str(error)[:120]})"
    finally:
        steps.close()
