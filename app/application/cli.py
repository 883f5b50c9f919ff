"""The command line over the editor's own client: new, render, extend, upscale, demo.

Exit codes: 0 done, 1 the job failed, 2 the input cannot be used, 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from app.application import extend, frame, interchange, shots, upscale
from app.application.arguments import PlainParser, count, rate, size
from app.application.console import Console, free_name
from app.application.exporting import (
    add_export_switches,
    check_export,
    choices_from,
    formats_text,
)
from app.application.new import create_from_images
from app.application.render import (
    Listener,
    RenderOptions,
    RenderReport,
    RenderStopped,
    render_film,
)
from app.application.sole_work import working_on
from app.application.switches import (
    add_compute_switches,
    add_draft_switches,
    add_refine_switches,
    switches_from,
)
from app.application.working import Work, ask_engine
from app.client.client import ClientEvent, EngineClient
from app.timeline.project import Project
from app.timeline.sample import copy_sample
from app.timeline.storage import ProjectError, load_project
from engine.protocol.errors import EngineError
from engine.protocol.jobs import FrameRate

EXIT_DONE, EXIT_FAILED, EXIT_BAD_INPUT, EXIT_STOPPED = 0, 1, 2, 130


def main(argv: Sequence[str]) -> int:
    """Answer one command; ``argv`` begins with its name."""
    options = _parser().parse_args(argv)
    console = Console(as_json=getattr(options, "json", False))
    try:
        match options.command:
            case "new":
                return _new(options, console)
            case "render":
                return _render(options, console)
            case "formats":
                print(formats_text())
                return EXIT_DONE
            case "extend":
                return _extend(options, console)
            case "upscale":
                return _upscale(options, console)
            case "frame":
                frame.run_frame(options, console)
                return EXIT_DONE
            case "shots":
                shots.run_shots(options, console)
                return EXIT_DONE
            case "import":
                interchange.run_import(options, console)
                return EXIT_DONE
            case "export":
                interchange.run_export(options, console)
                return EXIT_DONE
            case _:
                return _demo(options, console)
    except (ProjectError, ValueError) as error:
        console.fail(str(error))
        return EXIT_BAD_INPUT
    except EngineError as error:
        console.fail(str(error))
        return EXIT_FAILED
    except (RenderStopped, KeyboardInterrupt):
        console.fail("Stopped. What was finished is kept: the same command goes on from there.")
        return EXIT_STOPPED


def _new(options: argparse.Namespace, console: Console) -> int:
    folder = create_from_images(
        Path(options.project),
        [Path(image) for image in options.images],
        size=options.size,
        rate=options.rate,
        shot_seconds=options.shot_seconds,
    )
    console.note(f"{folder} is ready; open it with: main.py {folder}")
    return EXIT_DONE


def _render(options: argparse.Namespace, console: Console) -> int:
    folder = Path(options.project)
    project = load_project(folder)
    changes: dict[str, object] = {}
    if options.seed is not None:
        changes["seed"] = options.seed
    if options.model is not None:
        changes["model"] = options.model
    if options.refine_model is not None:
        changes["refine_model"] = options.refine_model
    if changes:
        project = Project.model_validate({**project.model_dump(), **changes})
    wanted = RenderOptions(
        Path(options.output),
        draft=options.draft,
        takes=tuple(options.take),
        switches=switches_from(options),
        overwrite=options.overwrite,
        choices=choices_from(options, Path(options.output)),
    )
    check_export(project, wanted.choices, wanted.output, wanted.overwrite)
    if wanted.choices.captions != "none" and not any(
        shot.caption.strip() for shot in project.shots
    ):
        console.note("No shot has a caption, so none is written.")
    return _render_held(project, folder, wanted, console)


def _extend(options: argparse.Namespace, console: Console) -> int:
    wanted = extend.options_from(options)
    check_output(wanted.output, wanted.overwrite)
    return _run(lambda client, listen: extend.extend(client, wanted, listen), console)


def _upscale(options: argparse.Namespace, console: Console) -> int:
    check_output(Path(options.output), options.overwrite)
    return _run(lambda client, listen: upscale.upscale(client, options, listen), console)


def _demo(options: argparse.Namespace, console: Console) -> int:
    folder = copy_sample(Path(options.folder) if options.folder else None)
    project = load_project(folder)
    output = Path(options.output) if options.output else free_name(folder.parent / "demo.mp4")
    check_output(output, overwrite=False)
    console.note(
        f"Rendering the sample storyboard: {len(project.shots)} shots, "
        f"{project.num_frames} frames at {project.format.rate} fps."
    )
    wanted = RenderOptions(output)
    code = _render_held(project, folder, wanted, console)
    if code == EXIT_DONE and not options.no_editor and _has_display():
        from app.application.editor import main as edit  # Qt is not needed to render

        return edit([str(folder)])
    return code


def _render_held(project: Project, folder: Path, options: RenderOptions, console: Console) -> int:
    """Render a project that nobody else works on meanwhile: takes go into its folder."""
    with working_on(folder) as look:

        async def work(client: EngineClient, listen: Listener) -> RenderReport:
            def hear(event: ClientEvent) -> None:
                look()
                listen(event)

            return await render_film(client, project, folder, options, hear)

        return _run(work, console)


def _run(work: Work[RenderReport], console: Console) -> int:
    console.finished(ask_engine(work, console))
    return EXIT_DONE


def check_output(output: Path, overwrite: bool) -> None:
    """Refuse an output path before hours of work, not after.

    Raises:
        ValueError: one sentence says what to do.
    """
    if output.suffix.lower() not in {".mp4", ".mov", ".mkv"}:
        raise ValueError(f"{output} should end in .mp4, .mov or .mkv.")
    if output.is_dir():
        raise ValueError(f"{output} is a folder; name a movie file.")
    if output.exists() and not overwrite:
        raise ValueError(f"{output} exists already; choose another name or add --overwrite.")
    if not output.absolute().parent.is_dir():
        raise ValueError(f"The folder {output.absolute().parent} does not exist; make it first.")
    if not os.access(output.absolute().parent, os.W_OK):
        raise ValueError(f"The folder {output.absolute().parent} may not be written.")


def _has_display() -> bool:
    if sys.platform.startswith("linux"):
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return True


def _parser() -> argparse.ArgumentParser:
    parser = PlainParser(prog="main.py")
    commands = parser.add_subparsers(dest="command", required=True)

    new = commands.add_parser("new", help="make a project folder")
    new.add_argument("project", help="folder to make, for example film.sdproj")
    new.add_argument("images", nargs="*", help="boards; each opens a shot of its own")
    new.add_argument("--size", type=size, default=(1920, 1080), help="default: 1920x1080")
    new.add_argument("--rate", type=rate, default=FrameRate(num=24), help="24, 30000/1001 …")
    new.add_argument("--shot-seconds", type=float, default=2.0, help="length of each shot")

    render = commands.add_parser("render", help="render a project to a movie")
    render.add_argument("project", help="the project's folder")
    render.add_argument("-o", "--output", required=True, help="movie file, or folder for pictures")
    render.add_argument("--draft", action="store_true", help="stop at the low-resolution draft")
    render.add_argument(
        "--take", action="append", default=[], help="use this take; may be repeated"
    )
    render.add_argument("--seed", type=count, help="another seed than the project's")
    render.add_argument("--steps", type=count, help="denoising steps of Director-Gen")
    render.add_argument("--model", help="model name or folder, instead of the project's")
    render.add_argument("--refine-model", help="the same for Director-SR")
    render.add_argument("--overwrite", action="store_true", help="replace the movie if it exists")
    render.add_argument("--json", action="store_true", help="events as JSON lines on stdout")
    add_export_switches(render)
    add_draft_switches(render)
    add_refine_switches(render)
    add_compute_switches(render)

    commands.add_parser("formats", help="list what movies can be written as")

    extend.add_arguments(
        commands.add_parser("extend", help="make a movie longer", description=extend.DESCRIPTION)
    )

    upscale.add_arguments(
        commands.add_parser("upscale", help="enlarge a movie", description=upscale.DESCRIPTION)
    )

    frame.add_arguments(
        commands.add_parser(
            "frame", help="write a frame of a movie as a picture", description=frame.DESCRIPTION
        )
    )

    shots.add_arguments(
        commands.add_parser("shots", help="split a movie into shots", description=shots.DESCRIPTION)
    )

    brought = commands.add_parser("import", help=interchange.IMPORT)
    interchange.add_import_arguments(brought)
    interchange.add_export_arguments(commands.add_parser("export", help=interchange.EXPORT))

    demo = commands.add_parser("demo", help="render the sample storyboard")
    demo.add_argument("--folder", help="where to put the sample project")
    demo.add_argument("-o", "--output", help="movie file; default: demo.mp4 beside the project")
    demo.add_argument("--no-editor", action="store_true", help="do not open the editor afterwards")
    demo.add_argument("--json", action="store_true", help="events as JSON lines on stdout")
    return parser
