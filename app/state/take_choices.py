"""The takes of the pass at the playhead, and what can be done with them: one method per gesture."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.state.editor import Change, EditorState
from app.state.jobs import JobsState
from app.state.notices import NoticesState
from app.state.take_library import TakeLibrary
from app.state.takes import TakesState
from app.timeline import take_edits
from app.timeline.project import KeptTake, Keyframe, Shot
from app.timeline.storage import TAKES_FOLDER
from app.timeline.take_files import TakeNotes, TakeRecord, write_notes
from app.timeline.takes import FilmPass


@dataclass(frozen=True)
class TakeRow:
    """A take as it stands to a pass.

    Attributes:
        fits: it was made from the very shots that stand in the film.
    """

    record: TakeRecord
    is_in_use: bool
    fits: bool


class TakeChoices(QObject):
    """Chooses among takes.

    Signals:
        changed: another pass, other takes of it, or another one looked at.
    """

    changed = Signal()

    def __init__(
        self,
        editor: EditorState,
        takes: TakesState,
        library: TakeLibrary,
        jobs: JobsState,
        notices: NoticesState,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self._takes = takes
        self._library = library
        self._jobs = jobs
        self._notices = notices
        self._selected = ""
        self._shown: FilmPass | None = None
        editor.changed.connect(self._follow)
        takes.changed.connect(self._tell)
        library.changed.connect(self._tell)

    # What is there.

    @property
    def film_pass(self) -> FilmPass | None:
        """The pass at the playhead."""
        return self._takes.pass_at(self._editor.playhead)

    @property
    def title(self) -> str:
        """What the pass is called."""
        part = self.film_pass
        return self._takes.title(part) if part else ""

    @property
    def rows(self) -> tuple[TakeRow, ...]:
        """The takes of the pass, newest first: of its shots, and of what these were before."""
        part = self.film_pass
        if part is None:
            return ()
        content = part.content
        boards = frozenset(Path(k.image).name for s in part.shots for k in s.keyframes)
        elsewhere = {other.content for other in self._takes.passes} - {content}
        return tuple(
            TakeRow(record, record.name == part.take, record.shots == content)
            for record in self._library.records
            if record.name == part.take
            or record.shots == content
            or (record.shots not in elsewhere and _is_akin(record, part, boards))
        )

    @property
    def selected(self) -> TakeRow | None:
        """The take that is looked at: the one in use, unless another was clicked."""
        rows = self.rows
        chosen = (row for row in rows if row.record.name == self._selected)
        return next(chosen, None) or next((row for row in rows if row.is_in_use), None)

    @property
    def is_kept(self) -> bool:
        """Whether the pass stays with its take."""
        part = self.film_pass
        return part is not None and self.is_pass_kept(part)

    def is_pass_kept(self, part: FilmPass) -> bool:
        """Whether some pass stays with its take."""
        return self._kept(part) is not None

    def pass_of(self, shot_id: str) -> FilmPass | None:
        """Return the pass that a shot begins in; None when there is none, or no plan."""
        for start, shot in self._editor.project.shot_starts():
            if shot.id == shot_id:
                return self._takes.pass_at(start)
        return None

    def title_of(self, part: FilmPass) -> str:
        """Return what a pass is called."""
        return self._takes.title(part)

    def own_seed(self, part: FilmPass) -> int | None:
        """Return a pass's own seed; None is the film's."""
        return self._choice_of(part).seed

    def keeps(self, part: FilmPass) -> bool:
        """Whether a pass stays with its take."""
        return self._kept(part) is not None

    @property
    def can_render_approved(self) -> bool:
        """Whether a take in use is approved and has no master."""
        return bool(self._approved_names())

    # What the user does.

    def select(self, name: str) -> None:
        """Look at a take."""
        if name != self._selected:
            self._selected = name
            self.changed.emit()

    def use(self, name: str) -> None:
        """Let the pass be this take."""
        part, record = self.film_pass, self._library.record(name)
        if part is None or record is None:
            return
        self._editor.do(
            "Use take",
            lambda film: take_edits.use_take(film, part, name, record.job, record.shots),
        )

    def reroll(self, part: FilmPass | None = None) -> None:
        """Give a pass, the one at the playhead when None, another seed; others stay as they are."""
        part = part or self.film_pass
        if part is None:
            self._notices.info("There is no shot at the playhead to re-roll.")
            return
        if self._kept(part) is not None:
            self._notices.info(
                f"{self._takes.title(part)} is kept; let go of its take to re-roll it."
            )
            return
        seed = random.SystemRandom().randrange(1, 1_000_000)
        self._selected = ""
        self._editor.do(
            f"Re-roll {self._takes.title(part).lower()}",
            lambda film: take_edits.set_pass_seed(film, part.anchor, seed),
        )

    def set_seed(self, part: FilmPass, seed: int | None) -> None:
        """Give a pass a seed of its own; None is the film's."""
        if self.keeps(part) or seed == self.own_seed(part):
            return
        self._selected = ""
        self._editor.do(
            "Change seed of shots", lambda film: take_edits.set_pass_seed(film, part.anchor, seed)
        )

    def toggle_keep(self, part: FilmPass | None = None) -> None:
        """Stay with the take in use whatever the film's settings become, or let go of it."""
        part = part or self.film_pass
        if part is None:
            return
        if self._kept(part) is not None:
            self._editor.do(
                "Let go of take", lambda film: take_edits.keep_take(film, part.anchor, None)
            )
        elif self._takes.take(part).draft is None:
            self._notices.info("There is no take to keep yet; generate one first.")
        else:
            kept = KeptTake(take=part.take, shots=part.content)
            self._editor.do("Keep take", lambda film: take_edits.keep_take(film, part.anchor, kept))
        self.changed.emit()

    def restore(self, name: str) -> None:
        """Bring back the shots and settings that a take was made with."""
        part, record = self.film_pass, self._library.record(name)
        if part is None or record is None:
            return
        self._selected = ""
        self._editor.do(
            "Restore settings of take",
            lambda film: take_edits.restore_settings(film, part, record.job, record.files.refining),
        )

    def delete(self, name: str) -> None:
        """Throw a take away; undo brings it back."""
        if any(entry.take == name and entry.is_open for entry in self._jobs.entries):
            self._notices.info("This take is being worked on; stop its job before deleting it.")
            return
        self._selected = ""
        self._editor.do("Delete take", lambda film: take_edits.discard_take(film, name))

    def rate(self, name: str, stars: int) -> None:
        """Give a take stars; the same number again takes them away."""
        self._note(
            name,
            lambda notes: notes.model_copy(
                update={"rating": 0 if notes.rating == stars else stars}
            ),
        )

    def toggle_approved(self, name: str | None = None) -> None:
        """Say that a take may become a master, or take it back; None is the one looked at."""
        row = self.selected
        name = name or (row.record.name if row else None)
        if name is None:
            self._notices.info("There is no take to approve yet; generate one first.")
            return
        self._note(name, lambda n: n.model_copy(update={"approved": not n.approved}))

    def render_approved(self) -> None:
        """Make the masters of the approved takes that are in use."""
        names = self._approved_names()
        if names:
            self._jobs.refine(names)
        else:
            self._notices.info("No approved take waits for its master; approve a take first.")

    # Small things.

    def _approved_names(self) -> frozenset[str]:
        names: set[str] = set()
        for part in self._takes.passes:
            record = self._library.record(part.take)
            is_bare = not self._takes.has_master(part)
            if record is not None and record.notes.approved and is_bare:
                names.add(part.take)
        return frozenset(names)

    def _choice_of(self, part: FilmPass) -> Shot | Keyframe:
        shot = self._editor.project.shot(part.anchor.shot_id)
        keyframe = next((k for k in shot.keyframes if k.id == part.anchor.keyframe_id), None)
        return keyframe or shot

    def _kept(self, part: FilmPass) -> KeptTake | None:
        kept = self._choice_of(part).kept
        return kept if kept is not None and kept.take == part.take else None

    def _note(self, name: str, change: Callable[[TakeNotes], TakeNotes]) -> None:
        record = self._library.record(name)
        if record is None or not self._editor.may_write():
            return
        folder = self._editor.folder / TAKES_FOLDER / name
        try:
            write_notes(folder, change(record.notes))
        except OSError as error:
            self._notices.error(f"The note on the take was not kept: {error.strerror or error}.")
        self._library.refresh()

    def _follow(self, change: Change) -> None:
        if change & (Change.PROJECT | Change.FOLDER):
            return  # the takes tell of these
        if change & Change.PLAYHEAD and self.film_pass is not self._shown:
            self._selected = ""
            self._tell()

    def _tell(self) -> None:
        self._shown = self.film_pass
        self.changed.emit()


def _is_akin(record: TakeRecord, part: FilmPass, boards: frozenset[str]) -> bool:
    """Whether a take shows what the pass shows: a board in common, or as many bare shots."""
    if boards or record.boards:
        return bool(boards & record.boards)
    return len(record.job.shots) == len(part.shots)
