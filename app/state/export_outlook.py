"""What an export would take: what has to be made first, and what writing it took before.

Sizes and times of writing are told only where an export of the same kind was measured on this
machine; arithmetic alone knows too little of what is in the picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.state.forecast import ForecastState
from app.state.forecasts import total
from app.state.learning import Estimate, estimate
from app.state.run_history import Measured, RunHistory
from app.state.takes import TakesState
from app.timeline.exporting import ExportChoices, Stretch, num_captions
from app.timeline.project import Project
from app.timeline.takes import FilmPass
from engine.planning.workload import export_cost
from engine.protocol.export import ExportFormatSpec, ExportJob
from engine.protocol.facts import DeviceReport
from engine.protocol.formats import FORMATS

ANY_DEVICE = "any"
BYTES = "bytes"


@dataclass(frozen=True, slots=True)
class ExportOutlook:
    """What a press of Export would set going.

    Attributes:
        num_drafts, num_masters: that are missing, and are made first.
        making: seconds for these; None where a model or the device is not known yet.
        take_bytes: what they will hold on disk, about.
        writing: seconds to write the files; None where nothing like it was measured here.
        num_bytes: of all files; None where nothing like it was measured here.
        num_captions: shots that say something in what is written.
    """

    num_drafts: int = 0
    num_masters: int = 0
    making: Estimate | None = None
    take_bytes: float = 0.0
    writing: Estimate | None = None
    num_bytes: Estimate | None = None
    num_captions: int = 0


def outlook(
    project: Project,
    choices: ExportChoices,
    parts: Sequence[Stretch],
    takes: TakesState,
    forecast: ForecastState,
    history: RunHistory,
) -> ExportOutlook:
    """Return what stretches of the film would take.

    Raises:
        ValueError: the film's plan is impossible.
    """
    wanted = {
        film_pass.take: film_pass
        for part in parts
        for film_pass in takes.passes_between(part.start, part.stop)
    }
    drafts, masters = _missing(list(wanted.values()), takes)
    jobs = [job for job in forecast.render.jobs if job.take in wanted]
    is_known = len(jobs) == len(drafts) + len(masters)
    num_frames = sum(part.stop - part.start for part in parts)
    return ExportOutlook(
        num_drafts=len(drafts),
        num_masters=len(masters),
        making=total([job.seconds for job in jobs]) if is_known else None,
        take_bytes=forecast.bytes_of(jobs),
        writing=_writing(project, choices, num_frames, forecast.device, history),
        num_bytes=_num_bytes(project, choices, num_frames, history),
        num_captions=num_captions(project, parts),
    )


def measured_bytes(job: ExportJob, num_frames: int, num_bytes: int) -> list[Measured]:
    """Return what is to be remembered of a finished export's size.

    Args:
        num_frames: that were written.
    """
    if job.width is None or job.height is None or num_bytes <= 0:
        return []
    return [
        Measured(
            device=ANY_DEVICE,
            job=_kind(job.format),
            what=BYTES,
            expected=_plain_bytes(num_frames, job.width, job.height),
            taken=num_bytes,
        )
    ]


def bytes_at(path: Path) -> int:
    """Return the size of a file, or of a folder of pictures; 0 where it is gone.

    It asks the disk for every picture.
    """
    try:
        if path.is_dir():
            return sum(picture.stat().st_size for picture in path.iterdir())
        return path.stat().st_size
    except OSError:
        return 0


def _missing(
    passes: Sequence[FilmPass], takes: TakesState
) -> tuple[tuple[FilmPass, ...], tuple[FilmPass, ...]]:
    masters = tuple(part for part in passes if not takes.has_master(part))
    return tuple(part for part in masters if takes.take(part).draft is None), masters


def _writing(
    project: Project,
    choices: ExportChoices,
    num_frames: int,
    device: DeviceReport | None,
    history: RunHistory,
) -> Estimate | None:
    if device is None:
        return None
    cost = export_cost(num_frames, *choices.size_of(project), device)
    kind = " ".join(("export", choices.format, choices.encoder))
    runs = history.runs(device.name, kind, "export")
    return estimate(cost.seconds["export"], runs) if runs else None


def _num_bytes(
    project: Project, choices: ExportChoices, num_frames: int, history: RunHistory
) -> Estimate | None:
    spec = ExportFormatSpec(name=choices.format, encoder=choices.encoder, quality=choices.quality)
    runs = history.runs(ANY_DEVICE, _kind(spec), BYTES)
    pace = choices.rate_of(project).fraction / project.format.rate.fraction
    expected = _plain_bytes(float(num_frames * pace), *choices.size_of(project))
    return estimate(expected, runs) if runs else None


def _kind(spec: ExportFormatSpec) -> str:
    quality = FORMATS[spec.name].quality
    wanted = spec.quality if spec.quality is not None else quality.default if quality else 0
    return " ".join(("export", spec.name, spec.encoder, str(wanted)))


def _plain_bytes(num_frames: float, width: int, height: int) -> float:
    """One bit a pixel: something to count in multiples of."""
    return num_frames * width * height / 8
