"""The engine as seen from the app: submit, cancel, listen. Who answers is somebody else's matter.

The process client speaks to a child process; tests put a scripted engine in its place.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from engine.protocol.facts import DeviceReport
from engine.protocol.messages import (
    AnyJob,
    JobEvent,
    ModelDescribed,
    ModelRole,
    ProtocolFault,
    Ready,
)


@dataclass(frozen=True, slots=True)
class EngineLost:
    """The engine ended without being asked to.

    Attributes:
        message: one sentence for the user.
        job_ids: the jobs that were queued or running; they can be submitted again and go on from
            their last checkpoint.
    """

    message: str
    job_ids: tuple[str, ...]


ClientEvent = JobEvent | Ready | DeviceReport | ModelDescribed | ProtocolFault | EngineLost


class EngineClient(Protocol):
    """What the app asks of an engine."""

    async def start(self) -> None:
        """Start the engine unless it runs; returns once it is ready.

        Raises:
            EngineError: it could not be started; one sentence for the user.
        """
        ...

    async def submit(self, job: AnyJob) -> None:
        """Queue a job, starting the engine if need be. Its fate comes through ``events``.

        Raises:
            EngineError: the engine could not be started; one sentence for the user.
        """
        ...

    async def cancel(self, job_id: str) -> None:
        """Ask a queued or running job to end; one that does not is ended with its engine."""
        ...

    async def rest(self) -> None:
        """Ask the engine, where it runs, to give the device's memory back until the next job."""
        ...

    async def describe(self, name: str, role: ModelRole) -> None:
        """Ask how a model wants to be run; ``ModelDescribed`` comes through ``events``.

        Raises:
            EngineError: the engine could not be started; one sentence for the user.
        """
        ...

    def events(self) -> AsyncIterator[ClientEvent]:
        """Yield what the engine says, until ``close``. There is one listener at a time."""
        ...

    async def close(self) -> None:
        """End the engine and the stream of events."""
        ...
