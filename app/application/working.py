"""An engine for the length of one command: started, listened to, stopped by Ctrl-C, ended."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from app.application.console import Console
from app.application.render import Listener, RenderStopped
from app.client.client import ClientEvent, EngineClient
from app.client.process import ProcessClient
from engine.protocol.messages import JobStarted

Found = TypeVar("Found")

Work = Callable[[EngineClient, Listener], Coroutine[Any, Any, Found]]
"""What is done with an engine, and what comes of it."""


def ask_engine(work: Work[Found], console: Console) -> Found:
    """Start an engine, do the work with it, show what happens, end it, and return what came of it.

    Raises:
        ValueError, EngineError: as the work does.
        RenderStopped: Ctrl-C; what was finished is kept.
    """
    return asyncio.run(_asked(work, console))


async def _asked(work: Work[Found], console: Console) -> Found:
    client = ProcessClient()
    running: list[str] = []
    stopping: set[asyncio.Task[None]] = set()

    def listen(event: ClientEvent) -> None:
        if isinstance(event, JobStarted):
            running[:] = [event.job_id]
        console.show(event)

    def stop() -> None:
        if stopping or not running:
            task.cancel()  # a second Ctrl-C does not wait for the engine
            return
        console.note("Stopping …")
        stopping.add(asyncio.ensure_future(client.cancel(running[0])))

    task = asyncio.ensure_future(work(client, listen))
    loop = asyncio.get_running_loop()
    with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers on a loop
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop)
    try:
        return await task
    except asyncio.CancelledError:
        raise RenderStopped from None
    finally:
        await client.close()
