"""Names of files where there is little room: the beginning and the end of them. Pure."""

from __future__ import annotations

MOST = 30


def shortened(name: str, most: int = MOST) -> str:
    """Return a name of at most so many characters; what is left out in the middle is marked."""
    if len(name) <= most:
        return name
    tail = most // 3
    return f"{name[: most - tail - 1]}…{name[-tail:]}"
