"""Timelines and storyboards from the command line: ``import`` and ``export``."""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from pathlib import Path

from app.application.arguments import rate
from app.application.console import Console
from app.media.timeline_export import (
    FORMATS,
    ExportWish,
    Replaces,
    Written,
    export_boards,
    export_timeline,
)
from app.media.timeline_import import bring_in, read_timeline
from app.timeline.interchange.cut import CutOptions
from app.timeline.interchange.skeleton import adopt, lay, remarks_of
from app.timeline.project import Project
from app.timeline.storage import PROJECT_SUFFIX, create_project, load_project, save_project

EXPORT = "write a film as a timeline, a contact sheet or a folder of boards"
IMPORT = "make a project of a timeline or a storyboard"
PAPERS = ("a4", "letter")


def add_import_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``import``."""
    parser.add_argument(
        "source", help=".otio, .fcpxml, .edl, .storyboarder, storyboard.json, or a folder of images"
    )
    parser.add_argument("project", help="folder to make, for example film.sdproj")
    parser.add_argument("--rate", type=rate, help="frames a second; default: the file's, else 24")


def add_export_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``export``."""
    parser.add_argument("project", help="the project's folder")
    parser.add_argument(
        "-o",
        "--output",
        required=True,
        help=f"{', '.join(FORMATS)}: a timeline; .pdf: a contact sheet; else a folder of boards",
    )
    parser.add_argument(
        "--relative", action="store_true", help="paths relative to the file, not from the root"
    )
    parser.add_argument("--start", default="00:00:00:00", help="timecode of the first frame")
    parser.add_argument(
        "--drop-frame", action="store_true", help="drop-frame timecode, at 29.97 and 59.94"
    )
    parser.add_argument("--paper", choices=PAPERS, default="a4", help="of a contact sheet")
    parser.add_argument("--overwrite", action="store_true", help="replace files that exist")


def run_import(options: argparse.Namespace, console: Console) -> None:
    """Make a project of a file.

    Raises:
        ValueError: the file cannot be used.
        ProjectError: the project cannot be made.
    """
    source, target = Path(options.source), Path(options.project)
    if target.suffix != PROJECT_SUFFIX:
        target = target.with_name(target.name + PROJECT_SUFFIX)
    skeleton = read_timeline(source, options.rate)
    film = adopt(Project(), replace(skeleton, rate=options.rate or skeleton.rate))
    create_project(target, film)
    brought = bring_in(target, skeleton, source if source.is_dir() else source.parent)
    film = lay(film, skeleton, brought.media, brought.sounds)
    save_project(target, film)
    for remark in (*remarks_of(skeleton, film.format.rate), *brought.remarks):
        console.note(remark)
    console.note(
        f"{target} holds {len(film.shots)} shots, {film.num_frames} frames at "
        f"{film.format.rate}; open it with: main.py {target}"
    )


def _replaces(options: argparse.Namespace) -> Replaces:
    return "all" if options.overwrite else "none"


def _sheet(name: str, film: Project, folder: Path, options: argparse.Namespace) -> Written:
    """Write a contact sheet; text needs Qt's fonts, though no screen."""
    from PySide6.QtGui import QGuiApplication

    from app.media.contact_sheet import SheetWish, export_sheet

    if QGuiApplication.instance() is None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        app = QGuiApplication(["smartdirector"])
    else:
        app = QGuiApplication.instance()
    assert app is not None
    wish = SheetWish(Path(options.output), options.paper, _replaces(options))
    return export_sheet(name, film, folder, wish)


def run_export(options: argparse.Namespace, console: Console) -> None:
    """Write what the output's suffix says.

    Raises:
        ValueError: it cannot be written so.
        ProjectError: the project cannot be read.
    """
    folder, target = Path(options.project), Path(options.output)
    film = load_project(folder)
    name = folder.absolute().stem
    timing = CutOptions(options.start, options.drop_frame)
    if target.suffix.lower() == ".pdf":
        written = _sheet(name, film, folder, options)
    elif target.suffix:
        wish = ExportWish(target, options.relative, _replaces(options), timing)
        written = export_timeline(name, film, folder, wish)
    else:
        written = export_boards(name, film, folder, target, timing)
    for remark in written.remarks:
        console.note(remark)
    for path in written.files if target.suffix else (target,):
        console.note(f"{path} is written.")
