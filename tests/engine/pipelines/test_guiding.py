"""Keyframes that guide, through whole jobs: drafts depart from them, masters do not pin them."""

from __future__ import annotations

import numpy as np
import torch

from engine.media.movie import read_frames
from engine.pipelines.draft import run_draft
from engine.pipelines.refine import run_refine
from engine.pipelines.take import TakeFolder
from engine.planning.film import plan_job
from engine.protocol.jobs import Ablation, DraftJob
from tests.engine.pipelines.conftest import TinyFilm, run, run_until


def with_strengths(job: DraftJob, *strengths: float) -> DraftJob:
    left = iter(strengths)
    shots = tuple(
        shot.model_copy(
            update={
                "keyframes": tuple(
                    spec.model_copy(update={"strength": next(left)}) for spec in shot.keyframes
                )
            }
        )
        for shot in job.shots
    )
    return job.model_copy(update={"shots": shots})


def test_the_plan_pins_some_and_holds_others() -> None:
    job = with_strengths(_plain(), 1, 0.5, 0.3)
    plan = plan_job(job)
    second, third = (plan.keyframe_latents[n] for n in (1, 2))
    assert plan.clean_latents == (0,)
    assert plan.held_latents == {second: 0.5, third: 0.7}
    assert plan.pinned_frames == {0: 0}
    assert plan.keyframe_frames == plan_job(_plain()).keyframe_frames
    compared = job.model_copy(update={"ablation": Ablation(method="direct_insertion")})
    assert len(plan_job(compared).clean_latents) == 3


def test_a_guiding_keyframe_is_made_and_a_pinned_one_stays(film: TinyFilm) -> None:
    plain, soft = film.draft("plain"), with_strengths(film.draft("soft"), 1, 0.5, 0.8)
    assert soft.model_copy(update={"job_id": ""}) != plain
    before, after = (
        TakeFolder(job.folder).load_latents() if run(run_draft(job, film.models)) else None
        for job in (plain, soft)
    )
    assert before is not None
    assert after is not None
    latents = plan_job(plain).keyframe_latents
    assert torch.equal(after[:, :, latents[0]], before[:, :, latents[0]])
    for keyframe in (1, 2):
        assert not torch.allclose(after[:, :, latents[keyframe]], before[:, :, latents[keyframe]])
    rows = TakeFolder(soft.folder).read_manifest()["draft"]["keyframes"]
    assert [row.get("strength", 1) for row in rows] == [1, 0.5, 0.8]
    assert rows[1]["psnr_db"] < rows[0]["psnr_db"]


def test_strength_one_is_the_old_job_to_the_byte(film: TinyFilm) -> None:
    assert with_strengths(film.draft(), 1, 1, 1).model_dump_json() == film.draft().model_dump_json()
    assert '"strength"' not in film.draft().model_dump_json()
    assert '"strength"' in with_strengths(film.draft(), 1, 0.9, 1).model_dump_json()


def test_a_stopped_draft_with_guiding_keyframes_goes_on_to_the_same_pixels(film: TinyFilm) -> None:
    whole = run(run_draft(with_strengths(film.draft("whole"), 0.4, 0.6, 1), film.models))[1].path
    job = with_strengths(film.draft("stopped"), 0.4, 0.6, 1)
    run_until(run_draft(job, film.models), "denoise", 2)
    path = run(run_draft(job, film.models))[1].path
    frames = [np.stack(list(read_frames(p))) for p in (whole, path)]
    assert np.array_equal(frames[0], frames[1])


def test_a_master_takes_pinned_boards_only_as_anchors(film: TinyFilm) -> None:
    plain, soft = film.draft("plain"), with_strengths(film.draft("soft"), 1, 0.3, 1)
    for job in (plain, soft):
        run(run_draft(job, film.models))
    for upsampling in ("latent", "pixel", "guided"):
        rows = {}
        for take in ("plain", "soft"):
            job = film.refine(take).model_copy(
                update={"upsampling": upsampling, "head_colour": "pixels"}
            )
            report = run(run_refine(job, film.models))[1].report
            rows[take] = [row["psnr_db"] for row in report["keyframes"]]
            assert report["borders"]["given"] == ([0, 9, 31] if take == "plain" else [0, 31])
        assert min(rows["plain"]) > 40, "the board's own pixels stand on its frame"
        assert min(rows["soft"][0], rows["soft"][2]) > 40
        assert rows["soft"][1] < 30


def _plain() -> DraftJob:
    from pathlib import Path

    from engine.pipelines.models import ModelCache

    return TinyFilm(Path("/film"), Path("/gen"), Path("/sr"), ModelCache()).draft()
