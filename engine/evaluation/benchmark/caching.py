"""Residual caching (FirstBlockCache): what its check costs, and what a step that is skipped saves.

How often a step can be skipped, and what that does to the picture, depends on trained weights; here
the threshold is set so that every step is skipped, or none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle

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

CASES = {"no cache": 0.0, "cache, no step skipped": 1e-9, "cache, every step skipped": 1e9}


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
        turns: dict[str, Callable[[], Tensor]] = {}
        for name, model in models.items():
            if CASES[name] > 0:
                model._reset_stateful_cache()  # what another size left there
            # What does not change at all between two steps would always be skipped.
            inputs = cycle([make_inputs(clip, seed=1), make_inputs(clip, seed=2)])
            turns[name] = partial(_forward, model, inputs)
        for name, one in take_turns(turns, rounds, warmups=2).items():
            report.add_measured(name, one)


def _forward(model: DirectorTransformer, inputs: Iterator[Inputs]) -> Tensor:
    one = next(inputs)
    with model.cache_context("cond"):
        return model(one.latents, one.frame_timestep, one.captions, one.positions)
