"""From the film to entries of the queue: what is missing for a draft, and for a rendered movie."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from app.state.job_entries import JobEntry
from app.state.takes import TakesState
from app.timeline.exporting import ExportChoices, Stretch, export_jobs, stretches
from app.timeline.marking import marks
from app.timeline.pieces import film_pieces
from app.timeline.project import Project
from app.timeline.takes import MASTER_FILE, FilmPass, draft_job, refine_job
from engine.protocol.export import ExportJob
from engine.protocol.jobs import ComputeOptions, ModelJob
from engine.protocol.messages import AnyJob


def missing_drafts(
    project: Project, folder: Path, takes: TakesState, batch: int
) -> tuple[JobEntry, ...]:
    """Return one entry for each pass that has no draft."""
    return tuple(
        _entry(draft_job(project, folder, part), part, takes, batch)
        for part in takes.passes
        if takes.take(part).draft is None
    )


def rendering(
    project: Project,
    folder: Path,
    takes: TakesState,
    choices: ExportChoices,
    output: Path,
    batch: int,
    *,
    replaces: bool,
) -> tuple[JobEntry, ...]:
    """Return the entries that lead to what is chosen: drafts and masters it lacks, then its files.

    Args:
        replaces: the user's word that files may be replaced.

    Raises:
        ValueError: what is chosen cannot be written; one sentence says why.
    """
    parts = stretches(project, choices, output)
    entries = [
        _entry(job, part, takes, batch)
        for part in takes.passes
        if _is_in(part, parts)
        for job in _missing(project, folder, part, takes)
    ]
    pieces = film_pieces(project, takes.passes, lambda part: part.folder(folder) / MASTER_FILE)
    mark = marks(project, folder, takes.passes, choices)
    jobs = export_jobs(project, folder, pieces, choices, output, mark=mark, overwrite=replaces)
    entries += [export_entry(job, part, choices, batch) for part, job in jobs]
    return tuple(entries)


def export_entry(job: ExportJob, part: Stretch, choices: ExportChoices, batch: int) -> JobEntry:
    """Return the entry of a movie, which remembers how it was chosen."""
    span = (part.start, part.stop)
    return JobEntry(job, part.output.name, batch, "", span, wish=choices)


def _is_in(part: FilmPass, stretches: Sequence[Stretch]) -> bool:
    return any(
        part.first_frame < stretch.stop and part.end > stretch.start for stretch in stretches
    )


def _missing(project: Project, folder: Path, part: FilmPass, takes: TakesState) -> list[AnyJob]:
    jobs: list[AnyJob] = []
    if not takes.has_master(part):
        if takes.take(part).draft is None:
            jobs.append(draft_job(project, folder, part))
        jobs.append(refine_job(project, folder, part))
    return jobs


def masters(
    project: Project, folder: Path, takes: TakesState, names: Collection[str], batch: int
) -> tuple[JobEntry, ...]:
    """Return one entry for each named take in use that has a draft and no master."""
    return tuple(
        _entry(refine_job(project, folder, part), part, takes, batch)
        for part in takes.passes
        if part.take in names and takes.take(part).draft and not takes.has_master(part)
    )


def on_hardware(entries: Sequence[JobEntry], compute: ComputeOptions) -> tuple[JobEntry, ...]:
    """Return entries whose jobs use the hardware as this machine's owner wants it."""
    return tuple(
        replace(entry, job=entry.job.model_copy(update={"compute": compute}))
        if isinstance(entry.job, ModelJob)
        else entry
        for entry in entries
    )


def anew(
    project: Project, folder: Path, takes: TakesState, part: FilmPass, batch: int, *, master: bool
) -> tuple[JobEntry, ...]:
    """Return the entries that make a pass, up to its draft or its master."""
    jobs: list[AnyJob] = [draft_job(project, folder, part)]
    if master:
        jobs.append(refine_job(project, folder, part))
    return tuple(_entry(job, part, takes, batch) for job in jobs)


def _entry(job: AnyJob, part: FilmPass, takes: TakesState, batch: int) -> JobEntry:
    return JobEntry(job, takes.title(part), batch, part.take, (part.first_frame, part.end))
