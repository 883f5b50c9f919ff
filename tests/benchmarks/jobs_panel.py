"""How long the list of jobs takes the window: opened with many jobs, and at a job's progress.

    QT_QPA_PLATFORM=offscreen python tests/benchmarks/jobs_panel.py [jobs]

A whole editor whose engine stands still has that many jobs asked for. Printed are the time to ask,
to have the panel shown, and the median of what it takes to hear of one step of the running job.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import qasync
from PySide6.QtWidgets import QApplication

from app.state.job_entries import JobEntry
from app.views.theme import apply_theme
from engine.protocol.jobs import DraftJob, FrameRate, ShotSpec
from engine.protocol.messages import Progress
from tests.app.conftest import Studio

NUM_STEPS = 40


def draft(number: int, root: Path) -> DraftJob:
    """Return a job that the engine begins and does not end."""
    return DraftJob(
        job_id=f"job-{number}",
        folder=str(root / f"take{number}"),
        shots=(ShotSpec(num_frames=9),),
        rate=FrameRate(num=24),
        width=64,
        height=64,
    )


async def story(studio: Studio, count: int) -> None:
    """Ask, look, listen."""
    app = studio.app
    app.begin(None)
    app.window.resize(1280, 720)
    app.window.show()
    app.jobs.start()
    studio.engine.hold()
    await studio.settle()
    jobs = [draft(number, studio.root) for number in range(count)]
    began = time.perf_counter()
    app.jobs.ask(
        [JobEntry(job, f"Shot {n}", n + 1, f"take{n}", (0, 9)) for n, job in enumerate(jobs)]
    )
    print(f"{count} jobs asked for: {time.perf_counter() - began:.3f} s")
    await studio.until(lambda: app.jobs.running)
    began = time.perf_counter()
    app.window.commands["show_jobs"].trigger()
    app.window.jobs_panel.grab()
    print(f"shown: {time.perf_counter() - began:.3f} s")
    times: list[float] = []
    for step in range(NUM_STEPS):
        event = Progress(
            job_id="job-0", stage="denoise", step=step, num_steps=NUM_STEPS, elapsed_s=step
        )
        began = time.perf_counter()
        app.jobs._hear(event)
        app.window.jobs_panel.grab()
        times.append(time.perf_counter() - began)
    print(f"a step heard: {statistics.median(times) * 1000:.1f} ms")
    await app.end()


def main() -> int:
    """Measure."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    apply_theme(app)
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    with tempfile.TemporaryDirectory(prefix="jobs-") as folder, loop:
        loop.run_until_complete(story(Studio(loop, Path(folder)), count))
    return 0


if __name__ == "__main__":
    sys.exit(main())
