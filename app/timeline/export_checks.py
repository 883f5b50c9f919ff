"""What stands against an export as it is chosen, each refusal with the field it is about. Pure.

Every refusal is one sentence that says what to do. What the disk says is
:mod:`app.timeline.destinations`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.timeline.exporting import ExportChoices, stretches
from app.timeline.project import Project
from engine.planning.timecode import parse_timecode
from engine.protocol.formats import container_of, endings

ExportField = Literal[
    "film", "format", "quality", "size", "range", "timecode", "signing", "folder", "name"
]

MAX_NAME = 180
_NOT_IN_NAMES = '/\\<>:"|?*'
"""What a file's name cannot hold on one system or another; films travel."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an export cannot be begun, in one sentence, and which field can mend it."""

    field: ExportField
    sentence: str


def refusals(project: Project, choices: ExportChoices, output: Path) -> Iterator[Refusal]:
    """Yield what stands against an export, the weightiest first."""
    row = choices.row
    if not row.is_sequence and container_of(row.name, output.suffix) is None:
        sentence = f"{output.name} should end in {endings(row.name)} for {row.label}."
        yield Refusal("format", sentence)
    if row.quality and choices.quality is not None:
        best, worst = row.quality.best, row.quality.worst
        if not best <= choices.quality <= worst:
            yield Refusal("quality", f"Quality of {row.label} goes from {best} to {worst}.")
    yield from _of_size(project, choices)
    if choices.timecode:
        yield from _of_timecode(choices.timecode, project, choices)
    yield from _of_signing(choices, output)
    try:
        stretches(project, choices, output)
    except ValueError as error:
        yield Refusal("range", str(error))


def check_choices(project: Project, choices: ExportChoices, output: Path) -> None:
    """Refuse before hours of work what could not be written after them.

    Raises:
        ValueError: one sentence says what to do.
    """
    for refusal in refusals(project, choices, output):
        raise ValueError(refusal.sentence)


def name_refusal(name: str) -> str:
    """Return what is wrong with the name of a file without its ending; empty where nothing is."""
    if not name.strip(" ."):
        return "Give the movie a name."
    wrong = next((letter for letter in name if letter in _NOT_IN_NAMES or ord(letter) < 32), "")
    if wrong:
        letter = wrong if wrong.isprintable() else "line breaks"
        return f"A file's name cannot hold {letter}."
    if len(name.encode()) > MAX_NAME:
        return "The name is too long for a file; shorten it."
    return ""


def _of_size(project: Project, choices: ExportChoices) -> Iterator[Refusal]:
    row, film = choices.row, project.format
    width, height = choices.size_of(project)
    if width % row.side_steps[0] or height % row.side_steps[1]:
        sentence = f"{row.label} needs even sides, not {width}×{height}; choose another size."
        yield Refusal("size", sentence)
    if choices.fit is None and choices.changes_shape(project):
        sentence = (
            f"{width}×{height} has another shape than a film of {film.width}×{film.height}; "
            "let it be cropped or put between bars, or choose another size."
        )
        yield Refusal("size", sentence)


def _of_timecode(text: str, project: Project, choices: ExportChoices) -> Iterator[Refusal]:
    try:
        parse_timecode(text, choices.rate_of(project).fraction)
    except ValueError as error:
        yield Refusal("timecode", str(error))


def _of_signing(choices: ExportChoices, output: Path) -> Iterator[Refusal]:
    if bool(choices.certificate) != bool(choices.key):
        yield Refusal("signing", "Signing needs both a certificate and its key; name the other.")
    elif choices.certificate and output.suffix.lower() not in {".mp4", ".mov"}:
        yield Refusal("signing", "C2PA has a place in MP4 and MOV only; choose one, or clear this.")
