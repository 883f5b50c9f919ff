"""The queue as a list: what may stand before what, and what goes on after a failure."""

from __future__ import annotations

from dataclasses import replace

from app.state.job_entries import Failed, Interrupted, JobEntry, Running, Stopped, Waiting
from app.state.job_queue import (
    added,
    after_failure,
    enqueue,
    fraction_done,
    moved,
    retried,
    with_status,
    without,
)
from engine.protocol.export import ExportJob, Segment
from engine.protocol.jobs import DraftJob, FrameRate, RefineJob, ShotSpec
from engine.protocol.media import ImportJob
from engine.protocol.messages import Progress, Stage

RATE = FrameRate(num=24)


def _draft(name: str, batch: int = 1) -> JobEntry:
    job = DraftJob(
        job_id=f"d{name}",
        folder="/t",
        shots=(ShotSpec(num_frames=9),),
        rate=RATE,
        width=64,
        height=64,
    )
    return JobEntry(job, name, batch, name, (0, 9))


def _refine(name: str, batch: int = 1) -> JobEntry:
    return JobEntry(RefineJob(job_id=f"r{name}", folder="/t"), name, batch, name, (0, 9))


def _read(name: str, batch: int = 9) -> JobEntry:
    job = ImportJob(job_id=f"i{name}", path="/m", folder="/p")
    return JobEntry(job, name, batch, "", (0, 0))


def _export(batch: int = 1) -> JobEntry:
    job = ExportJob(job_id="x", segments=(Segment(path="/a", stop=9),), output="/m.mp4", rate=RATE)
    return JobEntry(job, "m.mp4", batch, "", (0, 9))


QUEUE = (_draft("a"), _refine("a"), _draft("b"), _refine("b"), _export())


def _ids(queue: tuple[JobEntry, ...]) -> str:
    return " ".join(entry.job.job_id for entry in queue)


def test_a_job_moves_as_far_as_it_may() -> None:
    assert _ids(moved(QUEUE, "db", -1)) == "da db ra rb x"
    assert _ids(moved(QUEUE, "db", -9)) == "db da ra rb x"
    assert _ids(moved(QUEUE, "rb", -9)) == "da ra db rb x"
    assert _ids(moved(QUEUE, "da", 3)) == "da ra db rb x"
    assert _ids(moved(QUEUE, "x", -1)) == "da ra db rb x"


def test_what_runs_stays_where_it_is() -> None:
    queue = with_status(QUEUE, "da", Running())
    assert _ids(moved(queue, "db", -9)) == "da db ra rb x"
    assert moved(queue, "da", 1) == queue


def test_letting_a_draft_be_lets_its_master_and_the_movie_be() -> None:
    left = [e.job.job_id for e in without(QUEUE, "da") if isinstance(e.status, Waiting)]
    assert left == ["db", "rb"]


def test_a_retried_job_brings_back_what_was_dropped_with_it() -> None:
    queue = with_status(QUEUE, "da", Failed("No memory."))
    for name in ("ra", "db", "rb", "x"):
        queue = with_status(queue, name, Stopped())
    again = retried((*queue, _draft("c", 2)), "da")
    assert _ids(again) == "dc da ra db rb x"
    assert all(isinstance(entry.status, Waiting) for entry in again)
    assert retried(QUEUE, "da") == QUEUE


def test_one_file_that_fails_loses_no_other_one() -> None:
    files = tuple(
        replace(_export(), job=_export().job.model_copy(update={"job_id": f"x{n}"}))
        for n in range(3)
    )
    queue = with_status((_draft("a"), *files), "x0", Failed("The disk is full."))
    after = after_failure(queue, queue[1])
    assert [type(entry.status) for entry in after] == [Waiting, Failed, Waiting, Waiting]
    after = with_status(after, "x2", Stopped())
    again = retried(after, "x0")
    assert _ids(again) == "da x1 x2 x0"
    assert isinstance(again[2].status, Stopped), "what the user stopped stays so"
    assert [type(e.status) for e in after_failure(queue, queue[0])][2:] == [Stopped, Stopped]


def test_the_fraction_counts_what_was_asked_for() -> None:
    assert fraction_done(QUEUE) == 0.0
    assert fraction_done(()) is None


def test_what_is_alike_is_made_once() -> None:
    assert _ids(enqueue((), (_draft("a"), _refine("a"), _draft("a"), _export()))) == "da ra x"
    assert _ids(enqueue((_draft("a"),), (_draft("a", 2), _draft("b", 2)))) == "da db"


def test_progress_never_goes_back_whatever_order_the_stages_come_in() -> None:
    stages: tuple[Stage, ...] = ("load", "keyframes", "captions", "load", "denoise", "decode")
    reached: list[float] = []
    done: dict[Stage, float] = {}
    for stage in stages:
        for step in (0, 1, 2):
            progress = Progress(job_id="a", stage=stage, step=step, num_steps=2, elapsed_s=1.0)
            running = Running(progress, done=dict(done))
            reached.append(replace(_draft("a"), status=running).fraction)
        done[stage] = 1.0
    assert reached == sorted(reached)
    assert reached[0] == 0.0
    assert reached[-1] > 0.9


def test_what_is_asked_for_goes_before_movies_that_wait_to_be_read() -> None:
    queue = added((), [_read("x"), _read("y")], first=False)
    queue = with_status(queue, "ix", Running())
    queue = enqueue(queue, [_draft("a"), _draft("b")])
    assert [entry.job.job_id for entry in queue] == ["ix", "da", "db", "iy"]


def test_what_the_window_itself_wants_leaves_the_others_as_they_are() -> None:
    queue = enqueue((), [_draft("a"), _draft("b")])
    queue = with_status(queue, "da", Interrupted())
    last = added(queue, [_read("x")], first=False)
    assert [entry.job.job_id for entry in last] == ["da", "db", "ix"]
    assert isinstance(last[0].status, Interrupted)
    assert added(last, [_read("x")], first=False) == last, "once is enough"
    running = with_status(queue, "da", Running())
    first = added(running, [_read("x")], first=True)
    assert [entry.job.job_id for entry in first] == ["ix", "da", "db"]
