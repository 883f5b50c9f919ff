"""What the movies of a film say of themselves: made by which models, from which project."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from app.timeline.exporting import ExportChoices, Stretch
from app.timeline.project import Project
from app.timeline.provenance import carried_film, carried_json, with_takes
from app.timeline.take_files import read_take
from app.timeline.takes import FilmPass
from engine.protocol.export import ExportJob, MarkSpec
from engine.protocol.formats import SourceType
from engine.protocol.messages import AnyJob


def marks(
    project: Project, folder: Path, passes: Sequence[FilmPass], choices: ExportChoices
) -> Callable[[Stretch], MarkSpec]:
    """Return what the movie of each stretch says of itself; reads what the takes report."""
    reports = {part.take: read_take(part.folder(folder)).report for part in passes}
    film, tool = carried_film(project), tool_name()

    def mark(stretch: Stretch) -> MarkSpec:
        carried = None
        if choices.keeps_project:
            carried = carried_json(film, passes, reports, stretch.start, stretch.stop)
        return MarkSpec(
            project=carried,
            source_type=_source_type(project, folder, stretch),
            tool=tool,
            certificate=choices.certificate,
            key=choices.key,
        )

    return mark


def _source_type(project: Project, folder: Path, stretch: Stretch) -> SourceType:
    """Return IPTC's term for frames of a film, of which some may be footage.

    Footage that lies in the project's own folder was enlarged here.
    """
    shots = [
        shot
        for start, shot in project.shot_starts()
        if start < stretch.stop and start + shot.num_frames > stretch.start
    ]
    uses = [shot.footage for shot in shots if shot.footage is not None]
    if not uses:
        return "trainedAlgorithmicMedia"
    paths = [Path(project.footage_item(use.footage).path) for use in uses]
    if len(uses) < len(shots):
        return "compositeWithTrainedAlgorithmicMedia"
    is_enlarged = any(path.is_relative_to(folder) for path in paths)
    return "algorithmicallyEnhanced" if is_enlarged else "compositeCapture"


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
