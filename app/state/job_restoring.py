"""From what a journal says was under way to jobs of the film as it is now.

Nothing is read back as it was: a draft or a master is planned anew by its take's name, what is
asked of footage by its shot, a movie by what the user chose. So nothing is read but what the film
itself names. Where a movie goes is the user's to confirm, and who signs it is in their settings.
Pure, but for looking whether the movie's folder is there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import assert_never

from app.state.job_entries import JobEntry
from app.state.job_plans import export_entry
from app.state.takes import TakesState
from app.timeline.exporting import ExportChoices, Stretch, stretch_jobs
from app.timeline.marking import marks
from app.timeline.pieces import film_pieces
from app.timeline.project import Project
from app.timeline.queue_records import (
    Asked,
    OfExport,
    OfFile,
    OfFootage,
    OfLightCopy,
    OfSplit,
    OfStyle,
    OfTake,
    OfUpscale,
)
from app.timeline.takes import MASTER_FILE, FilmPass, draft_job, refine_job
from engine.protocol.formats import container_of

Queue = tuple[JobEntry, ...]

CHANGED = "The film has changed since; ask again for what it still needs."


@dataclass(frozen=True, slots=True)
class Film:
    """What jobs are planned from.

    Attributes:
        signer: the user's certificate and key; None where none is chosen.
        of_footage: plans what was asked of footage; None where that is gone.
    """

    project: Project
    folder: Path
    takes: TakesState
    signer: tuple[str, str] | None
    of_footage: Callable[[OfFootage], JobEntry | None]


@dataclass(frozen=True, slots=True)
class Restored:
    """What a film has for what was left, and why not for the rest, a sentence each."""

    entries: Queue = ()
    refusals: tuple[str, ...] = ()


class _Refused(Exception):
    """A job cannot be done again; its text is a sentence for the user."""


def restored(left: Sequence[Asked], film: Film, first_batch: int) -> Restored:
    """Return the entries that a film has for what was left.

    Args:
        left: what a journal says, in order.
        first_batch: number of the first batch; each one that was left gets another.

    Raises:
        ValueError: the film cannot be planned.
    """
    batches = {old: first_batch + n for n, old in enumerate(dict.fromkeys(j.batch for j in left))}
    passes = {part.take: part for part in film.takes.passes}
    coming: set[str] = set()
    entries: list[JobEntry] = []
    refusals: list[str] = []
    for record in left:
        try:
            entry = _entry(record, film, passes, coming)
        except _Refused as refusal:
            refusals.append(str(refusal))
            continue
        if entry is None:
            continue
        if entry.kind == "refine":
            coming.add(entry.take)
        entries.append(replace(entry, batch=batches[record.batch]))
    return Restored(tuple(entries), tuple(dict.fromkeys(refusals)))


def _entry(
    record: Asked, film: Film, passes: dict[str, FilmPass], coming: set[str]
) -> JobEntry | None:
    """Return a job as the film has it; None where nothing is left to do.

    Args:
        coming: takes whose masters are made before.
    """
    match record.work:
        case OfTake() as work:
            part = passes.get(work.take)
            if part is None:
                raise _Refused(CHANGED)
            return None if _is_done(work, part, film.takes) else _of_pass(record, work, part, film)
        case OfExport() as work:
            return _of_export(record, work, film, coming)
        case OfSplit() | OfUpscale() | OfStyle() as work:
            entry = film.of_footage(work)
            if entry is None:
                raise _Refused(CHANGED)
            return entry
        case OfLightCopy() | OfFile():
            return None  # never offered
        case _:
            assert_never(record.work)


def _is_done(work: OfTake, part: FilmPass, takes: TakesState) -> bool:
    """Whether a job was finished, though its journal did not live to say so."""
    if work.kind == "draft":
        return takes.take(part).draft is not None
    return takes.has_master(part)


def _of_pass(record: Asked, work: OfTake, part: FilmPass, film: Film) -> JobEntry:
    make = draft_job if work.kind == "draft" else refine_job
    job = make(film.project, film.folder, part)
    return JobEntry(job, film.takes.title(part), record.batch, part.take, (part.start, part.end))


def _of_export(record: Asked, work: OfExport, film: Film, coming: set[str]) -> JobEntry:
    part = Stretch(*record.frames, Path(work.output))
    _check_place(part, work.choices)
    _check_fit(part, work.choices, film, coming)
    choices = work.choices
    if work.signs:
        if film.signer is None:
            raise _Refused(
                f"{part.output.name} was to be signed, and no certificate is chosen any more; "
                "export it again."
            )
        certificate, key = film.signer
        choices = choices.model_copy(update={"certificate": certificate, "key": key})
    passes = film.takes.passes
    pieces = film_pieces(
        film.project, passes, lambda known: known.folder(film.folder) / MASTER_FILE
    )
    mark = marks(film.project, film.folder, passes, choices)
    try:
        ((_, job),) = stretch_jobs(film.project, film.folder, pieces, choices, (part,), mark)
    except ValueError as error:
        raise _Refused(f"{part.output.name} cannot be written as it was chosen: {error}") from error
    return export_entry(job.model_copy(update={"job_id": record.id}), part, choices, record.batch)


def _check_place(part: Stretch, choices: ExportChoices) -> None:
    output, row = part.output, choices.row
    is_named = row.is_sequence or container_of(row.name, output.suffix) is not None
    if not output.is_absolute() or not is_named:
        raise _Refused(f"{output.name} cannot be written as it was chosen; export it again.")
    try:
        is_there = output.parent.is_dir()
    except (OSError, ValueError):  # a name that no folder can have
        is_there = False
    if not is_there:
        raise _Refused(f"The folder of {output.name} is not there any more; export it again.")


def _check_fit(part: Stretch, choices: ExportChoices, film: Film, coming: set[str]) -> None:
    """Refuse a stretch that the film does not have any more, or has no masters for."""
    spans = [(start, start + shot.num_frames) for start, shot in film.project.shot_starts()]
    length = film.project.num_frames
    span = (part.start, part.stop)
    match choices.range:
        case "film":
            fits = span == (0, length)
        case "in_out":
            fits = 0 <= part.start < part.stop <= length
        case "shots":
            fits = span in spans
        case _:
            assert_never(choices.range)
    is_made = all(
        film.takes.has_master(known) or known.take in coming
        for known in film.takes.passes
        if known.first_frame < part.stop and known.end > part.start
    )
    if not fits or not length or not is_made:
        raise _Refused(f"The film has changed since; export {part.output.name} again.")
