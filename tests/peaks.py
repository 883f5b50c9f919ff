"""How long something took and how much memory it held at its peak, as Linux counts it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

_PROC = Path("/proc/self")


def peak_mib(work: Callable[[], object]) -> tuple[float, int]:
    """Return seconds, and MiB that this process held more at the peak than before."""
    (_PROC / "clear_refs").write_text("5")  # the peak is counted from here
    began, before = time.monotonic(), _resident()
    work()
    return time.monotonic() - began, _peak() - before


def _resident() -> int:
    pages = int((_PROC / "statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


def _peak() -> int:
    rows = (_PROC / "status").read_text().splitlines()
    return next(int(row.split()[1]) for row in rows if row.startswith("VmHWM")) // 2**10
