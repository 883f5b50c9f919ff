"""What jobs on this machine have cost: a small JSON file that may be missing or damaged."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.state.learning import Run
from app.timeline.storage import write_atomically

MAX_RUNS = 300
MAX_BYTES = 1024 * 1024


class Measured(BaseModel):
    """One stage of one finished job, or the peak of its memory.

    Attributes:
        device: name of the device.
        job: kind of job, and of which model: ``draft starter``.
        what: the stage, or ``peak``.
        expected, taken: seconds, or bytes.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    device: str = Field(max_length=200)
    job: str = Field(max_length=1200)
    what: str = Field(max_length=40)
    expected: float = Field(gt=0)
    taken: float = Field(gt=0)


class RunHistory:
    """The measured runs, oldest first; the oldest of too many are forgotten."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._runs = _read(path)

    def runs(self, device: str, job: str, what: str) -> Sequence[Run]:
        """Return what is known of one stage, latest last."""
        return [
            Run(run.expected, run.taken)
            for run in self._runs
            if (run.device, run.job, run.what) == (device, job, what)
        ]

    def add(self, measured: Sequence[Measured]) -> None:
        """Remember; a place that cannot be written costs the memory of this session only."""
        self._runs = [*self._runs, *measured][-MAX_RUNS:]
        content = json.dumps([run.model_dump() for run in self._runs], indent=0)
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path, content.encode())


def _read(path: Path) -> list[Measured]:
    try:
        if path.stat().st_size > MAX_BYTES:
            return []
        content = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return []
    found: list[Measured] = []
    for row in content if isinstance(content, list) else []:
        with contextlib.suppress(ValidationError):
            found.append(Measured.model_validate(row))
    return found[-MAX_RUNS:]
