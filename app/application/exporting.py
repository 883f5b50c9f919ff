"""The words of the command line that say how a film is handed on, and which formats there are.

All formats, containers and encoders come from :mod:`engine.protocol.formats`.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

from app.application.arguments import count, rate, size
from app.timeline.destinations import look_at
from app.timeline.export_checks import check_choices
from app.timeline.exporting import ExportChoices, stretches, written_files
from app.timeline.project import Project
from engine.protocol.formats import FORMAT_NAMES, FORMATS, EncoderName, FormatName
from engine.protocol.jobs import Fit

_FITS: Mapping[str, Fit] = {"crop": "cover", "bars": "contain"}
_BY_SUFFIX: Mapping[str, FormatName] = {".gif": "gif", ".webp": "webp"}


def add_export_switches(parser: argparse.ArgumentParser) -> None:
    """Declare how the movie is written."""
    group = parser.add_argument_group("Export", "`main.py formats` says what there is here")
    group.add_argument("--format", choices=FORMAT_NAMES, help="default: h264, or by the ending")
    group.add_argument("--encoder", choices=get_args(EncoderName), default="software")
    group.add_argument("--quality", type=count, help="constant rate factor; lower is better")
    group.add_argument("--size", type=size, help="such as 3840x2160; default: the film's")
    group.add_argument("--fit", choices=tuple(_FITS), help="for a --size of another shape")
    group.add_argument("--rate", type=rate, help="another rate: time is kept, frames repeat or go")
    group.add_argument("--in-out", action="store_true", help="only what is marked in the project")
    group.add_argument("--per-shot", action="store_true", help="each shot into a file of its own")
    group.add_argument("--captions", choices=("srt", "vtt", "burn"), help="beside, or drawn over")
    group.add_argument("--timecode", default="", help="of the first frame, such as 01:00:00:00")
    group.add_argument("--no-chapters", action="store_true", help="no chapter for each shot")
    group.add_argument("--no-project", action="store_true", help="leave the project out of it")
    group.add_argument("--proof", action="store_true", help="hashes of footage beside the movie")
    group.add_argument("--c2pa-certificate", metavar="PEM", help="sign a C2PA manifest with it")
    group.add_argument("--c2pa-key", metavar="PEM", help="the certificate's private key")


def choices_from(options: argparse.Namespace, output: Path) -> ExportChoices:
    """Return what the words of a command line say.

    Raises:
        ValueError: they contradict each other.
    """
    if options.in_out and options.per_shot:
        raise ValueError("--in-out and --per-shot exclude each other; leave one out.")
    if bool(options.c2pa_certificate) != bool(options.c2pa_key):
        raise ValueError("Signing needs both --c2pa-certificate and --c2pa-key.")
    return ExportChoices(
        format=options.format or _BY_SUFFIX.get(output.suffix.lower(), "h264"),
        encoder=options.encoder,
        quality=options.quality,
        size=options.size,
        fit=_FITS.get(options.fit),
        rate=options.rate,
        range="in_out" if options.in_out else "shots" if options.per_shot else "film",
        captions=options.captions or "none",
        timecode=options.timecode,
        chapters=not options.no_chapters,
        keeps_project=not options.no_project,
        proves_footage=options.proof,
        certificate=options.c2pa_certificate,
        key=options.c2pa_key,
    )


def check_export(project: Project, choices: ExportChoices, output: Path, overwrite: bool) -> None:
    """Refuse before hours of work what could not be written after them.

    Raises:
        ValueError: one sentence says what to do.
    """
    check_choices(project, choices, output)
    paths = written_files(project, choices, stretches(project, choices, output))
    found = look_at(paths, is_sequence=choices.row.is_sequence)
    if found.trouble:
        raise ValueError(found.trouble)
    if found.existing and not overwrite:
        what = "is not empty" if choices.row.is_sequence else "exists already"
        raise ValueError(f"{found.existing[0]} {what}; choose another name or add --overwrite.")


def formats_text() -> str:
    """Return the table of formats, with what this machine encodes them by."""
    from app.media.encoders import encoders_of  # PyAV is not needed for other commands

    lines: list[str] = []
    for name, row in FORMATS.items():
        found = encoders_of(name)
        ends = " ".join(c if c == "folder" else f".{c}" for c in row.containers)
        how = ", ".join(found) if found else f"not here: this FFmpeg has no {row.encoder}"
        lines.append(f"{name:12} {row.label:30} {ends:15} {how}\n{'':12} {row.purpose}")
    return "\n".join(lines)
