"""Recipes of a size that a test has time for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engine.training.dataset_recipes import (
    Cadence,
    DatasetRecipe,
    LoraRecipe,
    Shape,
    Stage,
    starter_gen,
    starter_sr,
)


def small_recipe(stage: Stage, model: Path, *, lora: bool = False, steps: int = 4) -> DatasetRecipe:
    """Return the starter's recipe on a tiny model: four clips a step, four latents long."""
    recipe = starter_gen() if stage == "gen" else starter_sr()
    shape = Shape(4, 96, 64) if stage == "gen" else Shape(4, 64, 64)
    return replace(
        recipe,
        base=str(model),
        num_steps=steps,
        batch_size=4,
        micro_batch=2,
        lora=LoraRecipe(rank=4, alpha=4.0) if lora else None,
        data=replace(recipe.data, shapes=(shape,), draws=3),
        optimiser=replace(recipe.optimiser, learning_rate=1e-2, warmup_steps=2),
        cadence=Cadence(2, 0, 2, num_validation=1, sample_steps=1),
    )
