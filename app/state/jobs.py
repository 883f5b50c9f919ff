"""The queue: what is asked of the engine, what it says, and what became of each job.

One asyncio task hands over a job after the other. A lost engine leaves its jobs
interrupted; going on submits the same jobs again and the engine resumes from its checkpoints.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject

from app.client.client import EngineClient, EngineLost
from app.state import job_queue
from app.state.editor import EditorState
from app.state.generation import lora_missing
from app.state.job_entries import (
    Failed,
    Finished,
    Interrupted,
    JobEntry,
    JobStatus,
    Running,
    Stopped,
    Waiting,
)
from app.state.job_list import JobList
from app.state.job_plans import masters, missing_drafts, on_hardware, rendering
from app.state.job_runner import Ending, JobRunner
from app.state.notices import Notice, NoticeAction, NoticesState
from app.state.takes import TakesState
from app.timeline.exporting import ExportChoices
from app.timeline.marking import marked_now
from engine.protocol.facts import DeviceReport
from engine.protocol.jobs import ComputeOptions
from engine.protocol.messages import (
    JobCancelled,
    JobFailed,
    JobFinished,
    Preview,
    Progress,
    Ready,
)


class JobsState(JobList):
    """The queue of this window: what is asked for, and how it reaches the engine."""

    def __init__(
        self,
        client: EngineClient,
        editor: EditorState,
        takes: TakesState,
        notices: NoticesState,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._engine = JobRunner(client, self._hear, notices.error)
        self._editor = editor
        self._takes = takes
        self._notices = notices
        self._runner: asyncio.Task[None] | None = None
        self._batch = 0
        self._film = 0
        self._compute: Callable[[], ComputeOptions] = ComputeOptions
        self._pausing: set[str] = set()
        self._leaving: set[str] = set()
        self._dropped: set[str] = set()
        self._lost_notice: Notice | None = None

    @property
    def engine(self) -> JobRunner:
        """The way to the engine."""
        return self._engine

    def compute_with(self, options: Callable[[], ComputeOptions]) -> None:
        """Say how to find out how the hardware shall be used."""
        self._compute = options

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
        self._queue(entries)
        return True

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

    def go_on(self) -> None:
        """Submit the interrupted jobs again."""
        for entry in self._entries:
            if isinstance(entry.status, Interrupted):
                self._set(entry.job.job_id, Waiting())
        self._resumed()

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

    # How it works: from entries to the engine.

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

    def _queue(self, entries: Sequence[JobEntry]) -> None:
        """Put entries at the end, and begin."""
        if any(entry.writes_into_film for entry in entries) and not self._editor.may_write():
            return
        self._batch = max([self._batch + 1, *(entry.batch for entry in entries)])
        self._entries = job_queue.enqueue(self._entries, on_hardware(entries, self._compute()))
        self._resumed()

    def _resumed(self) -> None:
        """Nothing holds the queue any more."""
        self._is_paused = False
        self._end_lost_notice()
        self.changed.emit()
        self._run()

    def _run(self) -> None:
        if self._runner is None or self._runner.done():
            self._runner = self._engine.spawn(self._work())

    async def _work(self) -> None:
        while True:
            waiting = (e for e in self._entries if isinstance(e.status, Waiting))
            entry = next((e for e in waiting if e.is_quick or not self._is_paused), None)
            if entry is None:
                if self._is_paused:
                    self._engine.rest()
                return
            self._leaving.discard(entry.job.job_id)
            if not self._may_do(entry):
                self._set(entry.job.job_id, Stopped())
                continue
            self._set(entry.job.job_id, Running())
            film = self._film
            ending = await self._engine.perform(marked_now(entry.job))
            if film != self._film:
                continue  # it belonged to a film that is not looked at any more
            self._settle(entry, ending)
            if isinstance(ending, EngineLost):
                return

    def _settle(self, entry: JobEntry, ending: Ending) -> None:
        job_id = entry.job.job_id
        match ending:
            case JobFinished(path=path, stage_seconds=seconds):
                self.finished.emit(entry, ending)
                self._set(job_id, Finished(path, seconds))
                if entry.take:
                    self._note_finished(entry, Path(path))
            case JobFailed(message=message):
                self._set(job_id, Failed(message))
                self._become(job_queue.after_failure(self._entries, entry))
                self._notices.error(message)
            case JobCancelled() if job_id in self._dropped:
                self._entries = tuple(e for e in self._entries if e.job.job_id != job_id)
                self._forming.forget(entry.take)
                self.preview_changed.emit(entry.take)
                self.dropped.emit(entry)
            case JobCancelled() if job_id in self._pausing:
                self._pausing.discard(job_id)
                self._set(job_id, Waiting())
            case JobCancelled():
                self._set(job_id, Stopped())
                if job_id in self._leaving:
                    self._become(job_queue.needing_stopped(self._entries, entry))
                else:
                    self._become(job_queue.batch_stopped(self._entries, entry.batch))
            case EngineLost():
                self._set(job_id, Interrupted())
                self._is_paused = False
                self._pausing.clear()
                self._offer_to_go_on()
        self._dropped.discard(job_id)
        self._drop_pause()

    def _note_finished(self, entry: JobEntry, path: Path) -> None:
        self._forming.forget(entry.take)
        self._takes.finished(path)
        self.preview_changed.emit(entry.take)

    def _drop_pause(self) -> None:
        """A queue in which nothing is left does not stand still."""
        self._is_paused = self._is_paused and self.is_active

    def _cancel(self, entry: JobEntry) -> None:
        assert isinstance(entry.status, Running)
        self._set(entry.job.job_id, replace(entry.status, stopping=True))
        self._engine.cancel(entry.job.job_id)

    # What the engine says.

    def _hear(self, event: Progress | Preview | DeviceReport | Ready) -> None:
        match event:
            case Progress():
                self._become(job_queue.progressed(self._entries, event))
            case Preview():
                self._note_preview(event)
            case _:
                self.told.emit(event)

    def _note_preview(self, event: Preview) -> None:
        entry = self._find(event.job_id)
        if entry is not None and entry.take and self._forming.note(entry.take, event):
            self.preview_changed.emit(entry.take)

    def _offer_to_go_on(self) -> None:
        self._lost_notice = Notice(
            "question",
            "The engine stopped unexpectedly; nothing is lost.",
            (NoticeAction("Go on", self.go_on),),
        )
        self._notices.show(self._lost_notice)

    def _end_lost_notice(self) -> None:
        if self._lost_notice is not None:
            notice, self._lost_notice = self._lost_notice, None
            self._notices.dismiss(notice)

    # Small things.

    def _may_do(self, entry: JobEntry) -> bool:
        return not entry.writes_into_film or self._editor.owns_folder()

    def _find(self, job_id: str) -> JobEntry | None:
        return next((entry for entry in self._entries if entry.job.job_id == job_id), None)

    def _set(self, job_id: str, status: JobStatus) -> None:
        self._become(job_queue.with_status(self._entries, job_id, status))

    def _become(self, entries: tuple[JobEntry, ...]) -> None:
        """Take another queue in the place of this one, and say so where it differs."""
        if entries is not self._entries:
            self._entries = entries
            self.changed.emit()
