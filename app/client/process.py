"""The engine client that speaks to a child process (``main.py --engine``).

Starts it, shakes hands, passes jobs down and events up, notices its death at once and says so in
one sentence, and ends it. A dead engine is started again by the next ``start`` or ``submit``.
Imports neither Qt nor torch.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

from pydantic import BaseModel

from app.client.child import EngineChild
from app.client.client import ClientEvent, EngineLost
from engine.protocol.errors import EngineDied
from engine.protocol.messages import (
    EVENTS,
    PROTOCOL_VERSION,
    AnyJob,
    Cancel,
    DescribeModel,
    Hello,
    JobCancelled,
    JobFailed,
    JobFinished,
    ModelRole,
    ProtocolFault,
    Ready,
    Rest,
    Shutdown,
    Submit,
)
from engine.protocol.wire import WireError, decode, encode

READY_TIMEOUT_S = 30.0
STOP_GRACE_S = 10.0
"""How long a cancelled job may take to let go; then its engine is ended, and started again."""

END_GRACE_S = 3.0
"""How long the engine gets to end by itself: longer than it gives a job that does not let go."""

_log = logging.getLogger(__name__)


def engine_command() -> tuple[str, ...]:
    """Return how the engine is started: with this Python, from this program."""
    return (sys.executable, str(Path(__file__).parents[2] / "main.py"), "--engine")


class ProcessClient:
    """An ``EngineClient`` over a child process. All its methods belong to one event loop.

    Args:
        command: how to start the engine; None starts this program's own.
        ready_timeout_s: how long it may take to say that it is ready.
        stop_grace_s: how long a cancelled job may take to let go.
    """

    def __init__(
        self,
        command: Sequence[str] | None = None,
        *,
        ready_timeout_s: float = READY_TIMEOUT_S,
        stop_grace_s: float = STOP_GRACE_S,
    ) -> None:
        self._command = tuple(command) if command is not None else engine_command()
        self._ready_timeout_s = ready_timeout_s
        self._stop_grace_s = stop_grace_s
        self._patience: dict[str, asyncio.TimerHandle] = {}
        self._forced: set[str] = set()
        self._restart: asyncio.Task[None] | None = None
        self._events: asyncio.Queue[ClientEvent | None] = asyncio.Queue()
        self._starting = asyncio.Lock()
        self._link: _Link | None = None
        self._jobs: Counter[str] = Counter()
        self._is_closed = False

    @property
    def pid(self) -> int | None:
        """Process id of the engine, None while there is none."""
        return self._link.child.pid if self._link is not None else None

    async def start(self) -> None:
        """Start the engine unless it runs; returns once it is ready.

        Raises:
            EngineDied: it could not be started, died, kept silent, or is of another version.
        """
        async with self._starting:
            if self._is_closed:
                raise EngineDied("The engine was closed with the editor.")
            if self._link is not None:
                return
            link = await self._connect()
            if self._is_closed:
                await link.end()
                raise EngineDied("The engine was closed with the editor.")
            if link.ended.done():
                raise EngineDied(_death(link.ended.result(), has_jobs=False))
            self._link = link

    async def submit(self, job: AnyJob) -> None:
        """Queue a job, starting the engine if need be.

        Raises:
            EngineDied: see ``start``.
        """
        try:
            line = encode(Submit(job=job))
        except ValueError:  # a file name that is no text, as some old archives leave behind
            sentence = "A file name of this job is not valid text; rename the file and try again."
            failure = JobFailed(job_id=job.job_id, code="bad_input", message=sentence)
            self._events.put_nowait(failure)
            return
        await self.start()
        assert self._link is not None
        self._jobs[job.job_id] += 1
        self._link.child.send(line)

    async def cancel(self, job_id: str) -> None:
        """Ask a queued or running job to end; after a while, end the engine that holds it."""
        link = self._link
        if link is None:
            return
        link.send(Cancel(job_id=job_id))
        if self._jobs[job_id] > 0 and job_id not in self._patience:
            self._patience[job_id] = asyncio.get_running_loop().call_later(
                self._stop_grace_s, self._force, link, job_id
            )

    async def rest(self) -> None:
        """Ask the engine, where it runs, to give the device's memory back."""
        if self._link is not None:
            self._link.send(Rest())

    async def describe(self, name: str, role: ModelRole) -> None:
        """Ask how a model wants to be run.

        Raises:
            EngineDied: see ``start``.
        """
        await self.start()
        if self._link is not None:
            self._link.send(DescribeModel(name=name, role=role))

    async def events(self) -> AsyncIterator[ClientEvent]:
        """Yield what the engine says, until ``close``."""
        while (event := await self._events.get()) is not None:
            yield event
        self._events.put_nowait(None)

    async def close(self) -> None:
        """End the engine and the stream of events."""
        if self._is_closed:
            return
        self._is_closed = True
        self._end_patience()
        if self._restart is not None:
            self._restart.cancel()
        link, self._link = self._link, None
        self._jobs.clear()
        if link is not None:
            await link.end()
        self._events.put_nowait(None)

    async def _connect(self) -> _Link:
        try:
            link = _Link(self._command, self._take, self._lose)
        except OSError as error:
            raise EngineDied(f"The engine could not be started: {error}.") from error
        link.send(Hello())
        try:
            async with asyncio.timeout(self._ready_timeout_s):
                await asyncio.wait({link.ready, link.ended}, return_when=asyncio.FIRST_COMPLETED)
        except TimeoutError:
            await link.end(grace_s=0)
            raise EngineDied(
                f"The engine was not ready within {self._ready_timeout_s:.0f} s; "
                "try again when the computer is less busy."
            ) from None
        except asyncio.CancelledError:
            await link.end(grace_s=0)
            raise
        if not link.ready.done():
            code = link.ended.result()
            raise EngineDied(f"The engine could not be started ({_cause(code)}); see the log.")
        spoken = link.ready.result().protocol
        if spoken != PROTOCOL_VERSION:
            await link.end(grace_s=0)
            raise EngineDied(
                f"The engine speaks version {spoken} of the protocol and the editor version "
                f"{PROTOCOL_VERSION}; install both from the same release."
            )
        return link

    def _take(self, event: ClientEvent) -> None:
        if isinstance(event, JobFinished | JobFailed | JobCancelled):
            self._jobs[event.job_id] -= 1
            patience = self._patience.pop(event.job_id, None)
            if patience is not None:
                patience.cancel()
        if not self._is_closed:
            self._events.put_nowait(event)

    def _lose(self, link: _Link, code: int) -> None:
        if link is not self._link:
            return
        self._link = None
        job_ids = tuple(job_id for job_id, count in self._jobs.items() if count > 0)
        self._jobs.clear()
        self._end_patience()
        forced, self._forced = self._forced, set()
        for job_id in (job_id for job_id in job_ids if job_id in forced):
            self._events.put_nowait(JobCancelled(job_id=job_id))
        others = tuple(job_id for job_id in job_ids if job_id not in forced)
        if others or not forced:
            self._events.put_nowait(EngineLost(_death(code, has_jobs=bool(others)), others))
        else:
            self._restart = asyncio.ensure_future(self._start_again())

    def _force(self, link: _Link, job_id: str) -> None:
        """End an engine whose job does not let go: it is as good as stopped."""
        self._patience.pop(job_id, None)
        if link is self._link and self._jobs[job_id] > 0:
            _log.warning("Job %s did not let go in time; its engine is ended.", job_id)
            self._forced.add(job_id)
            link.child.kill()

    def _end_patience(self) -> None:
        for handle in self._patience.values():
            handle.cancel()
        self._patience.clear()

    async def _start_again(self) -> None:
        try:
            await self.start()
        except EngineDied as error:  # the next job tries again, and its user is told
            _log.warning("%s", error)


class _Link:
    """A child process with its handshake, seen from the event loop.

    Attributes:
        ready: done with its first word.
        ended: done with its exit code.
    """

    def __init__(
        self,
        command: Sequence[str],
        take: _Take,
        lose: _Lose,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self.ready: asyncio.Future[Ready] = self._loop.create_future()
        self.ended: asyncio.Future[int] = self._loop.create_future()
        self._take = take
        self._lose = lose
        self.child = EngineChild(command, self._hear, self._note_end)

    def send(self, message: BaseModel) -> None:
        """Send a command."""
        self.child.send(encode(message))

    async def end(self, grace_s: float = END_GRACE_S) -> None:
        """Shut the child down: by a word, by a signal, by force."""
        self.send(Shutdown())
        self.child.end_input()
        for patience_s, next_step in ((grace_s, self.child.terminate), (1.0, self.child.kill)):
            if not self.ended.done():
                await asyncio.wait({self.ended}, timeout=patience_s)
            if self.ended.done():
                return
            next_step()
        await asyncio.wait({self.ended}, timeout=5.0)

    def _hear(self, line: bytes) -> None:
        try:
            event = decode(line, EVENTS)
        except WireError as error:
            _log.warning("The engine said something odd: %s", error)
            event = ProtocolFault(message=str(error))
        self._soon(self._arrive, event)

    def _note_end(self, code: int) -> None:
        self._soon(self._depart, code)

    def _soon(self, call: Callable[..., None], *args: object) -> None:
        try:
            self._loop.call_soon_threadsafe(call, *args)
        except RuntimeError:  # the loop was closed before the engine ended
            _log.debug("The editor's loop is closed.")

    def _arrive(self, event: ClientEvent) -> None:
        if isinstance(event, Ready) and not self.ready.done():
            self.ready.set_result(event)
        self._take(event)

    def _depart(self, code: int) -> None:
        if not self.ended.done():
            self.ended.set_result(code)
        self._lose(self, code)


_Take = Callable[[ClientEvent], None]
_Lose = Callable[[_Link, int], None]


def _cause(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    hint = ", perhaps because memory ran out" if -code == getattr(signal, "SIGKILL", 9) else ""
    return f"signal {-code}{hint}"


def _death(code: int, *, has_jobs: bool) -> str:
    advice = (
        "start the job again to go on from its last checkpoint"
        if has_jobs
        else "it starts again with the next job"
    )
    return f"The engine stopped unexpectedly ({_cause(code)}); {advice}."
