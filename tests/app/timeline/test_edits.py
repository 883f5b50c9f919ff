from __future__ import annotations

import contextlib
from collections.abc import Callable

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
some_edits: st.SearchStrategy[Edit] = st.one_of(
    st.builds(
        lambda i: lambda p: edits.add_shot(p, shot("c", 9), i), st.none() | st.integers(0, 3)
    ),
    st.builds(lambda s: lambda p: edits.remove_shot(p, s), shot_ids),
    st.builds(lambda s, i: lambda p: edits.move_shot(p, s, i), shot_ids, st.integers(0, 4)),
    st.builds(lambda s, n: lambda p: edits.resize_shot(p, s, n), shot_ids, frames),
    st.builds(lambda s, c: lambda p: edits.set_caption(p, s, c), shot_ids, st.text(max_size=5)),
    st.builds(lambda s: lambda p: edits.set_join(p, s, "continue"), shot_ids),
    st.builds(lambda n: lambda p: edits.set_seed(p, n), st.integers(-1, 2**63)),
    st.builds(
        lambda s, f, m: (
            lambda p: edits.place_keyframe(
                p, s, Keyframe.model_construct(id="new", media=m, frame=f)
            )
        ),
        shot_ids,
        frames,
        st.sampled_from(["m0", "m9"]),
    ),
    st.builds(
        lambda k, s, f: lambda p: edits.move_keyframe(p, k, s, f), keyframe_ids, shot_ids, frames
    ),
    st.builds(
        lambda k, m: lambda p: edits.replace_image(p, k, m),
        keyframe_ids,
        st.sampled_from(["m0", "m1", "m9"]),
    ),
    st.builds(lambda k: lambda p: edits.set_exact(p, k, exact=True), keyframe_ids),
    st.builds(lambda k: lambda p: edits.remove_keyframe(p, k), keyframe_ids),
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
        (lambda p: edits.resize_shot(p, "a", 20), "frame 20 would lie past"),
        (lambda p: edits.resize_shot(p, "a", 0), "at least one frame"),
        (lambda p: edits.resize_shot(p, "a", 10**6), "less than or equal"),
        (lambda p: edits.move_keyframe(p, "a-0", "a", 20), "already has a keyframe"),
        (lambda p: edits.move_keyframe(p, "a-0", "a", 48), "outside the shot"),
        (lambda p: edits.replace_image(p, "a-0", "m9"), "not in the project"),
        (lambda p: edits.add_shot(p, shot("a")), "same id"),
        (lambda p: edits.set_caption(p, "a", "x" * 4001), "at most 4000"),
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
