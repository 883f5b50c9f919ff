"""What jobs would fail for: files of the film that are not there. Said before they begin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.state.job_entries import JobEntry
from app.state.takes import TakesState
from app.timeline.project import Project
from app.timeline.sources import lost_for, lost_words, sources
from app.timeline.storage import away_words
from app.timeline.takes import draft_job
from engine.protocol.export import ExportJob
from engine.protocol.jobs import RefineJob
from engine.protocol.messages import AnyJob


@dataclass(frozen=True, slots=True)
class Presence:
    """What of the film is not there, as far as is known: looking costs no time.

    Attributes:
        missing: ids of boards, sounds and movies.
        is_away: whether the film's folder itself cannot be reached.
    """

    missing: frozenset[str] = frozenset()
    is_away: bool = False


AskPresence = Callable[[], Presence]


def lacking(
    entries: Sequence[JobEntry],
    project: Project,
    folder: Path,
    takes: TakesState,
    presence: Presence,
) -> str:
    """Return why jobs cannot be done, in one sentence; empty where nothing they need is missing."""
    if presence.is_away:
        return away_words(folder)
    if not presence.missing:
        return ""
    parts = {part.take: part for part in takes.passes}
    jobs: list[AnyJob] = []
    for entry in entries:
        part = parts.get(entry.take)
        is_refined = isinstance(entry.job, RefineJob) and part is not None
        jobs.append(draft_job(project, folder, part) if is_refined and part else entry.job)
    lost = lost_for(jobs, sources(project, folder), presence.missing)
    exports = any(isinstance(job, ExportJob) for job in jobs)
    return lost_words(lost, exports=exports) if lost else ""
