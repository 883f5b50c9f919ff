"""The paper's comparisons as drafts: right lengths, right latents, and what each one sees."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.media.movie import read_frames
from engine.media.stills import RgbImage
from engine.pipelines.boards import load_boards, to_frames, to_tensor
from engine.pipelines.conditions import draft_frame
from engine.pipelines.draft import run_draft
from engine.pipelines.refine import run_refine
from engine.pipelines.steps import ClipPreview, JobResult, StageProgress, Step
from engine.pipelines.take import TakeFolder
from engine.planning.film import plan_job
from engine.protocol.jobs import Ablation, DraftJob, Method, RopeMode
from tests.engine.pipelines.conftest import TinyFilm, run, run_until

METHODS: list[Method] = ["direct_insertion", "replication", "pairwise"]


def _job(film: TinyFilm, method: Method, rope: RopeMode = "mc", take: str = "take") -> DraftJob:
    ablation = Ablation(method=method, rope=rope)
    return film.draft(take).model_copy(update={"ablation": ablation, "num_steps": 2})


def _made(film: TinyFilm, job: DraftJob) -> tuple[list[Step], JobResult, Tensor]:
    steps, result = run(run_draft(job, film.models))
    return steps, result, TakeFolder(job.folder).load_latents()


def _boards(film: TinyFilm, job: DraftJob) -> list[RgbImage]:
    return load_boards(job, draft_frame(job, film.models.get(job.model, "gen")))


@pytest.mark.parametrize("method", METHODS)
def test_a_comparison_has_the_length_asked_for_and_its_keyframes(
    film: TinyFilm, method: Method
) -> None:
    job = _job(film, method)
    steps, result, z = _made(film, job)
    plan = plan_job(job)
    assert result.num_frames == len(list(read_frames(result.path))) == 33
    previews = [step for step in steps if isinstance(step, ClipPreview)]
    assert previews
    assert all(preview.frames.shape == (33, 64, 112, 3) for preview in previews)
    used = [(row["requested_frame"], row["frame"]) for row in result.report["keyframes"]]
    in_stream = method != "pairwise"
    assert used == ([(0, 0), (11, 11), (32, 32)] if in_stream else [(0, 0), (11, 9), (32, 31)])
    codec = film.models.get(job.model, "gen").codec
    for keyframe, latent in plan.keyframe_latents.items():
        board = _boards(film, job)[keyframe]
        if method == "replication" and latent > 0:
            expected = codec.encode(to_tensor([board] * 5))[:, :, 1]
        else:
            expected = codec.encode(to_tensor([board]))[:, :, 0]
        assert torch.equal(z[:, :, latent], expected)


def test_a_stream_is_decoded_as_one(film: TinyFilm, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.pipelines import draft

    seen: list[np.ndarray] = []

    class Recorder(draft.MovieWriter):
        def write(self, frame: np.ndarray) -> None:
            seen.append(frame)
            super().write(frame)

    monkeypatch.setattr(draft, "MovieWriter", Recorder)
    job = _job(film, "direct_insertion")
    _, _, z = _made(film, job)
    assert z.shape[2] == 9
    whole = to_frames(film.models.get(job.model, "gen").codec.decode(z))
    assert np.array_equal(np.stack(seen), whole)


def test_pairwise_sees_no_further_than_its_two_keyframes(film: TinyFilm) -> None:
    changed: dict[str, Tensor] = {}
    methods: tuple[Method, ...] = ("pairwise", "multi_chunk")
    for method in methods:
        before = _made(film, _job(film, method, take=f"{method}-a"))[2]
        last, other = film.root / "2.png", film.root / "1.png"
        kept = last.read_bytes()
        last.write_bytes(other.read_bytes())
        after = _made(film, _job(film, method, take=f"{method}-b"))[2]
        last.write_bytes(kept)
        changed[method] = (before != after).flatten(3).any(3)[0].any(0)
    plan = plan_job(_job(film, "pairwise"))
    second = plan.keyframe_latents[1]
    assert not changed["pairwise"][: second + 1].any()
    assert changed["pairwise"][second + 1 :].all()
    assert changed["multi_chunk"][:second].any()


def test_a_stopped_pairwise_draft_goes_on_to_the_same_latents(film: TinyFilm) -> None:
    whole = _made(film, _job(film, "pairwise", take="whole"))[2]
    stopped = _job(film, "pairwise", take="stopped")
    run_until(run_draft(stopped, film.models), "denoise", 3)  # in the second of three runs
    steps, _, z = _made(film, stopped)
    denoise = [s for s in steps if isinstance(s, StageProgress) and s.stage == "denoise"]
    assert [s.step for s in denoise] == [2, 3, 4, 4, 5, 6], "one run and a step are kept"
    assert {s.num_steps for s in denoise} == {6}
    assert torch.equal(z, whole)
    assert not list((Path(stopped.folder) / "scratch").glob("*.safetensors"))


def test_each_rope_makes_another_clip_of_the_same_length(film: TinyFilm) -> None:
    ropes: tuple[RopeMode, ...] = ("mc", "continuous", "reset")
    made = [_made(film, _job(film, "multi_chunk", rope, take=rope)) for rope in ropes]
    assert {result.num_frames for _, result, _ in made} == {33}
    assert all(z.isfinite().all() for _, _, z in made)
    assert not torch.equal(made[0][2], made[1][2])
    assert not torch.equal(made[0][2], made[2][2])


@pytest.mark.parametrize("method", METHODS)
def test_a_comparison_can_be_refined(film: TinyFilm, method: Method) -> None:
    _made(film, _job(film, method))
    _, master = run(run_refine(film.refine(), film.models))
    assert len(list(read_frames(master.path))) == master.num_frames == 33
