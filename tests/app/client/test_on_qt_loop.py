"""The process client on Qt's event loop, as the window runs it."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from pathlib import Path

import qasync

from app.client.client import EngineLost
from app.client.process import ProcessClient
from engine.protocol.messages import JobFinished, Preview
from tests.engine.service.child import SCRIPTED_ENGINE, job


async def _film_then_death(folder: Path) -> float:
    client = ProcessClient(SCRIPTED_ENGINE)
    await client.submit(job(folder))
    async for event in client.events():
        if isinstance(event, JobFinished):
            break
    await client.submit(job(folder, num_steps=1000))
    killed_at = 0.0
    async for event in client.events():
        if isinstance(event, Preview) and not killed_at:
            assert client.pid is not None
            killed_at = time.perf_counter()
            os.kill(client.pid, signal.SIGKILL)
        if isinstance(event, EngineLost):
            assert event.job_ids == ("job",)
            break
    noticed_s = time.perf_counter() - killed_at
    await client.close()
    return noticed_s


def test_client_works_on_qts_loop(loop: qasync.QEventLoop, tmp_path: Path) -> None:
    noticed_s = loop.run_until_complete(asyncio.wait_for(_film_then_death(tmp_path), timeout=20))
    assert noticed_s < 0.5
