"""``main.py shots``: a movie split into its shots: a table, a project, and pictures of each.

The engine finds the cuts. In the project every shot shows its part of the movie, which stays where
it is.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

from app.application.arguments import count, rate
from app.application.console import Console
from app.application.looking import report_on
from app.application.render import Listener, run_job
from app.application.working import ask_engine
from app.client.client import ClientEvent, EngineClient
from app.media.clips import clip_of, footage_item
from app.media.fingerprints import fingerprint_of
from app.timeline.parts import FootageUse
from app.timeline.project import Format, Project, Shot
from app.timeline.storage import PROJECT_SUFFIX, create_project
from engine.planning.timecode import format_timecode
from engine.protocol.media import FrameJob, MediaReport, ShotsJob
from engine.protocol.messages import Progress
from engine.protocol.terminal import terminal_text

DESCRIPTION = (
    "Find the cuts of a movie and list its shots. With -o, make a project in which every shot "
    "stands by itself; with --images, write the first frame of each."
)
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Split:
    """A movie and its shots, as ``[start, stop)`` of frames at the report's rate."""

    report: MediaReport
    shots: tuple[Span, ...]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of ``shots``."""
    parser.add_argument("clip", help="the movie")
    parser.add_argument("-o", "--output", help="project to make, for example film.sdproj")
    parser.add_argument("--images", metavar="DIR", help="folder for the first frame of each shot")
    parser.add_argument(
        "--method",
        choices=("transnet", "content"),
        default="transnet",
        help="TransNetV2's net, which knows dissolves, or PySceneDetect's light way: hard cuts",
    )
    parser.add_argument(
        "--sensitivity", type=_share, default=0.5, help="0 to 1: more finds more cuts"
    )
    parser.add_argument(
        "--min-frames", type=_length, default=6, metavar="N", help="a shot is no shorter"
    )
    parser.add_argument(
        "--rate", type=rate, help="at which frames are counted; default: the movie's own"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace pictures that exist")
    parser.add_argument("--json", action="store_true", help="events as JSON lines on stdout")


def run_shots(options: argparse.Namespace, console: Console) -> None:
    """Find the shots, tell them, and write what is asked for.

    Raises:
        ValueError: the movie cannot be used, or there is something in the way.
        ProjectError: the project cannot be made.
        EngineError, RenderStopped: as the jobs do.
    """
    clip = Path(options.clip).absolute()
    project = _project_folder(options.output)
    pictures = _pictures_folder(options.images)
    fingerprint = fingerprint_of(clip)

    async def work(client: EngineClient, listen: Listener) -> Split:
        split = await _find(client, clip, options, listen)
        if pictures is not None:
            await _write_pictures(client, split, pictures, options.overwrite, listen)
        return split

    split = ask_engine(work, console)
    if options.json:
        print(json.dumps(_facts(split)), flush=True)
    else:
        print(terminal_text("\n".join(table(split))), flush=True)
    if pictures is not None:
        console.note(f"{pictures} holds the first frame of each of {len(split.shots)} shots.")
    if project is not None:
        create_project(project, film_of(split, fingerprint))
        console.note(f"{project} is ready; open it with: main.py {project}")


def film_of(split: Split, fingerprint: str) -> Project:
    """Return a film of the movie's own size and rate with a shot of footage for every shot.

    Raises:
        ValueError: no film is of that size or rate.
    """
    clip_of(split.report)
    # A damaged movie may hold fewer frames than it says.
    decoded = max(stop for _, stop in split.shots)
    item = footage_item(split.report, fingerprint).model_copy(update={"num_frames": decoded})
    width, height = item.width - item.width % 2, item.height - item.height % 2
    return Project(
        format=Format(width=width, height=height, rate=item.rate),
        footage=(item,),
        shots=tuple(
            Shot(num_frames=stop - start, footage=FootageUse(footage=item.id, start=start))
            for start, stop in split.shots
        ),
    )


def table(split: Split) -> list[str]:
    """Return the shots as lines of text."""
    counted = split.report.rate.fraction
    lines = [f"{'Shot':>5}  {'First':>8}  {'Last':>8}  {'Frames':>7}  {'Begins':<11}  Seconds"]
    for number, (start, stop) in enumerate(split.shots, 1):
        begins = format_timecode(start, counted)
        seconds = float((stop - start) / counted)
        lines.append(
            f"{number:>5}  {start:>8}  {stop - 1:>8}  {stop - start:>7}  {begins}  {seconds:>7.2f}"
        )
    return lines


async def _find(
    client: EngineClient, clip: Path, options: argparse.Namespace, listen: Listener
) -> Split:
    report = await report_on(client, clip, listen, options.rate)
    job = ShotsJob(
        job_id=f"shots-{clip.name}",
        path=str(clip),
        rate=report.rate,
        method=options.method,
        sensitivity=options.sensitivity,
        min_frames=options.min_frames,
    )
    found = (await run_job(client, job, listen)).report["shots"]
    return Split(report, tuple((int(start), int(stop)) for start, stop in found))


async def _write_pictures(
    client: EngineClient, split: Split, folder: Path, overwrite: bool, listen: Listener
) -> None:
    movie = Path(split.report.path)

    def quietly(event: ClientEvent) -> None:
        if not isinstance(event, Progress):  # hundreds of short jobs
            listen(event)

    for number, (start, _) in enumerate(split.shots, 1):
        job = FrameJob(
            job_id=f"frame-{number}",
            path=split.report.path,
            rate=split.report.rate,
            frame=start,
            output=str(folder / f"{movie.stem}.{number:04}.png"),
            overwrite=overwrite,
        )
        await run_job(client, job, quietly)


def _facts(split: Split) -> dict[str, object]:
    counted = split.report.rate
    return {
        "kind": "shots",
        "path": split.report.path,
        "rate": str(counted),
        "shots": [
            {
                "start": start,
                "stop": stop,
                "timecode": format_timecode(start, counted.fraction),
                "seconds": round(float((stop - start) / counted.fraction), 6),
            }
            for start, stop in split.shots
        ],
    }


def _project_folder(output: str | None) -> Path | None:
    """Return the folder to make, and refuse before minutes of work one that is there."""
    if output is None:
        return None
    folder = Path(output)
    if folder.suffix != PROJECT_SUFFIX:
        folder = folder.with_name(folder.name + PROJECT_SUFFIX)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ValueError(f"{folder} exists already; choose another name.")
    return folder


def _pictures_folder(wanted: str | None) -> Path | None:
    """Return the folder for pictures, made if it is not there."""
    if wanted is None:
        return None
    folder = Path(wanted).absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise ValueError(f"{folder} is a file; name a folder for the pictures.") from error
    except OSError as error:
        raise ValueError(f"The folder {folder} cannot be made; choose another.") from error
    return folder


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError("a number from 0 to 1 is needed")
    return value


def _length(text: str) -> int:
    value = count(text)
    if not 1 <= value <= 1000:
        raise argparse.ArgumentTypeError("a number from 1 to 1000 is needed")
    return value
