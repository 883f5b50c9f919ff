"""One forward of the 5B: stock diffusers and ours, taking turns on the same weights."""

from __future__ import annotations

from collections.abc import Callable
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
from engine.evaluation.benchmark.timing import Measured, relative_error, take_turns
from engine.models.acceleration import place_transformer
from engine.models.transformer import DirectorTransformer

GOALS_MS = {"832×480×81": 145.0, "1920×1088×81": 1600.0}


VARIANTS: dict[str, Options] = {
    "ours": Options(),
    "ours, compiled": Options(compile=True),
    "ours, compiled, flash_4": Options(compile=True, attention="flash_4"),
    "ours, compiled, fp8": Options(compile=True, fp8=True),
    "ours, compiled, fp8, flash_4": Options(compile=True, fp8=True, attention="flash_4"),
}


def run(report: Report, clips: tuple[Clip, ...], names: tuple[str, ...], rounds: int) -> None:
    """Measure every clip; errors are relative to stock's output."""
    ours = make_transformer()
    stock = share_weights(ours, stock=True)
    compiled = share_weights(ours, stock=True)
    compiled.compile_repeated_blocks(fullgraph=True)
    variants = {name: _variant(ours, VARIANTS[name]) for name in names}
    for clip in clips:
        report.section(f"One forward of the 5B, {clip}, {clip.num_tokens} tokens")
        inputs = make_inputs(clip)
        contenders: dict[str, Callable[[], Any]] = {
            "stock": partial(_stock, stock, inputs),
            "stock, compiled": partial(_stock, compiled, inputs),
            **{name: partial(_ours, model, inputs) for name, model in variants.items()},
        }
        measured = take_turns(contenders, rounds)
        reference = measured["stock"]
        for name, one in measured.items():
            figures: dict[str, Any] = {"goal_ms": GOALS_MS.get(str(clip), 0.0)}
            if isinstance(one, Measured) and isinstance(reference, Measured):
                figures["error"] = relative_error(one.result, reference.result)
            report.add_measured(name, one, **figures)
        torch._dynamo.reset()


def _variant(ours: DirectorTransformer, options: Options) -> DirectorTransformer:
    twin = share_weights(ours, stock=False)
    try:
        return place_transformer(twin, torch.device("cuda"), options)
    except ValueError as error:
        message = str(error)

        def fail(*_: Any) -> Tensor:
            raise RuntimeError(message)

        twin.forward = fail
        return twin


def _stock(model: Any, inputs: Inputs) -> Tensor:
    # The pipeline hands latents over in the transformer's dtype.
    latents = inputs.latents.to(torch.bfloat16)
    return model(latents, inputs.token_timestep, inputs.captions, return_dict=False)[0]


def _ours(model: DirectorTransformer, inputs: Inputs) -> Tensor:
    return model(inputs.latents, inputs.frame_timestep, inputs.captions, inputs.positions)
