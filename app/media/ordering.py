"""The order in which people expect files."""

from __future__ import annotations

import re
from pathlib import Path


def natural_key(path: Path) -> tuple[tuple[int, int | str], ...]:
    """Sort board 2 before board 10."""
    parts = re.split(r"(\d+)", path.name.lower())
    return tuple((0, int(part)) if part.isdecimal() else (1, part) for part in parts)
