"""What the engine finds a movie to be, without a process. Heavy, so apart from the fakes."""

from __future__ import annotations

from pathlib import Path

from app.media.clips import ClipInfo, clip_of
from engine.media.index import index_of
from engine.pipelines.imports import report_of


def look(path: Path) -> ClipInfo:
    """Return what a film needs to know of a movie."""
    index = index_of(path)
    return clip_of(report_of(index, index.rate))
