"""The forecast of this window: what Generate and Render would take, and what is left of the queue.

Learns from every job that is finished from nothing; a job that went on from a checkpoint says too
little. Forecasts are told, never obeyed: nothing is refused because of one.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from app.state.editor import EditorState
from app.state.engine_facts import EngineFacts
from app.state.forecasts import (
    COLD_START_S,
    PEAK,
    START,
    Circumstances,
    JobForecast,
    expected_cost,
    forecast,
    job_key,
    total,
)
from app.state.job_entries import JobEntry, Running, Waiting
from app.state.job_plans import missing_drafts, on_hardware, rendering
from app.state.jobs import JobsState
from app.state.learning import Estimate
from app.state.run_history import Measured, RunHistory
from app.state.takes import TakesState
from app.timeline.exporting import ExportChoices
from app.timeline.takes import FilmPass
from engine.planning.workload import PassSize, take_bytes
from engine.protocol.facts import DeviceReport
from engine.protocol.jobs import DraftJob
from engine.protocol.messages import SPARED, JobFinished, Ready

SETTLE_MS = 60
"""Edits in quick succession are forecast once."""

SCRATCH_FOLDER = "scratch"


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a press of a button would set going.

    Attributes:
        jobs: in order; those of unknown models are left out.
        num_passes: how many takes are worked on.
    """

    jobs: tuple[JobForecast, ...] = ()
    num_passes: int = 0

    @property
    def seconds(self) -> Estimate:
        """All jobs together."""
        return total([job.seconds for job in self.jobs])

    @property
    def peak(self) -> Estimate:
        """The hungriest job's memory."""
        peaks = [job.peak for job in self.jobs]
        return max(peaks, key=lambda peak: peak.value, default=Estimate(0.0, 0.0, 0.0))


@dataclass(slots=True)
class _Started:
    """A job under way: when it began, and whether from nothing."""

    job_id: str
    at: float
    is_fresh: bool
    is_cold: bool


class ForecastState(QObject):
    """Forecasts, kept up to date.

    Signals:
        changed: something else is expected now.
    """

    changed = Signal()

    def __init__(
        self,
        editor: EditorState,
        takes: TakesState,
        jobs: JobsState,
        facts: EngineFacts,
        history: RunHistory,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self._takes = takes
        self._jobs = jobs
        self._facts = facts
        self._history = history
        self._sizes: dict[str, PassSize] = {}
        self._started: _Started | None = None
        self._is_cold = True
        self._loaded: frozenset[str] = frozenset()
        self._drafts: Outlook | None = None
        self._render: Outlook | None = None
        self._queued: dict[str, JobForecast] = {}
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SETTLE_MS)
        self._soon.timeout.connect(self._look_again)
        takes.changed.connect(self._soon.start)
        facts.changed.connect(self._soon.start)
        jobs.changed.connect(self._watch)
        jobs.finished.connect(self._learn)
        jobs.told.connect(self._hear)

    @property
    def device(self) -> DeviceReport | None:
        """What computes, once the engine has told."""
        return self._facts.device

    @property
    def drafts(self) -> Outlook:
        """What Generate would do."""
        if self._drafts is None:
            self._drafts = self._outlook(render=False)
        return self._drafts

    @property
    def render(self) -> Outlook:
        """What Render would do."""
        if self._render is None:
            self._render = self._outlook(render=True)
        return self._render

    def of(self, entry: JobEntry) -> JobForecast | None:
        """Return the forecast of a queued job."""
        job_id = entry.job.job_id
        known = self._queued.get(job_id)
        facts = self._circumstances() if known is None else None
        if facts is not None:
            if entry.take not in self._sizes:
                self._note_sizes()
            size = self._sizes.get(entry.take)
            known = forecast(entry.title, entry.job, entry.take, size, facts)
        if known is not None:  # what is not known yet may be told later
            self._queued[job_id] = known
        return known

    def left(self, entry: JobEntry) -> Estimate | None:
        """Return what is left of a job that waits or runs."""
        expected = self.of(entry)
        match entry.status:
            case Waiting():
                return expected.seconds if expected else None
            case Running(progress=None):
                return expected.seconds if expected else None
            case Running(progress=progress):
                assert progress is not None
                later = expected.stages if expected else {}
                names = list(later)
                place = names.index(progress.stage) if progress.stage in names else len(names)
                rest = [later[name] for name in names[place + 1 :]]
                now = progress.remaining_s
                if now is None and progress.stage in later:
                    now = max(0.0, later[progress.stage].value - progress.elapsed_s)
                if now is None and not rest:
                    return None
                return total([Estimate(now or 0.0, now or 0.0, now or 0.0, 1), *rest])
            case _:
                return None

    @property
    def queue_left(self) -> Estimate | None:
        """What is left of everything that runs or waits; None where nothing is known."""
        parts = [self.left(entry) for entry in self._jobs.entries if entry.is_open]
        known = [part for part in parts if part is not None]
        return total(known) if known else None

    def size_of(self, part: FilmPass) -> PassSize:
        """Return what decides a pass's cost."""
        film = self._editor.project.format
        return PassSize(
            part.plan.num_latents,
            part.plan.num_frames,
            len(part.plan.keyframe_frames),
            len(part.shots),
            film.width,
            film.height,
        )

    def bytes_of(self, jobs: Sequence[JobForecast]) -> float:
        """Return what the takes of some jobs will hold on disk, about."""
        gen = self._facts.model(self._editor.project.model, "gen")
        needed = 0.0
        for job in jobs:
            if job.take in self._sizes:
                draft, master = take_bytes(self._sizes[job.take], gen)
                needed += draft if isinstance(job.job, DraftJob) else master
        return needed

    # How it works.

    def _circumstances(self) -> Circumstances | None:
        device, project = self._facts.device, self._editor.project
        if device is None:
            return None
        return Circumstances(
            device,
            self._facts.model(project.model, "gen"),
            self._facts.model(project.refine_model, "sr"),
            lambda job, what: self._history.runs(device.name, job, what),
            self._is_cold,
            self._loaded,
        )

    def _outlook(self, *, render: bool) -> Outlook:
        facts, project = self._circumstances(), self._editor.project
        passes = self._note_sizes()
        folder = self._editor.folder
        if not passes:
            return Outlook()
        if render:
            film, output = (project, folder, self._takes), folder / "movie.mp4"
            entries = rendering(*film, ExportChoices(), output, 0, replaces=False)
        else:
            entries = missing_drafts(project, folder, self._takes, 0)
        entries = on_hardware(entries, self._jobs.compute)
        # Passes that are alike share a take, and it is made once.
        distinct = {entry.job.job_id: entry for entry in entries}
        found: list[JobForecast] = []
        loaded = self._loaded
        for entry in distinct.values() if facts else ():
            assert facts is not None
            now = Circumstances(
                *(facts.device, facts.gen, facts.sr, facts.known),
                facts.is_cold and not found,
                loaded,
            )
            job = forecast(entry.title, entry.job, entry.take, self._sizes.get(entry.take), now)
            if job is not None:
                found.append(job)
                loaded |= {job_key(entry.job)}
        takes = {entry.take for entry in distinct.values() if entry.take}
        return Outlook(tuple(found), len(takes))

    def _note_sizes(self) -> tuple[FilmPass, ...]:
        """Remember the sizes of the film's passes, and return these."""
        try:
            passes = self._takes.passes
        except ValueError:
            return ()  # told elsewhere: the plan is impossible
        self._sizes.update((part.take, self.size_of(part)) for part in passes)
        return passes

    def _look_again(self) -> None:
        self._drafts = self._render = None
        self._queued.clear()
        self.changed.emit()

    def _hear(self, event: object) -> None:
        if isinstance(event, Ready):
            self._is_cold, self._loaded = True, frozenset()

    def _watch(self) -> None:
        """Note when a job begins, and whether it has something to go on from."""
        running = self._jobs.running
        if running is None:
            self._started = None
        elif self._started is None or self._started.job_id != running.job.job_id:
            self._queued.clear()
            self._note_sizes()
            folder = getattr(running.job, "folder", "")
            left = list((Path(folder) / SCRATCH_FOLDER).glob("*.safetensors")) if folder else []
            self._started = _Started(running.job.job_id, time.monotonic(), not left, self._is_cold)

    def _learn(self, entry: JobEntry, ending: JobFinished) -> None:
        started, facts = self._started, self._circumstances()
        key = job_key(entry.job)
        if started is not None and started.job_id == ending.job_id and facts is not None:
            cost = expected_cost(entry.job, self._sizes.get(entry.take), facts)
            if cost is not None and started.is_fresh:
                wall = time.monotonic() - started.at
                rows = [
                    (key, stage, cost.seconds[stage], taken)
                    for stage, taken in ending.stage_seconds.items()
                    if stage in cost.seconds and (stage != "load" or key not in self._loaded)
                ]
                if ending.report.get(SPARED):  # asked for in one piece, it did not fit
                    needed = max(cost.peak_bytes, float(facts.device.total_bytes))
                    rows.append((key, PEAK, cost.peak_bytes, needed))
                elif ending.peak_bytes is not None:
                    rows.append((key, PEAK, cost.peak_bytes, float(ending.peak_bytes)))
                if started.is_cold:
                    beside = wall - sum(ending.stage_seconds.values())
                    rows.append(("engine", START, COLD_START_S, beside))
                self._history.add(
                    [
                        Measured(
                            device=facts.device.name, job=job, what=what, expected=asked, taken=took
                        )
                        for job, what, asked, took in rows
                        if asked > 0 and took > 0
                    ]
                )
        self._is_cold = False
        self._loaded |= {key}
        self._soon.start()
