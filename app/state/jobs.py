"""The queue: what is asked of the engine, put off, moved, stopped and tried again.

How it reaches the engine, and what that says, :mod:`app.state.job_work` knows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from PySide6.QtCore import QObject

from app.client.client import EngineClient
from app.state import job_queue
from app.state.editor import EditorState
from app.state.generation import lora_missing
from app.state.job_entries import Interrupted, JobEntry, Running, Stopped, Waiting
from app.state.job_plans import masters, missing_drafts, on_hardware, rendering
from app.state.job_work import JobWork
from app.state.lacking import AskPresence, Presence, lacking
from app.state.notices import NoticesState
from app.state.takes import TakesState
from app.timeline.exporting import ExportChoices
from engine.protocol.jobs import ComputeOptions


class JobsState(JobWork):
    """The queue of this window, and what is done to it."""

    def __init__(
        self,
        client: EngineClient,
        editor: EditorState,
        takes: TakesState,
        notices: NoticesState,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(client, editor, takes, notices, parent)
        self._batch = 0
        self._compute: Callable[[], ComputeOptions] = ComputeOptions
        self._presence: AskPresence = Presence

    def compute_with(self, options: Callable[[], ComputeOptions]) -> None:
        """Say how to find out how the hardware shall be used."""
        self._compute = options

    def check_with(self, presence: AskPresence) -> None:
        """Say how to find out which of the film's files are there."""
        self._presence = presence

    @property
    def compute(self) -> ComputeOptions:
        """How the hardware shall be used by the next job."""
        return self._compute()

    # What the user does.

    def start(self) -> None:
        """Listen, and have the engine started before it is needed."""
        self._engine.start()

    def generate(self) -> None:
        """Make the drafts of all passes that have none."""
        if not self._can_plan():
            return
        project, folder = self._editor.project, self._editor.folder
        entries = missing_drafts(project, folder, self._takes, self._batch + 1)
        if entries:
            self._queue(entries)
        else:
            self._notices.info(
                "Every shot has its draft; change something or re-roll the seed for another."
            )

    def render(self, choices: ExportChoices, output: Path, *, replaces: bool) -> bool:
        """Make the masters that are missing and write what is chosen; whether it was begun.

        Args:
            replaces: the user's word that files may be replaced.
        """
        if not self._can_plan():
            return False
        film = self._editor.project, self._editor.folder, self._takes
        try:
            entries = rendering(*film, choices, output, self._batch + 1, replaces=replaces)
        except ValueError as error:
            self._notices.error(str(error))
            return False
        return self._queue(entries)

    def refine(self, takes: Collection[str]) -> None:
        """Make the masters of some takes that are in use."""
        if self._can_plan():
            project, folder = self._editor.project, self._editor.folder
            self._queue(masters(project, folder, self._takes, takes, self._batch + 1))

    def pause(self) -> None:
        """Stand still at the next step; the job under way goes on from there on ``resume``.

        Meanwhile the device's memory is other programs'.

        A movie that is being written is finished first: it has no step to go on from.
        """
        if not self.is_active or self._is_paused:
            return
        self._is_paused = True
        running = self.running
        if running is not None and running.kind != "export" and not running.is_quick:
            self._pausing.add(running.job.job_id)
            self._cancel(running)
        self.changed.emit()

    def resume(self) -> None:
        """Go on after ``pause``, or after the engine was lost."""
        if self.can_go_on:
            self.go_on()
        elif self._is_paused:
            self._resumed()

    def move(self, job_id: str, step: int) -> None:
        """Move a waiting job by some places, towards the front when ``step`` is negative."""
        self._entries = job_queue.moved(self._entries, job_id, step)
        self.changed.emit()

    def retry(self, job_id: str) -> None:
        """Ask again for a job that failed or was stopped."""
        self._entries = job_queue.retried(self._entries, job_id)
        self._resumed()

    def stop_job(self, job_id: str) -> None:
        """End one job, and let go of what needs it."""
        running = self.running
        if running is not None and running.job.job_id == job_id:
            self._leaving.add(job_id)
            self._pausing.discard(job_id)
            self._cancel(running)
            return
        self._entries = job_queue.without(self._entries, job_id)
        self._drop_pause()
        self.changed.emit()

    def restart(self, fresh: Sequence[JobEntry], folders: tuple[str, str]) -> None:
        """Drop the running job and do others in its place; see ``job_queue.restarted``."""
        running = self.running
        if running is None:
            return
        job_id = running.job.job_id
        self._dropped.add(job_id)
        self._pausing.discard(job_id)
        fresh = on_hardware(fresh, self._compute())
        self._entries = job_queue.restarted(self._entries, job_id, fresh, folders)
        self._cancel(running)

    def stop(self) -> None:
        """End the running job and drop those that wait; what was computed stays on disk."""
        running = self.running
        for entry in self._entries:
            if isinstance(entry.status, Waiting | Interrupted):
                self._set(entry.job.job_id, Stopped())
        self._end_lost_notice()
        self._is_paused = False
        self._pausing.clear()
        if running is not None:
            self._cancel(running)
        self.changed.emit()

    def leave(self) -> None:
        """Another film is looked at: this one's list goes, and what runs ends at its next step."""
        running = self.running
        self._film += 1
        self._entries = ()
        self._forming.clear()
        self._is_paused = False
        for names in (self._pausing, self._leaving, self._dropped):
            names.clear()
        self._end_lost_notice()
        if running is not None:
            self._engine.cancel(running.job.job_id)
        self.changed.emit()

    @property
    def is_at_work(self) -> bool:
        """Whether the engine does, or is ending, anything of this window's."""
        return self._runner is not None and not self._runner.done()

    @property
    def next_batch(self) -> int:
        """Number for the next jobs that need each other."""
        return self._batch + 1

    def ask(self, entries: Sequence[JobEntry]) -> None:
        """Put entries at the end of the queue, and begin."""
        if entries:
            self._queue(entries)

    def ask_aside(self, entries: Sequence[JobEntry], *, first: bool = False) -> None:
        """Put jobs in that are work of the window itself; a pause stays, and what was interrupted.

        Args:
            first: they are quick and somebody waits: a draft under way stands aside for them, and
                goes on from its last step.
        """
        entries = [entry for entry in entries if self._may_do(entry)]
        if not entries:
            return
        running = self.running
        self._batch = max(self._batch, *(entry.batch for entry in entries))
        self._become(job_queue.added(self._entries, entries, first=first))
        match running:
            case JobEntry(kind="draft", status=Running(stopping=False)) if first:
                self._pausing.add(running.job.job_id)
                self._cancel(running)
            case _:
                pass
        self._run()

    def forget(self, job_id: str) -> None:
        """Take one job off the list that is not open any more."""
        kept = (e for e in self._entries if e.is_open or e.job.job_id != job_id)
        self._become(tuple(kept))

    def clear_done(self) -> None:
        """Take the finished, failed and stopped ones off the list."""
        self._entries = tuple(entry for entry in self._entries if entry.is_open)
        self.changed.emit()

    async def close(self) -> None:
        """End the engine and everything under way."""
        await self._engine.close()

    # How it is planned.

    def _can_plan(self) -> bool:
        if not self._editor.project.shots:
            self._notices.info("There is no shot yet; drop images on the timeline or add a shot.")
            return False
        missing = self._editor.project.drafting.missing_loras()
        if missing:
            self._notices.error(lora_missing(missing[0]))
            return False
        try:
            _ = self._takes.passes
        except ValueError as error:
            self._notices.error(str(error))
            return False
        return True  # a film of footage alone has no pass, and can be written all the same

    def _queue(self, entries: Sequence[JobEntry]) -> bool:
        """Put entries at the end, and begin; not where the engine would lack a file."""
        if any(entry.writes_into_film for entry in entries) and not self._editor.may_write():
            return False
        film = self._editor.project, self._editor.folder, self._takes
        trouble = lacking(entries, *film, self._presence())
        if trouble:
            self._notices.error(trouble)
            return False
        self._batch = max([self._batch + 1, *(entry.batch for entry in entries)])
        self._entries = job_queue.enqueue(self._entries, on_hardware(entries, self._compute()))
        self._resumed()
        return True
