"""Measures how long a cancel takes, stage by stage, through the real client and engine.

    python tests/benchmarks/cancel.py [cancels per stage] [seconds of film]

Each kind of job is run once to see how long its stages last. Then it is cancelled again and again,
at an even spread of moments within each stage, and the time until ``JobCancelled`` is taken: the
median, the 99th percentile and the longest. Jobs go on from their checkpoints in between, as they
do for the user, but for the draft's, which are deleted so that every stage is there to be stopped.
Loading and captions, which an engine does once, are measured by ``cancel_loading.py``.
"""

from __future__ import annotations

import asyncio
import shutil
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from app.client.client import ClientEvent, EngineLost
from app.client.process import ProcessClient
from engine.protocol.export import ExportFormatSpec, ExportJob, Segment
from engine.protocol.jobs import DraftJob, FrameRate, KeyframeSpec, RefineJob, ShotSpec
from engine.protocol.media import ImportJob, ShotsJob
from engine.protocol.messages import AnyJob, JobCancelled, JobFailed, JobFinished, Progress
from tests.app.boards import draw_board

RATE = FrameRate(num=24)


@dataclass
class Row:
    """What was seen of one stage of one kind of job."""

    lasts_s: float = 0.0
    silence_s: float = 0.0
    cancels_s: list[float] = field(default_factory=list[float])


def jobs_in(root: Path, num_frames: int) -> list[AnyJob]:
    """Return a job of each kind, in the order in which they need each other."""
    boards = [draw_board(root / f"{number}.png", number, (960, 540)) for number in range(2)]
    keyframes = (
        KeyframeSpec(image=str(boards[0]), frame=0),
        KeyframeSpec(image=str(boards[1]), frame=num_frames - 1),
    )
    take, movie = root / "take", root / "film.mp4"
    shot = ShotSpec(num_frames=num_frames, caption="slow pan left", keyframes=keyframes)
    master = Segment(path=str(take / "master.mkv"), stop=num_frames)
    return [
        DraftJob(job_id="draft", folder=str(take), shots=(shot,), rate=RATE, width=960, height=540),
        RefineJob(job_id="refine", folder=str(take)),
        ExportJob(
            job_id="export",
            segments=(master,) * 4,
            output=str(movie),
            rate=RATE,
            format=ExportFormatSpec(name="h265"),
            overwrite=True,
        ),
        ImportJob(job_id="import", path=str(movie), folder=str(root / "light")),
        ShotsJob(job_id="shots", path=str(movie), method="content"),
    ]


def prepare(job: AnyJob) -> None:
    """Take away what the job would go on from."""
    if isinstance(job, DraftJob | RefineJob):
        shutil.rmtree(Path(job.folder) / "scratch", ignore_errors=True)
    if isinstance(job, ImportJob) and job.folder:
        shutil.rmtree(job.folder, ignore_errors=True)


class Bench:
    """One engine, and what is measured of it."""

    def __init__(self) -> None:
        self._client = ProcessClient()
        self._inbox: asyncio.Queue[tuple[float, ClientEvent]] = asyncio.Queue()
        self.rows: dict[tuple[str, str], Row] = defaultdict(Row)

    async def run(self, jobs: list[AnyJob], count: int) -> None:
        """Measure all jobs."""
        listening = asyncio.create_task(self._listen())
        for job in jobs:
            prepare(job)
            starts = await self._whole(job)
            for stage, (start, end) in starts.items():
                for number in range(count):
                    moment = start + (end - start) * (number + 0.5) / count
                    prepare(job)
                    await self._cancelled(job, stage, moment - start)
            prepare(job)
            await self._whole(job)
        await self._client.close()
        listening.cancel()

    async def _listen(self) -> None:
        async for event in self._client.events():
            self._inbox.put_nowait((time.perf_counter(), event))

    async def _whole(self, job: AnyJob) -> dict[str, tuple[float, float]]:
        """Run a job to its end; return when each stage was seen to begin and end."""
        await self._client.submit(job)
        stages: dict[str, tuple[float, float]] = {}
        now, last = "", 0.0
        while True:
            at, event = await self._inbox.get()
            match event:
                case Progress():
                    if now:
                        row = self.rows[job.kind, now]
                        row.silence_s = max(row.silence_s, at - last)
                        stages[now] = (stages[now][0], at)
                    now, last = event.stage, at
                    stages.setdefault(now, (at, at))
                case JobFinished():
                    stages[now] = (stages[now][0], at)
                    for stage, (start, end) in stages.items():
                        row = self.rows[job.kind, stage]
                        row.lasts_s = max(row.lasts_s, end - start)
                    return stages
                case JobFailed() | EngineLost():
                    raise SystemExit(f"{job.kind}: {event.message}")
                case _:
                    pass

    async def _cancelled(self, job: AnyJob, stage: str, after_s: float) -> None:
        await self._client.submit(job)
        asked_at: float | None = None
        timer: asyncio.Task[None] | None = None
        asked_in = now = ""

        async def ask() -> None:
            nonlocal asked_at, asked_in
            await asyncio.sleep(after_s)
            asked_at, asked_in = time.perf_counter(), now
            await self._client.cancel(job.job_id)

        while True:
            at, event = await self._inbox.get()
            match event:
                case Progress():
                    now = event.stage
                    if now == stage and timer is None:
                        timer = asyncio.create_task(ask())
                case JobCancelled() if asked_at is not None:
                    self.rows[job.kind, asked_in].cancels_s.append(at - asked_at)
                    return
                case JobFinished() | JobCancelled():
                    if timer is not None:
                        timer.cancel()
                    return
                case JobFailed() | EngineLost():
                    raise SystemExit(f"{job.kind}: {event.message}")
                case _:
                    pass


def print_table(rows: Mapping[tuple[str, str], Row]) -> None:
    """Print the median, the 99th percentile and the longest of each stage."""
    print("| job | stage | lasts | longest silence | cancels | p50 | p99 | longest |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for (kind, stage), row in rows.items():
        times = sorted(row.cancels_s)
        if not times:
            continue
        p99 = times[min(len(times) - 1, round(0.99 * (len(times) - 1)))]
        print(
            f"| {kind} | {stage} | {row.lasts_s:.2f} s | {row.silence_s:.2f} s | {len(times)} "
            f"| {1000 * statistics.median(times):.0f} ms | {1000 * p99:.0f} ms "
            f"| {1000 * times[-1]:.0f} ms |"
        )


def main() -> None:
    """Print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 2.0
    bench = Bench()
    with tempfile.TemporaryDirectory(prefix="cancel-") as root:
        asyncio.run(bench.run(jobs_in(Path(root), round(seconds * 24)), count))
    print_table(bench.rows)


if __name__ == "__main__":
    main()
