"""Measures playing: a 1080p24 master of 10 bits, and the animatic, in a whole window.

    QT_QPA_PLATFORM=offscreen python tests/benchmarks/playback.py [seconds] [width height]

Each row plays for 20 seconds, round and round in ten seconds of film: pictures that were due, those
that were never seen, the share of the time in which the window's thread was busy, and the memory of
the process. Then the playhead jumps: the time until the picture of that frame can be painted.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import statistics
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np
import qasync
from PySide6.QtWidgets import QApplication

from app.state.monitor import MoviePicture
from app.timeline.takes import DRAFT_FILE, MASTER_FILE
from app.views.theme import apply_theme
from engine.media.encodings import INTERMEDIATE
from engine.media.writer import MovieWriter
from tests.app.conftest import Studio
from tests.sounds import noise, write_wav

NUM_FRAMES = 240
SIZE = (1920, 1080)


def write_master(path: Path) -> None:
    """Write ten seconds of a textured picture that moves, with grain, as Director-SR does."""
    width, height = SIZE
    rng = np.random.default_rng(1)
    y, x = np.mgrid[0 : height + 240, 0 : width + 480].astype(np.float32)
    base = 0.5 + 0.2 * np.sin(x / 61) * np.cos(y / 37) + 0.1 * np.sin((x + y) / 7)
    board = np.stack([base, base * 0.8 + 0.1, 1 - base], axis=-1)
    grain = rng.normal(0, 0.0025, (height, width, 1)).astype(np.float32)
    with MovieWriter(path, width, height, Fraction(24), INTERMEDIATE) as movie:
        for index in range(NUM_FRAMES):
            left, top = 2 * index, index
            part = board[top : top + height, left : left + width] + np.roll(grain, 37 * index, 0)
            movie.write((np.clip(part, 0, 1) * 65535).astype(np.uint16))


def rss_mib() -> int:
    """Return the memory of this process."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 // 2**20


async def play(studio: Studio, name: str, speed: int, seconds: float) -> None:
    """Play and print a row."""
    playback = studio.app.playback
    studio.app.editor.seek(0)
    playback.set_looping(True)
    await studio.settle(0.5)
    playback.shuttle(1)
    while playback.speed < speed:
        playback.shuttle(1)
    began, busy, most = time.perf_counter(), time.thread_time(), 0
    due, dropped = 0, 0
    while time.perf_counter() - began < seconds:
        await asyncio.sleep(0.25)
        most = max(most, rss_mib())
    share = (time.thread_time() - busy) / (time.perf_counter() - began)
    due, dropped = playback.num_due, playback.num_dropped
    playback.pause()
    print(f"{name:24}{speed}x{due:7}{dropped:8}{100 * share:8.0f} %{most:8} MiB", flush=True)


async def jump(studio: Studio, count: int = 80) -> None:
    """Jump about and print how long the pictures took."""
    editor, monitor, frames = studio.app.editor, studio.app.workspace.monitor, studio.app.frames
    order = random.Random(1)
    seconds: list[float] = []
    frames._cache_bytes = 0  # nothing is remembered: every jump decodes
    for _ in range(count):
        frame = order.randrange(NUM_FRAMES)
        began = time.perf_counter()
        editor.seek(frame)
        picture = monitor.picture(frame)
        assert isinstance(picture, MoviePicture)
        while frames.frame(picture.key) is None:  # noqa: ASYNC110 - measured to a millisecond
            await asyncio.sleep(0.001)
        seconds.append(time.perf_counter() - began)
    ordered = sorted(seconds)
    middle, late = statistics.median(ordered), ordered[int(len(ordered) * 0.99)]
    print(f"jumps: p50 {1000 * middle:.0f} ms, p99 {1000 * late:.0f} ms")


async def _story(studio: Studio, seconds: float) -> None:
    await studio.fill((NUM_FRAMES, (0, 60, 150)))
    print(f"{'':24}  {'due':>7}{'dropped':>8}{'busy':>10}{'memory':>12}")
    await play(studio, "animatic", 1, seconds)
    song = write_wav(studio.root / "song.wav", noise(10))
    studio.app.workspace.sounds.drop([song], 0)
    await studio.until(lambda: studio.app.editor.project.sound_clips)
    await play(studio, "animatic, with sound", 1, seconds)
    part = studio.app.takes.passes[0]
    folder = part.folder(studio.app.editor.folder)
    folder.mkdir(parents=True)
    writing = multiprocessing.get_context("spawn").Process(
        target=write_master, args=(folder / MASTER_FILE,)
    )
    writing.start()  # elsewhere: an encoder's memory is not the player's
    while writing.is_alive():  # noqa: ASYNC110
        await asyncio.sleep(0.1)
    (folder / DRAFT_FILE).write_bytes((folder / MASTER_FILE).read_bytes())
    (folder / "take.json").write_text('{"draft": {"keyframes": []}, "master": {"keyframes": []}}')
    studio.app.takes.finished(folder / MASTER_FILE)
    await studio.settle(0.5)
    await play(studio, "master, with sound", 1, seconds)
    await play(studio, "master", 2, seconds)
    studio.app.editor.undo()
    await play(studio, "master, no sound", 1, seconds)
    await jump(studio)


def main() -> None:
    """Print the table."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 20.0
    size = (int(sys.argv[2]), int(sys.argv[3])) if len(sys.argv) > 3 else (1280, 720)
    app = QApplication.instance() or QApplication([])
    apply_theme(app)  # type: ignore[arg-type]
    loop = qasync.QEventLoop(app, already_running=False)
    asyncio.set_event_loop(loop)
    with tempfile.TemporaryDirectory() as root:
        studio = Studio(loop, Path(root))

        async def whole() -> None:
            studio.app.begin(None)
            studio.app.window.resize(*size)
            studio.app.window.show()
            try:
                await _story(studio, seconds)
            finally:
                await studio.app.end()

        loop.run_until_complete(whole())


if __name__ == "__main__":
    main()
