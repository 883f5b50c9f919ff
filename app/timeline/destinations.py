"""What the disk says of a place that an export is to go to. It looks, and changes nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.protocol.formats import is_of_sequence


@dataclass(frozen=True, slots=True)
class Destination:
    """A folder, and what is there already of what would be written.

    Attributes:
        trouble: why nothing can be written there, in one sentence; empty where nothing says so.
        existing: what would be replaced.
        free_bytes: room on its drive; None where that cannot be told.
    """

    trouble: str = ""
    existing: tuple[Path, ...] = ()
    free_bytes: int | None = None


def look_at(paths: Sequence[Path], *, is_sequence: bool) -> Destination:
    """Return how it stands with files, or folders of a sequence, that lie in one folder."""
    folder = paths[0].absolute().parent
    try:
        if not folder.is_dir():
            return Destination(f"The folder {folder} does not exist; make it first.")
        free = shutil.disk_usage(folder).free
        if not os.access(folder, os.W_OK):
            return Destination(f"The folder {folder} may not be written.", free_bytes=free)
        existing: list[Path] = []
        for path in paths:
            trouble = _trouble(path, is_sequence=is_sequence)
            if trouble:
                return Destination(trouble, free_bytes=free)
            if path.is_dir() and not any(path.iterdir()):
                continue  # an empty folder is as good as none
            if path.exists():
                existing.append(path)
    except OSError as error:
        reason = error.strerror or str(error)
        return Destination(f"{folder} cannot be looked into: {reason}.")
    return Destination(existing=tuple(existing), free_bytes=free)


def _trouble(path: Path, *, is_sequence: bool) -> str:
    if not path.exists():
        return ""
    if not is_sequence:
        return f"{path} is a folder; name a movie file." if path.is_dir() else ""
    if not path.is_dir():
        return f"{path} is a file; choose another name for the folder."
    if not all(is_of_sequence(file.name) for file in path.iterdir()):
        return f"{path} holds other files than an exported sequence; choose another name."
    return ""
