from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.pipelines.steps import JobResult, Pipeline, StageProgress
from engine.protocol.messages import JobFinished, Preview, Progress
from engine.protocol.stopping import Stopped, heed
from engine.protocol.wire import encode
from engine.service.previews import write_preview
from engine.service.runner import StageClock, run_job
from tests.engine.service.child import job

CLIP = np.zeros((5, 4, 6, 3), np.uint8)


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_stage_clock_times_stages_and_estimates_from_recent_steps() -> None:
    clock = Clock()
    stages = StageClock(clock)
    assert stages.report(StageProgress("load", 0, 1)) == (0.0, None)
    clock.now += 3
    assert stages.report(StageProgress("load", 1, 1)) == (3.0, 0.0)
    stages.report(StageProgress("denoise", 0, 20))
    clock.now += 50  # the first step warms up
    assert stages.report(StageProgress("denoise", 1, 20)) == (50.0, 950.0)
    for step in range(2, 11):
        clock.now += 1
        stages.report(StageProgress("denoise", step, 20))
    clock.now += 1
    assert stages.report(StageProgress("denoise", 11, 20)) == (60.0, 9.0)
    clock.now += 9
    assert stages.seconds() == {"load": 3.0, "denoise": 69.0}


def test_resumed_stage_is_estimated_from_its_own_steps() -> None:
    clock = Clock()
    stages = StageClock(clock)
    assert stages.report(StageProgress("denoise", 15, 20)) == (0.0, None)
    clock.now += 2
    assert stages.report(StageProgress("denoise", 16, 20)) == (2.0, 8.0)


def test_stage_that_comes_twice_is_added_up() -> None:
    clock = Clock()
    stages = StageClock(clock)
    for stage in ("load", "captions", "load"):
        stages.report(StageProgress(stage, 0, 1))
        clock.now += 1
    assert stages.seconds() == {"load": 2.0, "captions": 1.0}


def test_report_with_numpy_and_paths_goes_on_the_wire(tmp_path: Path) -> None:
    report = {"psnr": np.float32(41.5), "used": np.int64(37), "at": tmp_path, "odd": object()}

    def pipeline(_: Any) -> Pipeline:
        yield StageProgress("load", 0, 1)
        return JobResult(tmp_path, 5, report)

    finished = run_job(job(tmp_path), pipeline, lambda _: None, lambda: False)
    assert isinstance(finished, JobFinished)
    assert finished.report["psnr"] == 41.5
    assert finished.report["used"] == 37
    assert encode(finished)


def test_cancelled_job_does_not_even_begin(tmp_path: Path) -> None:
    begun: list[Any] = []

    def pipeline(asked: Any) -> Pipeline:
        begun.append(asked)
        yield StageProgress("load", 0, 1)
        return JobResult(tmp_path, 0)

    with pytest.raises(Stopped):
        run_job(job(tmp_path), pipeline, lambda _: None, lambda: True)
    assert begun == []


def test_nothing_is_said_after_a_cancel_and_the_generator_is_closed(tmp_path: Path) -> None:
    said: list[Progress | Preview] = []
    closed: list[bool] = []

    def pipeline(_: Any) -> Pipeline:
        try:
            for step in range(9):
                yield StageProgress("denoise", step, 9)
        finally:
            closed.append(True)
        return JobResult(tmp_path, 0)

    with pytest.raises(Stopped):
        run_job(job(tmp_path), pipeline, said.append, lambda: len(said) == 3)
    assert [event.step for event in said if isinstance(event, Progress)] == [0, 1, 2]
    assert closed == [True]


def test_previews_never_reuse_a_name_even_across_runs(tmp_path: Path) -> None:
    names = [write_preview(CLIP, tmp_path).name for _ in range(4)]
    (tmp_path / "preview-000003.npy").unlink()
    (tmp_path / "preview-x.npy").touch()
    names.append(write_preview(CLIP, tmp_path).name)
    assert len(set(names)) == 5
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"preview-000004.npy", "preview-000005.npy"}


def test_torn_preview_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", full_disk)
    with pytest.raises(OSError, match="No space"):
        write_preview(CLIP, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "frames",
    [CLIP.astype(np.float32), CLIP[0], CLIP[..., :2]],
    ids=["float", "still", "2 channels"],
)
def test_what_is_no_clip_is_refused(tmp_path: Path, frames: np.ndarray) -> None:
    with pytest.raises(ValueError, match="Not a clip"):
        write_preview(frames, tmp_path)


def test_a_cancel_is_heard_inside_a_step_and_what_is_held_is_let_go(tmp_path: Path) -> None:
    asked: list[str] = []

    def pipeline(_: object) -> Pipeline:
        try:
            yield StageProgress("denoise", 0, 1)
            for layer in range(1000):
                asked.append(f"layer {layer}")
                heed()
            raise AssertionError("the whole step was done")
        finally:
            heed()  # heard once: tidying up is never cut short
            asked.append("let go")

    with pytest.raises(Stopped):
        run_job(job(tmp_path), pipeline, lambda _: None, lambda: len(asked) > 2)
    assert asked == ["layer 0", "layer 1", "layer 2", "let go"]
    heed()
