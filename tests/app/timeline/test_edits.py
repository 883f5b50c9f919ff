from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.timeline import edits
from app.timeline.edits import EditError
from app.timeline.history import History
from app.timeline.project import Keyframe, Project
from tests.app.timeline.films import film, item, shot

Edit = Callable[[Project], Project]

shot_ids = st.sampled_from(["a", "b", "c", "nobody"])
keyframe_ids = st.sampled_from(["a-0", "a-20", "b-7", "new", "nobody"])
frames = st.integers(-2, 60)


def _edit(function: Callable[..., Project], *values: Any) -> Edit:
    return lambda project: function(project, *values)


def _place(project: Project, shot_id: str, frame: int, media: str) -> Project:
    keyframe = Keyframe.model_construct(id="new", media=media, frame=frame)
    return edits.place_keyframe(project, shot_id, keyframe)


def _random(function: Callable[..., Project], *values: st.SearchStrategy[Any]) -> Any:
    return st.builds(_edit, st.just(function), *values)


some_edits: st.SearchStrategy[Edit] = st.one_of(
    _random(edits.add_shot, st.just(shot("c", 9)), st.none() | st.integers(0, 3)),
    _random(edits.remove_shot, shot_ids),
    _random(edits.move_shot, shot_ids, st.integers(0, 4)),
    _random(edits.resize_shot, shot_ids, frames),
    _random(edits.set_caption, shot_ids, st.text(max_size=5)),
    _random(edits.set_join, shot_ids, st.just("continue")),
    _random(edits.set_seed, st.integers(-1, 2**63)),
    _random(_place, shot_ids, frames, st.sampled_from(["m0", "m9"])),
    _random(edits.move_keyframe, keyframe_ids, shot_ids, frames),
    _random(edits.replace_image, keyframe_ids, st.sampled_from(["m0", "m1", "m9"])),
    _random(edits.set_exact, keyframe_ids, st.booleans()),
    _random(edits.remove_keyframe, keyframe_ids),
)


@given(st.lists(some_edits, max_size=12))
def test_no_edit_makes_an_illegal_film_or_touches_the_old_one(changes: list[Edit]) -> None:
    first = film(shot("a", 48, 0, 20), shot("b", 24, 7))
    history = History(first)
    for change in changes:
        before = history.present.model_dump_json()
        with contextlib.suppress(EditError, KeyError):
            history = history.do("edit", change(history.present))
        assert history.past == () or history.past[0][1] == first
        if history.past:
            assert before in {history.past[-1][1].model_dump_json(), _text(history)}
        assert Project.model_validate_json(_text(history)) == history.present
    last, num_steps = history.present, len(history.past)
    for _ in range(num_steps):
        history = history.undo()
    assert history.present == first
    for _ in range(num_steps):
        history = history.redo()
    assert history.present == last


def _text(history: History) -> str:
    return history.present.model_dump_json()


def test_shots_are_inserted_moved_and_removed() -> None:
    project = film(shot("a"), shot("b"))
    project = edits.add_shot(project, shot("c"), 0)
    assert [s.id for s in project.shots] == ["c", "a", "b"]
    project = edits.move_shot(project, "c", 2)
    assert [s.id for s in project.shots] == ["a", "b", "c"]
    project = edits.remove_shot(project, "a")
    assert [s.id for s in project.shots] == ["b", "c"]


def test_keyframe_moves_to_another_shot_and_stays_in_order() -> None:
    project = film(shot("a", 48, 0, 20), shot("b", 24, 7))
    project = edits.move_keyframe(project, "a-20", "b", 3)
    assert [k.id for k in project.shot("a").keyframes] == ["a-0"]
    assert [k.id for k in project.shot("b").keyframes] == ["a-20", "b-7"]


def test_keyframe_may_stay_where_it_is() -> None:
    project = film(shot("a", 48, 0, 20))
    assert edits.move_keyframe(project, "a-20", "a", 20) == project


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (_edit(edits.resize_shot, "a", 20), "frame 20 would lie past"),
        (_edit(edits.resize_shot, "a", 0), "at least one frame"),
        (_edit(edits.resize_shot, "a", 10**7), "less than or equal"),
        (_edit(edits.move_keyframe, "a-0", "a", 20), "already has a keyframe"),
        (_edit(edits.move_keyframe, "a-0", "a", 48), "outside the shot"),
        (_edit(edits.replace_image, "a-0", "m9"), "not in the project"),
        (_edit(edits.add_shot, shot("a")), "same id"),
        (_edit(edits.set_caption, "a", "x" * 4001), "at most 4000"),
    ],
)
def test_impossible_edit_is_one_sentence(edit: Edit, said: str) -> None:
    with pytest.raises(EditError, match=said):
        edit(film(shot("a", 48, 0, 20)))


def test_known_content_is_registered_once() -> None:
    project = edits.add_media(film(), [item(1), item(2)])
    assert [m.id for m in project.media] == ["m0", "m1", "m2"]


def test_film_knows_where_its_shots_are() -> None:
    project = film(shot("a", 10), shot("b", 5))
    assert project.num_frames == 15
    assert [start for start, _ in project.shot_starts()] == [0, 10]
    assert project.shot_at(9) == (0, project.shots[0])
    assert project.shot_at(10) == (10, project.shots[1])
    assert project.shot_at(15) is None
    assert project.shot_at(-1) is None
