"""What the editor may rely on, whoever answers: the real engine process or the fake one."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.client.client import EngineClient, EngineLost
from app.client.process import ProcessClient
from engine.protocol.facts import DeviceReport
from engine.protocol.messages import (
    CancelAcknowledged,
    JobCancelled,
    JobFailed,
    JobFinished,
    JobQueued,
    JobStarted,
    ModelDescribed,
    Preview,
    Progress,
    Ready,
)
from tests.app.fake_engine import FakeEngine
from tests.engine.service.child import SCRIPTED_ENGINE, job

ENDINGS = JobFinished | JobFailed | JobCancelled | EngineLost


@pytest.fixture(params=["process", "fake"])
async def client(request: pytest.FixtureRequest) -> AsyncIterator[EngineClient]:
    client = ProcessClient(SCRIPTED_ENGINE) if request.param == "process" else FakeEngine()
    if isinstance(client, FakeEngine):
        client.step_s = 0.01
    yield client
    await client.close()


def _kill(client: EngineClient) -> None:
    if isinstance(client, FakeEngine):
        client.die()
    else:
        assert isinstance(client, ProcessClient)
        assert client.pid is not None
        os.kill(client.pid, signal.SIGKILL)


async def _events_until(client: EngineClient, is_last: Callable[[Any], bool]) -> list[Any]:
    events: list[Any] = []
    async with asyncio.timeout(20):
        async for event in client.events():
            if isinstance(event, DeviceReport):
                continue  # comes whenever the engine likes
            events.append(event)
            if is_last(event):
                return events
    raise AssertionError("The events ended.")


async def _until_ending(client: EngineClient) -> list[Any]:
    return await _events_until(client, lambda event: isinstance(event, ENDINGS))


async def test_a_job_is_told_from_ready_to_finished(client: EngineClient, tmp_path: Path) -> None:
    await client.start()
    await client.submit(job(tmp_path, num_steps=3))
    events = await _until_ending(client)
    assert [type(event) for event in events[:3]] == [Ready, JobQueued, JobStarted]
    assert isinstance(events[-1], JobFinished)
    assert (events[-1].path, events[-1].num_frames) == (str(tmp_path / "job" / "draft.mkv"), 9)
    steps = [e.step for e in events if isinstance(e, Progress) and e.stage == "denoise"]
    assert steps == [0, 1, 2, 3]
    previews = [e for e in events if isinstance(e, Preview)]
    assert len(previews) == 3
    last = np.load(previews[-1].path, mmap_mode="r")
    size = (previews[-1].num_frames, previews[-1].height, previews[-1].width, 3)
    assert (last.dtype, last.shape) == (np.uint8, size)


async def test_cancel_is_acknowledged_and_then_done(client: EngineClient, tmp_path: Path) -> None:
    await client.submit(job(tmp_path, num_steps=1000))
    await client.submit(job(tmp_path, job_id="behind"))
    await _events_until(client, lambda event: isinstance(event, Preview))
    await client.cancel("behind")
    events = await _until_ending(client)
    assert CancelAcknowledged(job_id="behind") in events
    assert events[-1] == JobCancelled(job_id="behind")
    await client.cancel("job")
    events = await _until_ending(client)
    assert events[-2:] == [CancelAcknowledged(job_id="job"), JobCancelled(job_id="job")]


async def test_same_id_twice_is_refused(client: EngineClient, tmp_path: Path) -> None:
    await client.submit(job(tmp_path, num_steps=100))
    await client.submit(job(tmp_path, num_steps=100))
    failure = (await _until_ending(client))[-1]
    assert isinstance(failure, JobFailed)
    assert failure.code == "bad_input"
    _kill(client)
    lost = (await _until_ending(client))[-1]
    assert lost.job_ids == ("job",), "The first one still ran."


async def test_death_names_the_jobs_and_the_next_submit_revives(
    client: EngineClient, tmp_path: Path
) -> None:
    await client.submit(job(tmp_path, num_steps=1000))
    await client.submit(job(tmp_path, job_id="behind"))
    await _events_until(client, lambda event: isinstance(event, Preview))
    _kill(client)
    lost = (await _until_ending(client))[-1]
    assert isinstance(lost, EngineLost)
    assert lost.job_ids == ("job", "behind")
    await client.submit(job(tmp_path, job_id="behind", num_steps=2))
    events = await _until_ending(client)
    assert [type(event) for event in events[:3]] == [Ready, JobQueued, JobStarted]
    assert isinstance(events[-1], JobFinished)


async def test_close_ends_the_events(client: EngineClient, tmp_path: Path) -> None:
    await client.submit(job(tmp_path, num_steps=1000))
    listener = asyncio.create_task(_until_ending(client))
    await asyncio.sleep(0.05)
    await client.close()
    with pytest.raises(AssertionError, match="events ended"):
        await asyncio.wait_for(listener, 5)


async def test_fake_goes_on_from_its_last_step(tmp_path: Path) -> None:
    engine = FakeEngine(step_s=0.001)
    await engine.submit(job(tmp_path, num_steps=50))
    await _events_until(engine, lambda event: isinstance(event, Preview))
    engine.hold()
    engine.die()
    engine.release()
    await _until_ending(engine)
    done = engine.steps_done["job"]
    assert 0 < done < 50
    await engine.submit(job(tmp_path, num_steps=50))
    events = await _until_ending(engine)
    steps = [e.step for e in events if isinstance(e, Progress) and e.stage == "denoise"]
    assert steps == list(range(done, 51))
    await engine.close()


async def test_fake_fails_on_demand(tmp_path: Path) -> None:
    engine = FakeEngine()
    engine.fail("job", "out_of_memory", "The job does not fit.")
    await engine.submit(job(tmp_path))
    failure = (await _until_ending(engine))[-1]
    assert failure == JobFailed(job_id="job", code="out_of_memory", message="The job does not fit.")
    await engine.submit(job(tmp_path))
    assert isinstance((await _until_ending(engine))[-1], JobFinished)
    await engine.close()


async def test_a_model_is_described_or_its_absence_explained(client: EngineClient) -> None:
    await client.describe("starter", "gen")
    await client.describe("no-such-model", "sr")
    told: list[ModelDescribed] = []

    def is_last(event: Any) -> bool:
        if isinstance(event, ModelDescribed):
            told.append(event)
        return len(told) == 2

    await _events_until(client, is_last)
    known, unknown = sorted(told, key=lambda answer: answer.settings is None)
    assert known.settings is not None
    assert known.settings.num_steps == 4
    assert known.problem == ""
    assert "no-such-model" in unknown.problem
    assert "is not installed" in unknown.problem
