"""What the movies of a film say of themselves: made by which models, from which project."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from app.timeline.exporting import ExportChoices, Stretch
from app.timeline.project import Project
from app.timeline.provenance import carried_json, with_takes
from app.timeline.take_files import read_take
from app.timeline.takes import FilmPass
from engine.protocol.export import ExportJob, MarkSpec
from engine.protocol.messages import AnyJob


def marks(
    project: Project, folder: Path, passes: Sequence[FilmPass], choices: ExportChoices
) -> Callable[[Stretch], MarkSpec]:
    """Return what the movie of each stretch says of itself; reads what the takes report."""
    reports = {part.take: read_take(part.folder(folder)).report for part in passes}

    def mark(stretch: Stretch) -> MarkSpec:
        carried = None
        if choices.keeps_project:
            carried = carried_json(project, passes, reports, stretch.start, stretch.stop)
        return MarkSpec(
            project=carried, tool=tool_name(), certificate=choices.certificate, key=choices.key
        )

    return mark


def marked_now(job: AnyJob) -> AnyJob:
    """Return a job as it is when its turn comes: takes that a movie names are made by now."""
    if not isinstance(job, ExportJob) or job.mark is None or job.mark.project is None:
        return job
    folders = [Path(part.path).parent for part in job.segments if not part.is_source]
    made = [(folder.name, read_take(folder).report) for folder in folders]
    mark = job.mark.model_copy(update={"project": with_takes(job.mark.project, made)})
    return job.model_copy(update={"mark": mark})


def tool_name() -> str:
    """Return the program's name and version."""
    try:
        return f"SmartDirector {version('smartdirector')}"
    except PackageNotFoundError:
        return "SmartDirector"
