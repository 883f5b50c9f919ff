"""A job that runs out of memory is done again with less of it at a time, from where it was.

What was computed is on disk as checkpoints, so the second try goes on from there. Knows neither
what a job does nor what is spared; that is the models' matter.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from typing import Any

from engine.models.shortage import is_out_of_memory
from engine.pipelines.models import ModelCache
from engine.pipelines.steps import JobResult, Pipeline, Step
from engine.protocol.errors import EngineError, OutOfMemory
from engine.protocol.messages import SPARED

_log = logging.getLogger(__name__)


def sparing(run: Callable[[Any, ModelCache], Pipeline], job: Any, models: ModelCache) -> Pipeline:
    """Run a pipeline; where memory runs out, let go of everything and run it more sparingly.

    Raises:
        OutOfMemory: it does not even fit so.
    """
    while True:
        result = yield from _tried(run, job, models)
        if result is not None:
            thrift = models.thrift
            report = {**result.report, SPARED: int(thrift)} if thrift else result.report
            return JobResult(result.path, result.num_frames, report)
        if not models.spare_more():
            raise OutOfMemory(
                "The job does not fit into memory, though as little as can be is used at a time; "
                "close other programs, make the film smaller, or split the shots into shorter "
                "passes."
            )
        _log.warning("Memory ran out; the job goes on with thrift %d.", models.thrift)


def _tried(
    run: Callable[[Any, ModelCache], Pipeline], job: Any, models: ModelCache
) -> Generator[Step, None, JobResult | None]:
    """Return the result, None where memory ran out. The failure's frames, and all that they hold,
    are gone by then."""
    try:
        return (yield from run(job, models))
    except EngineError:
        raise
    except Exception as error:
        if not is_out_of_memory(error):
            raise
        _log.info("out of memory: %s", error)
        return None
