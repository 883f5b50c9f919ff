"""Measures how long the timeline takes to paint 200 shots with 1000 keyframes.

    QT_QPA_PLATFORM=offscreen python tests/benchmarks/timeline.py [--generating]

Each row is one kind of movement at 60 frames: the event is handled, then the whole timeline is
painted, as the screen would have it. A frame at 60 Hz lasts 16.7 ms. Wall time is what a user
waits; the time of the window's own thread on the CPU tells the program's part from the machine's.

With ``--generating`` a real engine process beside it makes the film's drafts with the starter model
meanwhile, so that previews arrive and the processor is shared.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import qasync
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from app.application.collecting import Collecting
from app.client.process import ProcessClient
from app.views.theme import apply_theme
from app.views.timeline.view import TimelineView
from tests.app.conftest import Studio

NUM_SHOTS = 200
NUM_STEPS = 60
KEYFRAMES = (0, 9, 18, 27, 36)
SIZES = ((1280, 720), (2560, 1440))


def _paint(view: TimelineView) -> None:
    view.viewport().repaint()


def _mouse(view: TimelineView, kind: QEvent.Type, x: float, y: float) -> None:
    button = Qt.MouseButton.LeftButton
    at = QPointF(x, y)
    keys = Qt.KeyboardModifier.AltModifier
    event = QMouseEvent(kind, at, QPointF(view.viewport().mapToGlobal(at)), button, button, keys)
    QApplication.sendEvent(view.viewport(), event)


Times = list[tuple[float, float]]
"""Seconds of each step: on the clock, and of this thread on the CPU."""


async def _times(view: TimelineView, step: Callable[[int], object]) -> Times:
    seconds: Times = []
    for number in range(NUM_STEPS):
        wall, cpu = time.perf_counter(), time.thread_time()
        step(number)
        _paint(view)
        await asyncio.sleep(0)  # what timers do between two frames delays the next one, too
        seconds.append((time.perf_counter() - wall, time.thread_time() - cpu))
    return seconds


def _row(name: str, seconds: Times) -> None:
    figures = ""
    for kind in (0, 1):
        ordered = sorted(pair[kind] * 1000 for pair in seconds)
        p99 = ordered[int(len(ordered) * 0.99)]
        figures += f"{statistics.median(ordered):>9.1f}{p99:>9.1f}"
    print(f"{name:<32}{figures}", flush=True)


async def _drag(view: TimelineView, start: tuple[float, float]) -> Times:
    x, y = start
    _mouse(view, QEvent.Type.MouseButtonPress, x, y)
    seconds = await _times(view, lambda n: _mouse(view, QEvent.Type.MouseMove, x + 5 + 2 * n, y))
    view._gestures.cancel()
    view.refresh()
    return seconds


async def _measure(studio: Studio, size: tuple[int, int]) -> None:
    view, editor = studio.app.window.timeline, studio.app.editor
    studio.app.window.resize(*size)
    await studio.settle(0.3)
    print(f"\n{f'{size[0]}×{size[1]}: ms':<32}{'wall':>9}{'p99':>9}{'CPU':>9}{'p99':>9}")
    bar = view.horizontalScrollBar()
    for zoom, name in ((0.12, "whole film"), (2.0, "some shots"), (12.0, "one shot")):
        view.zoom_to(zoom, 10.0)
        await studio.settle(0.3)
        _row(f"scroll, {name}", await _times(view, lambda n: bar.setValue(n * 7)))
        _row(f"playhead, {name}", await _times(view, lambda n: editor.seek(n + 1)))
        bar.setValue(0)
    view.zoom_to(1.0, 10.0)
    _row("zoom to the mouse", await _times(view, lambda n: view.zoom_to(1.0 + n * 0.15, 400.0)))
    view.zoom_to(4.0, 10.0)
    view.horizontalScrollBar().setValue(0)
    await studio.settle(0.3)
    scene = view.scene()
    pin = scene.scale.x(27) + 4, float(scene.lanes.pin_top + 6)
    _row("drag a keyframe", await _drag(view, pin))
    strip = float(scene.lanes.strip_top + 20)
    _row("trim a tail, ripple", await _drag(view, (scene.scale.x(48) - 2, strip)))
    _row("carry a shot", await _drag(view, (scene.scale.x(20), strip)))
    _row("rubber band", await _drag(view, (scene.scale.x(2), float(scene.lanes.grid_top - 3))))


async def _story(studio: Studio, *, generating: bool) -> None:
    await studio.fill(*[(48, KEYFRAMES)] * NUM_SHOTS)
    await studio.settle(0.5)
    if generating:
        await _begin_generating(studio)
    for size in SIZES:
        await _measure(studio, size)
    if generating:
        jobs = studio.app.jobs
        assert jobs.running is not None, "The engine had nothing left to do: the rows say nothing."
        print(f"\nwhile generating: {jobs.running.title}, {jobs.running.fraction:.0%} of it done")
        jobs.stop()
        await studio.until(lambda: not jobs.is_active, 60)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nlargest memory of the process: {memory:.0f} MiB")


async def _begin_generating(studio: Studio) -> None:
    """Return once the first preview has come: from then on a take forms in the timeline."""
    previews: list[str] = []
    studio.app.jobs.preview_changed.connect(previews.append)
    studio.app.jobs.generate()
    await studio.until(lambda: previews, 300)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--generating", action="store_true", help="beside a real engine at work")
    generating = bool(parser.parse_args().generating)
    app = QApplication(sys.argv[:1])
    apply_theme(app)
    app.setQuitOnLastWindowClosed(False)
    loop = qasync.QEventLoop(app, already_running=False)
    asyncio.set_event_loop(loop)
    with tempfile.TemporaryDirectory() as folder, loop:
        studio = Studio(loop, Path(folder), ProcessClient() if generating else None)
        studio.app.window.painted.connect(Collecting(studio.app).settled)
        story = studio._whole(lambda: _story(studio, generating=generating), None)
        loop.run_until_complete(story)


if __name__ == "__main__":
    main()
