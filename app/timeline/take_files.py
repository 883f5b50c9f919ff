"""What stands of a take on disk: reads ``take.json`` and looks for the movies beside it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from app.timeline.takes import DRAFT_FILE, MASTER_FILE

TAKE_FILE = "take.json"
MAX_TAKE_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class TakeFiles:
    """The finished movies of a take and the report of how they were made.

    Attributes:
        draft, master: None while unfinished.
        report: what ``take.json`` says, empty where there is none or it is damaged.
    """

    draft: Path | None = None
    master: Path | None = None
    report: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def best(self) -> Path | None:
        """The master if there is one, else the draft."""
        return self.master or self.draft

    def master_by(self, refine_model: str) -> Path | None:
        """The master, unless another Director-SR model than ``refine_model`` made it."""
        facts = self.report.get("master")
        maker = facts.get("requested_model") if isinstance(facts, dict) else None
        return self.master if maker in {None, refine_model} else None


def read_take(folder: Path) -> TakeFiles:
    """Return what is finished in a take's folder. A movie counts once ``take.json`` knows of it."""
    report = _read_report(folder / TAKE_FILE)

    def movie(part: str, name: str) -> Path | None:
        path = folder / name
        return path if part in report and path.is_file() else None

    return TakeFiles(movie("draft", DRAFT_FILE), movie("master", MASTER_FILE), report)


def _read_report(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > MAX_TAKE_BYTES:
            return {}
        content = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", content) if isinstance(content, dict) else {}
