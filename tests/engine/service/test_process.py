from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from engine.protocol.facts import DeviceReport
from engine.protocol.messages import (
    Cancel,
    CancelAcknowledged,
    DescribeModel,
    Hello,
    JobCancelled,
    JobFailed,
    JobFinished,
    JobQueued,
    JobStarted,
    ModelDescribed,
    Preview,
    Progress,
    ProtocolFault,
    Ready,
    Shutdown,
)
from engine.protocol.wire import MAX_LINE_BYTES
from tests.engine.service.child import Child, submit


def test_engine_is_ready_before_it_imports_anything_heavy() -> None:
    with Child() as child:
        at, ready = child.timed(Ready)
        assert ready.pid == child.process.pid
        assert ready.engine_version != "unknown"
        assert at - child.started_at < 2.0


def test_job_goes_from_queued_to_finished_in_order(engine: Child, tmp_path: Path) -> None:
    engine.send(submit(tmp_path, num_steps=3))
    events = engine.until_ending()
    assert isinstance(events[0], JobQueued)
    assert isinstance(events[1], JobStarted)
    steps = [(e.stage, e.step, e.num_steps) for e in events if isinstance(e, Progress)]
    assert steps == [("load", 0, 1), ("load", 1, 1), *(("denoise", n, 3) for n in range(4))]
    end = events[-1]
    assert isinstance(end, JobFinished)
    assert Path(end.path).read_bytes() == b"a movie"
    assert end.report == {"path": str(tmp_path / "job"), "seed": 0}
    assert set(end.stage_seconds) == {"load", "denoise"}
    assert end.stage_seconds["denoise"] >= 0.03


def test_estimate_shrinks_to_nothing(engine: Child, tmp_path: Path) -> None:
    engine.send(submit(tmp_path, num_steps=5))
    denoise = [e for e in engine.until_ending() if isinstance(e, Progress) and e.stage == "denoise"]
    assert denoise[0].remaining_s is None
    left = [e.remaining_s for e in denoise[1:]]
    assert all(seconds is not None and seconds < 2 for seconds in left)
    assert left[-1] == 0
    assert [e.elapsed_s for e in denoise] == sorted(e.elapsed_s for e in denoise)


def test_previews_are_whole_clips_and_only_two_stay(engine: Child, tmp_path: Path) -> None:
    engine.send(submit(tmp_path, num_steps=5))
    before = time.time()
    first = engine.wait_for(Preview)
    mapped = np.load(first.path, mmap_mode="r")
    assert mapped.shape == (first.num_frames, first.height, first.width, 3) == (9, 36, 64, 3)
    assert before <= first.emitted_at <= time.time()
    later = [e for e in engine.until_ending() if isinstance(e, Preview)]
    assert len({first.path, *(e.path for e in later)}) == 5
    assert (mapped == 1).all(), "A mapped preview was altered."
    left = sorted((tmp_path / "job" / "scratch").iterdir())
    assert [str(path) for path in left] == [e.path for e in later[-2:]]


def test_lost_preview_does_not_disturb_the_job(engine: Child, tmp_path: Path) -> None:
    engine.send(submit(tmp_path, "bad preview"))
    events = engine.until_ending()
    assert isinstance(events[-1], JobFinished)
    assert not [e for e in events if isinstance(e, Preview)]
    engine.end_input()
    assert engine.log.count("preview of job job was lost") == 1


def test_jobs_run_one_after_another(engine: Child, tmp_path: Path) -> None:
    for name in "abc":
        engine.send(submit(tmp_path, job_id=name, num_steps=2))
    events = [*engine.until_ending(), *engine.until_ending(), *engine.until_ending()]
    turns = [
        (type(e).__name__, e.job_id) for e in events if isinstance(e, JobStarted | JobFinished)
    ]
    assert turns == [(kind, name) for name in "abc" for kind in ("JobStarted", "JobFinished")]


def test_running_job_is_cancelled_between_steps(engine: Child, tmp_path: Path) -> None:
    engine.send(submit(tmp_path, num_steps=1000))
    engine.wait_for(Preview)
    sent = engine.send(Cancel(job_id="job"))
    acknowledged, _ = engine.timed(CancelAcknowledged)
    assert acknowledged - sent < 0.5
    assert isinstance(engine.next(), JobCancelled), "Something was said after the acknowledgement."
    assert (tmp_path / "job" / "closed").exists(), "The generator was not closed."
    engine.send(submit(tmp_path, job_id="next", num_steps=1))
    assert isinstance(engine.until_ending()[-1], JobFinished)


def test_cancel_is_acknowledged_while_a_step_hangs(engine: Child, tmp_path: Path) -> None:
    engine.send(submit(tmp_path, "stuck"))
    engine.send(submit(tmp_path, job_id="behind"))
    _wait_for_denoise(engine)
    sent = engine.send(Cancel(job_id="behind"))
    acknowledged, event = engine.timed(CancelAcknowledged)
    assert (event.job_id, acknowledged - sent < 0.5) == ("behind", True)
    assert engine.next() == JobCancelled(job_id="behind")
    engine.send(Cancel(job_id="job"))
    assert engine.next() == CancelAcknowledged(job_id="job")


def test_pipeline_that_stumbles_over_its_close_counts_as_cancelled(
    engine: Child, tmp_path: Path
) -> None:
    engine.send(submit(tmp_path, "stubborn", num_steps=1000))
    engine.wait_for(Preview)
    engine.send(Cancel(job_id="job"))
    assert isinstance(engine.until_ending()[-1], JobCancelled)


def test_cancel_of_an_unknown_job_is_ignored(engine: Child, tmp_path: Path) -> None:
    engine.send(Cancel(job_id="nobody"))
    engine.send(submit(tmp_path, num_steps=1))
    assert isinstance(engine.next(), JobQueued)


def test_second_job_of_the_same_id_is_refused(engine: Child, tmp_path: Path) -> None:
    engine.send(submit(tmp_path, num_steps=30))
    engine.wait_for(JobStarted)
    engine.send(submit(tmp_path))
    assert engine.wait_for(JobFailed).code == "bad_input"
    assert isinstance(engine.until_ending()[-1], JobFinished)
    engine.send(submit(tmp_path, num_steps=1))
    assert isinstance(engine.until_ending()[-1], JobFinished), "A finished id can be used again."


@pytest.mark.parametrize(
    ("behaviour", "code", "said"),
    [
        ("missing model", "model_missing", "The model is not there; fetch it."),
        ("value", "bad_input", "The keyframe on frame 9 is no picture."),
        ("no space", "disk", "no space left for /films/a.mkv"),
        ("no permission", "disk", "/films/a.mkv may not be read or written"),
        ("memory", "out_of_memory", "does not fit into memory"),
        ("unknown", "internal", "an error of its own"),
        ("exit", "internal", "an error of its own"),
        ("no such behaviour", "internal", "an error of its own"),
    ],
)
def test_failure_is_one_sentence_and_the_engine_lives_on(
    engine: Child, tmp_path: Path, behaviour: str, code: str, said: str
) -> None:
    engine.send(submit(tmp_path, behaviour))
    failure = engine.until_ending()[-1]
    assert isinstance(failure, JobFailed)
    assert failure.code == code
    assert said in failure.message
    assert "\n" not in failure.message
    engine.send(submit(tmp_path, job_id="next", num_steps=1))
    assert isinstance(engine.until_ending()[-1], JobFinished)
    engine.send(Shutdown())
    assert engine.log.count("Traceback (most recent call last)") == 1


def test_prints_do_not_corrupt_the_stream(engine: Child, tmp_path: Path) -> None:
    engine.send(submit(tmp_path, "noisy", num_steps=2))
    assert isinstance(engine.until_ending()[-1], JobFinished)
    engine.send(Shutdown())
    for words in ("print() inside", "descriptor 1", "puts() of", "a child process"):
        assert words in engine.log


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"not json\n",
        b"\xff\xfe\x00\n",
        b'{"kind":"no such command"}\n',
        b'{"kind":"cancel"}\n',
        b'{"kind":"cancel","job_id":"a","more":1}\n',
        b"[" * 100_000 + b"\n",
        b'"' + b"x" * (MAX_LINE_BYTES + 100) + b'"\n',
    ],
    ids=["empty", "text", "bytes", "unknown", "incomplete", "extra", "deep", "long"],
)
def test_bad_line_is_a_fault_and_no_more(engine: Child, tmp_path: Path, line: bytes) -> None:
    engine.send(line)
    assert isinstance(engine.next(), ProtocolFault)
    engine.send(submit(tmp_path, num_steps=1))
    assert isinstance(engine.until_ending()[-1], JobFinished)


def test_editor_of_another_version_is_refused() -> None:
    with Child() as child:
        child.send(Hello(protocol=99))
        fault = child.wait_for(ProtocolFault)
        assert "99" in fault.message
        assert child.process.wait(10) == 3


@pytest.mark.parametrize("how", ["shutdown", "end of stdin"])
def test_engine_ends_with_the_editor(engine: Child, tmp_path: Path, how: str) -> None:
    engine.send(submit(tmp_path, num_steps=1000))
    engine.send(submit(tmp_path, job_id="behind"))
    engine.wait_for(Preview)
    began = time.perf_counter()
    if how == "shutdown":
        engine.send(Shutdown())
    else:
        engine.end_input()
    assert engine.process.wait(10) == 0
    assert time.perf_counter() - began < 1.9
    assert (tmp_path / "job" / "closed").exists()


def test_engine_ends_even_if_a_step_hangs(engine: Child, tmp_path: Path) -> None:
    engine.send(submit(tmp_path, "stuck"))
    _wait_for_denoise(engine)
    began = time.perf_counter()
    engine.end_input()
    assert engine.process.wait(10) == 0
    assert 1.5 < time.perf_counter() - began < 5


def _wait_for_denoise(engine: Child) -> None:
    while engine.wait_for(Progress).stage != "denoise":
        pass


def test_a_model_is_described_while_a_job_runs(engine: Child, tmp_path: Path) -> None:
    engine.send(submit(tmp_path, num_steps=200))
    engine.send(DescribeModel(name="starter", role="sr"))
    described = engine.wait_for(ModelDescribed)
    assert described.settings is not None
    assert described.settings.upsampling == "guided"


def test_greeting_is_answered_with_the_device(engine: Child) -> None:
    engine.send(Hello())
    device = engine.wait_for(DeviceReport)
    assert device.name
    assert 0 < device.free_bytes <= 1.5 * device.total_bytes


def test_models_are_described_without_torch(engine: Child) -> None:
    engine.send(DescribeModel(name="starter", role="gen"))
    starter = engine.wait_for(ModelDescribed)
    assert starter.problem == ""
    assert starter.facts is not None
    assert (starter.facts.draft_area, starter.facts.num_steps) == (256 * 144, 2)
    assert starter.facts.transformer_bytes > 40_000_000
    engine.send(DescribeModel(name="nowhere", role="sr"))
    missing = engine.wait_for(ModelDescribed)
    assert missing.facts is None
    assert "nowhere is not installed" in missing.problem


def test_finished_job_tells_its_peak(engine: Child, tmp_path: Path) -> None:
    engine.send(submit(tmp_path, num_steps=1))
    (ending,) = [e for e in engine.until_ending() if isinstance(e, JobFinished)]
    assert ending.peak_bytes is None or 10_000_000 < ending.peak_bytes < 4 * 1024**3
