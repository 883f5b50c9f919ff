"""The queue: what is asked of the engine, what it says, and what became of each job.

One asyncio task listens, one hands over a job after the other. A lost engine leaves its jobs
interrupted; going on submits the same jobs again and the engine resumes from its checkpoints.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.client.client import ClientEvent, EngineClient, EngineLost
from app.media.previews import PreviewClip, open_preview
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
from app.state.job_plans import missing_drafts, rendering
from app.state.notices import Notice, NoticeAction, NoticesState
from app.state.takes import TakesState
from app.timeline.takes import DRAFT_FILE, MASTER_FILE
from engine.protocol.errors import EngineError
from engine.protocol.messages import (
    CancelAcknowledged,
    JobCancelled,
    JobFailed,
    JobFinished,
    JobQueued,
    JobStarted,
    Preview,
    Progress,
    ProtocolFault,
    Ready,
)

log = logging.getLogger(__name__)

Ending = JobFinished | JobFailed | JobCancelled | EngineLost


class JobsState(QObject):
    """The queue of this window.

    Signals:
        changed: an entry changed, came, or went.
        preview_changed: a newer preview of a take can be shown (the take's name).
    """

    changed = Signal()
    preview_changed = Signal(str)

    def __init__(
        self,
        client: EngineClient,
        editor: EditorState,
        takes: TakesState,
        notices: NoticesState,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._client = client
        self._editor = editor
        self._takes = takes
        self._notices = notices
        self._entries: tuple[JobEntry, ...] = ()
        self._previews: dict[str, PreviewClip] = {}
        self._endings: dict[str, asyncio.Future[Ending]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._runner: asyncio.Task[None] | None = None
        self._batch = 0
        self._lost_notice: Notice | None = None

    # What is there.

    @property
    def entries(self) -> tuple[JobEntry, ...]:
        """The queue, oldest first, with what is done."""
        return self._entries

    @property
    def running(self) -> JobEntry | None:
        """The entry that is under way."""
        return next((e for e in self._entries if isinstance(e.status, Running)), None)

    @property
    def is_active(self) -> bool:
        """Whether something runs or waits (an interrupted job waits for the user)."""
        return any(isinstance(entry.status, Running | Waiting) for entry in self._entries)

    @property
    def can_go_on(self) -> bool:
        """Whether interrupted jobs can be submitted again."""
        return any(isinstance(entry.status, Interrupted) for entry in self._entries)

    def preview(self, take: str) -> PreviewClip | None:
        """Return how a take stood when it was last previewed."""
        return self._previews.get(take)

    def is_forming(self, take: str) -> bool:
        """Whether a job is at work on a take."""
        running = self.running
        return running is not None and running.take == take

    # What the user does.

    def start(self) -> None:
        """Listen, and have the engine started before it is needed."""
        self._spawn(self._listen())
        self._spawn(self._warm_up())

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

    def render(self, output: Path) -> None:
        """Refine every pass and write the film to a movie file, which may be replaced."""
        if self._can_plan():
            project, folder = self._editor.project, self._editor.folder
            self._queue(rendering(project, folder, self._takes, output, self._batch + 1))

    def stop(self) -> None:
        """End the running job and drop those that wait; what was computed stays on disk."""
        running = self.running
        for entry in self._entries:
            if isinstance(entry.status, Waiting | Interrupted):
                self._set(entry.job.job_id, Stopped())
        self._end_lost_notice()
        if running is not None:
            assert isinstance(running.status, Running)
            self._set(running.job.job_id, replace(running.status, stopping=True))
            self._spawn(self._client.cancel(running.job.job_id))

    def go_on(self) -> None:
        """Submit the interrupted jobs again."""
        for entry in self._entries:
            if isinstance(entry.status, Interrupted):
                self._set(entry.job.job_id, Waiting())
        self._end_lost_notice()
        self.changed.emit()
        self._run()

    def clear_done(self) -> None:
        """Take the finished, failed and stopped ones off the list."""
        self._entries = tuple(entry for entry in self._entries if entry.is_open)
        self.changed.emit()

    async def close(self) -> None:
        """End the engine and everything under way."""
        await self._client.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # How it works: from entries to the engine.

    def _can_plan(self) -> bool:
        if not self._editor.project.shots:
            self._notices.info("There is no shot yet; drop images on the timeline or add a shot.")
            return False
        try:
            return bool(self._takes.passes)
        except ValueError as error:
            self._notices.error(str(error))
            return False

    def _queue(self, entries: Sequence[JobEntry]) -> None:
        """Put entries at the end; what is open already is not asked for twice, but goes on."""
        self._batch += 1
        wanted = {entry.job.job_id for entry in entries}
        kept: list[JobEntry] = []
        for entry in self._entries:
            if isinstance(entry.status, Interrupted):
                again = entry.job.job_id in wanted
                kept.append(replace(entry, status=Waiting() if again else Stopped()))
            elif entry.is_open or entry.job.job_id not in wanted:
                kept.append(entry)
        there = {entry.job.job_id for entry in kept if entry.is_open}
        kept = [entry for entry in kept if entry.is_open or entry.job.job_id not in wanted]
        fresh = [entry for entry in entries if entry.job.job_id not in there]
        self._entries = (*kept, *fresh)
        self._end_lost_notice()
        self.changed.emit()
        self._run()

    def _run(self) -> None:
        if self._runner is None or self._runner.done():
            self._runner = self._spawn(self._work())

    async def _work(self) -> None:
        while True:
            entry = next((e for e in self._entries if isinstance(e.status, Waiting)), None)
            if entry is None:
                return
            ending = await self._perform(entry)
            self._settle(entry, ending)
            if isinstance(ending, EngineLost):
                return

    async def _perform(self, entry: JobEntry) -> Ending:
        job_id = entry.job.job_id
        ending: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()
        self._endings[job_id] = ending
        self._set(job_id, Running())
        try:
            await self._client.submit(entry.job)
        except EngineError as error:
            return JobFailed(job_id=job_id, code=error.code, message=str(error))
        try:
            return await ending
        finally:
            self._endings.pop(job_id, None)

    def _settle(self, entry: JobEntry, ending: Ending) -> None:
        job_id = entry.job.job_id
        match ending:
            case JobFinished(path=path, stage_seconds=seconds):
                self._set(job_id, Finished(path, seconds))
                self._tell_finished(entry, Path(path))
            case JobFailed(message=message):
                self._set(job_id, Failed(message))
                self._drop_batch(entry.batch)
                self._notices.error(message)
            case JobCancelled():
                self._set(job_id, Stopped())
                self._drop_batch(entry.batch)
            case EngineLost():
                self._set(job_id, Interrupted())
                self._offer_to_go_on()

    def _tell_finished(self, entry: JobEntry, path: Path) -> None:
        if path.name in {DRAFT_FILE, MASTER_FILE}:
            self._previews.pop(entry.take, None)
            self._takes.finished(path)
            self.preview_changed.emit(entry.take)
        else:
            self._notices.show(Notice("success", f"The film was written to {path}."))

    def _drop_batch(self, batch: int) -> None:
        for entry in self._entries:
            if entry.batch == batch and isinstance(entry.status, Waiting):
                self._set(entry.job.job_id, Stopped())

    # What the engine says.

    async def _listen(self) -> None:
        async for event in self._client.events():
            self._hear(event)

    async def _warm_up(self) -> None:
        try:
            await self._client.start()
        except EngineError as error:
            self._notices.error(str(error))

    def _hear(self, event: ClientEvent) -> None:
        match event:
            case Progress():
                self._note_progress(event)
            case Preview():
                self._note_preview(event)
            case JobFinished() | JobFailed() | JobCancelled():
                self._end(event.job_id, event)
            case EngineLost(message=message, job_ids=job_ids):
                log.warning("engine lost: %s", message)
                for job_id in job_ids:
                    self._end(job_id, event)
            case ProtocolFault(message=message):
                log.warning("protocol fault: %s", message)
            case Ready() | JobQueued() | JobStarted() | CancelAcknowledged():
                return

    def _end(self, job_id: str, ending: Ending) -> None:
        future = self._endings.get(job_id)
        if future is not None and not future.done():
            future.set_result(ending)

    def _note_progress(self, event: Progress) -> None:
        entry = self._find(event.job_id)
        if entry is None or not isinstance(entry.status, Running):
            return
        status = entry.status
        last = status.progress
        done = status.done
        if last is not None and last.stage != event.stage:
            done = {**done, last.stage: last.elapsed_s}
        self._set(event.job_id, replace(status, progress=event, done=done))

    def _note_preview(self, event: Preview) -> None:
        entry = self._find(event.job_id)
        if entry is None or not entry.take:
            return
        clip = open_preview(Path(event.path), event.emitted_at)
        if clip is not None:
            self._previews[entry.take] = clip
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

    def _find(self, job_id: str) -> JobEntry | None:
        return next((entry for entry in self._entries if entry.job.job_id == job_id), None)

    def _set(self, job_id: str, status: JobStatus) -> None:
        self._entries = tuple(
            replace(entry, status=status) if entry.job.job_id == job_id else entry
            for entry in self._entries
        )
        self.changed.emit()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._forget)
        return task

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a task of the queue failed", exc_info=error)
            self._notices.error("Something went wrong in the editor; the log has the details.")
