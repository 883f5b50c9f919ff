"""What the disk refuses while a run writes, in one sentence; tables that outlive a break."""

from __future__ import annotations

import contextlib
import csv
import logging
import os
from collections.abc import Generator, Sequence
from pathlib import Path

from safetensors import SafetensorError

from engine.protocol.errors import DiskProblem

_LOG = logging.getLogger(__name__)


@contextlib.contextmanager
def writing(folder: Path) -> Generator[None]:
    """Make a folder, and turn what the disk refuses into one sentence.

    Raises:
        DiskProblem: there is no room, or nothing can be written there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except (OSError, SafetensorError) as error:
        _LOG.warning("writing to %s: %s", folder, error)
        reason = getattr(error, "strerror", None) or str(error)
        raise DiskProblem(
            f"{folder} cannot be written ({reason}); make room there or choose another folder, and "
            "give the same command again to go on."
        ) from error


class StepTable:
    """A CSV with a row for each step that reports something, continued without duplicates.

    Args:
        path: of the file.
        columns: their names; the first is ``step``.
        step: steps done when the run goes on: rows after it belong to steps that are done again.

    Raises:
        DiskProblem: it cannot be written.
    """

    def __init__(self, path: Path, columns: Sequence[str], step: int) -> None:
        self._path = path
        with writing(path.parent):
            rows = [row for row in _rows(path, columns) if int(row[0]) <= step]
            draft = path.with_name(f".{path.name}.{os.getpid()}.part")
            with draft.open("w", newline="", encoding="utf-8") as stream:
                csv.writer(stream).writerows([columns, *rows])
            draft.replace(path)

    def add(self, step: int, *values: float | str) -> None:
        """Add a row.

        Raises:
            DiskProblem: it cannot be written.
        """
        shown = [f"{v:.6g}" if isinstance(v, float) else v for v in values]
        with writing(self._path.parent), self._path.open("a", newline="", encoding="utf-8") as end:
            csv.writer(end).writerow([step, *shown])


def _rows(path: Path, columns: Sequence[str]) -> list[list[str]]:
    """Return a table's rows that are whole; a process that was killed may have cut the last."""
    try:
        with path.open(newline="", encoding="utf-8") as stream:
            rows = list(csv.reader(stream))[1:]
    except FileNotFoundError:
        return []
    except (UnicodeDecodeError, csv.Error) as error:
        _LOG.warning("%s is damaged and begun anew: %s", path, error)
        return []
    return [row for row in rows if len(row) == len(columns) and row[0].isdigit()]
