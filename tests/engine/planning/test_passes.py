"""How a film parts into passes: at cuts, and where there is none at shared keyframes."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.planning.film import plan_shots
from engine.planning.passes import PassRange, split_into_passes
from engine.protocol.jobs import Join, KeyframeSpec, ShotSpec
from tests.engine.planning.strategies import shots

films = st.lists(shots(), min_size=1, max_size=12)


def _frames(film: list[ShotSpec]) -> list[int]:
    """Film frame of every keyframe, in order."""
    starts = itertools.accumulate((shot.num_frames for shot in film), initial=0)
    return sorted(
        start + spec.frame
        for start, shot in zip(starts, film, strict=False)
        for spec in shot.keyframes
    )


def _starts_of_runs(film: list[ShotSpec]) -> set[int]:
    starts = list(itertools.accumulate((shot.num_frames for shot in film), initial=0))
    return {0, *(starts[n + 1] for n, shot in enumerate(film) if shot.join == "cut")}


@given(films, st.integers(1, 200))
def test_passes_cover_every_frame_and_keyframe_once(film: list[ShotSpec], limit: int) -> None:
    passes = split_into_passes(film, limit)
    at = 0
    for part in passes:
        assert part.start == at
        assert part.num_frames == sum(shot.num_frames for shot in part.shots) > 0
        assert part.stop - part.first == len(part.shots)
        at += part.num_frames
    assert at == sum(shot.num_frames for shot in film)
    found = [part.start + frame for part in passes for frame in _frames(list(part.shots))]
    assert found == _frames(film)


@given(films, st.integers(1, 200))
def test_passes_part_at_cuts_or_share_a_keyframe(film: list[ShotSpec], limit: int) -> None:
    passes = split_into_passes(film, limit)
    cuts = _starts_of_runs(film)
    for one, following in itertools.pairwise(passes):
        if one.next_keyframe is None:
            assert following.start in cuts
            continue
        assert following.start not in cuts
        first = min(following.shots[0].keyframes, key=lambda spec: spec.frame)
        assert first.frame == 0
        assert first.image == one.next_keyframe.image
        assert plan_shots(one.shots, shares_border=True).surplus == 1
    assert passes[-1].next_keyframe is None


@given(films, st.integers(1, 200))
def test_only_a_stretch_without_keyframes_exceeds_the_limit(
    film: list[ShotSpec], limit: int
) -> None:
    for part in split_into_passes(film, limit):
        if part.num_frames > limit:
            assert all(frame == 0 for frame in _frames(list(part.shots)))
            assert all(shot.join == "continue" for shot in part.shots[:-1])


@given(films, st.integers(1, 200))
def test_passes_are_as_long_as_the_limit_lets_them(film: list[ShotSpec], limit: int) -> None:
    passes = split_into_passes(film, limit)
    for one, following in itertools.pairwise(passes):
        run = list(
            itertools.takewhile(
                lambda pair: pair[0].join == "continue", itertools.pairwise(following.shots)
            )
        )
        length = sum(shot.num_frames for shot in following.shots[: len(run) + 1])
        assert one.num_frames + length > limit or following.next_keyframe or one.next_keyframe


@given(films)
def test_a_film_within_the_limit_is_one_untouched_pass(film: list[ShotSpec]) -> None:
    length = sum(shot.num_frames for shot in film)
    assert split_into_passes(film, length) == (PassRange(0, len(film), 0, length, tuple(film)),)


def _shot(num_frames: int, *frames: int, join: Join = "cut") -> ShotSpec:
    keyframes = tuple(KeyframeSpec(image=f"/{frame}.png", frame=frame) for frame in frames)
    return ShotSpec(num_frames=num_frames, caption="Rain.", join=join, keyframes=keyframes)


def test_a_long_shot_is_divided_near_its_middle() -> None:
    one, other = split_into_passes([_shot(600, 0, 100, 250, 310, 500)], 361)
    assert (one.start, one.num_frames, other.start, other.num_frames) == (0, 310, 310, 290)
    assert one.next_keyframe == KeyframeSpec(image="/310.png", frame=310)
    assert [spec.frame for spec in one.shots[0].keyframes] == [0, 100, 250]
    assert [spec.frame for spec in other.shots[0].keyframes] == [0, 190]
    assert {one.shots[0].caption, other.shots[0].caption} == {"Rain."}


def test_a_border_may_stand_where_two_shots_continue() -> None:
    film = [_shot(300, 0, join="continue"), _shot(200, 0)]
    one, other = split_into_passes(film, 361)
    assert (one.first, one.stop, other.first, other.stop) == (0, 1, 1, 2)
    assert one.shots == (film[0],)
    assert other.shots == (film[1],)


def test_the_last_part_goes_on_into_the_next_shot() -> None:
    passes = split_into_passes([_shot(400, 0, 200), _shot(100)], 361)
    assert [(part.start, part.num_frames) for part in passes] == [(0, 200), (200, 300)]
    assert (passes[1].first, passes[1].stop) == (0, 2)


def test_without_a_keyframe_a_long_shot_stays_whole() -> None:
    assert [p.num_frames for p in split_into_passes([_shot(900, 0)], 361)] == [900]


@pytest.mark.parametrize("num_frames", [100_000])
def test_a_keyframe_on_every_frame_is_still_quick(num_frames: int) -> None:
    every = [_shot(1, 0, join="continue") for _ in range(num_frames // 20)]
    passes = split_into_passes(every, 361)
    assert len(passes) == -(-len(every) // 361)
    assert max(part.num_frames for part in passes) <= 361
    assert max(p.num_frames for p in passes) - min(p.num_frames for p in passes) <= 1
