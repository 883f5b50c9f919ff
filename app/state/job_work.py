"""The queue at work: one job after the other to the engine, and what becomes of each.

One asyncio task hands over a job after the other. A lost engine leaves its jobs
interrupted; going on submits the same jobs again and the engine resumes from its checkpoints.
What is asked for, and by whom, is not known here.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject

from app.client.client import EngineClient, EngineLost
from app.state import job_queue
from app.state.editor import EditorState
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
from app.state.job_runner import Ending, JobRunner
from app.state.notices import Notice, NoticeAction, NoticesState
from app.state.takes import TakesState
from app.timeline.marking import marked_now
from engine.protocol.facts import DeviceReport
from engine.protocol.messages import (
    JobCancelled,
    JobFailed,
    JobFinished,
    Preview,
    Progress,
    Ready,
)


class JobWork(JobList):
    """The queue of this window, and how it reaches the engine."""

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
        self._film = 0
        self._pausing: set[str] = set()
        self._leaving: set[str] = set()
        self._dropped: set[str] = set()
        self._lost_notice: Notice | None = None

    @property
    def engine(self) -> JobRunner:
        """The way to the engine."""
        return self._engine

    def go_on(self) -> None:
        """Submit the interrupted jobs again."""
        for entry in self._entries:
            if isinstance(entry.status, Interrupted):
                self._set(entry.job.job_id, Waiting())
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
