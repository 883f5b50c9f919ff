"""Rendering a project without a window: drafts, masters, movie, over the editor's own client.

Knows the order of jobs and what may be reused; how it is shown is the caller's matter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, assert_never

from pydantic import ValidationError

from app.application.switches import Switches
from app.client.client import ClientEvent, EngineClient, EngineLost
from app.timeline.exporting import ExportChoices, export_jobs
from app.timeline.generation import requested_of
from app.timeline.marking import marks
from app.timeline.pieces import film_pieces
from app.timeline.project import Project
from app.timeline.sources import lost_for, sources
from app.timeline.storage import is_there
from app.timeline.take_files import read_take
from app.timeline.takes import (
    FilmPass,
    PassContent,
    draft_job,
    film_passes,
    refine_job,
    shots_hash,
)
from engine.protocol.errors import EngineError
from engine.protocol.facts import DeviceReport
from engine.protocol.jobs import DraftJob
from engine.protocol.messages import (
    AnyJob,
    CancelAcknowledged,
    JobCancelled,
    JobFailed,
    JobFinished,
    JobQueued,
    JobStarted,
    ModelDescribed,
    Preview,
    Progress,
    ProtocolFault,
    Ready,
)

Listener = Callable[[ClientEvent], None]


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """What to render.

    Attributes:
        output: the movie file.
        draft: stop at drafts; the movie then has the draft's size.
        takes: names of takes to use where they fit a pass, instead of the project's own seed.
        switches: how the jobs are to be computed.
        overwrite: whether ``output`` may replace a file.
        choices: how the movie is written.
    """

    output: Path
    draft: bool = False
    takes: tuple[str, ...] = ()
    switches: Switches = field(default_factory=Switches)
    overwrite: bool = False
    choices: ExportChoices = field(default_factory=ExportChoices)


@dataclass(slots=True)
class RenderReport:
    """What was rendered: movie, length, seconds per stage, keyframe fidelity of every pass.

    Attributes:
        seams: steps in colour where new frames meet footage, as the export measured them.
        footage: what the export's proof says of the source's frames and sound.
    """

    output: Path
    num_frames: int = 0
    stage_seconds: dict[str, float] = field(default_factory=dict[str, float])
    keyframes: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    seams: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    footage: dict[str, Any] = field(default_factory=dict[str, Any])


class RenderStopped(Exception):
    """The render was asked to stop; what was finished is kept."""


class JobRefused(EngineError):
    """A job failed; the engine's own sentence says why."""


async def render_film(
    client: EngineClient,
    project: Project,
    folder: Path,
    options: RenderOptions,
    listen: Listener,
) -> RenderReport:
    """Render a project to a movie.

    Finished takes are used again, unfinished ones go on from their checkpoint.

    Raises:
        ValueError: the film is empty, or its plan is impossible.
        EngineError: a job failed; one sentence says why.
        RenderStopped: a running job was cancelled.
    """
    if not project.shots:
        raise ValueError("The project has no shots yet; add one before rendering.")
    passes = [with_take(p, folder, options) for p in film_passes(project, folder)]
    _check_takes_used(passes, options.takes)
    _check_files(project, folder, passes, options)
    report = RenderReport(options.output)
    for film_pass in passes:
        if read_take(film_pass.folder(folder)).draft is None:
            job = options.switches.applied(draft_job(project, folder, film_pass))
            collect(report, await run_job(client, job, listen))
    if not options.draft:
        for film_pass in passes:
            if _lacks_master(project, folder, film_pass, options):
                job = options.switches.applied(refine_job(project, folder, film_pass))
                collect(report, await run_job(client, job, listen))
    movies: dict[FilmPass, Path] = {}
    for film_pass in passes:
        take = read_take(film_pass.folder(folder))
        movie = take.draft if options.draft else take.master
        if movie is None:
            raise JobRefused(f"The take {film_pass.take} was not finished; render again.")
        movies[film_pass] = movie
        rows = take.report["draft" if options.draft else "master"]["keyframes"]
        report.keyframes += in_film(rows, film_pass.start, len(report.keyframes))
    choices = options.choices
    pieces = film_pieces(project, passes, movies.__getitem__)
    jobs = export_jobs(
        *(project, folder, pieces, choices, options.output),
        mark=marks(project, folder, passes, choices),
        overwrite=options.overwrite,
    )
    # Without a size of the user's, the master's own, or the draft's; footage has any size.
    sizes = {} if choices.size or project.footage else {"width": None, "height": None}
    for _, export in jobs:
        finished = await run_job(client, export.model_copy(update=sizes), listen)
        collect(report, finished)
        report.num_frames += finished.num_frames
    return report


def with_take(film_pass: FilmPass, folder: Path, options: RenderOptions) -> FilmPass:
    """Return the pass with the first of the wanted takes that was made from the same shots."""
    for name in options.takes:
        candidate = replace(film_pass, take=name)
        draft = read_take(candidate.folder(folder)).report.get("draft", {})
        try:
            job = DraftJob.model_validate(draft.get("job") if isinstance(draft, dict) else None)
        except ValidationError as error:
            raise ValueError(f"The project has no finished take named {name}.") from error
        if shots_hash(PassContent.of_job(job)) == film_pass.content:
            return candidate
    suffix = options.switches.suffix
    is_kept = film_pass.take != film_pass.own_take
    if is_kept and not suffix and read_take(film_pass.folder(folder)).draft is not None:
        return film_pass
    # Other switches make other pixels, so another take; and a kept one may be gone from the disk.
    return replace(film_pass, take=f"{film_pass.own_take}{suffix}")


def _check_takes_used(passes: Sequence[FilmPass], takes: Sequence[str]) -> None:
    used = {film_pass.take for film_pass in passes}
    for name in takes:
        if name not in used:
            raise ValueError(
                f"The take {name} was made from other shots than the project has now; "
                "choose another take, or undo the change."
            )


def _lacks_master(
    project: Project, folder: Path, film_pass: FilmPass, options: RenderOptions
) -> bool:
    job = options.switches.applied(refine_job(project, folder, film_pass))
    take = read_take(film_pass.folder(folder))
    return take.master_by(project.refine_model, requested_of(job)) is None


def _check_files(
    project: Project, folder: Path, passes: Sequence[FilmPass], options: RenderOptions
) -> None:
    """Refuse before anything is computed what a missing file would end later.

    Raises:
        ValueError: a board, sound or movie that is needed is not there.
    """
    used = sources(project, folder)
    missing = {source.id for source in used if not is_there(source.path)}
    if not missing:
        return
    made = [
        draft_job(project, folder, film_pass)
        for film_pass in passes
        if read_take(film_pass.folder(folder)).draft is None
        or (not options.draft and _lacks_master(project, folder, film_pass, options))
    ]
    pieces = film_pieces(project, passes, lambda film_pass: film_pass.folder(folder))
    written = export_jobs(project, folder, pieces, options.choices, options.output)
    lost = lost_for([*made, *(job for _, job in written)], used, missing)
    if lost:
        first, *rest = lost
        others = f" (and {len(rest)} more)" if rest else ""
        raise ValueError(
            f"The {first.kind} {first.name} is not where it was, {first.path}{others}; put it "
            "back, or relink it in the editor, then render again."
        )


def in_film(rows: Sequence[dict[str, Any]], start: int, known: int) -> list[dict[str, Any]]:
    """Return a pass's keyframe report with frames and keyframes counted through the film."""
    return [
        {
            **row,
            "keyframe": known + number,
            "requested_frame": start + row["requested_frame"],
            "frame": start + row["frame"],
        }
        for number, row in enumerate(rows)
    ]


def collect(report: RenderReport, finished: JobFinished) -> None:
    """Add the seconds that a job's stages took."""
    for stage, seconds in finished.stage_seconds.items():
        report.stage_seconds[stage] = report.stage_seconds.get(stage, 0.0) + seconds


async def run_job(client: EngineClient, job: AnyJob, listen: Listener) -> JobFinished:
    """Submit a job and listen until it is done.

    Raises:
        EngineError: it failed; one sentence says why.
        RenderStopped: it was cancelled.
    """
    await client.submit(job)
    async for event in client.events():
        listen(event)
        match event:
            case JobFinished(job_id=job.job_id):
                return event
            case JobFailed(job_id=job.job_id):
                raise JobRefused(event.message)
            case JobCancelled(job_id=job.job_id):
                raise RenderStopped
            case EngineLost() | ProtocolFault():
                raise JobRefused(event.message)
            case JobFinished() | JobFailed() | JobCancelled() | Ready() | Preview() | Progress():
                pass
            case JobQueued() | JobStarted() | CancelAcknowledged() | ModelDescribed():
                pass
            case DeviceReport():
                pass
            case _:
                assert_never(event)
    raise RenderStopped
