"""Rows of a benchmark: printed as they come, kept for the JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.evaluation.benchmark.timing import Measured


@dataclass
class Report:
    """Collects rows; ``section`` heads what follows."""

    rows: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    _section: str = ""

    def section(self, title: str) -> None:
        """Open a section."""
        self._section = title
        print(f"\n## {title}", flush=True)

    def add(self, what: str, **figures: Any) -> None:
        """Add a row of named figures."""
        self.rows.append({"section": self._section, "what": what, **figures})
        shown = "  ".join(f"{name} {_shown(value)}" for name, value in figures.items())
        print(f"{what:44s} {shown}", flush=True)

    def add_measured(self, what: str, measured: Measured | str, **figures: Any) -> None:
        """Add a contender's row, or why there is none."""
        if isinstance(measured, str):
            self.add(what, failed=measured)
            return
        self.add(
            what,
            ms=measured.seconds * 1000,
            peak_gib=measured.peak_gib,
            working_gib=measured.working_gib,
            **figures,
        )

    def write(self, path: Path, facts: dict[str, Any]) -> None:
        """Write everything as JSON."""
        path.write_text(json.dumps({"machine": facts, "rows": self.rows}, indent=1))


def _shown(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
