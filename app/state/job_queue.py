"""What can be done to the queue as a list: put in, move, take out, try again. Pure.

A master comes after its draft and a movie after all that it is made of; every function here keeps
to that. Only what waits is ever moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.state.job_entries import (
    Failed,
    Interrupted,
    JobEntry,
    JobStatus,
    Running,
    Stopped,
    Waiting,
)
from engine.protocol.export import ExportJob
from engine.protocol.messages import AnyJob, Progress

Queue = tuple[JobEntry, ...]


def with_status(queue: Queue, job_id: str, status: JobStatus) -> Queue:
    """Return the queue with another status of one job."""
    return tuple(
        replace(entry, status=status) if entry.job.job_id == job_id else entry for entry in queue
    )


def enqueue(queue: Queue, entries: Sequence[JobEntry]) -> Queue:
    """Put entries at the end, before movies that wait to be read; what is open goes on."""
    wanted = {entry.job.job_id for entry in entries}
    kept: list[JobEntry] = []
    for entry in queue:
        if isinstance(entry.status, Interrupted):
            again = entry.job.job_id in wanted
            kept.append(replace(entry, status=Waiting() if again else Stopped()))
        elif entry.is_open or entry.job.job_id not in wanted:
            kept.append(entry)
    there = {entry.job.job_id for entry in kept if entry.is_open}
    kept = [entry for entry in kept if entry.is_open or entry.job.job_id not in wanted]
    # Passes that are alike share a take, and it is made once.
    fresh: dict[str, JobEntry] = {}
    for entry in entries:
        if entry.job.job_id not in there:
            fresh.setdefault(entry.job.job_id, entry)
    # Movies are read when there is nothing else to do.
    reads = (n for n, e in enumerate(kept) if e.kind == "import" and isinstance(e.status, Waiting))
    place = next(reads, len(kept))
    return (*kept[:place], *fresh.values(), *kept[place:])


def added(queue: Queue, entries: Sequence[JobEntry], *, first: bool) -> Queue:
    """Put entries in that nobody asked for by hand: all others stay as they are.

    Args:
        first: before what runs or waits; else after it.
    """
    wanted = {entry.job.job_id for entry in entries}
    there = {entry.job.job_id for entry in queue if entry.is_open}
    fresh = [entry for entry in entries if entry.job.job_id not in there]
    kept = [entry for entry in queue if entry.is_open or entry.job.job_id not in wanted]
    place = len(kept)
    if first:
        live = (n for n, entry in enumerate(kept) if isinstance(entry.status, Running | Waiting))
        place = next(live, place)
    return (*kept[:place], *fresh, *kept[place:])


def moved(queue: Queue, job_id: str, step: int) -> Queue:
    """Move a waiting job by ``step`` places among those that wait, as far as it may go."""
    waiting = [entry for entry in queue if isinstance(entry.status, Waiting)]
    index = next((n for n, entry in enumerate(waiting) if entry.job.job_id == job_id), None)
    if index is None:
        return queue
    way = 1 if step > 0 else -1
    for _ in range(abs(step)):
        other = index + way
        if not 0 <= other < len(waiting):
            break
        first, second = sorted((index, other))
        if needs(waiting[second], waiting[first]):
            break
        waiting[index], waiting[other] = waiting[other], waiting[index]
        index = other
    order = iter(waiting)
    return tuple(next(order) if isinstance(e.status, Waiting) else e for e in queue)


def without(queue: Queue, job_id: str) -> Queue:
    """Let a waiting or interrupted job be, and what needs it."""
    gone = next((entry for entry in queue if entry.job.job_id == job_id), None)
    if gone is None or not isinstance(gone.status, Waiting | Interrupted):
        return queue
    return tuple(
        replace(entry, status=Stopped())
        if entry is gone or (isinstance(entry.status, Waiting) and needs(entry, gone))
        else entry
        for entry in queue
    )


def batch_stopped(queue: Queue, batch: int) -> Queue:
    """Let what waits of a batch be: something went wrong with it."""
    return tuple(
        replace(entry, status=Stopped())
        if entry.batch == batch and isinstance(entry.status, Waiting)
        else entry
        for entry in queue
    )


def after_failure(queue: Queue, failed: JobEntry) -> Queue:
    """Let be what waits because of a failed job; one file that fails loses no other one."""
    if failed.kind == "export":
        return needing_stopped(queue, failed)
    return batch_stopped(queue, failed.batch)


def needing_stopped(queue: Queue, gone: JobEntry) -> Queue:
    """Let what waits for a job be that will not be done."""
    return tuple(
        replace(entry, status=Stopped())
        if isinstance(entry.status, Waiting) and needs(entry, gone)
        else entry
        for entry in queue
    )


def progressed(queue: Queue, event: Progress) -> Queue:
    """Note how far a running job is; a stage that another follows is done."""
    entry = next((entry for entry in queue if entry.job.job_id == event.job_id), None)
    if entry is None or not isinstance(entry.status, Running):
        return queue
    last, done = entry.status.progress, entry.status.done
    if last is not None and last.stage != event.stage:
        done = {**done, last.stage: last.elapsed_s}
    return with_status(queue, event.job_id, replace(entry.status, progress=event, done=done))


def retried(queue: Queue, job_id: str) -> Queue:
    """Let a failed or stopped job wait again, with what was dropped because of it."""
    chosen = next((entry for entry in queue if entry.job.job_id == job_id), None)
    if chosen is None or not isinstance(chosen.status, Failed | Stopped):
        return queue
    again = [
        replace(entry, status=Waiting())
        for entry in queue
        if entry is chosen
        or (
            entry.batch == chosen.batch
            and isinstance(entry.status, Stopped)
            and (_took_all_along(chosen) or needs(entry, chosen) or needs(chosen, entry))
        )
    ]
    ids = {entry.job.job_id for entry in again}
    return (*(entry for entry in queue if entry.job.job_id not in ids), *again)


def _took_all_along(entry: JobEntry) -> bool:
    return isinstance(entry.status, Failed) and entry.kind != "export"


def restarted(
    queue: Queue, job_id: str, fresh: Sequence[JobEntry], folders: tuple[str, str]
) -> Queue:
    """Put other jobs in the place of one that runs, and of what waits for its take.

    Args:
        queue: as it is.
        job_id: the running job; it stays until it has let go.
        fresh: what comes in its place, in order.
        folders: of its take, and of the take that is made instead; a movie takes that one's file.
    """
    gone = next(entry for entry in queue if entry.job.job_id == job_id)
    kept: list[JobEntry] = []
    for entry in queue:
        is_waiting = isinstance(entry.status, Waiting)
        if entry is gone:
            kept.extend((entry, *fresh))
        elif is_waiting and entry.batch == gone.batch and entry.kind == "export":
            kept.append(replace(entry, job=_with_folder(entry.job, *folders)))
        elif not (is_waiting and needs(entry, gone)):
            kept.append(entry)
    return tuple(kept)


def _with_folder(job: AnyJob, old: str, new: str) -> AnyJob:
    assert isinstance(job, ExportJob)
    segments = tuple(
        segment.model_copy(update={"path": new + segment.path.removeprefix(old)})
        if segment.path.startswith(old)
        else segment
        for segment in job.segments
    )
    return job.model_copy(update={"segments": segments})


def needs(later: JobEntry, earlier: JobEntry) -> bool:
    """Whether a job cannot be done before another one."""
    if later.kind == "export":
        return earlier.batch == later.batch and earlier.kind != "export"
    return later.kind == "refine" and earlier.kind == "draft" and later.take == earlier.take


def fraction_done(queue: Queue) -> float | None:
    """How much of what was asked for is done, 0 to 1; None when nothing is under way."""
    open_batches = {entry.batch for entry in queue if entry.is_open}
    asked = [entry for entry in queue if entry.batch in open_batches]
    if not asked:
        return None
    return sum(entry.fraction for entry in asked) / len(asked)
