"""Between the queue and its journal: what is written of an entry, and how it becomes one again.

A draft or a master is never read back: it is planned anew from the project, found by its take's
name. Of an export the journal keeps what the user chose; every path that it reads must lie in the
project, and where it goes is the user's to confirm. Pure, but for looking whether paths lead out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal, assert_never

from app.state.job_entries import (
    Failed,
    Finished,
    Interrupted,
    JobEntry,
    JobStatus,
    Running,
    Stopped,
    Waiting,
)
from app.state.takes import TakesState
from app.timeline.exporting import ExportChoices, Stretch
from app.timeline.marking import marks
from app.timeline.project import Project
from app.timeline.queue_journal import OPEN, Asked, Became, Gone, Ordered, QueueStatus, Record
from app.timeline.queue_journal import is_inside as stays_inside
from app.timeline.takes import FilmPass, draft_job, refine_job
from engine.protocol.export import ExportJob, SoundSpec
from engine.protocol.formats import container_of
from engine.protocol.jobs import DraftJob, RefineJob
from engine.protocol.messages import AnyJob

Queue = tuple[JobEntry, ...]


def changes(before: Queue, after: Queue, folder: Path) -> list[Record]:
    """Return what a journal must be told for it to say ``after`` where it says ``before``."""
    old = {entry.job.job_id: entry for entry in before}
    records: list[Record] = []
    for entry in after:
        name, status = entry.job.job_id, status_of(entry.status)
        was = old.get(name)
        known = None if was is None else status_of(was.status)
        is_other = was is not None and was.job is not entry.job
        if was is None or is_other or (known not in OPEN and status in OPEN):
            records.append(asked(entry, folder))
            known = "waiting"
        if status != known:
            records.append(Became(id=name, status=status))
    now = [entry.job.job_id for entry in after]
    there = set(now)
    records += [Gone(id=name) for name in old if name not in there]
    kept = [name for name in old if name in there]
    fresh = [name for name in now if name not in old]
    if now != [*kept, *fresh]:
        names = (e.job.job_id for e in after if status_of(e.status) in OPEN)
        records.append(Ordered(ids=tuple(names)))
    return records


def as_records(entries: Queue, folder: Path) -> list[Record]:
    """Return a journal that holds what is open, and nothing else."""
    return changes((), tuple(entry for entry in entries if entry.is_open), folder)


def asked(entry: JobEntry, folder: Path) -> Asked:
    """Return what is written of a job."""
    job = entry.job
    makes: Literal["draft", "refine", "export", "other"]
    match job:
        case DraftJob() | RefineJob() | ExportJob():
            makes = job.kind
        case _:
            makes = "other"
    return Asked(
        id=job.job_id,
        makes=makes,
        batch=entry.batch,
        take=entry.take,
        frames=entry.frames,
        export=_within_project(job, folder) if isinstance(job, ExportJob) else None,
        carries_film=isinstance(job, ExportJob) and bool(job.mark and job.mark.project),
    )


def status_of(status: JobStatus) -> QueueStatus:
    """Return a status as the journal names it."""
    match status:
        case Waiting():
            return "waiting"
        case Running():
            return "running"
        case Finished():
            return "finished"
        case Failed():
            return "failed"
        case Stopped():
            return "stopped"
        case Interrupted():
            return "interrupted"
        case _:
            assert_never(status)


def restored(
    left: Sequence[Asked], project: Project, folder: Path, takes: TakesState, first_batch: int
) -> Queue:
    """Return the entries that a project has for what was left; the others do not fit it any more.

    Args:
        left: what a journal says, in order.
        first_batch: number of the first batch; each one that was left gets another.
    """
    batches = {old: first_batch + n for n, old in enumerate(dict.fromkeys(j.batch for j in left))}
    passes = {part.take: part for part in takes.passes}
    entries: list[JobEntry] = []
    broken: set[int] = set()
    for record in left:
        entry = None
        match record.makes:
            case "draft" | "refine":
                part = passes.get(record.take)
                if part is not None and _is_done(record, part, takes):
                    continue
                entry = _of_pass(record, part, project, folder, takes) if part else None
            case "export":
                entry = _of_export(record, project, folder, takes)
                if record.batch in broken:
                    entry = None  # a part of it will not be made
            case "other":
                entry = None
            case _:
                assert_never(record.makes)
        if entry is None:
            broken.add(record.batch)
        else:
            entries.append(replace(entry, batch=batches[record.batch]))
    return tuple(entries)


def _is_done(record: Asked, part: FilmPass, takes: TakesState) -> bool:
    """Whether a job was finished, though its journal did not live to say so."""
    if record.makes == "draft":
        return takes.take(part).draft is not None
    return takes.has_master(part)


def _of_pass(
    record: Asked, part: FilmPass, project: Project, folder: Path, takes: TakesState
) -> JobEntry:
    make: Callable[[Project, Path, FilmPass], AnyJob]
    make = draft_job if record.makes == "draft" else refine_job
    job = make(project, folder, part)
    return JobEntry(job, takes.title(part), record.batch, part.take, (part.start, part.end))


def _of_export(record: Asked, project: Project, folder: Path, takes: TakesState) -> JobEntry | None:
    kept = record.export
    if kept is None:
        return None
    output = Path(kept.output)
    row = kept.format.row
    if not output.is_absolute() or not output.parent.is_dir():
        return None
    if not row.is_sequence and container_of(row.name, output.suffix) is None:
        return None
    job = _with_paths(kept, lambda name: _absolute(name, folder))
    if job is None:
        return None
    choices = ExportChoices(keeps_project=record.carries_film)
    mark = marks(project, folder, takes.passes, choices)(Stretch(*record.frames, output))
    job = job.model_copy(update={"job_id": record.id, "mark": mark})
    return JobEntry(job, output.name, record.batch, "", record.frames)


def _within_project(job: ExportJob, folder: Path) -> ExportJob | None:
    """Return an export as it is kept: without what is put together anew, its paths relative."""
    if job.mark is not None and (job.mark.certificate or job.mark.key):
        return None  # who signs a movie is not for a file in the project to say
    if job.proof is not None:
        return None
    return _with_paths(job.model_copy(update={"mark": None}), lambda path: _relative(path, folder))


def _with_paths(job: ExportJob, change: Callable[[str], str | None]) -> ExportJob | None:
    """Return the job with every path that it reads changed; None where one cannot be."""
    if job.mark is not None or job.proof is not None:
        return None
    segments = tuple((segment, change(segment.path)) for segment in job.segments)
    sounds = tuple((sound, change(sound.path)) for sound in job.sounds)
    kept = (job.kept_sound, change(job.kept_sound.path)) if job.kept_sound else None
    tones = tuple((tone, change(tone.path)) for tone in job.room_tones)
    paths = [path for _, path in (*segments, *sounds, *tones, *((kept,) if kept else ()))]
    if any(path is None for path in paths):
        return None
    kept_sound: SoundSpec | None = kept[0].model_copy(update={"path": kept[1]}) if kept else None
    return job.model_copy(
        update={
            "segments": tuple(s.model_copy(update={"path": path}) for s, path in segments),
            "sounds": tuple(s.model_copy(update={"path": path}) for s, path in sounds),
            "kept_sound": kept_sound,
            "room_tones": tuple(t.model_copy(update={"path": path}) for t, path in tones),
        }
    )


def _relative(path: str, folder: Path) -> str | None:
    try:
        return Path(path).relative_to(folder).as_posix()
    except ValueError:
        return None


def _absolute(name: str, folder: Path) -> str | None:
    """Return where a relative path lies, None where it leads out of the project."""
    path = folder / name
    try:
        is_within = stays_inside(name) and path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):
        return None
    return str(path) if is_within else None
