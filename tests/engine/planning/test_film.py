from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.planning.film import pass_keyframes, placements_of, plan_job, plan_shots
from engine.protocol.jobs import (
    Ablation,
    DraftJob,
    FootageSpec,
    FrameRate,
    Join,
    KeyframeSpec,
    ShotSpec,
)
from tests.engine.planning.strategies import shots

films = st.lists(shots(), min_size=1, max_size=12)


@given(films)
def test_plan_of_a_film_delivers_every_cut_and_keyframe(film: list[ShotSpec]) -> None:
    plan = plan_shots(film)
    assert plan.num_frames_requested == sum(shot.num_frames for shot in film)
    num_cuts = sum(shot.join == "cut" for shot in film[:-1])
    assert len(plan.cut_frames) == num_cuts
    assert sorted(plan.keyframe_frames) == list(range(sum(len(s.keyframes) for s in film)))
    order = [plan.keyframe_frames[index] for index in sorted(plan.keyframe_frames)]
    assert order == sorted(order)


def _shot(num_frames: int, *frames: int, join: Join = "cut") -> ShotSpec:
    keyframes = tuple(KeyframeSpec(image="/a.png", frame=frame) for frame in frames)
    return ShotSpec(num_frames=num_frames, join=join, keyframes=keyframes)


def test_keyframe_on_a_cut_is_one_placement() -> None:
    found = placements_of([_shot(24), _shot(24, 0)])
    assert [(p.frame, p.keyframe, p.is_cut) for p in found] == [(24, 0, True)]


def test_continued_join_opens_no_chunk_of_its_own() -> None:
    assert placements_of([_shot(24, join="continue"), _shot(24)]) == ()


@pytest.mark.parametrize(
    ("shot", "said"), [(_shot(9, 9), "shot 2 asks for frame 9"), (_shot(9, 3, 3), "shot 2")]
)
def test_impossible_keyframe_is_named_with_its_shot(shot: ShotSpec, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        plan_shots([_shot(9), shot])


def _job(*shots: ShotSpec, **changes: object) -> DraftJob:
    job = DraftJob(
        job_id="d", folder="/d", shots=shots, rate=FrameRate(num=24), width=640, height=360
    )
    return job.model_copy(update=changes)


def test_border_keyframe_is_numbered_last_and_stands_past_the_end() -> None:
    border = KeyframeSpec(image="/next.png", frame=77)
    job = _job(_shot(24, 0, 11), next_keyframe=border)
    plan = plan_job(job)
    assert [spec.image for spec in pass_keyframes(job)] == ["/a.png", "/a.png", "/next.png"]
    assert plan.keyframe_frames == {0: 0, 1: 9, 2: 24}
    assert (plan.num_frames_requested, plan.num_frames) == (24, 25)


def test_footage_that_begins_on_a_cut_is_one_placement() -> None:
    clip = FootageSpec(path="/clip.mp4", start=7, stop=16, frame=24)
    plan = plan_job(_job(_shot(24, 0), _shot(20), footage=(clip,)))
    assert plan.cut_frames == (24,)
    assert plan.footage_spans == {0: (24, 33)}


@pytest.mark.parametrize(
    ("clips", "said"),
    [
        ([(0, 12, 0)], "4n \\+ 1 frames long"),
        ([(9, 9, 0)], "holds no frame"),
        ([(0, 9, 40)], "leaves the pass"),
        ([(0, 9, 0), (0, 5, 8)], "share frame 8"),
        ([(0, 13, 0)], "asks for frame 9, inside footage"),
        ([(0, 5, 9)], "asks for frame 9, inside footage"),
        ([(0, 9, 20)], "cut falls on frame 24, inside footage"),
    ],
)
def test_impossible_footage_is_refused_in_a_sentence(
    clips: list[tuple[int, int, int]], said: str
) -> None:
    footage = tuple(FootageSpec(path="/c.mp4", start=a, stop=b, frame=f) for a, b, f in clips)
    with pytest.raises(ValueError, match=said):
        plan_job(_job(_shot(24, 9), _shot(20), footage=footage))


@pytest.mark.parametrize("method", ["direct_insertion", "replication"])
def test_a_stream_takes_no_footage(method: str) -> None:
    job = _job(_shot(24), footage=(FootageSpec(path="/c.mp4", stop=9),))
    job = job.model_copy(update={"ablation": Ablation.model_validate({"method": method})})
    with pytest.raises(ValueError, match="multi_chunk"):
        plan_job(job)


@pytest.mark.parametrize(
    ("rope", "positions"),
    [
        ("mc", (0, 1, 2, 2.25, 3.25, 4.25)),
        ("continuous", (0, 1, 2, 3, 4, 5)),
        ("reset", (0, 1, 2, 0, 1, 2)),
    ],
)
def test_rope_counts_time_in_three_ways(rope: str, positions: tuple[float, ...]) -> None:
    ablation = Ablation.model_validate({"rope": rope})
    plan = plan_job(_job(_shot(18, 0, 9), ablation=ablation))
    assert plan.positions == positions
