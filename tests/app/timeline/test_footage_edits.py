"""Footage in the document: no edit asks for a frame that the movie does not have."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.timeline import cutting, footage_edits, groups
from app.timeline.edits import EditError, set_join
from app.timeline.parts import FootageItem, FootageUse
from app.timeline.project import Format, Project, Shot
from engine.protocol.jobs import FrameRate
from tests.app.timeline.films import film, shot


def movie(number: int = 0, num_frames: int = 100, rate: int = 24) -> FootageItem:
    return FootageItem(
        id=f"f{number}",
        path=f"/movies/{number}.mp4",
        name=f"{number}.mp4",
        fingerprint=f"{number:064x}",
        width=64,
        height=36,
        rate=FrameRate(num=rate),
        own_rate=FrameRate(num=rate),
        num_frames=num_frames,
        num_sounds=1,
    )


def cut(name: str, start: int = 0, num_frames: int = 40, number: int = 0) -> Shot:
    use = FootageUse(footage=f"f{number}", start=start)
    return Shot(id=name, num_frames=num_frames, footage=use)


def footage_film(*shots: Shot) -> Project:
    return Project(footage=(movie(0), movie(1)), shots=shots, media=film().media)


def stretches(project: Project) -> list[tuple[int, int] | None]:
    return [
        None if s.footage is None else (s.footage.start, s.footage.start + s.num_frames)
        for s in project.shots
    ]


def test_whole_movies_come_in_once_however_often_they_are_shown() -> None:
    project, names = footage_edits.insert_movies(film(shot("a")), [movie(0), movie(1)], 0)
    assert [s.id for s in project.shots] == [*names, "a"]
    assert stretches(project) == [(0, 100), (0, 100), None]
    again, _ = footage_edits.insert_movies(project, [movie(0)], 99)
    assert len(again.footage) == 2
    assert stretches(again)[-1] == (0, 100)


def test_a_movie_that_was_counted_at_another_rate_is_refused() -> None:
    with pytest.raises(EditError, match="another frame rate"):
        footage_edits.add_footage(film(), [movie(rate=25)])


@given(
    start=st.integers(0, 60),
    delta=st.integers(-200, 200),
    slips=st.integers(-200, 200),
)
def test_a_clamped_edit_never_leaves_the_movie(start: int, delta: int, slips: int) -> None:
    project = footage_film(cut("a", start), cut("b", 30, number=1))
    first = project.shots[0]
    head = cutting.trim_head(project, "a", cutting.clamp_head(first, delta))
    most = footage_edits.longest(project, first)
    tail = cutting.trim_tail(project, "a", cutting.clamp_tail(first, delta, most))
    rolled = cutting.roll_join(project, "a", cutting.clamp_roll(project, "a", delta))
    slipped = footage_edits.slip(project, "a", footage_edits.clamp_slip(project, "a", slips))
    assert stretches(head)[0] == (start + 40 - head.shots[0].num_frames, start + 40)
    assert stretches(tail)[0] == (start, start + tail.shots[0].num_frames)
    assert rolled.num_frames == project.num_frames
    assert slipped.shots[0].num_frames == 40


def test_a_trim_past_the_movies_ends_says_so() -> None:
    project = footage_film(cut("a", 5))
    with pytest.raises(EditError, match="nothing before its first frame"):
        cutting.trim_head(project, "a", -6)
    with pytest.raises(EditError, match="ends before the shot does"):
        cutting.trim_tail(project, "a", 56)
    with pytest.raises(EditError, match="no frames there"):
        footage_edits.slip(project, "a", 56)


def test_split_footage_is_cut_and_shows_the_same_frames() -> None:
    project = set_join(footage_film(cut("a", 10), shot("b")), "a", "continue")
    halves = cutting.split_shot(project, "a", 15)
    assert stretches(halves) == [(10, 25), (25, 50), None]
    assert [s.join for s in halves.shots[:2]] == ["cut", "continue"]
    many = footage_edits.divide(project, "a", [0, 30, 8, 8, 40, 77])
    assert stretches(many) == [(10, 18), (18, 40), (40, 50), None]
    assert footage_edits.divide(project, "a", [0, 40]) is project


def test_new_frames_go_on_from_footage_and_lead_into_it() -> None:
    project = footage_film(cut("a"), cut("b", number=1))
    after, made = footage_edits.extend_after(project, "a", 12, "room")
    assert [s.id for s in after.shots] == ["a", made, "b"]
    assert [s.join for s in after.shots] == ["continue", "cut", "cut"]
    assert (after.shot(made).num_frames, after.shot(made).room) == (12, "room")
    assert after.shot(made).caption == ""
    before, led = footage_edits.extend_before(project, "b", 24, "fade")
    assert [s.id for s in before.shots] == ["a", led, "b"]
    assert [s.join for s in before.shots] == ["cut", "continue", "cut"]
    assert footage_edits.is_beside_footage(after, made)
    assert footage_edits.is_beside_footage(before, led)
    assert not footage_edits.is_beside_footage(footage_film(cut("a"), shot("b")), "b")


def test_a_bridge_continues_on_both_sides() -> None:
    project = footage_film(cut("a"), cut("b", number=1))
    bridged, made = footage_edits.bridge(project, "a", 12, "silence")
    assert [s.join for s in bridged.shots] == ["continue", "continue", "cut"]
    assert bridged.shots[1].id == made
    gap = footage_film(cut("a"), shot("x", 24, 3), cut("b", number=1))
    joined, name = footage_edits.bridge(gap, "a", 12, "silence")
    assert name == "x"
    assert [s.join for s in joined.shots] == ["continue", "continue", "cut"]
    assert joined.shot("x").keyframes == gap.shot("x").keyframes
    with pytest.raises(EditError, match="no later shot"):
        footage_edits.bridge(project, "b", 12, "silence")
    with pytest.raises(EditError, match="shows a movie first"):
        footage_edits.bridge(gap, "x", 12, "silence")


def test_another_movie_takes_the_place_of_one() -> None:
    project = footage_film(cut("a", 50))
    same = footage_edits.replace_movie(project, "a", movie(7), 50)
    assert stretches(same) == [(50, 90)]
    short = footage_edits.replace_movie(project, "a", movie(7, num_frames=30), 50)
    assert stretches(short) == [(0, 30)]
    assert [item.name for item in footage_edits.used_footage(short)] == ["7.mp4"]


def test_relinked_movies_keep_their_shots() -> None:
    project = footage_film(cut("a"))
    moved = footage_edits.relink(project, {"f0": "/elsewhere/0.mp4"})
    assert moved.footage_item("f0").path == "/elsewhere/0.mp4"
    assert moved.footage_item("f1") == project.footage_item("f1")
    assert moved.shots == project.shots


def test_what_cannot_be_read_of_a_movie_is_not_shown() -> None:
    project = footage_film(cut("a", 0), cut("b", 40), cut("c", 60), cut("d", number=1))
    read = footage_edits.reread(project, movie(0, num_frames=55))
    assert stretches(read) == [(0, 40), (40, 55), (0, 40)]


def test_copied_footage_is_taken_along() -> None:
    project = footage_film(cut("a"), shot("b"), cut("c", number=1))
    copied = groups.copy_shots(project, {"b", "c"})
    assert [item.id for item in copied.footage] == ["f1"]


def test_neighbours_are_the_made_shots() -> None:
    project = footage_film(shot("x"), cut("a"), cut("b", number=1))
    before, after = footage_edits.neighbours(project, "a")
    assert before is not None and before.id == "x"
    assert after is None
    assert [item.id for item in footage_edits.used_footage(project)] == ["f0", "f1"]
    assert Format() == project.format
