"""The engine's queue: jobs run one at a time, in order; a cancel is heard at any moment.

Two threads meet here: the reader calls ``submit``, ``cancel`` and ``shut_down``, the worker sits in
``work``. Every event is said under the one lock, so that none follows the end of its job. Knows
neither the wire nor what a pipeline does.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from engine.protocol.facts import DeviceReport
from engine.protocol.messages import (
    AnyJob,
    CancelAcknowledged,
    JobCancelled,
    JobEvent,
    JobFailed,
    JobFinished,
    JobQueued,
    JobStarted,
)
from engine.service.facts import PeakGauge, device_report
from engine.service.failures import explain

if TYPE_CHECKING:  # numpy and the pipelines are imported only when there is a job
    from engine.service.runner import PipelineFunction


_log = logging.getLogger(__name__)


class _Rest:
    """What the worker does between two jobs when it is asked to rest."""


class JobQueue:
    """Takes jobs, runs them, and says what becomes of them.

    Args:
        pipelines: called once, by the first job; returns the pipeline of each kind of job. This is
            where torch is imported.
        say: sends an event; it must not raise because nobody listens.
        log: where tracebacks go, as the user is told.
        let_go: gives back what the pipelines keep between jobs; called while none runs.
    """

    def __init__(
        self,
        pipelines: Callable[[], Mapping[str, PipelineFunction]],
        say: Callable[[JobEvent | DeviceReport], None],
        log: str = "the log",
        let_go: Callable[[], None] = lambda: None,
    ) -> None:
        self._load_pipelines = pipelines
        self._let_go = let_go
        self._rests = False
        self._pipelines: Mapping[str, PipelineFunction] | None = None
        self._say = say
        self._log_place = log
        self._changed = threading.Condition()
        self._waiting: deque[AnyJob] = deque()
        self._running: AnyJob | None = None
        self._cancelled = False
        self._is_open = True

    def submit(self, job: AnyJob) -> None:
        """Put a job at the end of the queue."""
        with self._changed:
            if self._knows(job.job_id):
                sentence = f"The job {job.job_id} is already under way; wait for it or cancel it."
                self._say(JobFailed(job_id=job.job_id, code="bad_input", message=sentence))
                return
            self._waiting.append(job)
            self._say(JobQueued(job_id=job.job_id))
            self._changed.notify()

    def cancel(self, job_id: str) -> None:
        """Acknowledge at once; a queued job ends now, a running one at its next step.

        A job that is unknown or over is none to cancel: its last event said so.
        """
        with self._changed:
            if not self._knows(job_id):
                _log.info("Job %s was cancelled, but is not under way.", job_id)
                return
            self._say(CancelAcknowledged(job_id=job_id))
            if self._running is not None and self._running.job_id == job_id:
                self._cancelled = True
            else:
                self._waiting = deque(job for job in self._waiting if job.job_id != job_id)
                self._say(JobCancelled(job_id=job_id))

    def rest(self) -> None:
        """Give the device's memory back as soon as no job runs; the next one loads anew."""
        with self._changed:
            self._rests = True
            self._changed.notify()

    def shut_down(self) -> None:
        """Cancel everything; ``work`` returns once the running job has let go."""
        with self._changed:
            self._is_open = False
            self._cancelled = True
            for job in self._waiting:
                self._say(JobCancelled(job_id=job.job_id))
            self._waiting.clear()
            self._changed.notify()

    def work(self) -> None:
        """Run jobs until the queue is shut down."""
        while (job := self._next()) is not None:
            if isinstance(job, _Rest):
                self._rest()
                continue
            ending = self._run(job)
            with self._changed:
                self._running = None
                try:
                    self._say(ending)
                except ValueError as error:  # what the pipeline reports is no JSON
                    self._say(self._failure(job, error))

    def _knows(self, job_id: str) -> bool:
        running = self._running is not None and self._running.job_id == job_id
        return running or any(job.job_id == job_id for job in self._waiting)

    def _next(self) -> AnyJob | _Rest | None:
        with self._changed:
            while self._is_open and not self._waiting and not self._rests:
                self._changed.wait()
            if not self._is_open:
                return None
            if self._rests:
                self._rests = False
                return _Rest()
            self._running = self._waiting.popleft()
            self._cancelled = False
            self._say(JobStarted(job_id=self._running.job_id))
            return self._running

    def _run(self, job: AnyJob) -> JobFinished | JobFailed | JobCancelled:
        try:
            from engine.service.runner import Stopped, run_job
        except ImportError as error:
            return self._failure(job, error)
        try:
            if self._pipelines is None:
                self._pipelines = self._load_pipelines()
            self._say_unlocked(device_report())
            gauge = PeakGauge()
            ending = run_job(
                job, self._pipelines[job.kind], self._say_unlocked, lambda: self._cancelled
            )
            return ending.model_copy(update={"peak_bytes": gauge.peak_bytes()})
        except Stopped:
            return JobCancelled(job_id=job.job_id)
        except (Exception, SystemExit) as error:
            return self._failure(job, error)

    def _rest(self) -> None:
        """Let go, and tell what the device has now; what cannot be let go is used further."""
        try:
            self._let_go()
        except Exception:
            _log.exception("The device's memory could not be given back.")
        report = device_report()
        with self._changed:
            self._say(report)

    def _say_unlocked(self, event: JobEvent | DeviceReport) -> None:
        with self._changed:
            if not self._cancelled:
                self._say(event)

    def _failure(self, job: AnyJob, error: BaseException) -> JobFailed:
        _log.error("Job %s (%s) failed.", job.job_id, job.kind, exc_info=error)
        code, sentence = explain(error, self._log_place)
        return JobFailed(job_id=job.job_id, code=code, message=sentence)
