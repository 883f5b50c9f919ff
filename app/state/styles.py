"""Training a style on the film's footage: what is chosen for it, and what comes of it.

The work is a job of the queue. What comes back is a LoRA in the user's own folder of styles, which
is put on the film as one undo step; other films can add it like any other LoRA.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.state.editor import Change, EditorState
from app.state.generation import GenerationEdits
from app.state.job_entries import JobEntry, OfFootage
from app.state.jobs import JobsState
from app.state.notices import NoticesState
from app.timeline.footage_edits import used_footage
from app.timeline.parts import FootageItem, new_id
from engine.protocol.messages import JobFinished
from engine.protocol.training import StyleJob

WORK_FOLDER = "work"
MAX_NAME = 60
_NAME = re.compile(r"[\w][\w \-]*")


@dataclass(frozen=True, slots=True)
class Effort:
    """How long is trained.

    Attributes:
        name: how it is kept.
        words: what the user calls it.
        num_steps: optimiser steps.
        purpose: one sentence on what to expect.
    """

    name: str
    words: str
    num_steps: int
    purpose: str


EFFORTS = (
    Effort("try", "Try", 60, "Shows whether the footage is of any use."),
    Effort("good", "Good", 300, "Colours, light and texture of the footage."),
    Effort("thorough", "Thorough", 1500, "As near as this model comes; footage of minutes helps."),
)


class StylesState(QObject):
    """What the user has chosen, why it will not do, and the way into the queue.

    Args:
        home: folder of the user's styles.
        is_offline: whether a movie is not where it was.

    Signals:
        changed: something of it changed.
    """

    changed = Signal()

    def __init__(
        self,
        editor: EditorState,
        jobs: JobsState,
        generation: GenerationEdits,
        notices: NoticesState,
        home: Path,
        is_offline: Callable[[FootageItem], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self._jobs = jobs
        self._generation = generation
        self._notices = notices
        self._home = home
        self._is_offline = is_offline
        self._left_out: frozenset[str] = frozenset()
        self._name = ""
        self._effort = EFFORTS[1]
        editor.changed.connect(self._follow)
        jobs.finished.connect(self._on_finished)

    @property
    def footage(self) -> tuple[FootageItem, ...]:
        """The movies that the film shows."""
        return used_footage(self._editor.project)

    @property
    def chosen(self) -> tuple[FootageItem, ...]:
        """Those of them that are learnt from."""
        return tuple(item for item in self.footage if self.is_chosen(item))

    @property
    def name(self) -> str:
        """What the style is called."""
        return self._name

    @property
    def effort(self) -> Effort:
        """How long is trained."""
        return self._effort

    @property
    def output(self) -> Path:
        """The LoRA that will be written."""
        return self._home / f"{self._name.strip()}.safetensors"

    @property
    def seconds(self) -> float:
        """How much footage is chosen."""
        return sum(item.num_frames / float(item.rate.fraction) for item in self.chosen)

    @property
    def refusal(self) -> str:
        """Why it cannot begin, in one sentence; empty where it can."""
        name = self._name.strip()
        if not self.footage:
            return "Drop a movie on the timeline first; a style is learnt from the film's footage."
        if not self.chosen:
            return "Choose at least one movie that is where it was."
        if not name:
            return "Give the style a name; the LoRA will be called by it."
        if len(name) > MAX_NAME or not _NAME.fullmatch(name):
            return "Use letters, digits, spaces and hyphens in the name, sixty at most."
        if self.output.exists():
            return f"A style {name} is there already; choose another name."
        if any(entry.is_open and _output(entry) == self.output for entry in self._jobs.entries):
            return f"A style {name} is being trained; choose another name."
        return ""

    def is_there(self, item: FootageItem) -> bool:
        """Whether a movie can be read."""
        return not self._is_offline(item)

    def is_chosen(self, item: FootageItem) -> bool:
        """Whether a movie is learnt from; one that is not there never is."""
        return item.id not in self._left_out and self.is_there(item)

    def choose(self, footage_id: str, *, is_chosen: bool) -> None:
        """Learn from a movie, or not."""
        others = self._left_out - {footage_id}
        self._left_out = others if is_chosen else others | {footage_id}
        self.changed.emit()

    def rename(self, name: str) -> None:
        """Say what the style is called."""
        self._name = name
        self.changed.emit()

    def train_for(self, effort: str) -> None:
        """Choose how long is trained."""
        self._effort = next(known for known in EFFORTS if known.name == effort)
        self.changed.emit()

    def begin(self) -> bool:
        """Put the training into the queue; whether it was."""
        if self.refusal:
            return False
        wish = (self.chosen, self._name.strip(), self._effort.num_steps)
        self._jobs.ask([self._entry(*wish)])
        self._name = ""
        self.changed.emit()
        return True

    def planned_again(self, footage: tuple[str, ...], name: str, num_steps: int) -> JobEntry | None:
        """Return a training once more, as the film has its movies now; None if one is gone."""
        known = {item.id: item for item in self.footage}
        is_named = len(name) <= MAX_NAME and _NAME.fullmatch(name) is not None
        if not is_named or not footage or not set(footage) <= known.keys():
            return None
        return self._entry(tuple(known[item] for item in footage), name, num_steps)

    def _entry(self, items: tuple[FootageItem, ...], name: str, num_steps: int) -> JobEntry:
        job = style_job(self._home, items, name, num_steps, self._editor.project.model)
        wish = OfFootage(tuple(item.id for item in items))
        return JobEntry(job, name, self._jobs.next_batch, "", (0, 0), wish=wish)

    def _follow(self, change: Change) -> None:
        if change & Change.PROJECT:
            self.changed.emit()

    def _on_finished(self, entry: JobEntry, ending: JobFinished) -> None:
        if isinstance(entry.job, StyleJob):
            self._generation.add_loras([Path(ending.path)])
            self._notices.info(
                f"The style {entry.title} is trained and on this film; its weight is in the "
                "inspector, among the LoRAs."
            )
            self.changed.emit()


def style_job(
    home: Path, items: tuple[FootageItem, ...], name: str, num_steps: int, model: str
) -> StyleJob:
    """Return the job that trains a style.

    Its working folder is named by all that decides the clips, so that the same wish goes on where
    it was stopped, wherever the movies have gone meanwhile.
    """
    wish = [name, num_steps, model, *sorted(item.fingerprint for item in items)]
    digest = hashlib.sha256(json.dumps(wish).encode()).hexdigest()[:16]
    return StyleJob(
        job_id=f"style-{new_id()}",
        folder=str(home / WORK_FOLDER / digest),
        output=str(home / f"{name}.safetensors"),
        movies=tuple(item.path for item in items),
        model=model,
        num_steps=num_steps,
    )


def _output(entry: JobEntry) -> Path | None:
    return Path(entry.job.output) if isinstance(entry.job, StyleJob) else None
