"""``main.py frame``: one frame of a movie as a picture, for a keyframe."""

from __future__ import annotations

import argparse
from fractions import Fraction
from pathlib import Path

from app.application.arguments import count, moment, rate
from app.application.console import Console
from app.application.looking import look_at
from app.application.render import Listener, run_job
from app.application.working import ask_engine
from app.client.client import EngineClient
from engine.protocol.media import FrameJob
from engine.protocol.messages import JobFinished

DESCRIPTION = (
    "Write one frame of a movie as a PNG at full resolution: upright, in square pixels, HDR as a "
    "screen shows it. Sixteen bits where the movie has more than eight."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of ``frame``."""
    parser.add_argument("clip", help="the movie")
    parser.add_argument("-o", "--output", required=True, help="picture to write: .png")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument(
        "--at", type=moment, metavar="TIME", help="what is on screen then: 3.5 or 00:00:03.5"
    )
    where.add_argument("--frame", type=count, metavar="N", help="the frame's number, from 0")
    parser.add_argument(
        "--rate", type=rate, help="at which frames are counted; default: the movie's own"
    )
    parser.add_argument("--bits", type=int, choices=(8, 16), help="per channel")
    parser.add_argument("--overwrite", action="store_true", help="replace the picture if it exists")
    parser.add_argument("--json", action="store_true", help="events as JSON lines on stdout")


def run_frame(options: argparse.Namespace, console: Console) -> None:
    """Write the picture.

    Raises:
        ValueError: the movie cannot be used, or the picture not be written; one sentence says why.
        EngineError, RenderStopped: as the job does.
    """
    output = Path(options.output)
    if output.suffix.lower() != ".png":
        raise ValueError(f"{output} should end in .png.")
    if output.exists() and not options.overwrite:
        raise ValueError(f"{output} exists already; choose another name or add --overwrite.")
    if not output.absolute().parent.is_dir():
        raise ValueError(f"The folder {output.absolute().parent} does not exist; make it first.")
    clip = Path(options.clip).absolute()
    job = FrameJob(
        job_id=f"frame-{clip.name}",
        path=str(clip),
        rate=options.rate,
        frame=options.frame or 0,
        output=str(output.absolute()),
        bits=options.bits,
        overwrite=options.overwrite,
    )
    at: Fraction | None = options.at
    if at is None:
        found = ask_engine(lambda client, listen: run_job(client, job, listen), console)
    else:
        found = ask_engine(lambda client, listen: _grab(client, job, at, listen), console)
    facts = found.report
    console.note(
        f"{output} is frame {facts['frame']}, {facts['width']}×{facts['height']} at "
        f"{facts['bits']} bits."
    )


async def _grab(client: EngineClient, job: FrameJob, at: Fraction, listen: Listener) -> JobFinished:
    """Write the frame that is on screen at a moment, in seconds."""
    counted = job.rate or (await look_at(client, Path(job.path), listen)).rate
    number = int(at * counted.fraction)  # it has begun by then
    return await run_job(client, job.model_copy(update={"rate": counted, "frame": number}), listen)
