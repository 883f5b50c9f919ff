"""Training at toy size: the loss falls, keyframes stay out of it, a resumed run is the same run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engine.models.klt import AutoencoderKLT
from engine.models.transformer import DirectorTransformer
from engine.training.degrade import degrade
from engine.training.losses import TimeMix, flow_loss, interpolate, sample_times
from engine.training.muon import BatchedMuon, orthogonalised
from engine.training.nets import LatentBatch, TrainedNets, save_model_folder
from engine.training.recipes import OptimiserRecipe, TrainRecipe, smoke, starter_gen, starter_sr
from engine.training.trainer import Budget, Trainer, learning_rate


def tiny() -> TrainRecipe:
    recipe = smoke(starter_gen())
    channels = {"in_channels": 4, "out_channels": 4, "attention_head_dim": 12}
    channels |= {"channel_std": [1.0] * 4, "num_shared": 2}
    return replace(
        recipe,
        transformer={**recipe.transformer, **channels},
        optimiser=OptimiserRecipe(learning_rate=3e-3),
    )


def batch(seed: int) -> LatentBatch:
    generator = torch.Generator().manual_seed(seed)
    level = torch.randn(4, 4, 1, 1, 1, generator=generator)
    z0 = level.expand(4, 4, 5, 4, 4).contiguous()
    clean = torch.zeros(4, 5, dtype=torch.bool)
    clean[:, 0] = True
    ids = torch.ones(4, 8, dtype=torch.int64)
    return LatentBatch(z0, None, clean, torch.arange(5.0), ids, ids)


def batches(start: int = 0) -> Iterator[LatentBatch]:
    return (batch(k) for k in range(start, 10_000))


def trainer(steps: int, seed: int = 0) -> Trainer:
    torch.manual_seed(seed)
    return Trainer(TrainedNets(tiny()), Budget(total_steps=steps), autocast=False)


def test_loss_falls() -> None:
    run = trainer(50)
    reports = list(run.train(batches(), report_every_s=0))
    first = sum(r.loss for r in reports[:15])
    last = sum(r.loss for r in reports[-15:])
    assert reports[-1].step == 50
    assert last < 0.96 * first


def test_resumed_run_is_the_uninterrupted_one(tmp_path: Path) -> None:
    whole = trainer(8)
    list(whole.train(batches()))
    first = trainer(8)
    half = first.train(batches(), report_every_s=0)
    for _ in range(4):
        next(half)
    first.save(tmp_path / "run.pt")
    second = trainer(8, seed=9)
    second.load(tmp_path / "run.pt")
    list(second.train(batches(second.step)))
    for a, b in zip(whole.parameters, second.parameters, strict=True):
        assert torch.equal(a, b)
    for a, b in zip(whole.average, second.average, strict=True):
        assert torch.equal(a, b)


@pytest.mark.parametrize("kind", ["velocity", "sample"])
def test_given_latents_get_no_gradient(kind: str) -> None:
    prediction = torch.randn(2, 3, 4, 2, 2, requires_grad=True)
    z0, z1, t = torch.randn(2, 3, 4, 2, 2), torch.randn(2, 3, 4, 2, 2), torch.tensor([0.4, 1.0])
    clean = torch.tensor([[True, False, False, True], [False, True, False, False]])
    flow_loss(prediction, z0, z1, t, clean, kind).backward()  # type: ignore[arg-type]
    assert prediction.grad is not None
    per_frame = prediction.grad.abs().sum(dim=(1, 3, 4))
    assert per_frame[clean].eq(0).all()
    assert per_frame[~clean].gt(0).all()


def test_interpolation_leaves_given_latents_clean_at_time_zero() -> None:
    z0, z1 = torch.randn(1, 2, 3, 2, 2), torch.randn(1, 2, 3, 2, 2)
    clean = torch.tensor([[True, False, False]])
    z_t, timestep = interpolate(z0, z1, torch.tensor([0.25]), clean)
    assert torch.equal(z_t[:, :, 0], z0[:, :, 0])
    assert timestep.tolist() == [[0.0, 250.0, 250.0]]
    torch.testing.assert_close(z_t[:, :, 1], 0.75 * z0[:, :, 1] + 0.25 * z1[:, :, 1])


def test_times_lie_in_range_with_mass_at_one() -> None:
    t = sample_times(4000, TimeMix(at_one=0.3), torch.device("cpu"))
    assert t.min() > 0
    assert t.max() <= 1
    assert 0.25 < t.eq(1).float().mean() < 0.4


def test_learning_rate_rises_and_falls() -> None:
    recipe = OptimiserRecipe(learning_rate=1.0, warmup=0.1, final_rate=0.05)
    assert learning_rate(0.05, recipe) == pytest.approx(0.5)
    assert learning_rate(0.1, recipe) == pytest.approx(1.0)
    assert learning_rate(1.0, recipe) == pytest.approx(0.05)


def test_muon_update_has_even_singular_values_and_refuses_vectors() -> None:
    values = torch.linalg.svdvals(orthogonalised(torch.randn(3, 8, 20), 5).float())
    assert values.min() > 0.4
    assert values.max() < 1.4
    with pytest.raises(ValueError, match="matrices"):
        BatchedMuon([torch.zeros(3)])


def test_degraded_clip_keeps_its_shape_and_loses_detail() -> None:
    codec = AutoencoderKLT(latent_channels=64)
    frames = torch.rand(2, 3, 9, 48, 48) * 2 - 1
    recipe = smoke(starter_sr()).degrade
    low = degrade(frames, codec, replace(recipe, carry=0.0), seed=3)
    assert low.shape == frames.shape
    assert low.diff(dim=-1).abs().mean() < 0.4 * frames.diff(dim=-1).abs().mean()


def test_model_folder_loads_as_it_was_trained(tmp_path: Path) -> None:
    nets = TrainedNets(tiny())
    save_model_folder(nets, AutoencoderKLT(latent_channels=4), tmp_path, {"shift": 3.0})
    loaded = DirectorTransformer.from_pretrained(
        tmp_path / "transformer", torch_dtype=torch.bfloat16
    )
    assert loaded.prediction_type == "sample"
    weight = nets.transformer.blocks[0].attn1.to_q.weight
    assert torch.equal(loaded.blocks[0].attn1.to_q.weight, weight.bfloat16())
    assert loaded.scale_shift_table.dtype == torch.float32
    assert json.loads((tmp_path / "director.json").read_text())["shift"] == 3.0
    assert (tmp_path / "tokenizer").is_dir()
