"""Deciding early: while a pass is being made, stop it, keep it as it is going, or re-roll it.

What a re-roll leaves behind is its checkpoint: undo brings the seed back, and Generate goes
on from there. It is swept when the project is closed, unless the saved film uses it after all.
"""

from __future__ import annotations

import contextlib
import random
import shutil
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.state import job_plans
from app.state.editor import EditorState
from app.state.forecast import ForecastState
from app.state.job_entries import JobEntry, Running, Waiting
from app.state.jobs import JobsState
from app.state.notices import NoticesState
from app.state.outlook_words import left_words
from app.state.take_choices import TakeChoices
from app.state.takes import TakesState
from app.timeline import take_edits
from app.timeline.project import KeptTake
from app.timeline.storage import TAKES_FOLDER, ProjectError, load_project
from app.timeline.takes import DRAFT_FILE, FilmPass, film_passes

SCRATCH_PREVIEWS = "scratch/preview-*.npy"


@dataclass(frozen=True, slots=True)
class Forming:
    """A pass that is being made, and what can be decided about it now.

    Attributes:
        frames: film frames ``[start, stop)``.
        fraction: how much of it is done, 0 to 1.
        left: how long it will still take, in words; empty where nobody knows.
        is_kept: it was accepted as it is going.
        can_choose: it may be kept or re-rolled; a master may only be stopped.
        is_stopping: it was asked to end and has not let go yet.
    """

    take: str
    title: str
    frames: tuple[int, int]
    fraction: float
    left: str
    is_kept: bool
    can_choose: bool
    is_stopping: bool


class Deciding(QObject):
    """What is being made, and the three things that can be done about it.

    Signals:
        changed: another pass is being made, or it has come further.
    """

    changed = Signal()

    def __init__(
        self,
        editor: EditorState,
        takes: TakesState,
        jobs: JobsState,
        choices: TakeChoices,
        forecast: ForecastState,
        notices: NoticesState,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self._takes = takes
        self._jobs = jobs
        self._choices = choices
        self._forecast = forecast
        self._notices = notices
        self._left_behind: set[Path] = set()
        jobs.changed.connect(self.changed)
        jobs.dropped.connect(self._tidy)
        takes.changed.connect(self.changed)

    @property
    def forming(self) -> Forming | None:
        """The pass that is being made."""
        running = self._jobs.running
        if running is None or not running.take or not isinstance(running.status, Running):
            return None
        part = self._pass_of(running)
        left = left_words(self._forecast.left(running))
        is_kept = part is not None and self._choices.is_pass_kept(part)
        stops = running.status.stopping
        return Forming(
            take=running.take,
            title=running.title,
            frames=(part.first_frame, part.end) if part else running.frames,
            fraction=running.fraction,
            left=f"{left} left" if left else "",
            is_kept=is_kept,
            can_choose=running.kind == "draft" and part is not None and not is_kept and not stops,
            is_stopping=stops,
        )

    def stop(self) -> None:
        """End this pass only; what was computed stays, and the queue goes on."""
        running = self._jobs.running
        if running is not None:
            self._jobs.stop_job(running.job.job_id)

    def keep(self) -> None:
        """Accept the pass as it is going: its take is kept once it is finished."""
        running = self._jobs.running
        part = self._pass_of(running) if running is not None else None
        if running is None or part is None or self._choices.is_pass_kept(part):
            return
        kept = KeptTake(take=running.take, shots=part.content)
        self._editor.do("Keep take", lambda film: take_edits.keep_take(film, part.anchor, kept))

    def reroll(self) -> None:
        """End this pass now and make it again with another seed, at the same place."""
        forming, running = self.forming, self._jobs.running
        part = self._pass_of(running) if running is not None else None
        if forming is None or running is None or part is None or not forming.can_choose:
            return
        seed = random.SystemRandom().randrange(1, 1_000_000)
        name = f"Re-roll {self._takes.title(part).lower()}"
        if not self._editor.do(
            name, lambda film: take_edits.set_pass_seed(film, part.anchor, seed)
        ):
            return
        project, folder = self._editor.project, self._editor.folder
        fresh = next((p for p in self._takes.passes if p.anchor == part.anchor), None)
        if fresh is None:
            return
        wants_master = any(
            entry.kind == "refine" and entry.take == running.take
            for entry in self._jobs.entries
            if isinstance(entry.status, Waiting)
        )
        entries = job_plans.anew(
            project, folder, self._takes, fresh, running.batch, master=wants_master
        )
        shared = [p for p in self._takes.passes if p.take == running.take]
        for other in shared[:1]:  # a pass that is alike still wants what is dropped here
            entries += job_plans.anew(
                project, folder, self._takes, other, running.batch, master=wants_master
            )
        self._jobs.restart(entries, (str(part.folder(folder)), str(fresh.folder(folder))))

    def keep_here(self) -> None:
        """Keep what forms at the playhead, else the take that stands there, or let go of it."""
        if self._forms_here():
            self.keep()
        else:
            self._choices.toggle_keep()

    def reroll_here(self) -> None:
        """Re-roll what forms at the playhead, else the take that stands there."""
        if self._forms_here():
            self.reroll()
        else:
            self._choices.reroll()

    def settle(self) -> None:
        """The project is about to be closed: unfinished takes that were dropped are deleted."""
        folders, self._left_behind = self._left_behind, set()
        folder = self._editor.folder
        if not folders or not self._editor.owns_folder():
            return
        try:
            used = {part.take for part in film_passes(load_project(folder), folder)}
        except (ProjectError, ValueError):
            return  # nothing is deleted on behalf of a film that cannot be read
        for place in folders:
            is_ours = place.parent == folder / TAKES_FOLDER
            if is_ours and place.name not in used and not (place / DRAFT_FILE).exists():
                shutil.rmtree(place, ignore_errors=True)

    def _forms_here(self) -> bool:
        forming = self.forming
        if forming is None or not forming.can_choose:
            return False
        start, stop = forming.frames
        return start <= self._editor.playhead < stop

    def _pass_of(self, entry: JobEntry) -> FilmPass | None:
        """Return the pass of the film that an entry works on, if it is still the film's."""
        try:
            parts = self._takes.passes
        except ValueError:
            return None
        alike = [part for part in parts if part.take == entry.take]
        exact = (part for part in alike if part.first_frame == entry.frames[0])
        return next(exact, None) or next(iter(alike), None)

    def _tidy(self, entry: JobEntry) -> None:
        folder = Path(getattr(entry.job, "folder", ""))
        if not self._editor.owns_folder():
            return
        self._left_behind.add(folder)
        for preview in folder.glob(SCRATCH_PREVIEWS):
            with contextlib.suppress(OSError):
                preview.unlink()
