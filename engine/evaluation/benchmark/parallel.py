"""Context parallelism: one forward on 1 GPU and on all, with the difference between them."""

from __future__ import annotations

from functools import partial

import torch

from engine.evaluation.benchmark.report import Report
from engine.evaluation.benchmark.subjects import Clip, make_inputs, make_transformer
from engine.evaluation.benchmark.timing import Measured, relative_error, take_turns
from engine.models.acceleration import choose_attention, compile_blocks
from engine.models.parallel import Helpers
from engine.models.transformer import DirectorTransformer


def run(report: Report, clip: Clip, attention: str, rounds: int) -> None:
    """Measure 1 GPU, then as many as there are."""
    num_gpus = torch.cuda.device_count()
    report.section(f"Context parallel on {num_gpus} GPUs, {clip}, compiled, {attention}")
    if num_gpus < 2:
        report.add("one GPU only", failed="nothing to share")
        return
    model = _model(torch.device("cuda", 0), attention)
    inputs = make_inputs(clip)
    forward = partial(
        model, inputs.latents, inputs.frame_timestep, inputs.captions, inputs.positions
    )
    alone = take_turns({"1": forward}, rounds)["1"]
    report.add_measured("1 GPU", alone)
    torch._dynamo.reset()
    helpers = Helpers(model, partial(_model, attention=attention), num_gpus)
    try:
        shared = take_turns({"n": forward}, rounds, warmups=2)["n"]
    finally:
        helpers.close()
    if isinstance(alone, Measured) and isinstance(shared, Measured):
        report.add_measured(
            f"{num_gpus} GPUs",
            shared,
            faster=alone.seconds / shared.seconds,
            error=relative_error(shared.result, alone.result),
        )
    else:
        report.add_measured(f"{num_gpus} GPUs", shared)


def _model(device: torch.device, attention: str) -> DirectorTransformer:
    with torch.cuda.device(device):
        model = make_transformer()
    choose_attention(model, attention)
    compile_blocks(model, whole=False)
    return model
