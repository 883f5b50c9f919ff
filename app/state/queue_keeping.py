"""Keeps the queue on disk, and offers what ran or waited when the program ended.

Follows the queue and the document; whoever holds the project's lock has its film open, so there is
one such object for one journal. What is written, and how it is read, is known elsewhere.
"""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QObject

from app.state.background import Background
from app.state.document import DocumentState
from app.state.editor import Change, EditorState
from app.state.job_entries import JobEntry
from app.state.job_restoring import as_records, changes, restored
from app.state.jobs import JobsState
from app.state.notices import Notice, NoticeAction, NoticesState
from app.state.scratch import read_autosave
from app.state.takes import TakesState
from app.timeline.project import Project
from app.timeline.queue_journal import Asked, Became, QueueJournal, Record
from app.timeline.storage import ProjectError
from app.timeline.takes import film_passes
from engine.protocol.export import ExportJob

COMPACT_AFTER = 200
"""Records beyond those that count, before the journal is written anew."""

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
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._editor = editor
        self._takes = takes
        self._notices = notices
        self._journal: QueueJournal | None = None
        self._noted: tuple[JobEntry, ...] = ()
        self._left: tuple[Asked, ...] = ()
        self._offers: list[Notice] = []
        self._has_complained = False
        self._background = Background(self)
        document.switching.connect(self._leave)
        editor.changed.connect(self._follow)
        jobs.changed.connect(self._note)

    @property
    def left(self) -> tuple[Asked, ...]:
        """What was under way when the program ended, and is not decided yet."""
        return self._left

    def go_on(self) -> None:
        """Ask again for what was left, as the film as it is now has it."""
        left, self._left = self._left, ()
        self._end_offers()
        if not left:
            return
        project, folder = self._editor.project, self._editor.folder
        try:
            entries = restored(left, project, folder, self._takes, self._jobs.next_batch)
        except ValueError:  # the film cannot be planned; the pre-flight says why
            entries = ()
        self._write([Became(id=record.id, status="stopped") for record in left])
        jobs = [entry for entry in entries if not isinstance(entry.job, ExportJob)]
        movies = [entry for entry in entries if isinstance(entry.job, ExportJob)]
        self._jobs.ask(jobs)
        if movies:
            self._confirm(movies)
        elif not jobs:
            self._notices.info("The film has changed since; ask again for what it still needs.")

    def let_be(self) -> None:
        """Forget what was left; what was computed stays on disk."""
        left, self._left = self._left, ()
        self._end_offers()
        self._write([Became(id=record.id, status="stopped") for record in left])

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
        try:
            found = journal.read()
        except ProjectError as error:
            self._notices.error(str(error))
            return
        self._journal = journal
        if found.is_damaged:
            _log.warning("The list of jobs in %s was damaged and is kept aside.", folder)
        self._left = tuple(record for record in found.jobs if self._may_fit(record))
        if self._left or found.num_records:
            self._compact()
        if self._left:
            self._offer()

    def _may_fit(self, record: Asked) -> bool:
        """Whether the film, as saved or as it can be recovered, still has a use for a job."""
        if record.makes == "export":
            return record.export is not None
        return record.take in self._takes_of_film()

    def _takes_of_film(self) -> set[str]:
        folder = self._editor.folder
        films: list[Project] = [self._editor.project]
        recovered = read_autosave(folder)
        if recovered is not None:
            films.append(recovered)
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
        records = changes(self._noted, entries, self._editor.folder)
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

    def _write(self, records: list[Record]) -> None:
        journal = self._journal
        if journal is None:
            return
        try:
            journal.append(records)
        except ProjectError as error:
            if not self._has_complained:
                self._notices.error(str(error))
            self._has_complained = True
            return
        self._has_complained = False
        self._background.start(journal.sync, lambda _: None)

    def _compact(self) -> None:
        if self._journal is None:
            return
        now = as_records(self._jobs.entries, self._editor.folder)
        try:
            self._journal.compact([*self._left, *now])
        except ProjectError as error:
            _log.warning("%s", error)

    # Asking the user.

    def _offer(self) -> None:
        count = len(self._left)
        many = f"{count} jobs were under way when the program ended; go on with them?"
        text = "A job was under way when the program ended; go on with it?" if count == 1 else many
        actions = (NoticeAction("Go on", self.go_on), NoticeAction("Let them be", self.let_be))
        self._ask(Notice("question", text, actions))

    def _confirm(self, movies: list[JobEntry]) -> None:
        """Have the user say again where movies go: the journal is no word of theirs."""
        outputs = [Path(entry.job.output) for entry in movies if isinstance(entry.job, ExportJob)]
        folders = " · ".join(dict.fromkeys(str(path.parent) for path in outputs))
        there = [path for path in outputs if path.exists()]
        if len(outputs) > 1:
            text = f"{len(outputs)} movies were to be written to {folders}; write them there?"
            if there:
                text = (
                    f"{len(outputs)} movies were to be written to {folders}; write them, and "
                    "replace what is there?"
                )
        elif there:
            text = f"{outputs[0]} is there already; replace it with the film?"
        else:
            text = f"The film was to be written to {outputs[0]}; write it there?"
        allowed = [
            JobEntry(
                entry.job.model_copy(update={"overwrite": bool(there)}),
                *(entry.title, entry.batch, entry.take, entry.frames),
            )
            for entry in movies
        ]
        actions = (
            NoticeAction("Write", lambda: self._jobs.ask(allowed)),
            NoticeAction("Leave out", lambda: None),
        )
        self._ask(Notice("question", text, actions))

    def _ask(self, notice: Notice) -> None:
        self._offers.append(notice)
        self._notices.show(notice)

    def _end_offers(self) -> None:
        offers, self._offers = self._offers, []
        for notice in offers:
            self._notices.dismiss(notice)
