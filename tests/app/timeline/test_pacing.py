"""Pacing: the boards of a shot in the rhythm of a preset, whatever their number."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.timeline import pacing as rules
from app.timeline.edits import EditError
from app.timeline.pacing import BUILT_IN, Pacing, pace, paced_frames
from app.timeline.project import Project
from tests.app.timeline.films import film, shot

SUSPENSE, DOCUMENTARY, ACTION, EVEN = BUILT_IN
RATE = Fraction(24)
FILM = film(shot("a", 100, 0, 20, 40), shot("b", 48))


def _frames(project: Project) -> list[int]:
    return [keyframe.frame for keyframe in project.shots[0].keyframes]


@pytest.mark.parametrize(
    ("preset", "seconds", "length_s"),
    [
        (SUSPENSE, (0, 3.0, 4.2), 5.4),
        (DOCUMENTARY, (0, 1.8, 3.4), 5.0),
        (ACTION, (0, 1.0, 2.2), 3.4),
    ],
)
def test_three_boards_come_at_the_presets_own_seconds(
    preset: Pacing, seconds: tuple[float, ...], length_s: float
) -> None:
    paced = pace(FILM, "a", preset, keeps_length=False)
    assert _frames(paced) == [round(second * 24) for second in seconds]
    assert paced.shots[0].num_frames == round(length_s * 24)
    assert paced.shots[1] == FILM.shots[1]
    ids = [k.id for k in paced.shots[0].keyframes]
    assert ids == ["a-0", "a-20", "a-40"], "the boards keep their order"


def test_a_kept_length_scales_the_rhythm() -> None:
    paced = pace(FILM, "a", SUSPENSE, keeps_length=True)
    assert paced.shots[0].num_frames == 100
    assert _frames(paced) == [0, round(100 * 3 / 5.4), round(100 * 4.2 / 5.4)]
    even = pace(FILM, "a", EVEN, keeps_length=False)
    assert (_frames(even), even.shots[0].num_frames) == ([0, 33, 67], 100)


def test_more_boards_make_a_longer_shot_of_the_same_rhythm() -> None:
    frames, length = paced_frames(SUSPENSE, 6, 100, RATE, keeps_length=False)
    assert length == round(2 * 5.4 * 24)
    assert frames == (0, 72, 144, 173, 202, 230)
    beats = [after - before for before, after in pairwise((*frames, length))]
    assert beats[0] == beats[1] > 2 * beats[3]


@given(
    st.sampled_from(BUILT_IN),
    st.integers(1, 30),
    st.integers(1, 2000),
    st.sampled_from([Fraction(24), Fraction(24000, 1001), Fraction(60), Fraction(1)]),
    st.booleans(),
)
def test_any_number_of_boards_has_a_frame_each_inside_the_shot(
    preset: Pacing, boards: int, num_frames: int, rate: Fraction, keeps: bool
) -> None:
    try:
        frames, length = paced_frames(preset, boards, num_frames, rate, keeps_length=keeps)
    except EditError as error:
        assert "no room" in str(error)
        assert boards > 1
        return
    assert len(frames) == boards
    assert frames[0] >= 0
    assert all(later > sooner for sooner, later in pairwise(frames))
    assert frames[-1] < length
    if keeps:
        assert length == num_frames


@given(st.lists(st.integers(0, 400), min_size=2, max_size=8, unique=True), st.integers(1, 60))
def test_a_shots_own_pacing_comes_back_to_the_frame(frames: list[int], tail: int) -> None:
    ordered = sorted(frames)
    made = film(shot("a", ordered[-1] + tail, *ordered))
    kept = rules.pacing_of(made.shots[0], "Mine", RATE)
    other = made.model_copy(update={"shots": (shot("a", 900, *range(len(ordered))),)})
    paced = pace(other, "a", kept, keeps_length=False)
    assert _frames(paced) == ordered
    assert paced.shots[0].num_frames == made.shots[0].num_frames
    assert rules.matching((kept,), paced.shots[0], RATE, keeps_length=False) == kept


def test_a_shot_without_boards_or_room_is_refused_in_one_sentence() -> None:
    with pytest.raises(EditError, match="no boards to pace"):
        pace(FILM, "b", ACTION, keeps_length=False)
    with pytest.raises(EditError, match="2 frames has no room for 3"):
        paced_frames(ACTION, 3, 2, RATE, keeps_length=True)


def test_own_pacings_are_kept_replaced_renamed_and_deleted() -> None:
    own = rules.with_pacing((), Pacing(name="Slow", times_s=(0, 5), length_s=9))
    own = rules.with_pacing(own, Pacing(name="Quick", times_s=(0, 1), length_s=2))
    own = rules.with_pacing(own, Pacing(name="slow", times_s=(0, 6), length_s=9))
    assert [(p.name, p.times_s) for p in own] == [("slow", (0, 6)), ("Quick", (0, 1))]
    own = rules.renamed(own, "slow", " Stately ")
    assert [p.name for p in own] == ["Stately", "Quick"]
    with pytest.raises(EditError, match="named quick already"):
        rules.renamed(own, "Stately", "quick")
    with pytest.raises(EditError, match="of the program"):
        rules.with_pacing(own, Pacing(name="action", times_s=(0, 1), length_s=2))
    with pytest.raises(EditError, match="needs a name"):
        rules.pacing_of(FILM.shots[0], "  ", RATE)
    assert [p.name for p in rules.without(own, "Stately")] == ["Quick"]


@pytest.mark.parametrize("times", [(1, 1), (2, 1), (-1, 2)])
def test_a_pacing_that_makes_no_sense_is_refused(times: tuple[float, ...]) -> None:
    with pytest.raises(ValidationError):
        Pacing(name="x", times_s=times, length_s=5)
