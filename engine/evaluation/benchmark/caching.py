"""Residual caching (FirstBlockCache): what its check costs, and what a step that is skipped saves.

How often a step can be skipped, and what that does to the picture, depends on trained weights; here
the threshold is set so that every step is skipped, or none.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch import Tensor

from engine.evaluation.benchmark.options import Options
from engine.evaluation.benchmark.report import Report
from engine.evaluation.benchmark.subjects import (
    Clip,
    Inputs,
    make_inputs,
    make_transformer,
    share_weights,
)
from engine.evaluation.benchmark.timing import take_turns
from engine.models.acceleration import place_transformer
from engine.models.transformer import DirectorTransformer

CASES = {"no cache": 0.0, "cache, no step skipped": 1e-9, "cache, every step skipped": 1.0}


def run(report: Report, clips: tuple[Clip, ...], rounds: int) -> None:
    """Measure a forward of each clip, compiled."""
    made = make_transformer()
    models = {
        name: place_transformer(
            share_weights(made, stock=False),
            torch.device("cuda"),
            Options(compile=True, cache_threshold=threshold),
        )
        for name, threshold in CASES.items()
    }
    for clip in clips:
        report.section(f"Residual caching, compiled, {clip}")
        inputs = make_inputs(clip)
        turns = {name: partial(_forward, model, inputs) for name, model in models.items()}
        for name, one in take_turns(turns, rounds, warmups=2).items():
            report.add_measured(name, one)


def _forward(model: Any, inputs: Inputs) -> Tensor:
    assert isinstance(model, DirectorTransformer)
    with model.cache_context("cond"):
        return model(inputs.latents, inputs.frame_timestep, inputs.captions, inputs.positions)
