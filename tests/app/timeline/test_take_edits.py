"""Which take a pass uses: seeds of its own, kept takes, takes thrown away, settings restored."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.timeline import edits, take_edits
from app.timeline.edits import EditError
from app.timeline.project import KeptTake, Project
from app.timeline.takes import FilmPass, draft_job, film_passes
from tests.app.timeline.films import film, shot

HERE = Path("/films/a.sdproj")
FILM = film(shot("a", 300, 0, 20), shot("b", 200), shot("c", 24, 7))
LONG = film(shot("a", 40), shot("b", 500, 0, 120, 260, 400), shot("c", 30))


def _takes(project: Project) -> list[str]:
    return [film_pass.take for film_pass in film_passes(project, HERE)]


def _use(project: Project, film_pass: FilmPass, maker: FilmPass, of: Project) -> Project:
    job = draft_job(of, HERE, maker)
    return take_edits.use_take(project, film_pass, maker.take, job, maker.content)


@pytest.mark.parametrize("project", [FILM, LONG], ids=["cuts", "divided"])
def test_a_seed_of_its_own_renames_one_take_only(project: Project) -> None:
    before = _takes(project)
    for index, film_pass in enumerate(film_passes(project, HERE)):
        changed = take_edits.set_pass_seed(project, film_pass.anchor, 77)
        after = film_passes(changed, HERE)
        assert [p.take != old for p, old in zip(after, before, strict=True)] == [
            number == index for number in range(len(before))
        ]
        assert draft_job(changed, HERE, after[index]).seed == 77
        back = take_edits.set_pass_seed(changed, film_pass.anchor, None)
        assert back == project
        assert _takes(take_edits.set_pass_seed(project, film_pass.anchor, project.seed)) == before


def test_a_take_that_differs_by_its_seed_is_used_by_its_seed() -> None:
    other = edits.set_seed(FILM, 9)
    maker = film_passes(other, HERE)[0]
    changed = _use(FILM, film_passes(FILM, HERE)[0], maker, other)
    assert changed.shots[0].seed == 9
    assert changed.shots[0].kept is None
    assert _takes(changed) == [maker.take, _takes(FILM)[1]]
    back = _use(changed, film_passes(changed, HERE)[0], film_passes(FILM, HERE)[0], FILM)
    assert back == FILM


def test_a_take_of_another_model_is_kept_until_its_shots_change() -> None:
    other = edits.set_model(FILM, "big")
    maker = film_passes(other, HERE)[0]
    changed = _use(FILM, film_passes(FILM, HERE)[0], maker, other)
    assert changed.shots[0].kept == KeptTake(take=maker.take, shots=maker.content)
    first = film_passes(changed, HERE)[0]
    assert (first.take, first.own_take) == (maker.take, _takes(FILM)[0])
    assert _takes(edits.set_film_caption(changed, "Night."))[0] == maker.take
    assert _takes(edits.set_caption(changed, "a", "Rain."))[0] != maker.take


def test_a_take_of_other_shots_is_refused_in_one_sentence() -> None:
    other = edits.set_caption(FILM, "a", "Rain.")
    with pytest.raises(EditError, match="restore its settings"):
        _use(FILM, film_passes(FILM, HERE)[0], film_passes(other, HERE)[0], other)


def test_settings_come_back_with_shots_boards_and_seed() -> None:
    first = film_passes(FILM, HERE)[0]
    job = draft_job(FILM, HERE, first)
    changed = edits.set_caption(edits.set_seed(FILM, 5), "a", "Rain.")
    changed = edits.move_keyframe(edits.set_model(changed, "big"), "a-20", "a", 33)
    changed = edits.resize_shot(changed, "a", 310)
    restored = take_edits.restore_settings(changed, film_passes(changed, HERE)[0], job)
    assert _takes(restored)[0] == first.take
    assert restored.shots[0].seed == FILM.seed
    assert restored.seed == 5


def test_settings_of_another_number_of_shots_are_refused() -> None:
    job = draft_job(FILM, HERE, film_passes(FILM, HERE)[1])
    changed = edits.remove_shot(FILM, "c")
    with pytest.raises(EditError, match="2 shots and the pass has 1"):
        take_edits.restore_settings(changed, film_passes(changed, HERE)[1], job)


def test_a_discarded_take_keeps_nothing() -> None:
    anchor = film_passes(FILM, HERE)[0].anchor
    content = film_passes(FILM, HERE)[0].content
    kept = take_edits.keep_take(FILM, anchor, KeptTake(take="old", shots=content))
    assert _takes(kept)[0] == "old"
    gone = take_edits.discard_take(kept, "old")
    assert _takes(gone) == _takes(FILM)
    assert gone.discarded == ("old",)
