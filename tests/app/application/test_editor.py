"""The program: how it starts, what it imports, and that it ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

STORY = """
import asyncio, sys, time
from app.application import editor as program
from tests.app.fake_engine import FakeEngine
import app.client.process as process

class Client(FakeEngine):
    pass

process.ProcessClient = Client
began = float(sys.argv[1])

async def run(app):
    app.window.painted.connect(lambda: print("painted", time.time() - began))
    app.window.painted.connect(lambda: asyncio.get_running_loop().call_later(0.3, app.window.close))
    await real(app)

real, program.run = program.run, run
code = program.main(sys.argv[2:])
heavy = [name for name in ("torch", "diffusers", "cv2", "transformers") if name in sys.modules]
print("heavy", heavy, "code", code)
"""


def test_program_shows_its_window_soon_and_ends_cleanly(tmp_path: Path) -> None:
    import time

    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "HOME": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-c", STORY, str(time.time())],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
        timeout=30,
        check=False,
    )
    lines = done.stdout.splitlines()
    assert lines, done.stderr
    assert lines[-1] == "heavy [] code 0", done.stderr
    painted = float(lines[0].split()[1])
    assert painted < 4.0  # two seconds on an idle machine; tests share theirs
    assert "Traceback" not in done.stderr
    assert list((tmp_path / "data").rglob("*.sdproj")) == []  # an empty film leaves no trace


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None cannot die there")
def test_qt_binding_counts_its_references() -> None:
    """PySide6 6.12.0 on Python 3.11 takes one reference to None with every call that returns none.

    After some thousand calls the process dies with "none_dealloc"; such a version must not be used.
    """
    from PySide6.QtCore import QRectF

    rect = QRectF(0, 0, 1, 1)
    before = sys.getrefcount(None)
    for _ in range(300):
        rect.setWidth(2)
    assert abs(sys.getrefcount(None) - before) < 100
