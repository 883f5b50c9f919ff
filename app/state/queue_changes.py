"""From the queue to its journal: what must be written for it to say what the queue says. Pure."""

from __future__ import annotations

from typing import assert_never

from app.state.job_entries import (
    Failed,
    Finished,
    Interrupted,
    JobEntry,
    JobStatus,
    OfFootage,
    OfShot,
    Running,
    Stopped,
    Waiting,
)
from app.timeline.exporting import ExportChoices
from app.timeline.queue_records import (
    MAX_TITLE,
    OPEN,
    Asked,
    Became,
    Gone,
    OfExport,
    OfFile,
    OfLightCopy,
    OfSplit,
    OfStyle,
    OfTake,
    OfUpscale,
    Ordered,
    QueueStatus,
    Record,
    Work,
)
from engine.protocol.export import ExportJob
from engine.protocol.jobs import DraftJob, RefineJob, UpscaleJob
from engine.protocol.media import ImportJob, ShotsJob
from engine.protocol.training import StyleJob

Queue = tuple[JobEntry, ...]


def changes(before: Queue, after: Queue) -> list[Record]:
    """Return what a journal must be told for it to say ``after`` where it says ``before``."""
    old = {entry.job.job_id: entry for entry in before}
    records: list[Record] = []
    for entry in after:
        name, status = entry.job.job_id, status_of(entry.status)
        was = old.get(name)
        known = None if was is None else status_of(was.status)
        is_other = was is not None and was.job is not entry.job
        if was is None or is_other or (known not in OPEN and status in OPEN):
            records.append(asked(entry))
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


def as_records(entries: Queue) -> list[Record]:
    """Return a journal that holds what is open, and nothing else."""
    return changes((), tuple(entry for entry in entries if entry.is_open))


def asked(entry: JobEntry) -> Asked:
    """Return what is written of a job."""
    return Asked(
        id=entry.job.job_id,
        title=entry.title[:MAX_TITLE],
        batch=entry.batch,
        frames=entry.frames,
        work=_work_of(entry),
    )


def _work_of(entry: JobEntry) -> Work:
    match entry.job, entry.wish:
        case DraftJob() | RefineJob() as job, _:
            return OfTake(kind=job.kind, take=entry.take)
        case ExportJob() as job, ExportChoices() as choices:
            unsigned = choices.model_copy(update={"certificate": None, "key": None})
            signs = bool(choices.certificate and choices.key)
            return OfExport(choices=unsigned, signs=signs, output=job.output)
        case ShotsJob() as job, OfShot(shot):
            return OfSplit(shot=shot, method=job.method, sensitivity=job.sensitivity)
        case UpscaleJob(), OfShot(shot):
            return OfUpscale(shot=shot)
        case StyleJob() as job, OfFootage(footage):
            return OfStyle(footage=footage, name=entry.title, num_steps=job.num_steps)
        case ImportJob() as job, _ if job.folder is not None:
            return OfLightCopy()
        case _:
            return OfFile()


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
