"""Split, trim and roll: what becomes of lengths, keyframes, captions and joins."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.timeline import cutting
from app.timeline.edits import EditError
from app.timeline.project import Project
from tests.app.timeline.films import film, shot


def frames(project: Project, name: str) -> list[int]:
    return [keyframe.frame for keyframe in project.shot(name).keyframes]


def test_split_puts_keyframes_on_their_side_and_keeps_the_caption() -> None:
    first = shot("a", 48, 0, 20, 30).model_copy(update={"caption": "dawn"})
    left, right = cutting.split_shot(film(first), "a", 20).shots
    assert (left.num_frames, right.num_frames) == (20, 28)
    assert [k.frame for k in left.keyframes] == [0]
    assert [k.frame for k in right.keyframes] == [0, 10]
    assert left.caption == right.caption == "dawn"
    assert (left.join, right.join) == ("continue", "cut")
    assert left.id == "a" != right.id


@pytest.mark.parametrize("frame", [-1, 0, 48, 60])
def test_split_on_a_cut_says_where_to_go(frame: int) -> None:
    with pytest.raises(EditError, match="inside a shot"):
        cutting.split_shot(film(shot("a", 48)), "a", frame)


def test_head_trim_keeps_the_opening_board_on_the_first_frame() -> None:
    project = film(shot("a", 48, 0, 20), shot("b", 24, 7))
    shorter = cutting.trim_head(project, "a", 10)
    assert (shorter.shot("a").num_frames, frames(shorter, "a")) == (38, [0, 10])
    assert cutting.trim_head(shorter, "a", -10) == project
    with pytest.raises(EditError, match="in the way"):
        cutting.trim_head(project, "a", 20)
    assert frames(cutting.trim_head(project, "b", 7), "b") == [0]


def test_roll_moves_the_join_and_not_the_film() -> None:
    project = film(shot("a", 48, 0), shot("b", 24, 0, 12))
    rolled = cutting.roll_join(project, "a", 6)
    assert [s.num_frames for s in rolled.shots] == [54, 18]
    assert frames(rolled, "b") == [0, 6]
    assert cutting.roll_join(rolled, "a", -6) == project
    with pytest.raises(EditError, match="no join"):
        cutting.roll_join(project, "b", 1)


@given(delta=st.integers(-200, 200), keyframes=st.sets(st.integers(0, 47), max_size=5))
def test_a_clamped_trim_or_roll_can_always_be_made(delta: int, keyframes: set[int]) -> None:
    project = film(shot("a", 48, *sorted(keyframes)), shot("b", 48, *sorted(keyframes)))
    first = project.shots[0]
    head = cutting.trim_head(project, "a", cutting.clamp_head(first, delta))
    tail = cutting.trim_tail(project, "a", cutting.clamp_tail(first, delta))
    rolled = cutting.roll_join(project, "a", cutting.clamp_roll(project, "a", delta))
    assert rolled.num_frames == 96
    for made in (head, tail, rolled):
        assert [len(s.keyframes) for s in made.shots] == [len(keyframes)] * 2
