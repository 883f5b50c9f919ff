"""Measures the seam between editor and engine on this machine and prints a table.

    python tests/benchmarks/seam.py

Ready: from the start of the process to its first word, of the program's own engine (``main.py
--engine``). Cancel: from the command to its acknowledgement, while the job sleeps, computes in a
library that lets go of the interpreter, or computes in plain Python, and until the job is gone.
Death: from SIGKILL to the client's event. Preview: from the pipeline's yield to an open map.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from app.client.client import EngineLost
from app.client.process import ProcessClient
from engine.protocol.messages import CancelAcknowledged, JobCancelled, Preview, Progress
from engine.service.process import serve
from tests.engine.service.child import job

NUM_STARTS = 8
NUM_CANCELS = 60
NUM_DEATHS = 10
NUM_PREVIEWS = 12
PREVIEW_SHAPE = (121, 480, 832, 3)

Work = Callable[[], object]


def _pipelines() -> Mapping[str, Any]:
    return {"draft": _draft}


def _draft(asked: Any) -> Generator[Any, None, Any]:
    from engine.pipelines.steps import ClipPreview, JobResult, StageProgress

    yield StageProgress("denoise", 0, 1000)
    work = {"sleep": lambda: time.sleep(0.02), "numpy": _multiply, "python": _count}
    clip = np.zeros(PREVIEW_SHAPE, np.uint8)
    for step in range(1, 100_000):
        if asked.caption == "preview":
            clip[0, 0, 0] = 0
            began = np.array([time.time()]).view(np.uint8)
            clip[0, 0, :3].reshape(-1)[: began.size] = began
            yield ClipPreview(clip, Path(asked.folder) / "scratch")
            time.sleep(0.02)
        else:
            work[asked.caption]()
        yield StageProgress("denoise", step % 1000, 1000)
    return JobResult(Path(asked.folder), 0)


def _multiply() -> object:
    matrix = np.ones((700, 700), np.float32)
    return matrix @ matrix @ matrix


def _count() -> object:
    return sum(number * number for number in range(300_000))


async def _starts() -> list[float]:
    seconds: list[float] = []
    for _ in range(NUM_STARTS):
        client = ProcessClient()
        began = time.perf_counter()
        await client.start()
        seconds.append(time.perf_counter() - began)
        await client.close()
    return seconds


async def _next(client: ProcessClient, kind: type[Any]) -> Any:
    async for event in client.events():
        if isinstance(event, kind):
            return event
    raise AssertionError


async def _cancels(folder: Path, work: str) -> tuple[list[float], list[float]]:
    client = ProcessClient((sys.executable, __file__, "--engine"))
    heard: list[float] = []
    gone: list[float] = []
    for number in range(NUM_CANCELS):
        name = f"{work}-{number}"
        await client.submit(job(folder, work, name))
        while (await _next(client, Progress)).step < 2:
            pass
        await asyncio.sleep(0.001 * (number % 20))
        began = time.perf_counter()
        await client.cancel(name)
        await _next(client, CancelAcknowledged)
        heard.append(time.perf_counter() - began)
        await _next(client, JobCancelled)
        gone.append(time.perf_counter() - began)
    await client.close()
    return heard, gone


async def _deaths(folder: Path) -> list[float]:
    client = ProcessClient((sys.executable, __file__, "--engine"))
    seconds: list[float] = []
    for number in range(NUM_DEATHS):
        await client.submit(job(folder, "numpy", f"death-{number}"))
        while (await _next(client, Progress)).step < 2:
            pass
        assert client.pid is not None
        began = time.perf_counter()
        os.kill(client.pid, signal.SIGKILL)
        await _next(client, EngineLost)
        seconds.append(time.perf_counter() - began)
    await client.close()
    return seconds


async def _previews(folder: Path) -> list[float]:
    client = ProcessClient((sys.executable, __file__, "--engine"))
    await client.submit(job(folder, "preview"))
    seconds: list[float] = []
    while len(seconds) < NUM_PREVIEWS:
        event = await _next(client, Preview)
        clip = np.load(event.path, mmap_mode="r")
        shown_at = time.time()
        yielded_at = np.array(clip[0, 0, :3]).reshape(-1)[:8].view(np.float64)[0]
        seconds.append(shown_at - float(yielded_at))
    await client.close()
    return seconds


def _row(name: str, seconds: list[float]) -> str:
    low, median, high = np.percentile(np.array(seconds) * 1000, [0, 50, 99])
    return f"{name:<44}{low:>9.1f}{median:>9.1f}{high:>9.1f}{len(seconds):>6}"


async def _measure() -> None:
    print(f"{'milliseconds':<44}{'best':>9}{'median':>9}{'p99':>9}{'n':>6}")
    print(_row("ready: main.py --engine", await _starts()))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for work in ("sleep", "numpy", "python"):
            heard, gone = await _cancels(folder, work)
            print(_row(f"cancel acknowledged, job in {work}", heard))
            print(_row(f"cancel done, job in {work}", gone))
        print(_row("death noticed after SIGKILL", await _deaths(folder)))
        shape = "×".join(map(str, PREVIEW_SHAPE))
        print(_row(f"preview {shape}: yield to map", await _previews(folder)))


if __name__ == "__main__":
    if "--engine" in sys.argv:
        sys.exit(serve(_pipelines))
    asyncio.run(_measure())
