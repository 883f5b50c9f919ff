"""A child process under test: commands go in, events come out with the time they arrived."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from engine.protocol.facts import DeviceReport
from engine.protocol.jobs import DraftJob, FrameRate, ShotSpec
from engine.protocol.messages import EVENTS, JobCancelled, JobFailed, JobFinished, Submit
from engine.protocol.wire import decode, encode

SCRIPTED_ENGINE = (sys.executable, str(Path(__file__).with_name("scripted_engine.py")))

E = TypeVar("E")


class Child:
    """The scripted engine, driven by hand. Use as a context manager."""

    def __init__(self, command: tuple[str, ...] = SCRIPTED_ENGINE) -> None:
        self.started_at = time.perf_counter()
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self._inbox: queue.SimpleQueue[tuple[float, Any]] = queue.SimpleQueue()
        self._stderr: list[bytes] = []
        self._threads = [threading.Thread(target=f) for f in (self._read_events, self._read_log)]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        for thread in self._threads:
            thread.join()
        assert self.process.stdin is not None
        self.process.stdin.close()

    @property
    def log(self) -> str:
        """What it wrote to stderr; complete once it has ended."""
        self.process.wait(20)
        self._threads[1].join(20)
        return b"".join(self._stderr).decode()

    def send(self, message: BaseModel | bytes) -> float:
        """Send a command, or raw bytes; return when."""
        assert self.process.stdin is not None
        line = message if isinstance(message, bytes) else encode(message)
        now = time.perf_counter()
        self.process.stdin.write(line)
        self.process.stdin.flush()
        return now

    def end_input(self) -> None:
        """Close its stdin, as the death of the editor does."""
        assert self.process.stdin is not None
        self.process.stdin.close()

    def next(self, timeout_s: float = 20) -> Any:
        """Return the next event; what is told of the device comes whenever it likes."""
        while isinstance(event := self._inbox.get(timeout=timeout_s)[1], DeviceReport):
            pass
        return event

    def wait_for(self, kind: type[E], timeout_s: float = 20) -> E:
        """Skip events until one of a kind comes."""
        return self.timed(kind, timeout_s)[1]

    def timed(self, kind: type[E], timeout_s: float = 20) -> tuple[float, E]:
        """Skip events until one of a kind comes; return when it arrived, too."""
        while True:
            at, event = self._inbox.get(timeout=timeout_s)
            assert event is not None, f"The stream ended before {kind.__name__}."
            if isinstance(event, kind):
                return at, event

    def until_ending(self, timeout_s: float = 20) -> list[Any]:
        """Return the events up to the next end of a job."""
        events: list[Any] = []
        while not events or not isinstance(events[-1], JobFinished | JobFailed | JobCancelled):
            events.append(self.next(timeout_s))
            assert events[-1] is not None, "The stream ended."
        return events

    def _read_events(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as stdout:
            for line in stdout:
                self._inbox.put((time.perf_counter(), decode(line, EVENTS)))
        self._inbox.put((time.perf_counter(), None))

    def _read_log(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as stderr:
            self._stderr.extend(stderr)


def job(folder: Path, behaviour: str = "film", job_id: str = "job", num_steps: int = 4) -> DraftJob:
    """Return a draft job whose caption names the scripted behaviour."""
    return DraftJob(
        job_id=job_id,
        folder=str(folder / job_id),
        shots=(ShotSpec(num_frames=9),),
        caption=behaviour,
        rate=FrameRate(num=24),
        width=1920,
        height=1080,
        num_steps=num_steps,
    )


def submit(
    folder: Path, behaviour: str = "film", job_id: str = "job", num_steps: int = 4
) -> Submit:
    """Return the command for ``job``."""
    return Submit(job=job(folder, behaviour, job_id, num_steps))
