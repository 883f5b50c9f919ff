"""Clips of shots: within their lengths, without gaps, no frame twice, scenes on one side."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from engine.data.clip_plan import Lengths, Span, parts_of, plan_clips, side_of

RATE = Fraction(10)
LENGTHS = Lengths(Fraction(2), Fraction(10), 4)


def spans(*shots: tuple[int, int], good: bool = True) -> list[Span]:
    """Shots of (frames, scene), one after the other."""
    found: list[Span] = []
    for length, scene in shots:
        start = found[-1].stop if found else 0
        found.append(Span(start, start + length, scene, good))
    return found


def test_a_shot_of_its_own_is_a_clip() -> None:
    plan = plan_clips(spans((50, 0), (50, 1)), LENGTHS, RATE)
    assert [clip.parts for clip in plan.clips] == [((0, 0, 50),), ((1, 50, 100),)]


def test_short_shots_live_on_in_a_sequence_only() -> None:
    plan = plan_clips(spans((15, 0), (15, 0), (15, 1)), LENGTHS, RATE)
    assert [clip.parts for clip in plan.clips] == [((0, 0, 15), (1, 15, 30))]
    assert plan.too_short == (2,)


def test_a_scene_is_cut_into_even_sequences() -> None:
    plan = plan_clips(spans(*[(30, 0)] * 6), LENGTHS, RATE)
    assert [len(clip.parts) for clip in plan.clips] == [3, 3]


def test_a_gap_or_a_bad_shot_ends_a_sequence() -> None:
    shots = spans((30, 0), (30, 0), (30, 0))
    gap = [shots[0], Span(33, 60, 0), shots[2]]
    assert [len(clip.parts) for clip in plan_clips(gap, LENGTHS, RATE).clips] == [1, 2]
    bad = [shots[0], Span(30, 60, 0, is_good=False), shots[2]]
    assert [clip.parts[0][0] for clip in plan_clips(bad, LENGTHS, RATE).clips] == [0, 2]


def test_long_shots_come_in_even_parts_that_nothing_is_joined_to() -> None:
    assert parts_of(100, 350, LENGTHS, RATE) == [(100, 183), (183, 266), (266, 350)]
    parts = [Span(0, 40, 0, is_part=True), Span(40, 80, 0, is_part=True), Span(80, 110, 0)]
    assert [len(clip.parts) for clip in plan_clips(parts, LENGTHS, RATE).clips] == [1, 1, 1]


@given(
    st.lists(
        st.tuples(
            st.integers(1, 90), st.integers(0, 2), st.integers(0, 2), st.booleans(), st.booleans()
        ),
        max_size=30,
    )
)
def test_plans_hold_their_promises(
    drawn: list[tuple[int, int, int, bool, bool]],
) -> None:
    shots: list[Span] = []
    scene = 0
    for length, gap, step, is_good, is_part in drawn:
        start = (shots[-1].stop if shots else 0) + gap
        scene += step
        shots.append(Span(start, start + length, scene, is_good, is_part))
    plan = plan_clips(shots, LENGTHS, RATE)
    used = [number for clip in plan.clips for number, _, _ in clip.parts]
    assert sorted([*used, *plan.too_short]) == [n for n, s in enumerate(shots) if s.is_good]
    least, most = LENGTHS.frames(RATE)
    for clip in plan.clips:
        assert least <= clip.stop - clip.start <= most
        assert len(clip.parts) <= LENGTHS.max_shots
        assert len({shots[number].scene for number, _, _ in clip.parts}) == 1
        edges = [edge for _, start, stop in clip.parts for edge in (start, stop)]
        assert edges[1:-1:2] == edges[2::2]


def test_a_side_is_the_same_at_every_run_and_of_about_the_share() -> None:
    sides = [side_of("ab" * 16, place, 0.2) for place in range(1000)]
    assert sides == [side_of("ab" * 16, place, 0.2) for place in range(1000)]
    assert 150 < sides.count("val") < 250
    assert {side_of("x", n, 0.0) for n in range(99)} == {"train"}
    assert {side_of("x", n, 1.0) for n in range(99)} == {"val"}
