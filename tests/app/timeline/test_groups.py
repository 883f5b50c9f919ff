"""Several parts at once, markers and the marked range."""

from __future__ import annotations

import pytest

from app.timeline import groups, marks
from app.timeline.edits import EditError
from app.timeline.project import Marker, Project
from tests.app.timeline.films import film, shot


def test_shots_move_together_in_their_order() -> None:
    project = film(*(shot(name) for name in "abcde"))
    names = [s.id for s in groups.move_shots(project, {"d", "a"}, 3).shots]
    assert names == ["b", "c", "a", "d", "e"]
    assert [s.id for s in groups.move_shots(project, {"b"}, 1).shots] == list("abcde")
    assert [s.id for s in groups.remove_shots(project, {"b", "d"}).shots] == ["a", "c", "e"]


def test_keyframes_shift_together_over_cuts() -> None:
    project = film(shot("a", 10, 0, 8), shot("b", 10, 3))
    moved = groups.shift_keyframes(project, {"a-8", "b-3"}, 4)
    assert [k.id for k in moved.shot("a").keyframes] == ["a-0"]
    assert [(k.id, k.frame) for k in moved.shot("b").keyframes] == [("a-8", 2), ("b-3", 7)]
    with pytest.raises(EditError, match="outside the film"):
        groups.shift_keyframes(project, {"b-3"}, 9)
    with pytest.raises(EditError, match="Frame 8 of the film already"):
        groups.shift_keyframes(project, {"a-0"}, 8)
    swapped = groups.shift_keyframes(project, {"a-0", "a-8"}, 1)
    assert [k.frame for k in swapped.shot("a").keyframes] == [1, 9]


def test_copies_have_names_and_places_of_their_own() -> None:
    project = film(shot("a", 10, 0, 8), shot("b", 10, 3))
    copied = groups.copy_shots(project, {"b"})
    assert [item.id for item in copied.media] == ["m0"]
    longer = groups.insert_shots(project, groups.renewed(copied.shots), 0)
    assert [s.num_frames for s in longer.shots] == [10, 10, 10]
    assert len({k.id for s in longer.shots for k in s.keyframes}) == 4
    pins = groups.copy_keyframes(project, {"a-8", "b-3"})
    assert [offset for offset, _ in pins.keyframes] == [0, 5]


def test_markers_stay_in_order_and_one_to_a_frame() -> None:
    project = marks.add_marker(film(), Marker(id="x", frame=9))
    project = marks.add_marker(project, Marker(id="y", frame=2, name="look"))
    assert [m.id for m in project.markers] == ["y", "x"]
    project = marks.rename_marker(project, "x", " cut here ")
    project = marks.color_marker(project, "x", "red")
    project = marks.move_marker(project, "x", 1)
    first = project.markers[0]
    assert (first.id, first.name, first.color) == ("x", "cut here", "red")
    with pytest.raises(EditError, match="already has a marker"):
        marks.move_marker(project, "x", 2)
    assert [m.id for m in marks.remove_marker(project, "y").markers] == ["x"]
    assert Project.model_validate_json(project.model_dump_json()) == project


def test_in_and_out_points_never_cross() -> None:
    project = film(shot("a", 48))
    assert project.in_out is None
    project = marks.set_in_point(project, 10)
    assert project.in_out == (10, 48)
    project = marks.set_out_point(project, 20)
    assert project.in_out == (10, 20)
    assert marks.set_in_point(project, 30).in_out == (30, 48)
    assert marks.set_out_point(project, 5).in_out == (0, 5)
    assert marks.clear_in_out(project) == film(shot("a", 48))
