"""On a screen of twice the density everything is drawn at the screen's own pixels."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.views.timeline.scene import thumbnail_height

ROOT = Path(__file__).parents[3]

STORY = """
import asyncio, sys
from pathlib import Path
import qasync
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication
from app.views.theme import apply_theme
from tests.app.conftest import Studio

app = QApplication([])
apply_theme(app)
app.setQuitOnLastWindowClosed(False)
loop = qasync.QEventLoop(app, already_running=False)
asyncio.set_event_loop(loop)
studio = Studio(loop, Path(sys.argv[1]))
ratio = float(sys.argv[2])

async def story():
    window = studio.app.window
    board = studio.board(0, (1920, 1080))
    window.add_images([board])
    await studio.until(lambda: studio.app.editor.project.shots)
    window._main.setSizes([300, 420])
    window.bench.bring("takes")
    studio.app.jobs.generate()
    await studio.until(lambda: not studio.app.jobs.is_active)
    studio.app.playback.pause()
    for _ in range(4):
        await studio.settle(0.1)
        window.grab()
        studio.app.thumbnails._pool.waitForDone(5000)
    view = window.timeline
    scene = view.scene()
    assert scene.pixel_ratio == ratio
    pin = scene.layout.pins[0]
    rect = scene.pin_rect(pin)
    picture = scene.board(pin.keyframe, int(rect.width()), int(rect.height()))
    assert picture.devicePixelRatio() == ratio
    assert picture.height() == round(int(rect.height()) * ratio)
    # What is shown was never made larger than it was loaded.
    stills = [key for key in studio.app.thumbnails._images if key.frame is None]
    path = scene.media_path(pin.keyframe)
    assert max(key.height for key in stills if key.path == path) >= rect.height() * ratio
    strip = scene.lanes.strip_height - 1
    assert strip * ratio > 128, strip
    frames = [key for key in studio.app.thumbnails._images if key.frame is not None]
    assert max(key.height for key in frames) >= strip * ratio
    assert view._base.size() == view.viewport().size() * ratio
    icon = window.commands["split"].icon().pixmap(QSize(16, 16), ratio)
    assert icon.size() == QSize(16, 16) * ratio
    assert window.grab().size() == window.size() * ratio
    print("sharp")

studio.play(story)
"""


@pytest.mark.parametrize("ratio", ["1.5", "2"])
def test_pictures_and_icons_are_made_for_the_screens_pixels(ratio: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", STORY, str(tmp_path), ratio],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": ratio},
        timeout=60,
        check=False,
    )
    assert "sharp" in done.stdout, done.stderr


def test_few_heights_are_loaded_and_none_too_small() -> None:
    heights = {thumbnail_height(pixels) for pixels in range(40, 385)}
    assert len(heights) == 4
    assert all(thumbnail_height(pixels) >= pixels for pixels in range(40, 385))
