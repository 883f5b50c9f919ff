"""What the engine's process gets of the editor's: three pipes, and nothing else."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest

from app.client.child import EngineChild

LIST = "import os; print(sorted(map(int, os.listdir('/proc/self/fd'))), flush=True)"


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="looks into /proc")
def test_the_engine_inherits_no_descriptor(tmp_path: Path) -> None:
    ended = threading.Event()
    lines: list[bytes] = []
    held = os.open(tmp_path, os.O_RDONLY)
    os.set_inheritable(held, True)
    try:
        child = EngineChild([sys.executable, "-c", LIST], lines.append, lambda _: ended.set())
        assert ended.wait(20)
        child.end_input()
    finally:
        os.close(held)
    # The fourth is that of the listing itself.
    assert lines == [b"[0, 1, 2, 3]\n"]
