"""What a job will cost on this machine, as one frozen value, and the arithmetic from jobs to it.

Pure: the device, the models and what earlier runs took are handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import reduce

from app.state.language import said
from app.state.learning import Estimate, Run, estimate
from app.state.timecode import duration_text
from engine.planning.workload import Cost, PassSize, draft_cost, export_cost, refine_cost
from engine.protocol.export import ExportJob
from engine.protocol.facts import DeviceReport, ModelFacts
from engine.protocol.jobs import ComputeOptions, DraftJob, ModelJob, RefineJob
from engine.protocol.messages import AnyJob

GIB = 1024**3
PEAK = "peak"
START = "start"
COLD_START_S = 6.0
"""Until a fresh engine has its libraries in memory; the first job pays it."""

SMALLER_FILMS = ((1920, 1080), (1280, 720), (960, 540), (640, 360))
_ROOM = 0.97


@dataclass(frozen=True, slots=True)
class Fits:
    """The job fits into memory as it is."""


@dataclass(frozen=True, slots=True)
class Offloads:
    """Weights are streamed block by block, which makes it slower by a factor."""

    slowdown: float
    nearest: str


@dataclass(frozen=True, slots=True)
class Exceeds:
    """The job will most likely not fit."""

    nearest: str


Verdict = Fits | Offloads | Exceeds


@dataclass(frozen=True, slots=True)
class JobForecast:
    """What one job will cost.

    Attributes:
        take: it works on; empty for an export.
        stages: seconds of each, in order; ``start`` is a fresh engine's.
        peak: most memory, in bytes, with everything on the device.
        available: bytes that the job may use.
    """

    title: str
    job: AnyJob
    take: str
    stages: dict[str, Estimate]
    peak: Estimate
    available: float
    verdict: Verdict

    @property
    def seconds(self) -> Estimate:
        """All stages together."""
        return total(list(self.stages.values()))


Known = Callable[[str, str], Sequence[Run]]
"""(job and model, stage) → earlier runs on this device."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a forecast is made from.

    Attributes:
        gen, sr: the film's models.
        is_cold: the engine has run no job since it was started.
        loaded: models that it holds, by ``job_key``.
    """

    device: DeviceReport
    gen: ModelFacts | None
    sr: ModelFacts | None
    known: Known
    is_cold: bool = True
    loaded: frozenset[str] = frozenset()


def job_key(job: AnyJob) -> str:
    """Return under what a job's runs are remembered."""
    if isinstance(job, ModelJob):
        return f"{job.kind} {job.model}"
    if isinstance(job, ExportJob):  # formats differ by more than machines do
        return f"{job.kind} {job.format.name} {job.format.encoder}"
    return job.kind


def expected_cost(job: AnyJob, size: PassSize | None, facts: Circumstances) -> Cost | None:
    """Return what the arithmetic says; None where the model is not known."""
    match job:
        case DraftJob() if facts.gen is not None and size is not None:
            return draft_cost(size, facts.gen, facts.device, fp8=job.compute.fp8)
        case RefineJob() if facts.sr is not None and size is not None:
            return refine_cost(size, facts.sr, facts.device, fp8=job.compute.fp8)
        case ExportJob():
            num_frames = sum(segment.stop - segment.start for segment in job.segments)
            width, height = job.width or 1920, job.height or 1080
            return export_cost(num_frames, width, height, facts.device)
        case _:
            return None


def forecast(
    title: str, job: AnyJob, take: str, size: PassSize | None, facts: Circumstances
) -> JobForecast | None:
    """Return what a job will cost; None where its model is not known."""
    cost = expected_cost(job, size, facts)
    if cost is None:
        return None
    key = job_key(job)
    stages: dict[str, Estimate] = {}
    if facts.is_cold:
        stages[START] = estimate(COLD_START_S, facts.known("engine", START))
    for stage, seconds in cost.seconds.items():
        if stage != "load" or key not in facts.loaded:
            stages[stage] = estimate(seconds, facts.known(key, stage))
    peak = estimate(cost.peak_bytes, facts.known(key, PEAK))
    available = _available(job, facts.device)
    result = JobForecast(title, job, take, stages, peak, available, Fits())
    if peak.value <= available * _ROOM or isinstance(job, ExportJob):
        return result
    factor = peak.value / cost.peak_bytes
    nearest = _nearest(job, size, facts, factor, available)
    if cost.least_bytes * factor <= available * _ROOM:
        for stage in ("denoise", "refine"):
            if stage in stages:
                stages[stage] = scaled(stages[stage], cost.slowdown)
        return replace(result, stages=stages, verdict=Offloads(cost.slowdown, nearest))
    return replace(result, verdict=Exceeds(nearest))


def total(estimates: Sequence[Estimate]) -> Estimate:
    """Return the sum of several."""
    return reduce(lambda a, b: a + b, estimates) if estimates else Estimate(0.0, 0.0, 0.0)


def scaled(value: Estimate, factor: float) -> Estimate:
    """Return an estimate times a factor."""
    return Estimate(value.value * factor, value.low * factor, value.high * factor, value.num_runs)


def seconds_words(value: Estimate) -> str:
    """Say how long something takes: ``about 3 s``, or a range while little is known."""
    if value.high < 1:
        return said("State", "a moment")
    if value.is_sure:
        return said("State", "about {duration}", duration=duration_text(value.value))
    low, high = duration_text(max(1.0, value.low)), duration_text(value.high)
    if low == high:
        return said("State", "about {duration}", duration=high)
    number, _, unit = low.rpartition(" ")
    return f"{number}–{high}" if high.endswith(f" {unit}") and unit != "min" else f"{low} – {high}"


def bytes_words(num_bytes: float) -> str:
    """Say how much memory or disk something is: ``1.1 GiB``, ``350 MiB``."""
    if num_bytes < 0.1 * GIB:
        return f"{max(1, round(num_bytes / 1024**2))} MiB"
    return f"{num_bytes / GIB:.1f} GiB" if num_bytes < 100 * GIB else f"{num_bytes / GIB:.0f} GiB"


def _available(job: AnyJob, device: DeviceReport) -> float:
    compute = job.compute if isinstance(job, ModelJob) else ComputeOptions()
    if compute.memory_gib is None:
        return float(device.free_bytes)
    return min(device.free_bytes, compute.memory_gib * GIB)


def _nearest(
    job: AnyJob,
    size: PassSize | None,
    facts: Circumstances,
    factor: float,
    available: float,
) -> str:
    """Return the nearest setting with which everything fits, as advice; empty where none is."""
    assert size is not None

    def fits(changed_job: AnyJob, changed: PassSize) -> bool:
        cost = expected_cost(changed_job, changed, facts)
        return cost is not None and cost.peak_bytes * factor <= available * _ROOM

    if isinstance(job, DraftJob | RefineJob) and facts.device.type == "cuda":
        packed = job.model_copy(update={"compute": job.compute.model_copy(update={"fp8": True})})
        if fits(packed, size):
            return "Weights in 8 bits fit whole."
    if isinstance(job, RefineJob):
        for width, height in SMALLER_FILMS:
            if width < size.width and fits(job, replace(size, width=width, height=height)):
                return f"A film of {width}×{height} fits."
    if isinstance(job, DraftJob):
        low, high = 0, size.num_latents
        while high - low > 1:
            middle = (low + high) // 2
            share = middle / size.num_latents
            shorter = replace(
                size, num_latents=middle, num_frames=max(1, round(size.num_frames * share))
            )
            low, high = (middle, high) if fits(job, shorter) else (low, middle)
        if low > 1:
            seconds = low / size.num_latents * size.num_frames / float(job.rate.fraction)
            return f"A pass of up to {seconds:.1f} s fits: cut the shots or divide them by a board."
    return ""
