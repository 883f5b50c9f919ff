"""Find the shots of a movie: one walk over its frames, in constant memory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from engine.media.footage import frames_of
from engine.media.index import index_of
from engine.models.cuts import CutFinder, LightCuts, NetCuts, shots_between
from engine.pipelines.steps import JobResult, Pipeline, StageProgress
from engine.protocol.errors import BadInput
from engine.protocol.media import ShotsJob

_REPORT_EVERY = 24


def run_shots(job: ShotsJob) -> Pipeline:
    """Return the shots of a movie in the report, as ``[start, stop)`` of frames.

    Raises:
        BadInput: the movie cannot be read, or the finder is not installed.
    """
    path = Path(job.path)
    index = index_of(path)
    rate = index.rate if job.rate is None else job.rate.fraction
    total = index.length_at(rate)
    yield StageProgress("load", 0, 1)
    finder = _finder(job)
    yield StageProgress("load", 1, 1)
    yield StageProgress("shots", 0, total)
    count = 0
    for frame in frames_of(path, rate=rate):
        finder.see((frame.rgb() >> 8).astype(np.uint8))
        count += 1
        if count % _REPORT_EVERY == 0:
            yield StageProgress("shots", min(count, total), total)
    if not count:
        raise BadInput(f"No frame of {path.name} can be decoded; choose another movie.")
    shots = shots_between(finder.cuts(), count, job.min_frames)
    yield StageProgress("shots", total, total)
    report = {"shots": [list(shot) for shot in shots], "method": job.method, "num_frames": count}
    return JobResult(path, count, report)


def _finder(job: ShotsJob) -> CutFinder:
    if job.method == "transnet":
        device = "cuda" if torch.cuda.is_available() else "cpu"
        return NetCuts(
            threshold=1.0 - job.sensitivity if job.sensitivity < 1 else 0.02, device=device
        )
    # PySceneDetect's own default, 3, stands in the middle.
    return LightCuts(threshold=6.0 - 5.5 * job.sensitivity - 0.25, min_frames=job.min_frames)
