"""Captions, guidance, solvers and LoRAs of a draft job reach the net, and cut runs go on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from engine.models.loader import ModelBundle
from engine.pipelines import models
from engine.pipelines.draft import run_draft
from engine.pipelines.models import ModelCache
from engine.pipelines.prediction import focus_bias, guided_fn, latent_shots, pass_caption
from engine.pipelines.take import TakeFolder
from engine.planning.film import plan_job
from engine.protocol.errors import BadInput
from engine.protocol.jobs import ComputeOptions, DraftJob, LoraSpec
from engine.sampling.flow import denoise, flow_sigmas, seeded_noise
from tests.engine.models.test_lora import write
from tests.engine.pipelines.conftest import TinyFilm, run, run_until
from tests.engine.tiny_models import CHANNELS, TEXT_DIM


def latents(film: TinyFilm, job: DraftJob) -> Tensor:
    run(run_draft(job, film.models))
    return TakeFolder(job.folder).load_latents()


def changed(film: TinyFilm, take: str, **facts: Any) -> DraftJob:
    return film.draft(take).model_copy(update=facts)


def lora(path: Path, seed: int = 0) -> LoraSpec:
    generator = torch.Generator().manual_seed(seed)
    layer = "transformer.blocks.0.attn1.to_q"
    state = {
        f"{layer}.lora_A.weight": torch.randn(2, 48, generator=generator),
        f"{layer}.lora_B.weight": torch.randn(48, 2, generator=generator),
    }
    return LoraSpec(path=str(write(path, state)))


def wide(film: TinyFilm) -> ModelBundle:
    return film.models.get(str(film.gen), "gen")


@pytest.mark.parametrize("solver", ["euler", "unipc"])
@pytest.mark.parametrize("step", [1, 3])
def test_a_stopped_draft_goes_on_to_the_same_bits(film: TinyFilm, solver: str, step: int) -> None:
    facts = {"solver": solver, "num_steps": 4, "shift": 2.0}
    whole = latents(film, changed(film, "whole", **facts))
    run_until(run_draft(changed(film, "stopped", **facts), film.models), "denoise", step)
    assert torch.equal(latents(film, changed(film, "stopped", **facts)), whole)


def test_solver_shift_and_focus_change_the_result(film: TinyFilm) -> None:
    facts: list[dict[str, Any]] = [{}, {"solver": "unipc"}, {"shift": 1.0}, {"caption_focus": 20.0}]
    made = [latents(film, changed(film, f"take{n}", **fact)) for n, fact in enumerate(facts)]
    for n, one in enumerate(made):
        assert one.isfinite().all()
        assert not any(torch.equal(one, other) for other in made[:n]), facts[n]


@torch.no_grad()
def test_guidance_leads_away_from_the_negative_caption_inside_its_interval(film: TinyFilm) -> None:
    bundle, z = wide(film), torch.randn(1, CHANNELS, 3, 4, 4)
    at = torch.tensor([[0.0, 600.0, 600.0]])

    def predicted(**facts: Any) -> Tensor:
        return guided_fn(changed(film, "take", **facts), bundle, (0.0, 1.0, 1.25))(z, at)

    plain, base = predicted(guidance_scale=1.0), predicted(guidance_scale=0.0)
    guided = predicted(guidance_scale=3.0)
    torch.testing.assert_close(guided, base + 3 * (plain - base))
    assert not torch.equal(guided, predicted(guidance_scale=3.0, negative_caption="rain"))
    assert torch.equal(guided, predicted(guidance_scale=3.0, guidance_interval=(0.6, 1.0)))
    assert torch.equal(plain, predicted(guidance_scale=3.0, guidance_interval=(0.7, 1.0)))


@torch.no_grad()
def test_residual_caches_keep_the_branches_of_guidance_apart(film: TinyFilm) -> None:
    """A cache whose threshold nothing meets must change nothing, run after run."""
    device, job = torch.device("cpu"), changed(film, "take", guidance_scale=3.0)
    made: list[Tensor] = []
    for options in (ComputeOptions(), ComputeOptions(cache_threshold=1e-30)):
        bundle = ModelBundle(film.gen, device, torch.float32, options)
        predict = guided_fn(job, bundle, (0.0, 1.0, 1.25))
        for seed in (1, 2):
            noise = seeded_noise((1, CHANNELS, 3, 4, 4 * seed), seed)
            *_, done = denoise(predict, noise, flow_sigmas(3), prediction_type="sample")
            made.append(done.z)
    assert torch.equal(made[0], made[2])
    assert torch.equal(made[1], made[3])


def test_a_lora_is_in_the_manifest_and_leaves_no_trace(film: TinyFilm, tmp_path: Path) -> None:
    plain = latents(film, changed(film, "plain"))
    spec = lora(tmp_path / "style.safetensors")
    worn = changed(film, "worn", loras=(spec,))
    assert not torch.equal(latents(film, worn), plain)
    facts = json.loads((Path(worn.folder) / "take.json").read_text())["draft"]
    assert [entry["path"] for entry in facts["loras"]] == [spec.path]
    assert len(facts["loras"][0]["hash"]) == 16
    assert facts["model"]["fingerprint"] != wide(film).fingerprint
    assert torch.equal(latents(film, changed(film, "bare")), plain)


def test_a_checkpoint_made_with_another_lora_is_not_used(film: TinyFilm, tmp_path: Path) -> None:
    path = tmp_path / "style.safetensors"
    job = changed(film, "take", loras=(lora(path, seed=0),))
    run_until(run_draft(job, film.models), "denoise", 2)
    lora(path, seed=1)  # the same name, other content
    expected = latents(film, job.model_copy(update={"folder": str(film.root / "fresh")}))
    assert torch.equal(latents(film, job), expected)


def test_a_lora_that_does_not_fit_leaves_no_take(film: TinyFilm, tmp_path: Path) -> None:
    job = changed(film, "none", loras=(LoraSpec(path=str(tmp_path / "gone.safetensors")),))
    with pytest.raises(BadInput, match="cannot be read"):
        run(run_draft(job, film.models))
    assert not Path(job.folder).exists()


def test_latents_belong_to_the_shot_in_which_they_are_seen(film: TinyFilm) -> None:
    job = film.draft()
    plan = plan_job(job)
    cut = plan.cut_frames[0]
    for span, shot in zip(plan.latent_spans, latent_shots(job, plan), strict=True):
        assert shot == (0 if span[1] <= cut else 1)


def test_focus_lowers_other_shots_captions_only(film: TinyFilm) -> None:
    job = changed(film, "take", caption="A film.", caption_focus=3.0)
    bundle, plan = wide(film), plan_job(job)
    assert focus_bias(film.draft(), bundle, plan) is None, "off by default"
    bias = focus_bias(job, bundle, plan)
    assert bias is not None
    assert bias.shape == (plan.num_latents, bundle.settings.max_tokens)
    whole = pass_caption(job)
    first, second = whole.index("Shot 1:"), whole.index("Shot 2:")
    for row, shot in zip(bias, latent_shots(job, plan), strict=True):
        lowered = row.eq(-3.0).nonzero().flatten().tolist()
        assert row.ne(0).sum() == len(lowered)
        others = range(second - 1, len(whole)) if shot == 0 else range(first - 1, second - 1)
        assert lowered == list(others), "ByT5 counts bytes; the space before goes along"


def test_scalar_models_hear_one_timestep_and_keep_what_is_given(
    film: TinyFilm, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = film.root / "scalar"
    bundle = ModelBundle(film.gen, torch.device("cpu"), torch.float32)
    bundle.settings = bundle.settings.model_copy(update={"timesteps": "scalar"})
    heard: list[Tensor] = []
    forward = bundle.transformer.forward

    def listening(z: Tensor, timestep: Tensor, *rest: Any, **options: Any) -> Tensor:
        heard.append(timestep)
        return forward(z, timestep, *rest, **options)

    monkeypatch.setattr(bundle.transformer, "forward", listening)
    predict = guided_fn(changed(film, str(folder)), bundle, (0.0, 1.0, 1.25))
    with torch.no_grad():
        predict(torch.randn(1, CHANNELS, 3, 4, 4), torch.tensor([[0.0, 700.0, 700.0]]))
    assert heard[0].tolist() == [700.0]


def test_models_give_way_to_each_other_where_memory_is_short(
    film: TinyFilm, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = ModelCache()
    gen, sr = cache.get(str(film.gen), "gen"), cache.get(str(film.sr), "sr")
    assert gen.transformer is not None
    assert sr.transformer is not None
    assert gen.holds("transformer"), "there is room for both"
    sr.release("transformer")
    monkeypatch.setattr(models, "free_memory", lambda device: 0)
    assert sr.transformer is not None
    assert not gen.holds("transformer")
    assert sr.holds("transformer")
    assert gen.encode_caption("a cat").shape[2] == TEXT_DIM
