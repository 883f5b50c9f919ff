"""The 5B within a given amount of device memory: what still runs, and what it costs in time."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import partial
from typing import Any

import torch

from engine.evaluation.benchmark.codec import CLIPS
from engine.evaluation.benchmark.options import Options
from engine.evaluation.benchmark.report import Report
from engine.evaluation.benchmark.subjects import (
    Clip,
    make_inputs,
    make_transformer,
    make_vae,
    on_host,
)
from engine.evaluation.benchmark.timing import Measured, relative_error, take_turns
from engine.models.acceleration import place_autoencoder, place_transformer
from engine.models.transformer import DirectorTransformer


def run(
    report: Report, clips: tuple[Clip, ...], limits_gib: tuple[float, ...], rounds: int
) -> None:
    """Run one forward of each clip under each limit; errors are against the unlimited run."""
    made = make_transformer()
    host = on_host(made)
    references: dict[str, Any] = {}
    plain = {str(clip): _forward(made, clip) for clip in clips}
    report.section("No limit, eager")
    for name, one in take_turns(plain, rounds).items():
        report.add_measured(name, one)
        references[name] = one.result.cpu() if isinstance(one, Measured) else None
    del made, plain
    _let_go()
    least = min(limits_gib)
    cases = {f"{limit:g} GiB": Options(memory_gib=limit) for limit in limits_gib}
    cases[f"{least:g} GiB, fp8"] = Options(memory_gib=least, fp8=True)
    cases[f"{least:g} GiB, compiled"] = Options(memory_gib=least, compile=True)
    for title, options in cases.items():
        report.section(title)
        model = place_transformer(on_host(host), torch.device("cuda"), options)
        for clip in clips:
            measured = take_turns({"": _forward(model, clip)}, rounds)[""]
            figures: dict[str, Any] = {}
            if isinstance(measured, Measured):
                figures["error"] = relative_error(measured.result.cpu(), references[str(clip)])
                figures["reserved_gib"] = torch.cuda.max_memory_reserved() / 1024**3
            report.add_measured(f"forward {clip}", measured, **figures)
            del measured
            _let_go()
        _decode(report, options)
        del model
        _let_go()
    torch.cuda.set_per_process_memory_fraction(1.0)


def _decode(report: Report, options: Options) -> None:
    """Decode beside the placed transformer, as a job does."""
    codec = place_autoencoder(make_vae(device="cpu"), torch.device("cuda"), options)
    for clip in CLIPS:
        z = torch.randn(clip.latent_shape, device="cuda")

        def frames(z: torch.Tensor = z) -> int:
            return sum(part.cpu().shape[2] for part in codec.decode_stream(z))

        measured = take_turns({"": frames}, 1)[""]
        fps = clip.num_frames / measured.seconds if isinstance(measured, Measured) else 0.0
        report.add_measured(f"decode {clip}", measured, fps=fps)
        _let_go()


def _forward(model: DirectorTransformer, clip: Clip) -> Callable[[], Any]:
    inputs = make_inputs(clip)
    return partial(model, inputs.latents, inputs.frame_timestep, inputs.captions, inputs.positions)


def _let_go() -> None:
    gc.collect()
    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats()
