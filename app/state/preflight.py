"""The pre-flight of this window: what Generate and Render will do, kept up to date while one drags.

A drag may bring a new film with every movement of the mouse; checks follow a little later, at most
some dozen times a second, so that no drag waits for one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, QTimer, Signal

from app.state.disk_facts import DiskFacts
from app.state.editor import Change, EditorState
from app.state.engine_facts import EngineFacts
from app.state.forecast import ForecastState
from app.state.forecasts import Exceeds, Fits, JobForecast, Offloads
from app.state.grid import film_grid
from app.state.keyframes import KeyframeEdits
from app.state.preflight_words import Fix, Words, words
from app.state.relinking import Relinking
from app.state.selection import KeyframeSelected, ShotSelected, SoundsSelected
from app.state.takes import TakesState
from app.timeline.findings import (
    DiskShort,
    Finding,
    MemoryShort,
    ModelTrouble,
    Place,
    Severity,
    SoundMissing,
    severity,
)
from app.timeline.preflight import PlacedPass, Preflight
from app.timeline.project import Project
from app.timeline.takes import MAX_PASS_FRAMES, FilmPass
from engine.protocol.jobs import RefineJob
from engine.protocol.messages import ModelRole

SETTLE_MS = 70
STARTER = "starter"
RESERVE_BYTES = 200 * 1024**2
"""Room that a drive should keep."""

Made = Literal["nothing", "draft", "master"]


@dataclass(frozen=True, slots=True)
class PassOutlook:
    """A pass as it will be made, or as it stands.

    Attributes:
        start: film frame it begins on.
        delivered, generated: frames; the rest is trimmed.
        num_keyframes, num_free: boards, and heads that only shift later ones.
        made: what there is of it already, to be used again.
        draft, master: what these will cost, where they are to be made and their cost is known.
    """

    title: str
    start: int
    delivered: int
    generated: int
    num_latents: int
    num_keyframes: int
    num_free: int
    made: Made
    draft: JobForecast | None = None
    master: JobForecast | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """The worst that is to be said of a film frame, for the lane under the grid."""

    film_frame: int
    severity: Severity
    finding: Finding


class PreflightState(QObject):
    """Findings, marks and passes.

    Signals:
        changed: there is something else to say.
        fix_wanted: a fix needs a question first (its name, and the keyframe's id).
    """

    changed = Signal()
    fix_wanted = Signal(str, str)

    def __init__(
        self,
        editor: EditorState,
        takes: TakesState,
        keyframes: KeyframeEdits,
        facts: EngineFacts,
        disk: DiskFacts,
        relinking: Relinking,
        forecast: ForecastState,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self._takes = takes
        self._keyframes = keyframes
        self._facts = facts
        self._disk = disk
        self._relinking = relinking
        self._forecast = forecast
        self._rules = Preflight(MAX_PASS_FRAMES)
        self._candidate: Project | None = None
        self._findings: tuple[Finding, ...] = ()
        self._starts: dict[str, tuple[int, int]] = {}
        self._counts: Counter[Severity] = Counter()
        self._marks: tuple[Mark, ...] = ()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SETTLE_MS)
        self._soon.timeout.connect(self._check)
        editor.changed.connect(self._follow)
        for source in (takes, facts, disk, relinking, forecast):
            source.changed.connect(self._check_soon)

    # What there is.

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All that is to be said, in the order of the film; what concerns all of it comes first."""
        return self._findings

    @property
    def counts(self) -> Counter[Severity]:
        """How many findings there are of each weight."""
        return self._counts

    @property
    def marks(self) -> tuple[Mark, ...]:
        """One mark for each frame that something is to be said of, in order."""
        return self._marks

    @property
    def passes(self) -> tuple[PassOutlook, ...]:
        """What will be made, pass by pass."""
        try:
            parts = self._takes.passes
        except ValueError:
            return ()
        drafts = {job.take: job for job in self._forecast.drafts.jobs}
        masters = {
            job.take: job for job in self._forecast.render.jobs if isinstance(job.job, RefineJob)
        }
        return tuple(
            self._outlook(part, drafts.get(part.take), masters.get(part.take)) for part in parts
        )

    def film_frame(self, finding: Finding) -> int:
        """Return where a finding is."""
        start, _ = self._starts.get(finding.place.shot_id, (0, 0))
        return start + finding.place.offset

    def words(self, finding: Finding) -> Words:
        """Say a finding."""
        _, number = self._starts.get(finding.place.shot_id, (0, 0))
        film = self._editor.project.format
        return words(finding, number, self.film_frame(finding), film)

    # What the user does.

    def consider(self, candidate: Project | None) -> None:
        """Check the film as a drag would make it; None: as it is."""
        if candidate is not self._candidate:
            self._candidate = candidate
            self._check_soon()

    def look_again(self) -> None:
        """Ask the disk anew: somebody looks at what it said."""
        self._disk.look_again()

    def go_to(self, finding: Finding) -> None:
        """Put the playhead there and select what it concerns."""
        place = finding.place
        if not place.shot_id:
            return
        self._editor.seek(self.film_frame(finding))
        if isinstance(finding, SoundMissing):
            self._editor.select(SoundsSelected(frozenset({finding.clip_id})))
        elif place.keyframe_id:
            self._editor.select(KeyframeSelected(place.keyframe_id))
        else:
            self._editor.select(ShotSelected(place.shot_id))

    def fix(self, finding: Finding) -> None:
        """Do the obvious thing about a finding."""
        fix: Fix | None = self.words(finding).fix
        keyframe_id = finding.place.keyframe_id
        self.go_to(finding)
        match fix:
            case None | "crop":
                return  # the inspector shows the crop of what is selected
            case "exact" | "snap":
                self._keyframes.set_exact(keyframe_id, fix == "exact")
            case _:
                self.fix_wanted.emit(fix, keyframe_id)

    # How it works.

    def _follow(self, change: Change) -> None:
        if change & Change.FOLDER:
            self._candidate = None
            self._check()
        elif change & Change.PROJECT:
            self._candidate = None
            self._check_soon()

    def _check_soon(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _check(self) -> None:
        project = self._candidate or self._editor.project
        try:
            grid = film_grid(project)
        except ValueError:
            return  # told elsewhere; what was found before still stands
        passes = [
            PlacedPass(
                *(part.first, part.stop, part.start, part.plan, part.keyframe_ids, part.lead)
            )
            for part in grid.passes
        ]
        is_weak = project.model == STARTER
        found = self._rules.check(project, passes, self._relinking.missing, is_weak=is_weak)
        self._starts = {
            shot.id: (start, index + 1) for index, (start, shot) in enumerate(project.shot_starts())
        }
        whole = (*self._of_models(), *self._of_disk(), *self._of_memory())
        if project.shots:
            self._findings = (*whole, *found)
        else:
            self._findings = ()
        weights: list[Severity] = [severity(finding) for finding in self._findings]
        self._counts = Counter(weights)
        self._marks = self._marked(weights)
        self.changed.emit()

    def _marked(self, weights: Sequence[Severity]) -> tuple[Mark, ...]:
        rank: dict[Severity, int] = {"problem": 0, "warning": 1, "note": 2}
        worst: dict[int, Mark] = {}
        for finding, weight in zip(self._findings, weights, strict=True):
            if not finding.place.shot_id:
                continue
            frame = self.film_frame(finding)
            known = worst.get(frame)
            if known is None or rank[weight] < rank[known.severity]:
                worst[frame] = Mark(frame, weight, finding)
        return tuple(worst[frame] for frame in sorted(worst))

    def _of_models(self) -> list[Finding]:
        project = self._editor.project
        found: list[Finding] = []
        asked: tuple[tuple[str, ModelRole], ...] = (
            (project.model, "gen"),
            (project.refine_model, "sr"),
        )
        for name, role in asked:
            problem = self._facts.problem(name, role)
            if problem:
                found.append(ModelTrouble(Place(), problem, is_refiner=role == "sr"))
        return found

    def _of_disk(self) -> list[Finding]:
        free = self._disk.free_bytes
        if free is None:
            return []
        needed = self._forecast.bytes_of(self._forecast.render.jobs)
        if needed and free - needed < RESERVE_BYTES:
            return [DiskShort(Place(), round(needed), free)]
        return []

    def _of_memory(self) -> list[Finding]:
        """Say once for each kind of job that the hungriest one is short of memory."""
        worst: dict[str, JobForecast] = {}
        for job in self._forecast.render.jobs:
            known = worst.get(job.job.kind)
            short = not isinstance(job.verdict, Fits)
            if short and (known is None or job.peak.value > known.peak.value):
                worst[job.job.kind] = job
        found: list[Finding] = []
        for job in worst.values():
            kind = "the master" if isinstance(job.job, RefineJob) else "the draft"
            title = f"{job.title}, {kind},"
            sizes = (round(job.peak.value), round(job.available))
            match job.verdict:
                case Offloads(slowdown=slowdown, nearest=nearest):
                    found.append(MemoryShort(Place(), title, *sizes, slowdown, nearest))
                case Exceeds(nearest=nearest):
                    found.append(MemoryShort(Place(), title, *sizes, None, nearest))
                case Fits():
                    pass
        return found

    def _outlook(
        self, part: FilmPass, draft: JobForecast | None, master: JobForecast | None
    ) -> PassOutlook:
        take = self._takes.take(part)
        made: Made = "master" if take.master else "draft" if take.draft else "nothing"
        plan = part.plan
        return PassOutlook(
            self._takes.title(part),
            part.first_frame,
            part.end - part.first_frame,
            plan.num_frames,
            plan.num_latents,
            len(plan.keyframe_frames),
            plan.num_free_heads,
            made,
            draft,
            master,
        )
