"""What this window, machine and queue have against an export, beside what its choices say of it.

See :mod:`app.timeline.export_checks` for these. Every refusal is one sentence that says what to do.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.state.export_facts import Encoders
from app.state.generation import lora_missing
from app.state.job_entries import JobEntry
from app.state.job_plans import rendering
from app.state.lacking import Presence, lacking
from app.state.takes import TakesState
from app.timeline.destinations import Destination
from app.timeline.export_checks import Refusal, name_refusal
from app.timeline.exporting import ExportChoices, Stretch
from app.timeline.project import Project
from engine.protocol.export import ExportJob


def of_the_film(project: Project, takes: TakesState) -> Iterator[Refusal]:
    """Yield why the film cannot be made."""
    if not project.shots:
        yield Refusal("film", "There is no shot yet; add one before you export.")
    elif project.drafting.missing_loras():
        yield Refusal("film", lora_missing(project.drafting.missing_loras()[0]))
    else:
        try:
            _ = takes.passes
        except ValueError as error:
            yield Refusal("film", str(error))


def of_the_media(
    project: Project,
    folder: Path,
    takes: TakesState,
    choices: ExportChoices,
    output: Path,
    presence: Presence,
) -> Iterator[Refusal]:
    """Yield which file of the film is missing that this export cannot do without."""
    if not presence.is_away and not presence.missing:
        return
    try:
        entries = rendering(project, folder, takes, choices, output, 1, replaces=False)
    except ValueError:
        return  # why nothing can be written is told by others
    trouble = lacking(entries, project, folder, takes, presence)
    if trouble:
        yield Refusal("film", trouble)


def of_the_machine(choices: ExportChoices, encoders: Encoders | None) -> Iterator[Refusal]:
    """Yield what is not installed here; nothing while that is being found out."""
    if encoders is not None and not encoders.get(choices.format):
        sentence = f"Nothing here encodes {choices.row.label}; choose another format."
        yield Refusal("format", sentence)
    if choices.certificate and importlib.util.find_spec("c2pa") is None:
        sentence = "Signing needs c2pa-python, which is not installed: pip install c2pa-python."
        yield Refusal("signing", sentence)


def of_the_place(
    folder: Path, name: str, destination: Destination | None, lost: str
) -> Iterator[Refusal]:
    """Yield why nothing can be written there.

    Args:
        name: as it was typed.
        destination: None while the disk is being asked.
        lost: a file to sign with that is not there.
    """
    wrong = name_refusal(name)
    if wrong:
        yield Refusal("name", wrong)
    if not folder.is_absolute():
        yield Refusal("folder", "Write the whole path of a folder, or browse for it.")
    if destination is not None and destination.trouble:
        yield Refusal("folder", destination.trouble)
    if lost:
        yield Refusal("signing", f"{lost} is not there; choose another file to sign with.")


def of_the_queue(entries: Sequence[JobEntry], parts: Sequence[Stretch]) -> Iterator[Refusal]:
    """Yield what is being written already, or waits for it."""
    outputs = {str(part.output.absolute()) for part in parts}
    for entry in entries:
        if entry.is_open and isinstance(entry.job, ExportJob) and entry.job.output in outputs:
            name = Path(entry.job.output).name
            yield Refusal("name", f"{name} is in the queue; choose another name.")
