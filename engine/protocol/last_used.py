"""Which of some files was used last, although clocks are set back, jump and lie.

A time on a file is a hint for what to keep, never a reason to believe or to lose anything. One that
lies ahead of now was written by a clock that was wrong: taken at its word, such a file would stand
first for years, and what is made today would be thrown away before it. Asks no clock itself.
"""

from __future__ import annotations

SLACK_S = 120.0
"""Clocks of two machines on one shared folder differ a little."""


def last_used(mtime_s: float, now_s: float) -> float:
    """Return by what to order a file: its time, or before all others where that cannot be."""
    return mtime_s if mtime_s <= now_s + SLACK_S else float("-inf")
