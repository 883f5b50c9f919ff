"""One job from its pipeline to events: stage times, estimates, previews, and how it ended.

Drives a pipeline's generator and translates what it yields. Knows no queue, no wire and no device;
``numpy`` comes with it, so the process imports it only once there is a job.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from pydantic_core import to_jsonable_python

from engine.pipelines.steps import ClipPreview, JobResult, Pipeline, StageProgress, Step
from engine.protocol.messages import JobFinished, Preview, Progress, Stage
from engine.protocol.stopping import Stopped, watched
from engine.service.previews import PreviewWriter

PipelineFunction = Callable[[Any], Pipeline]
"""Takes the job of its kind and yields between steps, where it can be closed."""

NUM_TIMED_STEPS = 8

_log = logging.getLogger(__name__)


class StageClock:
    """Times the stages of a job and guesses how long the running one will go on.

    A stage begins with its first report, of step 0 or of the step that it goes on from. The guess
    is the mean of the last few steps, since the first ones (warm-up, compilation) say little.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._stage: Stage | None = None
        self._began = clock()
        self._times: deque[tuple[int, float]] = deque(maxlen=NUM_TIMED_STEPS + 1)
        self._finished: dict[str, float] = {}

    def report(self, step: StageProgress) -> tuple[float, float | None]:
        """Take a step's report; return (elapsed_s, remaining_s) of its stage."""
        now = self._clock()
        if step.stage != self._stage:
            self._close(now)
            self._stage, self._began = step.stage, now
            self._times.clear()
        self._times.append((step.step, now))
        return now - self._began, self._remaining(step, now)

    def seconds(self) -> dict[str, float]:
        """Return the wall time of every stage up to now."""
        self._close(self._clock())
        self._stage = None
        return dict(self._finished)

    def _close(self, now: float) -> None:
        if self._stage is not None:
            so_far = self._finished.get(self._stage, 0.0)
            self._finished[self._stage] = so_far + now - self._began

    def _remaining(self, step: StageProgress, now: float) -> float | None:
        first_step, first_time = self._times[0]
        if step.step <= first_step:
            return None
        per_step = (now - first_time) / (step.step - first_step)
        return per_step * max(step.num_steps - step.step, 0)


def run_job(
    job: Any,
    pipeline: PipelineFunction,
    say: Callable[[Progress | Preview], None],
    is_cancelled: Callable[[], bool],
) -> JobFinished:
    """Run a pipeline to its end.

    Raises:
        Stopped: ``is_cancelled`` came true; the generator was closed, so it has let go of all.
        Exception: whatever the pipeline raised.
    """
    clock = StageClock()
    previews = PreviewWriter(job.job_id)
    steps = pipeline(job)
    try:
        while True:
            if is_cancelled():
                raise Stopped
            try:
                with watched(is_cancelled):  # heard within a step, too
                    step = next(steps)
            except StopIteration as end:
                return _finished(job.job_id, end.value, clock.seconds())
            if not is_cancelled():
                event = _event(job.job_id, step, clock, previews)
                if event is not None:
                    say(event)
    finally:
        _close(job.job_id, steps)


def _event(
    job_id: str, step: Step, clock: StageClock, previews: PreviewWriter
) -> Progress | Preview | None:
    match step:
        case StageProgress():
            elapsed_s, remaining_s = clock.report(step)
            return Progress(
                job_id=job_id,
                stage=step.stage,
                step=step.step,
                num_steps=step.num_steps,
                elapsed_s=elapsed_s,
                remaining_s=remaining_s,
            )
        case ClipPreview():
            return previews.write(step)


def _finished(job_id: str, result: JobResult, stage_seconds: dict[str, float]) -> JobFinished:
    return JobFinished(
        job_id=job_id,
        path=str(result.path),
        num_frames=result.num_frames,
        stage_seconds=stage_seconds,
        report=to_jsonable_python(dict(result.report), fallback=_plain),
    )


def _plain(value: Any) -> Any:
    """Return what JSON can hold for a value that it does not know: numpy scalars and the like."""
    return value.item() if hasattr(value, "item") else str(value)


def _close(job_id: str, steps: Pipeline) -> None:
    try:
        steps.close()
    except Exception:
        _log.exception("The pipeline of job %s stumbled while it was closed.", job_id)
