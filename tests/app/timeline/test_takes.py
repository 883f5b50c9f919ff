from __future__ import annotations

from pathlib import Path

import pytest

from app.timeline import edits
from app.timeline.project import Format, Keyframe, Project
from app.timeline.takes import draft_job, film_passes, refine_job
from engine.protocol.jobs import FrameRate
from tests.app.timeline.films import film, shot

HERE, THERE = Path("/films/a.sdproj"), Path("/elsewhere/b.sdproj")
FILM = film(shot("a", 48, 0, 20), shot("b", 60), shot("c", 24, 7))


def _takes(project: Project, folder: Path = HERE, max_frames: int = 108) -> list[str]:
    return [film_pass.take for film_pass in film_passes(project, folder, max_frames)]


def test_passes_know_their_place_in_the_film() -> None:
    first, second = film_passes(FILM, HERE, 108)
    assert (first.first, first.stop, first.start) == (0, 2, 0)
    assert (second.first, second.stop, second.start) == (2, 3, 108)
    assert first.plan.num_frames_requested == 108
    assert film_passes(film(), HERE) == ()


def test_takes_keep_their_names_when_the_folder_moves() -> None:
    assert _takes(FILM, HERE) == _takes(FILM, THERE)
    assert film_passes(FILM, THERE)[0].folder(THERE).parent == THERE / "takes"


def test_takes_keep_their_names_when_ids_change() -> None:
    renamed = film(*(s.model_copy(update={"id": f"x{s.id}"}) for s in FILM.shots))
    assert _takes(renamed) == _takes(FILM)


@pytest.mark.parametrize(
    "changed",
    [
        edits.set_seed(FILM, 9),
        edits.set_film_caption(FILM, "Night."),
        FILM.model_copy(update={"model": "/models/big"}),
        FILM.model_copy(update={"format": Format(width=1280, height=720)}),
        FILM.model_copy(update={"format": Format(rate=FrameRate(num=25))}),
    ],
    ids=["seed", "caption", "model", "size", "rate"],
)
def test_what_decides_all_pixels_renames_every_take(changed: Project) -> None:
    assert not set(_takes(changed)) & set(_takes(FILM))


@pytest.mark.parametrize(
    "changed",
    [
        edits.set_caption(FILM, "a", "Rain."),
        edits.move_keyframe(FILM, "a-20", "a", 21),
        edits.set_exact(FILM, "a-20", exact=True),
        edits.replace_image(FILM, "a-20", "m1"),
        edits.set_fit(FILM, "a-20", "contain", "black"),
        edits.set_strength(FILM, "a-20", 0.5),
        edits.remove_keyframe(FILM, "a-0"),
        edits.place_keyframe(FILM, "b", Keyframe(media="m0", frame=3)),
        edits.resize_shot(FILM, "b", 59),
        edits.set_join(FILM, "a", "continue"),
    ],
    ids=[
        "caption",
        "moved",
        "exact",
        "image",
        "fit",
        "strength",
        "removed",
        "placed",
        "length",
        "join",
    ],
)
def test_edit_of_one_pass_leaves_the_other_take_alone(changed: Project) -> None:
    before, after = _takes(FILM), _takes(changed)
    assert after[0] != before[0]
    assert after[1] == before[1]


def test_jobs_say_all_that_the_engine_needs() -> None:
    film_pass = film_passes(FILM, HERE, 108)[0]
    draft, refine = draft_job(FILM, HERE, film_pass), refine_job(FILM, HERE, film_pass)
    assert draft.folder == refine.folder == str(HERE / "takes" / film_pass.take)
    assert draft.job_id != refine.job_id
    assert draft.shots[0].keyframes[1].frame == 20
    assert draft.shots[0].keyframes[1].image == str(HERE / "media" / FILM.media[0].file)
    assert (draft.width, draft.height, draft.rate) == (1920, 1080, FrameRate(num=24))


def test_bars_count_only_where_there_are_some() -> None:
    waiting = edits.set_fit(FILM, "a-20", "cover", "blur")
    assert _takes(waiting) == _takes(FILM)
    shown = edits.set_fit(FILM, "a-20", "contain", "blur")
    assert _takes(shown) != _takes(edits.set_fit(FILM, "a-20", "contain", "black"))


def test_takes_of_undivided_films_keep_the_names_they_always_had() -> None:
    assert _takes(FILM) == ["6fcdcf2afc98c05e", "7aed85661ed8e705"]


LONG = film(shot("a", 40), shot("b", 500, 0, 120, 260, 400), shot("c", 30))


def test_a_long_shot_is_divided_and_both_passes_know_the_border() -> None:
    intro, one, other = film_passes(LONG, HERE)
    assert [(p.start, p.end) for p in (intro, one, other)] == [(0, 40), (40, 300), (300, 570)]
    assert [(p.first, p.stop) for p in (intro, one, other)] == [(0, 1), (1, 2), (1, 3)]
    assert one.plan.keyframe_frames == {0: 0, 1: 121, 2: 260}
    border = draft_job(LONG, HERE, one).next_keyframe
    assert border is not None
    assert border.image == draft_job(LONG, HERE, other).shots[0].keyframes[0].image
    assert draft_job(LONG, HERE, other).next_keyframe is None


def test_another_border_image_renames_both_of_its_passes() -> None:
    changed = edits.replace_image(LONG, "b-260", "m1")
    names, before = _takes(changed, HERE, 361), _takes(LONG, HERE, 361)
    assert [name == old for name, old in zip(names, before, strict=True)] == [True, False, False]
    assert _takes(changed, HERE, 361) == _takes(changed, THERE, 361)


def test_a_shared_keyframe_is_pinned_on_both_sides() -> None:
    soft = edits.set_strength(edits.set_strength(LONG, "b-260", 0.5), "b-120", 0.5)
    _, one, other = film_passes(soft, HERE)
    assert one.next_keyframe is not None
    assert one.next_keyframe.strength == other.shots[0].keyframes[0].strength == 1
    assert one.shots[0].keyframes[1].strength == 0.5
