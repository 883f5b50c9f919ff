"""Keeps the queue on disk, and offers what ran or waited when the program ended.

Follows the queue and the document; whoever holds the project's lock has its film open, so there is
one such object for one journal. What is written, and how it is read, is known elsewhere.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import assert_never

from PySide6.QtCore import QObject

from app.state.background import Background
from app.state.document import DocumentState
from app.state.editor import Change, EditorState
from app.state.job_entries import JobEntry
from app.state.job_restoring import CHANGED, Film, Restored, restored
from app.state.jobs import JobsState
from app.state.notices import Notice, NoticeAction, NoticesState
from app.state.queue_changes import as_records, changes
from app.state.scratch import read_autosave
from app.state.settings import SettingsState
from app.state.takes import TakesState
from app.timeline.exporting import ExportChoices, Stretch, written_files
from app.timeline.project import Project
from app.timeline.queue_journal import QueueJournal
from app.timeline.queue_records import (
    Asked,
    Became,
    OfExport,
    OfFile,
    OfFootage,
    OfLightCopy,
    OfSplit,
    OfStyle,
    OfTake,
    OfUpscale,
    Record,
)
from app.timeline.storage import ProjectError
from app.timeline.takes import film_passes
from engine.protocol.export import ExportJob
from engine.protocol.plain import plain_words

COMPACT_AFTER = 200
"""Records beyond those that count, before the journal is written anew."""
MOST_NAMED, MAX_SHOWN = 3, 40
"""So many names stand in a sentence, and so much of each."""

_log = logging.getLogger(__name__)


class QueueKeeping(QObject):
    """The journal of the film that is looked at, and the offer to go on with what was left."""

    def __init__(
        self,
        jobs: JobsState,
        editor: EditorState,
        takes: TakesState,
        document: DocumentState,
        notices: NoticesState,
        settings: SettingsState,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._editor = editor
        self._takes = takes
        self._notices = notices
        self._settings = settings
        self._of_footage: Callable[[OfFootage], JobEntry | None] = lambda _: None
        self._owns_folder = document.owns_folder
        self._journal: QueueJournal | None = None
        self._noted: tuple[JobEntry, ...] = ()
        self._left: tuple[Asked, ...] = ()
        self._offers: list[Notice] = []
        self._has_complained = False
        self._background = Background(self)
        document.switching.connect(self._leave)
        document.letting_go.connect(self._leave)
        editor.changed.connect(self._follow)
        jobs.changed.connect(self._note)

    @property
    def left(self) -> tuple[Asked, ...]:
        """What was under way when the program ended, and is not decided yet."""
        return self._left

    def plan_footage_by(self, plan: Callable[[OfFootage], JobEntry | None]) -> None:
        """Say who plans once more what was asked of footage."""
        self._of_footage = plan

    def go_on(self) -> None:
        """Ask again for what was left, as the film as it is now has it."""
        left = self._left
        self._end_offers()
        if not left:
            return
        film = Film(
            *(self._editor.project, self._editor.folder, self._takes),
            signer=self._signer(),
            of_footage=self._of_footage,
        )
        try:
            found = restored(left, film, self._jobs.next_batch)
        except ValueError:  # the film cannot be planned; the pre-flight says why
            found = Restored(refusals=(CHANGED,))
        movies = [entry for entry in found.entries if isinstance(entry.job, ExportJob)]
        names = {entry.job.job_id for entry in movies}
        self._jobs.ask([entry for entry in found.entries if entry not in movies])
        self._left = tuple(record for record in left if record.id in names)
        planned = {entry.job.job_id for entry in found.entries}
        self._end(record for record in left if record.id not in planned)
        if movies:
            self._confirm(movies)
        if found.refusals:
            self._notices.info("\n".join(found.refusals))

    def let_be(self) -> None:
        """Forget what was left; what was computed stays on disk."""
        left, self._left = self._left, ()
        self._end_offers()
        self._end(left)

    def write_anew(self) -> None:
        """Write the journal whole: its folder is back, and may lack what came meanwhile."""
        self._note()
        self._compact()

    def close(self) -> None:
        """Have the disk hold all; what is under way stays in the journal, to be offered again."""
        self._note()
        self._journal = None
        self._background.close()

    # Following.

    def _leave(self) -> None:
        """Another film comes: what is under way here ends, and will be offered here again."""
        self._note()
        self._journal = None
        self._left = ()
        self._offers.clear()  # the notices themselves go with the film
        self._jobs.leave()
        self._noted = self._jobs.entries

    def _follow(self, change: Change) -> None:
        if not change & Change.FOLDER:
            return
        if change & Change.PROJECT:
            self._open(self._editor.folder)
            return
        self._journal = QueueJournal(self._editor.folder)  # saved elsewhere: nothing runs
        self._compact()

    def _open(self, folder: Path) -> None:
        journal = QueueJournal(folder)
        self._journal, self._noted, self._has_complained = None, self._jobs.entries, False
        self._left = ()
        self._end_offers()
        if not self._owns_folder():
            return  # what is under way there is another window's
        try:
            found = journal.read()
        except ProjectError as error:
            self._notices.error(str(error))
            return
        self._journal = journal
        if found.is_damaged:
            _log.warning("The list of jobs in %s was damaged and is kept aside.", folder)
        films = self._films() if found.jobs else ()
        takes = self._takes_of(films)
        shots = {shot.id for film in films for shot in film.shots if shot.footage is not None}
        self._left = tuple(job for job in found.jobs if _may_fit(job, takes, shots))
        if self._left or found.num_records:
            self._compact()
        lost = [job for job in found.jobs if job not in self._left]
        self._offer([job for job in lost if not isinstance(job.work, OfLightCopy)])

    def _films(self) -> tuple[Project, ...]:
        """Return the film as it was saved, and as it can be recovered."""
        recovered = read_autosave(self._editor.folder)
        return (self._editor.project, *(() if recovered is None else (recovered,)))

    def _takes_of(self, films: Iterable[Project]) -> set[str]:
        folder = self._editor.folder
        names: set[str] = set()
        for film in films:
            try:
                names |= {part.take for part in film_passes(film, folder)}
            except ValueError:
                continue
        return names

    def _note(self) -> None:
        entries = self._jobs.entries
        if self._journal is None or entries is self._noted:
            return
        records = changes(self._noted, entries)
        self._noted = entries
        if not records:
            return
        names = {entry.job.job_id for entry in entries}  # asked for again: no need to offer it
        left = tuple(record for record in self._left if record.id not in names)
        if self._left and not left:
            self._end_offers()
        self._left = left
        self._write(records)
        num_open = len(self._left) + sum(entry.is_open for entry in entries)
        if self._journal.num_lines > COMPACT_AFTER + 3 * num_open:
            self._compact()

    def _end(self, left: Iterable[Asked]) -> None:
        self._write([Became(id=record.id, status="stopped") for record in left])

    def _write(self, records: list[Record]) -> None:
        journal = self._journal
        if journal is None or not records or not self._owns_folder():
            return
        try:
            journal.append(records)
        except (ProjectError, OSError) as error:
            if not self._has_complained:
                self._notices.error(str(error))
            self._has_complained = True
            return
        self._has_complained = False
        self._background.start(journal.sync, lambda _: None)

    def _compact(self) -> None:
        if self._journal is None or not self._owns_folder():
            return
        now = as_records(self._jobs.entries)
        try:
            self._journal.compact([*self._left, *now])
        except (ProjectError, OSError) as error:
            _log.warning("%s", error)

    # Asking the user.

    def _offer(self, lost: Sequence[Asked]) -> None:
        """Offer what is left, and name what the film does not know how to ask for again."""
        count = len(self._left)
        names = _names([job.title or job.id for job in lost])
        many = f"{count} jobs were under way when the program ended; go on with them?"
        text = "A job was under way when the program ended; go on with it?" if count == 1 else many
        if not count:
            if names:
                self._notices.info(
                    f"{names}: not finished when the program ended; ask for it again if the film "
                    "still needs it."
                )
            return
        if names:
            others = f"{names}: not finished either, and to be asked for anew."
            text = "\n".join((text, others))
        actions = (NoticeAction("Go on", self.go_on), NoticeAction("Let them be", self.let_be))
        self._ask(Notice("question", text, actions))

    def _signer(self) -> tuple[str, str] | None:
        choices = self._settings.values.export_choices
        return (choices.certificate, choices.key) if choices.certificate and choices.key else None

    def _confirm(self, movies: list[JobEntry]) -> None:
        """Have the user say again where movies go, and who signs: the journal is no word of theirs.

        Until that is answered they stay in the journal.
        """
        project = self._editor.project
        outputs: list[Path] = []
        there: list[Path] = []
        signers: set[str] = set()
        for entry in movies:
            choices = entry.wish
            assert isinstance(choices, ExportChoices)
            assert isinstance(entry.job, ExportJob)
            output = Path(entry.job.output)
            outputs.append(output)
            files = written_files(project, choices, (Stretch(*entry.frames, output),))
            there += [path for path in files if path.exists()]
            if choices.certificate:
                signers.add(Path(choices.certificate).name)
        allowed = [_overwriting(entry) if there else entry for entry in movies]
        text = _question(outputs, there)
        if signers:
            names = _names(sorted(signers))
            text = "\n".join((text, f"It is signed with your certificate {names}."))
        actions = (
            NoticeAction("Write", lambda: self._jobs.ask(allowed)),
            NoticeAction("Leave out", self.let_be),
        )
        self._ask(Notice("question", text, actions))

    def _ask(self, notice: Notice) -> None:
        self._offers.append(notice)
        self._notices.show(notice)

    def _end_offers(self) -> None:
        offers, self._offers = self._offers, []
        for notice in offers:
            self._notices.dismiss(notice)


def _may_fit(record: Asked, takes: set[str], shots: set[str]) -> bool:
    """Whether a film of such takes and shots of footage may have a use for a job."""
    match record.work:
        case OfTake(take=take):
            return take in takes
        case OfSplit(shot=shot) | OfUpscale(shot=shot):
            return shot in shots
        case OfExport() | OfStyle():
            return True
        case OfLightCopy() | OfFile():
            return False
        case _:
            assert_never(record.work)


def _names(titles: Sequence[str]) -> str:
    """Return some names for a sentence, and a sign for what more there is."""
    plain = [plain_words(title, MAX_SHOWN) for title in dict.fromkeys(titles)]
    return ", ".join([*plain[:MOST_NAMED], *(("…",) if len(plain) > MOST_NAMED else ())])


def _question(outputs: Sequence[Path], there: Sequence[Path]) -> str:
    """Ask whether movies may be written, and what is there replaced."""
    if len(outputs) == 1:
        (output,) = outputs
        if output in there:
            return f"{output} is there already; replace it with the film?"
        if there:
            return f"{there[0]} is there already; write {output}, and replace what is there?"
        return f"The film was to be written to {output}; write it there?"
    count = len(outputs)
    folders = ", ".join(dict.fromkeys(str(path.parent) for path in outputs))
    if there:
        return (
            f"{count} movies were to be written to {folders}; write them, and replace what is "
            "there?"
        )
    return f"{count} movies were to be written to {folders}; write them there?"


def _overwriting(entry: JobEntry) -> JobEntry:
    return replace(entry, job=entry.job.model_copy(update={"overwrite": True}))
