from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.planning.film import placements_of, plan_shots, split_into_passes
from engine.protocol.jobs import Join, KeyframeSpec, ShotSpec
from tests.engine.planning.strategies import shots

films = st.lists(shots(), min_size=1, max_size=12)


@given(films, st.integers(1, 200))
def test_passes_cover_the_film_and_part_only_at_cuts(film: list[ShotSpec], limit: int) -> None:
    passes = split_into_passes(film, limit)
    assert [p.first for p in passes] == [0, *(p.stop for p in passes[:-1])]
    assert passes[-1].stop == len(film)
    for part in passes:
        assert part.num_frames == sum(s.num_frames for s in film[part.first : part.stop])
        assert part.stop == len(film) or film[part.stop - 1].join == "cut"
        if part.num_frames > limit:
            assert all(s.join == "continue" for s in film[part.first : part.stop - 1])


@given(films, st.integers(1, 200))
def test_passes_are_as_long_as_the_limit_lets_them(film: list[ShotSpec], limit: int) -> None:
    passes = split_into_passes(film, limit)
    for one, following in itertools.pairwise(passes):
        run_stop = following.first + 1
        while run_stop < following.stop and film[run_stop - 1].join == "continue":
            run_stop += 1
        run = sum(s.num_frames for s in film[following.first : run_stop])
        assert one.num_frames + run > limit


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
