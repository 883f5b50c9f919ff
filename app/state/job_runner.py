"""One job at a time through the engine: hand it over, hear of it, wait for its ending."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from app.client.client import ClientEvent, EngineClient, EngineLost
from engine.protocol.errors import EngineError
from engine.protocol.facts import DeviceReport
from engine.protocol.messages import (
    AnyJob,
    CancelAcknowledged,
    JobCancelled,
    JobFailed,
    JobFinished,
    JobQueued,
    JobStarted,
    ModelDescribed,
    ModelRole,
    Preview,
    Progress,
    ProtocolFault,
    Ready,
)

log = logging.getLogger(__name__)

Ending = JobFinished | JobFailed | JobCancelled | EngineLost


class JobRunner:
    """The engine's side of the queue.

    Args:
        hear: called with what the engine tells of a job under way.
        complain: called with one sentence for the user.
    """

    def __init__(
        self,
        client: EngineClient,
        hear: Callable[[Progress | Preview | DeviceReport | Ready], None],
        complain: Callable[[str], None],
    ) -> None:
        self._client = client
        self._hear = hear
        self._complain = complain
        self._endings: dict[str, asyncio.Future[Ending]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._described: Callable[[ModelDescribed], None] = lambda _: None
        self._has_begun = False
        self._asked: list[tuple[str, ModelRole]] = []

    def start(self) -> None:
        """Listen, and have the engine started before it is needed."""
        self._has_begun = True
        self.spawn(self._listen())
        self.spawn(self._warm_up())
        for name, role in self._asked:
            self.describe(name, role)

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run something until it is done or the window is closed."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._forget)
        return task

    def cancel(self, job_id: str) -> None:
        """Ask the engine to end a job at its next step."""
        self.spawn(self._client.cancel(job_id))

    def rest(self) -> None:
        """Have the device's memory given back until the next job."""
        self.spawn(self._client.rest())

    def describe_to(self, hear: Callable[[ModelDescribed], None]) -> None:
        """Say who hears how models want to be run."""
        self._described = hear

    def describe(self, name: str, role: ModelRole) -> None:
        """Ask how a model wants to be run; before ``start``, the question waits for it."""
        if self._has_begun:
            self.spawn(self._describe(name, role))
        else:
            self._asked.append((name, role))

    async def perform(self, job: AnyJob) -> Ending:
        """Hand a job over and wait until it is done, has failed, or was let go of."""
        ending: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()
        self._endings[job.job_id] = ending
        try:
            await self._client.submit(job)
            return await ending
        except EngineError as error:
            return JobFailed(job_id=job.job_id, code=error.code, message=str(error))
        finally:
            self._endings.pop(job.job_id, None)

    async def close(self) -> None:
        """End the engine and everything under way."""
        await self._client.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _listen(self) -> None:
        async for event in self._client.events():
            self._take(event)

    async def _warm_up(self) -> None:
        try:
            await self._client.start()
        except EngineError as error:
            self._complain(str(error))

    async def _describe(self, name: str, role: ModelRole) -> None:
        with contextlib.suppress(EngineError):  # whoever wants a job done is told why
            await self._client.describe(name, role)

    def _take(self, event: ClientEvent) -> None:
        match event:
            case Progress() | Preview() | DeviceReport() | Ready():
                self._hear(event)
            case JobFinished() | JobFailed() | JobCancelled():
                self._end(event.job_id, event)
            case EngineLost(message=message, job_ids=job_ids):
                log.warning("engine lost: %s", message)
                for job_id in job_ids:
                    self._end(job_id, event)
            case ModelDescribed():
                self._described(event)
            case ProtocolFault(message=message):
                log.warning("protocol fault: %s", message)
            case JobQueued() | JobStarted() | CancelAcknowledged():
                return

    def _end(self, job_id: str, ending: Ending) -> None:
        future = self._endings.get(job_id)
        if future is not None and not future.done():
            future.set_result(ending)

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a task of the queue failed", exc_info=error)
            self._complain("Something went wrong in the editor; the log has the details.")
