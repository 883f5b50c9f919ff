"""``main.py extend``: new frames before a movie, after it, or between it and another one.

Runs the jobs of an extension and joins what comes of them with the source's own frames, which are
taken from its file and never go through a model. How jobs are shown is the command line's matter.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
from collections.abc import Sequence
from pathlib import Path

from app.application.arguments import count, keyframe_at, seconds
from app.application.extension import (
    ExtendOptions,
    Extension,
    NewPart,
    check_wish,
    plan_extension,
)
from app.application.looking import look_at
from app.application.render import Listener, RenderReport, collect, in_film, run_job
from app.application.switches import (
    add_compute_switches,
    add_draft_switches,
    add_refine_switches,
    switches_from,
)
from app.client.client import EngineClient
from app.timeline.marking import tool_name
from app.timeline.take_files import read_take
from engine.protocol.export import ExportFormatSpec, ExportJob, MarkSpec, Segment
from engine.protocol.jobs import RefineJob

DESCRIPTION = (
    "Make new frames before a movie, after it, or between it and another one. The source's own "
    "frames stay as they are, and so does its sound."
)


async def extend(client: EngineClient, options: ExtendOptions, listen: Listener) -> RenderReport:
    """Look at the movie, plan, and do it.

    Raises:
        ValueError: the source or the wish cannot be used; one sentence says why.
        EngineError, RenderStopped: as ``extend_clip`` does.
    """
    check_wish(options)
    clip = await look_at(client, options.clip, listen)
    target = None if options.to is None else await look_at(client, options.to, listen)
    return await extend_clip(client, plan_extension(options, clip, target), listen)


async def extend_clip(client: EngineClient, plan: Extension, listen: Listener) -> RenderReport:
    """Make the new frames and write the movie. What is finished already is used again.

    Raises:
        EngineError: a job failed; one sentence says why.
        RenderStopped: a running job was cancelled.
    """
    options = plan.options
    report = RenderReport(options.output)
    segments: list[Segment] = []
    for piece in plan.pieces:
        if isinstance(piece, Segment):
            segments.append(piece)
            continue
        movie = await _make(client, piece, options, report, listen)
        segments.append(_made(plan, piece, movie))
        facts = read_take(Path(piece.job.folder)).report.get("draft" if options.draft else "master")
        rows = facts.get("keyframes", []) if isinstance(facts, dict) else []
        report.keyframes += in_film(rows, piece.film_frame, len(report.keyframes))
    export = ExportJob(
        job_id=f"export-{plan.parts[0].job.job_id}",
        segments=tuple(segments),
        output=str(options.output.absolute()),
        rate=plan.parts[0].job.rate,
        width=plan.width,
        height=plan.height,
        sounds=plan.sounds,
        kept_sound=plan.kept_sound,
        room_tones=plan.room_tones,
        proof=str(options.proof.absolute()) if options.proof is not None else None,
        format=ExportFormatSpec(name="ffv1" if options.is_lossless else "h264"),
        mark=MarkSpec(source_type="compositeWithTrainedAlgorithmicMedia", tool=tool_name()),
        overwrite=options.overwrite,
    )
    finished = await run_job(client, export, listen)
    collect(report, finished)
    report.seams = list(finished.report.get("seams", []))
    report.footage = dict(finished.report.get("footage", {}))
    report.num_frames = finished.num_frames
    if not options.draft:
        _clear(plan.parts)
    return report


def _made(plan: Extension, part: NewPart, movie: Path) -> Segment:
    """Return a part's new frames as they go into the film, beside the footage they touch."""
    matches = plan.options.matches_colour
    return Segment(
        path=str(movie),
        start=part.start,
        stop=part.stop,
        match_start=matches and part.start > 0,
        match_end=matches and part.leads_into_footage,
    )


async def _make(
    client: EngineClient,
    part: NewPart,
    options: ExtendOptions,
    report: RenderReport,
    listen: Listener,
) -> Path:
    """Return the movie that holds a part's new frames, made now unless it is there."""
    take = read_take(Path(part.job.folder))
    movie = take.draft
    if movie is None:
        finished = await run_job(client, part.job, listen)
        collect(report, finished)
        movie = Path(finished.path)
    if options.draft:
        return movie
    master = take.master_by(options.refine_model)
    if master is None:
        refine = RefineJob(
            job_id=f"refine-{part.job.job_id}", folder=part.job.folder, model=options.refine_model
        )
        finished = await run_job(client, options.switches.applied(refine), listen)
        collect(report, finished)
        master = Path(finished.path)
    return master


def _clear(parts: Sequence[NewPart]) -> None:
    """Remove the takes of a finished movie; what cannot be removed only takes up space."""
    for part in parts:
        folder = Path(part.job.folder)
        shutil.rmtree(folder, ignore_errors=True)
        with contextlib.suppress(OSError):
            folder.parent.rmdir()  # only when nothing else is in it


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of ``extend``."""
    parser.add_argument("clip", help="the movie to extend")
    parser.add_argument("-o", "--output", required=True, help="movie file: .mp4, .mov or .mkv")
    parser.add_argument("--after", type=seconds, metavar="S", help="seconds to make after it")
    parser.add_argument("--before", type=seconds, metavar="S", help="seconds to make before it")
    parser.add_argument("--to", metavar="MOVIE", help="the movie that new frames lead to")
    parser.add_argument("--between", type=seconds, metavar="S", help="seconds up to that movie")
    parser.add_argument("--caption", default="", help="what happens in the new frames")
    parser.add_argument(
        "--keyframe",
        action="append",
        default=[],
        type=keyframe_at,
        metavar="IMAGE@S",
        help="a picture, and how many seconds into the new frames it is seen (with both --before "
        "and --after: those after); may be repeated",
    )
    parser.add_argument(
        "--sound",
        choices=["silence", "room", "fade"],
        default="silence",
        help="with the new frames: nothing, the quietest second of the source in a loop, or the "
        "same going away; with anything but silence the sound is mixed anew",
    )
    parser.add_argument(
        "--sound-track", type=count, default=1, metavar="N", help="which of the source's, from 1"
    )
    parser.add_argument(
        "--lossless", action="store_true", help="FFV1 in .mkv: the source stays bit for bit"
    )
    parser.add_argument(
        "--proof", metavar="FILE", help="write hashes of the source's frames before and after"
    )
    parser.add_argument(
        "--no-match", action="store_true", help="leave the new frames' colour at seams alone"
    )
    parser.add_argument("--draft", action="store_true", help="stop at the draft's resolution")
    parser.add_argument("--seed", type=count, default=1, help="another seed, another result")
    parser.add_argument("--steps", type=count, help="denoising steps of Director-Gen")
    parser.add_argument("--model", default="starter", help="model name or folder")
    parser.add_argument("--refine-model", default="starter", help="the same for Director-SR")
    parser.add_argument("--overwrite", action="store_true", help="replace the movie if it exists")
    parser.add_argument("--json", action="store_true", help="events as JSON lines on stdout")
    add_draft_switches(parser)
    add_refine_switches(parser)
    add_compute_switches(parser)


def options_from(parsed: argparse.Namespace) -> ExtendOptions:
    """Return what the command line asks for."""
    return ExtendOptions(
        clip=Path(parsed.clip),
        output=Path(parsed.output),
        after_s=parsed.after,
        before_s=parsed.before,
        to=Path(parsed.to) if parsed.to else None,
        between_s=parsed.between,
        caption=parsed.caption,
        keyframes=tuple(parsed.keyframe),
        model=parsed.model,
        refine_model=parsed.refine_model,
        seed=parsed.seed,
        switches=switches_from(parsed),
        sound=parsed.sound,
        track=max(0, parsed.sound_track - 1),
        proof=Path(parsed.proof) if parsed.proof else None,
        is_lossless=parsed.lossless,
        matches_colour=not parsed.no_match,
        draft=parsed.draft,
        overwrite=parsed.overwrite,
    )
