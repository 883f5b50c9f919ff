"""Settings of a film: what is set goes into jobs and names, what is not leaves all as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from app.timeline import edits, take_edits
from app.timeline.generation import Drafting, Refining, requested_of
from app.timeline.project import Project
from app.timeline.take_files import TakeFiles
from app.timeline.takes import draft_job, film_passes, refine_job
from engine.protocol.jobs import LoraSpec
from tests.app.timeline.films import film, shot

HERE = Path("/films/a.sdproj")
FILM = film(shot("a", 300, 0, 20), shot("b", 200))
SET = Drafting(
    num_steps=8,
    guidance_scale=3.5,
    guidance_interval=(0.2, 0.9),
    negative_caption="blur",
    shift=4.0,
    solver="unipc",
    caption_focus=4.0,
    loras=(LoraSpec(path="/loras/film.safetensors", weight=0.8),),
)


def _takes(project: Project) -> list[str]:
    return [film_pass.take for film_pass in film_passes(project, HERE)]


def test_what_is_set_goes_into_the_jobs() -> None:
    project = edits.set_drafting(FILM, SET)
    project = edits.set_refining(project, Refining(num_steps=2, upsampling="pixel", noise=0.0))
    film_pass = film_passes(project, HERE)[0]
    draft, refine = draft_job(project, HERE, film_pass), refine_job(project, HERE, film_pass)
    for name, value in SET.fields().items():
        assert getattr(draft, name) == value
    assert (refine.num_steps, refine.upsampling, refine.noise) == (2, "pixel", 0.0)
    assert refine.head_colour is None
    assert Drafting.of_job(draft) == SET


def test_a_film_without_settings_asks_for_what_it_always_did() -> None:
    film_pass = film_passes(FILM, HERE)[0]
    assert draft_job(FILM, HERE, film_pass).num_steps is None
    assert requested_of(refine_job(FILM, HERE, film_pass)) == {}
    assert _takes(edits.set_drafting(FILM, Drafting())) == _takes(FILM)


@pytest.mark.parametrize("name", sorted(SET.fields()))
def test_every_setting_of_a_draft_renames_its_take(name: str) -> None:
    changed = edits.set_drafting(FILM, Drafting(**{name: SET.fields()[name]}))
    assert not set(_takes(changed)) & set(_takes(FILM))


def test_settings_of_the_master_leave_drafts_alone_and_make_masters_anew() -> None:
    wanted = edits.set_refining(FILM, Refining(noise=0.3))
    assert _takes(wanted) == _takes(FILM)
    master = Path("/films/a.sdproj/takes/x/master.mkv")

    def files(**facts: object) -> TakeFiles:
        return TakeFiles(None, master, {"master": {"requested_model": "starter", **facts}})

    plain = requested_of(refine_job(FILM, HERE, film_passes(FILM, HERE)[0]))
    noisy = requested_of(refine_job(wanted, HERE, film_passes(wanted, HERE)[0]))
    assert files().master_by("starter", plain) == master, "of a program before settings"
    assert files().master_by("starter", noisy) is None
    assert files(requested={"noise": 0.3}).master_by("starter", noisy) == master
    assert files(requested={"noise": 0.3}).master_by("starter", plain) is None
    assert files(requested={"noise": 0.3}).master_by("big", noisy) is None
    assert files(requested={"noise": 0.3}).refining == ("starter", Refining(noise=0.3))
    assert files(requested={"noise": "loud"}).refining is None


def test_restoring_a_take_brings_its_settings_back() -> None:
    made = edits.set_drafting(FILM, SET)
    job = draft_job(made, HERE, film_passes(made, HERE)[0])
    target = film_passes(FILM, HERE)[0]
    back = take_edits.restore_settings(FILM, target, job, ("big", Refining(noise=0.3)))
    assert back.drafting == SET
    assert (back.refine_model, back.refining) == ("big", Refining(noise=0.3))
    plain = draft_job(FILM, HERE, target)
    again = take_edits.restore_settings(back, film_passes(back, HERE)[0], plain)
    assert again.drafting == Drafting()
    assert _takes(again)[0] == _takes(FILM)[0]


def test_a_take_of_other_settings_is_kept_as_it_is() -> None:
    made = edits.set_drafting(FILM, Drafting(num_steps=9))
    maker = film_passes(made, HERE)[0]
    job = draft_job(made, HERE, maker)
    target = film_passes(FILM, HERE)[0]
    used = take_edits.use_take(FILM, target, maker.take, job, maker.content)
    assert used.shots[0].kept is not None
    assert film_passes(used, HERE)[0].take == maker.take


@pytest.mark.parametrize("interval", [(0.9, 0.2), (-0.1, 0.5), (0.5, 1.5)])
def test_an_interval_that_makes_no_sense_is_refused(interval: tuple[float, float]) -> None:
    with pytest.raises(ValidationError):
        Drafting(guidance_interval=interval)


def test_missing_loras_are_named(tmp_path: Path) -> None:
    there = tmp_path / "here.safetensors"
    there.touch()
    gone = tmp_path / "gone.safetensors"
    drafting = Drafting(loras=(LoraSpec(path=str(there)), LoraSpec(path=str(gone))))
    assert drafting.missing_loras() == (gone,)
