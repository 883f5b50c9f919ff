"""Director-Gen as a job: lengths, placement, determinism, resumption, refusals."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.media.movie import read_frames
from engine.pipelines.boards import load_boards, to_tensor
from engine.pipelines.conditions import draft_frame
from engine.pipelines.draft import run_draft
from engine.pipelines.models import ModelCache
from engine.pipelines.prediction import pass_caption
from engine.pipelines.steps import ClipPreview, StageProgress
from engine.pipelines.take import TakeFolder
from engine.planning.film import plan_job
from engine.protocol.errors import BadInput, ModelMissing
from engine.protocol.jobs import Join, KeyframeSpec, ShotSpec
from tests.engine.pipelines.conftest import TinyFilm, run, run_until


def _frames(path: Path) -> np.ndarray:
    return np.stack(list(read_frames(path)))


def test_a_draft_has_the_length_asked_for_and_shows_its_keyframes(film: TinyFilm) -> None:
    steps, result = run(run_draft(film.draft(), film.models))
    assert result.num_frames == 33
    assert len(_frames(result.path)) == 33
    used = [(row["requested_frame"], row["frame"]) for row in result.report["keyframes"]]
    assert used == [(0, 0), (11, 9), (32, 31)]
    stages = [step.stage for step in steps if isinstance(step, StageProgress)]
    assert list(dict.fromkeys(stages)) == ["load", "keyframes", "captions", "denoise", "decode"]


def test_every_step_shows_the_whole_clip(film: TinyFilm) -> None:
    steps, _ = run(run_draft(film.draft(), film.models))
    previews = [step for step in steps if isinstance(step, ClipPreview)]
    assert len(previews) == 3
    assert all(preview.frames.shape == (33, 64, 112, 3) for preview in previews)
    assert all(preview.frames.dtype == np.uint8 for preview in previews)


def test_the_same_seed_makes_the_same_pixels_and_another_does_not(film: TinyFilm) -> None:
    paths = [
        run(run_draft(film.draft(take, seed), film.models))[1].path
        for take, seed in (("a", 3), ("b", 3), ("c", 4))
    ]
    first, again, other = (_frames(path) for path in paths)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("step", [1, 2])
def test_a_stopped_draft_goes_on_to_the_same_pixels(film: TinyFilm, step: int) -> None:
    whole = run(run_draft(film.draft("whole"), film.models))[1].path
    run_until(run_draft(film.draft("stopped"), film.models), "denoise", step)
    steps, result = run(run_draft(film.draft("stopped"), film.models))
    begun = next(s for s in steps if isinstance(s, StageProgress) and s.stage == "denoise")
    assert begun.step == step, "the steps that were done are not done again"
    assert np.array_equal(_frames(whole), _frames(result.path))
    latents = [TakeFolder(str(film.root / take)).load_latents() for take in ("whole", "stopped")]
    assert torch.equal(latents[0], latents[1])


def test_a_checkpoint_of_another_film_is_not_used(film: TinyFilm) -> None:
    run_until(run_draft(film.draft(), film.models), "denoise", 2)
    steps, _ = run(run_draft(film.draft(seed=9), film.models))
    begun = next(s for s in steps if isinstance(s, StageProgress) and s.stage == "denoise")
    assert begun.step == 0


def test_a_damaged_checkpoint_costs_time_only(film: TinyFilm) -> None:
    run_until(run_draft(film.draft(), film.models), "denoise", 2)
    (film.root / "take" / "scratch" / "draft.safetensors").write_bytes(b"\xff" * 64)
    _, result = run(run_draft(film.draft(), film.models))
    assert result.num_frames == 33


def test_a_missing_board_is_named(film: TinyFilm) -> None:
    (film.root / "1.png").unlink()
    with pytest.raises(BadInput, match=r"1\.png is not there any more"):
        run(run_draft(film.draft(), film.models))


def test_a_missing_shard_is_named(film: TinyFilm) -> None:
    broken = film.root / "broken"
    shutil.copytree(film.sr, broken)
    shards = sorted((broken / "transformer").glob("*.safetensors"))
    assert len(shards) > 1
    shards[1].unlink()
    job = film.draft().model_copy(update={"model": str(broken)})
    with pytest.raises(ModelMissing, match=shards[1].name):
        run(run_draft(job, ModelCache()))


def test_captions_are_joined_in_the_form_the_models_know(film: TinyFilm) -> None:
    job = film.draft().model_copy(update={"caption": "A film."})
    assert pass_caption(job) == "A film. Shot 1: slow pan left Shot 2:"


def test_captions_reach_the_net(film: TinyFilm) -> None:
    plain = run(run_draft(film.draft("plain"), film.models))[1].path
    job = film.draft("told").model_copy(update={"caption": "push in"})
    told = run(run_draft(job, film.models))[1].path
    assert not np.array_equal(_frames(plain), _frames(told))


MODES: dict[str, list[tuple[int, Join, tuple[int, ...]]]] = {
    "text only": [(14, "cut", ())],
    "first": [(14, "cut", (0,))],
    "last": [(14, "cut", (13,))],
    "any": [(14, "cut", (6,))],
    "many": [(21, "cut", (0, 5, 12, 20))],
    "adjacent": [(14, "cut", (4, 5, 6, 7))],
    "every frame": [(6, "cut", (0, 1, 2, 3, 4, 5))],
    "one frame": [(1, "cut", ())],
    "shots": [(9, "cut", (0,)), (8, "continue", ()), (7, "cut", (3,)), (5, "cut", ())],
    "cuts without keyframes": [(5, "cut", ()), (6, "cut", ()), (7, "cut", ())],
}


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_of_the_paper_makes_its_clip(film: TinyFilm, mode: str) -> None:
    shots = tuple(
        ShotSpec(
            num_frames=length,
            join=join,
            keyframes=tuple(
                KeyframeSpec(image=str(film.root / f"{index % 3}.png"), frame=frame)
                for index, frame in enumerate(frames)
            ),
        )
        for length, join, frames in MODES[mode]
    )
    job = film.draft().model_copy(update={"shots": shots, "num_steps": 1})
    plan = plan_job(job)
    _, result = run(run_draft(job, film.models))
    assert result.num_frames == len(_frames(result.path)) == sum(s.num_frames for s in shots)
    rows = result.report["keyframes"]
    assert [row["frame"] for row in rows] == list(plan.keyframe_frames.values())
    assert all(row["frame"] - row["requested_frame"] in {-2, -1, 0, 1} for row in rows)
    codec = film.models.get(job.model, "gen").codec
    z = TakeFolder(job.folder).load_latents()
    boards = load_boards(job, draft_frame(job, film.models.get(job.model, "gen")))
    for keyframe, latent in plan.keyframe_latents.items():
        alone = codec.encode(to_tensor([boards[keyframe]]))[:, :, 0]
        assert torch.equal(z[:, :, latent], alone), "a given latent comes back as it was"
