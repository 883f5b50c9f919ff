"""What a step on a dataset is made of: chunks, what is given, the loss, the same step twice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.structure import StructureMix, fit_to_cuts, plan_from_sizes, sample_chunks
from engine.models.loader import ModelBundle
from engine.protocol.errors import BadInput
from engine.training.batches import PassBatch, passes, step_batches, step_choices
from engine.training.captions import CaptionWriter
from engine.training.clips import flat_caption, layouts, read_movie
from engine.training.dataset_recipes import Comparison, DatasetRecipe, LiftRecipe, Shape
from engine.training.degradation import degraded
from engine.training.latents import LatentStore, open_store, prepare
from engine.training.learner import pass_losses
from engine.training.losses import clip_losses
from tests.engine.tiny_models import make_tiny_model
from tests.engine.training.small_datasets import make_dataset, make_sample, sliding_frames
from tests.engine.training.small_runs import small_recipe


@given(seed=st.integers(0, 10_000), data=st.data())
@settings(max_examples=60, deadline=None)
def test_every_cut_opens_a_chunk_and_none_is_guessed(seed: int, data: st.DataObject) -> None:
    sizes, is_free = sample_chunks(np.random.default_rng(seed), 9, StructureMix())
    length = plan_from_sizes(sizes).num_frames
    places = st.sets(st.integers(1, length - 1), min_size=1, max_size=3)
    cuts = tuple(sorted(data.draw(places)))
    fitted, free = fit_to_cuts(sizes, is_free, cuts)
    plan = plan_from_sizes(fitted)
    starts = {chunk.start for chunk in plan.chunks}
    assert set(cuts) <= starts
    assert length - 3 <= plan.num_frames <= length
    assert len(free) == len(plan.chunks)
    assert not any(free[n] for n, chunk in enumerate(plan.chunks) if chunk.start in cuts)


def test_draws_of_one_number_share_their_chunks_unless_a_cut_parts_them(tmp_path: Path) -> None:
    recipe = small_recipe("gen", tmp_path).data
    plain = [make_sample(tmp_path, f"p{n}", n, "train", 24, (96, 64), ()) for n in range(2)]
    cut = make_sample(tmp_path, "c", 5, "train", 24, (96, 64), (11,))
    first, second = (layouts(sample.record, recipe, "gen") for sample in plain)
    assert [x.sizes for x in first] == [x.sizes for x in second]
    for layout in layouts(cut.record, recipe, "gen"):
        inside = 11 - layout.start
        if 0 < inside < layout.plan.num_frames:
            assert inside in {chunk.start for chunk in layout.plan.chunks}


def test_a_caption_tells_the_shots_that_are_seen_and_who_is_in_them(tmp_path: Path) -> None:
    record = make_sample(tmp_path, "c", 5, "train", 24, (96, 64), (11,)).record
    assert flat_caption(record, 0, 24) == (
        "Patterns slide. Shot 1: Pattern 0. pan left Shot 2: Pattern 1. pan left the square: red."
    )
    assert flat_caption(record, 12, 24) == "Patterns slide. Pattern 1. pan left the square: red."


def test_a_clip_is_decoded_as_it_was_and_damage_is_one_sentence(tmp_path: Path) -> None:
    sample = make_sample(tmp_path, "c", 5, "train", 24, (96, 64), ())
    frames = read_movie(sample)
    drawn = np.stack(sliding_frames(5, 24, (96, 64), ()))
    assert np.abs(frames.astype(float) - drawn).mean() < 12  # chroma is halved
    with pytest.raises(BadInput, match="The clip c of the dataset cannot be read"):
        read_movie(replace(sample, movie=sample.movie[:900]))


def test_degradation_is_the_same_twice_and_takes_detail_away() -> None:
    frames = np.stack(sliding_frames(1, 9, (96, 96), ()))
    once, again = (
        degraded(frames, (32, 32), LiftRecipe(noise=0.0), np.random.default_rng(4))
        for _ in range(2)
    )
    assert once.shape == (9, 32, 32, 3)
    assert np.array_equal(once, again)
    worse = degraded(
        frames, (32, 32), LiftRecipe(noise=0.0, crf=(50, 51)), np.random.default_rng(4)
    )
    assert (
        np.abs(np.diff(worse.astype(float), axis=2)).mean()
        < np.abs(np.diff(once.astype(float), axis=2)).mean()
    )


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[LatentStore, DatasetRecipe, Path]:
    root = tmp_path_factory.mktemp("steps")
    recipe = small_recipe("sr", make_tiny_model(root / "model", "sr"))
    dataset = make_dataset(root / "data", cuts=(11,))
    return encoded(root, recipe, dataset), recipe, root


def encoded(root: Path, recipe: DatasetRecipe, dataset: Path) -> LatentStore:
    model = Path(recipe.base)
    device = torch.device("cpu")
    bundle = ModelBundle(model, device, torch.float32)
    writer = CaptionWriter(model, device, torch.float32)
    args = (dataset, "train", recipe, model, bundle.codec, writer, root / "cache")
    done = list(prepare(*args))
    assert [event.done for event in done] == [1, 2, 3]
    assert list(prepare(*args)) == []  # all is there
    return open_store(dataset, "train", recipe, model, root / "cache")


def test_a_damaged_file_of_latents_is_made_again(
    prepared: tuple[LatentStore, DatasetRecipe, Path],
) -> None:
    store, recipe, root = prepared
    before = store.read(0)
    path = next((root / "cache").rglob("train-000.safetensors"))
    path.write_bytes(path.read_bytes()[:-100])
    model = Path(recipe.base)
    bundle = ModelBundle(model, torch.device("cpu"), torch.float32)
    writer = CaptionWriter(model, torch.device("cpu"), torch.float32)
    args = (root / "data", "train", recipe, model, bundle.codec, writer, root / "cache")
    assert len(list(prepare(*args))) == 1
    assert torch.equal(store.read(0).z0, before.z0)


def test_a_step_is_the_same_twice_and_shared_out_among_processes(
    prepared: tuple[LatentStore, DatasetRecipe, Path],
) -> None:
    store, recipe, _ = prepared
    alone = step_batches(store, recipe, 5)
    again = step_batches(store, recipe, 5)
    assert all(torch.equal(a.z1, b.z1) for a, b in zip(alone, again, strict=True))
    assert sum(len(batch.z0) * batch.weight for batch in alone) == pytest.approx(1)
    shares = [step_batches(store, recipe, 5, rank, 3) for rank in range(3)]
    assert len({len(share) for share in shares}) == 1
    weights = [len(batch.z0) * batch.weight for share in shares for batch in share]
    assert sum(weights) == pytest.approx(1)
    everyones = passes(store, recipe, step_choices(store, recipe, 5), 3)
    numbers = [choice.number for share in everyones for group in share for choice in group]
    assert sorted(numbers) == list(range(recipe.batch_size))


def test_low_resolution_is_where_the_path_of_sr_begins(
    prepared: tuple[LatentStore, DatasetRecipe, Path],
) -> None:
    store, recipe, _ = prepared
    batch = step_batches(store, recipe, 0)[0]
    assert batch.z1.shape == batch.z0.shape
    likeness = torch.nn.functional.cosine_similarity(batch.z0.flatten(1), batch.z1.flatten(1))
    assert likeness.min() > 0.5


def one_batch(seed: int = 0) -> PassBatch:
    generator = torch.Generator().manual_seed(seed)
    z0, z1 = (torch.randn(2, 16, 5, 4, 4, generator=generator) for _ in range(2))
    clean = torch.tensor([[True, False, False, True, False], [False, True, False, False, False]])
    captions = torch.randn(2, 3, 32, generator=generator)
    positions = torch.tensor([0.0, 1.0, 2.0, 2.25, 3.25], dtype=torch.float64)
    return PassBatch(z0, z1, clean, torch.tensor([0.4, 0.9]), positions, captions, 0.5)


@pytest.mark.parametrize("kind", ["velocity", "sample"])
def test_targets_at_given_latents_change_nothing(kind: str) -> None:
    batch = one_batch()
    prediction = torch.randn_like(batch.z0, requires_grad=True)
    args = (batch.t, batch.clean, kind)
    losses = clip_losses(prediction, batch.z0, batch.z1, *args)  # type: ignore[arg-type]
    at = batch.clean[:, None, :, None, None]
    other = torch.where(at, batch.z0 + 100, batch.z0)
    noise = torch.where(at, batch.z1 - 7, batch.z1)
    moved = clip_losses(prediction, other, noise, *args)  # type: ignore[arg-type]
    assert torch.equal(losses, moved)
    losses.sum().backward()
    assert prediction.grad is not None
    per_latent = prediction.grad.abs().sum(dim=(1, 3, 4))
    assert per_latent[batch.clean].eq(0).all()
    assert per_latent[~batch.clean].gt(0).all()


def test_noise_at_given_latents_never_reaches_the_net(tmp_path: Path) -> None:
    model = make_tiny_model(tmp_path, "gen")
    net = ModelBundle(model, torch.device("cpu"), torch.float32).transformer
    batch = one_batch()
    noise = torch.where(batch.clean[:, None, :, None, None], batch.z1 + 50, batch.z1)
    losses = pass_losses(net, batch, Comparison())
    assert torch.equal(losses, pass_losses(net, replace(batch, z1=noise), Comparison()))
    wrong = pass_losses(net, batch, Comparison(keyframe_timestep="shared"))
    assert not torch.equal(losses, wrong)
    wrong = pass_losses(net, batch, Comparison(positions="continuous"))
    assert not torch.equal(losses, wrong)


def test_clips_without_room_are_left_out_and_a_dataset_without_any_is_refused(
    prepared: tuple[LatentStore, DatasetRecipe, Path],
) -> None:
    _, recipe, root = prepared
    large = replace(recipe, data=replace(recipe.data, shapes=(Shape(40, 64, 64),)))
    with pytest.raises(BadInput, match=r"157 frames of 64×64"):
        open_store(root / "data", "train", large, Path(recipe.base), root / "cache")
