"""Hundreds of jobs with cancels, pauses and killed engines: nothing may grow, nothing be lost.

    QT_QPA_PLATFORM=offscreen python tests/benchmarks/soak.py [jobs] [seed]

A whole editor with a real engine process on tiny models makes one draft after another. What happens
to each is drawn by lot: nothing, a cancel and a second try, a pause, another film in between, an
engine killed with SIGKILL. After every job the journal on disk must say what the queue says. Memory
and open files of both processes are taken as they go; the table at the end compares the first and
the last third, the engine's within the life of one process.

The editor's grows by about 1 MiB a take until its caches are full, 96 MiB of frames and 192 MiB of
thumbnails: over 60 takes of a fake engine 33 of 60 MiB were frames and 21 thumbnails. What is left,
some 0.1 MiB a take, is the take's record, the undo step and the plan, which are kept on purpose.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import statistics
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import qasync
from PySide6.QtWidgets import QApplication

from app.client.process import ProcessClient
from app.state.job_entries import Finished
from app.timeline.project import Project
from app.timeline.queue_journal import QueueJournal
from app.timeline.storage import create_project
from app.views.theme import apply_theme
from tests.app.conftest import Studio
from tests.engine.tiny_models import make_tiny_model

FATES = ("nothing", "cancel", "pause", "another film", "engine killed")
WEIGHTS = (60, 17, 12, 5, 6)
MAX_WAIT_S = 0.2
"""A job of a tiny model lasts about as long."""

SETTLED_AFTER = 4
"""Jobs of an engine's life before its memory is compared: it loads and warms up first."""


@dataclass
class Sample:
    """What a process holds."""

    rss_mib: float
    num_files: int


@dataclass
class Summary:
    """What was seen."""

    fates: Counter[str] = field(default_factory=Counter[str])
    editor: list[Sample] = field(default_factory=list[Sample])
    engines: list[list[Sample]] = field(default_factory=list[list[Sample]])
    problems: list[str] = field(default_factory=list[str])


def sample(pid: int) -> Sample:
    """Look at a process."""
    process = Path("/proc") / str(pid)
    pages = int((process / "statm").read_text(encoding="ascii").split()[1])
    return Sample(pages * 4096 / 2**20, len(list((process / "fd").iterdir())))


class Soak:
    """The editor, and what is done to it."""

    def __init__(self, studio: Studio, client: ProcessClient, lots: random.Random) -> None:
        self._studio = studio
        self._client = client
        self._lots = lots
        self._film = studio.root / "soak.sdproj"
        self._other = create_project(studio.root / "other.sdproj", Project())
        self._pid: int | None = None
        self.summary = Summary()

    async def run(self, count: int, model: Path) -> None:
        """Make so many drafts."""
        app = self._studio.app
        await self._studio.fill((9, (0, 8)))
        app.editor.do("Model", lambda film: film.model_copy(update={"model": str(model)}))
        app.document.save()
        for number in range(count):
            app.editor.do("Seed", lambda film, n=number: film.model_copy(update={"seed": n + 2}))
            app.document.save()
            fate = self._lots.choices(FATES, WEIGHTS)[0]
            app.jobs.generate()
            self.summary.fates[fate if await self._meet(fate) else "nothing"] += 1
            await self._studio.until(lambda: not app.jobs.is_active, 120)
            if app.jobs.can_go_on:  # the engine of the job before was killed as that job ended
                self.summary.fates["killed between two jobs"] += 1
                app.jobs.resume()
                await self._studio.until(lambda: not app.jobs.is_active, 120)
            self._look(number)
            app.jobs.clear_done()

    async def _meet(self, fate: str) -> bool:
        """Have a job meet its fate; whether it did."""
        app, jobs = self._studio.app, self._studio.app.jobs
        if fate == "nothing":
            return True
        await self._studio.until(lambda: jobs.running, 60)
        await asyncio.sleep(self._lots.random() * MAX_WAIT_S)
        if not jobs.is_active:
            return False  # it was quicker
        match fate:
            case "cancel":
                jobs.stop()
                await self._studio.until(lambda: not jobs.is_active, 60)
                jobs.generate()
            case "pause":
                jobs.pause()
                await self._studio.until(lambda: jobs.running is None, 60)
                jobs.resume()
            case "another film":
                app.document.open(self._other)
                app.document.open(self._film)
                app.keeping.go_on()
                await self._studio.settle(0.05)
                if not jobs.is_active and not self._is_made():
                    jobs.generate()
            case _:
                if self._client.pid is not None:
                    os.kill(self._client.pid, signal.SIGKILL)
                    await self._studio.until(lambda: jobs.can_go_on or not jobs.is_active, 60)
                    jobs.resume()
        return True

    def _is_made(self) -> bool:
        takes = self._studio.app.takes
        return all(takes.take(part).draft is not None for part in takes.passes)

    def _look(self, number: int) -> None:
        jobs, summary = self._studio.app.jobs, self.summary
        left = QueueJournal(self._film).read()
        if left.is_damaged or left.jobs:
            summary.problems.append(f"job {number}: the journal has {len(left.jobs)} open")
        if not self._is_made():
            endings = [type(entry.status).__name__ for entry in jobs.entries]
            summary.problems.append(f"job {number}: no draft ({endings})")
        elif jobs.entries and not any(isinstance(e.status, Finished) for e in jobs.entries):
            summary.problems.append(f"job {number}: made, and not said to be")
        summary.editor.append(sample(os.getpid()))
        pid = self._client.pid
        if pid is None:
            return
        if pid != self._pid:
            self._pid = pid
            summary.engines.append([])
        with contextlib.suppress(FileNotFoundError):  # killed, and not yet known to be
            summary.engines[-1].append(sample(pid))


def report(summary: Summary, seconds: float) -> int:
    """Print what was seen; return how much was wrong."""
    print(f"{len(summary.editor)} jobs in {seconds:.0f} s: {dict(summary.fates)}")
    print(f"{len(summary.engines)} engine processes")
    longest = max(summary.engines, key=len)
    rows = {"editor": summary.editor, "engine, longest life": longest[SETTLED_AFTER:]}
    print("| process | jobs | memory, first third | last third | files, first | last |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, samples in rows.items():
        third = max(1, len(samples) // 3)
        first, last = samples[:third], samples[-third:]
        memory = [statistics.median(s.rss_mib for s in part) for part in (first, last)]
        files = [statistics.median(s.num_files for s in part) for part in (first, last)]
        print(
            f"| {name} | {len(samples)} | {memory[0]:.0f} MiB | {memory[1]:.0f} MiB "
            f"| {files[0]:.0f} | {files[1]:.0f} |"
        )
    for problem in summary.problems:
        print(f"! {problem}")
    print("Nothing was lost." if not summary.problems else f"{len(summary.problems)} problems")
    return len(summary.problems)


def main() -> int:
    """Soak."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    apply_theme(app)
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        root = Path(folder)
        model = make_tiny_model(root / "gen", "gen", seed=1)
        create_project(root / "soak.sdproj", Project())
        client = ProcessClient()
        studio = Studio(loop, root, client)
        soak = Soak(studio, client, random.Random(seed))
        began = time.monotonic()

        async def story() -> None:
            studio.app.begin(root / "soak.sdproj")
            studio.app.window.show()
            studio.app.jobs.start()
            await studio.settle()
            try:
                await soak.run(count, model)
            finally:
                await studio.app.end()

        with loop:
            loop.run_until_complete(story())
        return 1 if report(soak.summary, time.monotonic() - began) else 0


if __name__ == "__main__":
    sys.exit(main())
