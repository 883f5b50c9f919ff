"""Which clips a step is made of, what is given in them, their times and their noise.

A step is named by (seed, step), and everything in it is drawn from that name on the CPU. So a
resumed run sees the steps that it would have seen, and several processes together see the step that
one process would have seen: each takes every n-th clip of it.

Clips go through the net together where they share chunks and size. All processes make the same
number of passes through the net, which is what sharded weights need; one that has fewer repeats its
last at weight 0.

Shape legend: b clips of one pass, C channels, N latent frames, H W latent grid, L tokens, D width.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
import torch
from torch import Tensor

from engine.data.structure import sample_clean
from engine.training.dataset_recipes import DatasetRecipe
from engine.training.latents import LatentSample, LatentStore
from engine.training.losses import TimeMix

_STEP, _ITEM, _VALIDATION = 1, 2, 3


@dataclass(frozen=True)
class ClipChoice:
    """One clip of a step.

    Attributes:
        index: of the draw in the store.
        number: of the clip in the step: names its noise.
    """

    index: int
    number: int


@dataclass(frozen=True)
class PassBatch:
    """Clips that go through the net together.

    Attributes:
        z0: (b, C, N, H, W) what to arrive at.
        z1: (b, C, N, H, W) where the path begins: noise, or the lifted low resolution.
        clean: (b, N) given latents.
        t: (b,) times.
        positions: (N,) MC-RoPE positions.
        captions: (b, L, D).
        weight: share of the step's loss that each clip counts.
    """

    z0: Tensor
    z1: Tensor
    clean: Tensor
    t: Tensor
    positions: Tensor
    captions: Tensor
    weight: float

    def to(self, device: torch.device) -> PassBatch:
        """Return the batch on a device."""
        names = ("z0", "z1", "clean", "t", "positions", "captions")
        moved = {name: getattr(self, name).to(device, non_blocking=True) for name in names}
        return replace(self, **moved)


def step_choices(store: LatentStore, recipe: DatasetRecipe, step: int) -> list[ClipChoice]:
    """Return the clips of a step: draws of one number and shape, most of which share chunks."""
    rng = np.random.default_rng([recipe.seed, _STEP, step])
    groups: dict[tuple[int, int], list[int]] = {}
    for index, layout in enumerate(store.layouts):
        groups.setdefault((layout.shape, layout.draw), []).append(index)
    sizes = np.asarray([len(group) for group in groups.values()])
    group = list(groups.values())[int(rng.choice(len(sizes), p=sizes / sizes.sum()))]
    enough = len(group) >= recipe.batch_size
    chosen = rng.choice(group, recipe.batch_size, replace=not enough)
    return [ClipChoice(int(index), number) for number, index in enumerate(chosen)]


def passes(
    store: LatentStore, recipe: DatasetRecipe, choices: list[ClipChoice], world: int
) -> list[list[list[ClipChoice]]]:
    """Return, for each process, the clips of each of its passes through the net."""
    found: list[list[list[ClipChoice]]] = []
    for rank in range(world):
        mine = sorted(choices[rank::world], key=lambda c: (_key(store, c), c.number))
        groups = [list(group) for _, group in groupby(mine, key=lambda c: _key(store, c))]
        most = recipe.micro_batch
        found.append([g[n : n + most] for g in groups for n in range(0, len(g), most)])
    return found


def step_batches(
    store: LatentStore, recipe: DatasetRecipe, step: int, rank: int = 0, world: int = 1
) -> list[PassBatch]:
    """Return what one process puts through the net in a step.

    Raises:
        BadInput: cached latents have gone.
    """
    choices = step_choices(store, recipe, step)
    everyones = passes(store, recipe, choices, world)
    weight = 1.0 / len(choices)
    mine = [_batch(store, recipe, step, group, weight) for group in everyones[rank]]
    if not mine:  # fewer clips than processes
        mine = [_batch(store, recipe, step, choices[:1], 0.0)]
    most = max(len(groups) for groups in everyones)
    return mine + [replace(mine[-1], weight=0.0)] * (most - len(mine))


def validation_batch(store: LatentStore, recipe: DatasetRecipe, number: int, t: float) -> PassBatch:
    """Return clip ``number`` of the validation side at a time: always with the same noise."""
    index = validation_index(store, recipe, number)
    quiet = replace(recipe, caption_dropout=0.0 if recipe.caption_dropout < 1 else 1.0)
    name = (recipe.seed, _VALIDATION, number)
    return replace(_collated(store, [_item(store, quiet, index, name)], 1.0), t=torch.tensor([t]))


def validation_index(store: LatentStore, recipe: DatasetRecipe, number: int) -> int:
    """Return which draw of the store is clip ``number`` of the validation."""
    return int(np.linspace(0, len(store.layouts) - 1, recipe.cadence.num_validation)[number])


def _key(store: LatentStore, choice: ClipChoice) -> tuple[int, tuple[int, ...]]:
    layout = store.layouts[choice.index]
    return layout.shape, layout.sizes


@dataclass(frozen=True)
class _Item:
    sample: LatentSample
    clean: Tensor
    t: float
    noise: Tensor
    caption: Tensor


def _batch(
    store: LatentStore, recipe: DatasetRecipe, step: int, group: list[ClipChoice], weight: float
) -> PassBatch:
    names = [(recipe.seed, _ITEM, step, choice.number) for choice in group]
    items = [_item(store, recipe, c.index, n) for c, n in zip(group, names, strict=True)]
    return _collated(store, items, weight)


def _item(store: LatentStore, recipe: DatasetRecipe, index: int, name: tuple[int, ...]) -> _Item:
    rng = np.random.default_rng(list(name))
    sample = store.read(index)
    layout = sample.layout
    num_latents = sample.z0.shape[1]
    clean = sample_clean(
        rng, layout.candidates, layout.sizes[0], num_latents, recipe.data.structures
    )
    text = "" if rng.random() < recipe.caption_dropout else layout.caption
    t = _time(rng, recipe.times)
    noise = torch.from_numpy(rng.standard_normal(sample.z0.shape, dtype=np.float32))
    return _Item(sample, torch.from_numpy(clean), t, noise, store.caption(text))


def _time(rng: np.random.Generator, mix: TimeMix) -> float:
    """Draw a time as :func:`engine.training.losses.sample_times` does, from numpy's generator."""
    t = 1 / (1 + np.exp(-(rng.standard_normal() * mix.deviation + mix.mean)))
    t = mix.shift * t / (1 + (mix.shift - 1) * t)
    return 1.0 if rng.random() < mix.at_one else max(float(t), 1e-3)


def _collated(store: LatentStore, items: list[_Item], weight: float) -> PassBatch:
    z0 = torch.stack([item.sample.z0 for item in items])
    z1 = torch.stack([item.noise if item.sample.low is None else item.sample.low for item in items])
    # Wan was trained on captions padded with zeros that are attended to; the starter alike.
    length = store.caption_length
    captions = torch.stack(
        [torch.nn.functional.pad(i.caption, (0, 0, 0, length - len(i.caption))) for i in items]
    )
    return PassBatch(
        z0,
        z1,
        torch.stack([item.clean for item in items]),
        torch.tensor([item.t for item in items], dtype=torch.float32),
        torch.tensor(items[0].sample.layout.plan.positions, dtype=torch.float64),
        captions,
        weight,
    )
