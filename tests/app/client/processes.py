"""What the system knows of processes, read from ``/proc``: for tests on Linux."""

from __future__ import annotations

from pathlib import Path

PROC = Path("/proc")


def num_open_files() -> int:
    """Return how many file descriptors this process has open."""
    return len(list((PROC / "self" / "fd").iterdir()))


def children() -> set[int]:
    """Return the process ids of this process's children, zombies included."""
    while True:
        found: set[int] = set()
        try:
            for task in (PROC / "self" / "task").iterdir():
                found.update(map(int, (task / "children").read_text().split()))
        except (FileNotFoundError, ProcessLookupError):
            continue  # a thread ended meanwhile and handed its children on: look again
        return found


def is_gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody has waited for yet has."""
    try:
        stat = (PROC / str(pid) / "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True
    return stat.rpartition(")")[2].split()[0] == "Z"
