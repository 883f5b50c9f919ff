"""``main.py upscale``: Director-SR alone, on any movie.

Looks at the movie, runs one job and writes the movie that comes of it. How that is shown is the
command line's matter.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from app.application.arguments import count, keyframe_at, size
from app.application.looking import look_at
from app.application.render import Listener, RenderReport, collect, run_job
from app.application.switches import add_compute_switches, add_refine_switches, switches_from
from app.client.client import EngineClient
from app.media.clips import MAX_SIDE, MIN_SIDE, ClipInfo
from app.media.stills import verify
from app.timeline.marking import tool_name
from app.timeline.take_files import read_take
from engine.planning.sound import sample_at
from engine.protocol.export import ExportJob, MarkSpec, Segment, SoundSpec
from engine.protocol.jobs import FrameRate, KeyframeSpec, UpscaleJob

DESCRIPTION = (
    "Make a movie larger and sharper, with full-resolution pictures of some of its frames as "
    "references if there are any. Its sound goes along."
)

_SHORT_SIDE = 1080


@dataclass(frozen=True, slots=True)
class Upscaling:
    """All that is to be done."""

    job: UpscaleJob
    num_frames: int
    rate: FrameRate
    output: Path
    overwrite: bool
    sound: SoundSpec | None = None


def plan_upscaling(parsed: argparse.Namespace, clip: ClipInfo) -> Upscaling:
    """Say what is to be made of a movie.

    Raises:
        ValueError: the movie, a picture or the size cannot be used; one sentence says why.
    """
    video, output = Path(parsed.clip), Path(parsed.output)
    if output.absolute().resolve() == video.absolute().resolve():
        raise ValueError(f"{output} is the source itself; choose another name for the result.")
    width, height = parsed.size or _enlarged(clip)
    if width % 2 or height % 2 or not all(MIN_SIDE <= side <= MAX_SIDE for side in (width, height)):
        raise ValueError(
            f"A movie of {width}×{height} is not possible; choose even sides of {MIN_SIDE} to "
            f"{MAX_SIDE} pixels."
        )
    references = tuple(_reference(image, at_s, clip) for image, at_s in parsed.reference)
    frames = [reference.frame for reference in references]
    if len(set(frames)) < len(frames):
        raise ValueError("Two references stand on the same frame; leave one out.")
    job = UpscaleJob(
        job_id="",
        folder="",
        video=str(video.absolute()),
        references=references,
        caption=parsed.caption,
        width=width,
        height=height,
        model=parsed.model,
        num_steps=parsed.steps,
        seed=parsed.seed,
    )
    job = switches_from(parsed).applied(job)
    name = _take_name(job)
    folder = output.absolute().with_name(f"{output.stem}.takes") / name
    named = job.model_copy(update={"job_id": f"upscale-{name}", "folder": str(folder)})
    sound = None
    if clip.has_sound:
        stop = sample_at(clip.num_frames, clip.rate.fraction)
        sound = SoundSpec(path=str(video.absolute()), stop=stop)
    return Upscaling(named, clip.num_frames, clip.rate, output, parsed.overwrite, sound)


async def upscale(
    client: EngineClient, parsed: argparse.Namespace, listen: Listener
) -> RenderReport:
    """Look at the movie, plan, and enlarge it.

    Raises:
        ValueError: the movie, a picture or the size cannot be used; one sentence says why.
        EngineError, RenderStopped: as ``upscale_clip`` does.
    """
    clip = await look_at(client, Path(parsed.clip), listen)
    return await upscale_clip(client, plan_upscaling(parsed, clip), listen)


async def upscale_clip(client: EngineClient, plan: Upscaling, listen: Listener) -> RenderReport:
    """Enlarge the movie. What an interrupted run has finished is used again.

    Raises:
        EngineError: a job failed; one sentence says why.
        RenderStopped: a running job was cancelled.
    """
    report = RenderReport(plan.output)
    folder = Path(plan.job.folder)
    master = read_take(folder).master
    if master is None:
        finished = await run_job(client, plan.job, listen)
        collect(report, finished)
        master = Path(finished.path)
    facts = read_take(folder).report.get("master")
    report.keyframes += facts.get("keyframes", []) if isinstance(facts, dict) else []
    export = ExportJob(
        job_id=f"export-{plan.job.job_id}",
        segments=(Segment(path=str(master), stop=plan.num_frames),),
        output=str(plan.output.absolute()),
        rate=plan.rate,
        sounds=(plan.sound,) if plan.sound else (),
        kept_sound=plan.sound,
        mark=MarkSpec(source_type="algorithmicallyEnhanced", tool=tool_name()),
        overwrite=plan.overwrite,
    )
    finished = await run_job(client, export, listen)
    collect(report, finished)
    report.num_frames = finished.num_frames
    shutil.rmtree(folder, ignore_errors=True)  # what stays behind only takes up space
    with contextlib.suppress(OSError):
        folder.parent.rmdir()  # only when nothing else is in it
    return report


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of ``upscale``."""
    parser.add_argument("clip", help="the movie to enlarge")
    parser.add_argument("-o", "--output", required=True, help="movie file: .mp4, .mov or .mkv")
    parser.add_argument(
        "--size", type=size, help="such as 1920x1080; default: 1080 pixels on the shorter side"
    )
    parser.add_argument(
        "--reference",
        action="append",
        default=[],
        type=keyframe_at,
        metavar="IMAGE@S",
        help="a picture of the frame at that second, at full resolution; may be repeated",
    )
    parser.add_argument("--caption", default="", help="what is to be seen")
    parser.add_argument("--seed", type=count, default=0, help="another seed for that noise")
    parser.add_argument("--steps", type=count, help="steps of Director-SR")
    parser.add_argument("--model", default="starter", help="model name or folder")
    parser.add_argument("--overwrite", action="store_true", help="replace the movie if it exists")
    parser.add_argument("--json", action="store_true", help="events as JSON lines on stdout")
    add_refine_switches(parser)
    add_compute_switches(parser)


def _enlarged(clip: ClipInfo) -> tuple[int, int]:
    """Return the clip's own shape with 1080 pixels on the shorter side, or as large as it is."""
    scale = max(1.0, _SHORT_SIDE / min(clip.width, clip.height))
    scale = min(scale, MAX_SIDE / max(clip.width, clip.height))
    return round(clip.width * scale / 2) * 2, round(clip.height * scale / 2) * 2


def _reference(image: Path, at_s: float, clip: ClipInfo) -> KeyframeSpec:
    verify(image)
    frame = round(at_s * clip.rate.fraction)
    if not 0 <= frame < clip.num_frames:
        raise ValueError(
            f"{image.name} is meant for second {at_s:g}, but the movie ends after "
            f"{float(clip.num_frames / clip.rate.fraction):.2f} s; choose an earlier moment."
        )
    return KeyframeSpec(image=str(image.absolute()), frame=frame, exact=True)


def _take_name(job: UpscaleJob) -> str:
    """Return a name for all that decides the pixels; files count by place, size and date."""
    digest = hashlib.sha256(job.model_dump_json().encode())
    for path in (job.video, *(reference.image for reference in job.references)):
        facts = Path(path).stat()
        digest.update(f"{facts.st_size} {facts.st_mtime_ns}\0".encode())
    return digest.hexdigest()[:16]
