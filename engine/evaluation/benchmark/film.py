"""A whole draft and its master, stage by stage, against the sum of the hardware's limits.

The limit of a stage is its multiplications at what a large bfloat16 product reaches on an H200
(790 TFLOP/s). The pictures are noise: random weights take as long as trained ones.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from engine.evaluation.benchmark.options import Options
from engine.evaluation.benchmark.report import Report
from engine.evaluation.benchmark.subjects import (
    DRAFT,
    MASTER,
    TEXT_TOKENS,
    Clip,
    make_transformer,
    make_vae,
)
from engine.models.acceleration import place_autoencoder, place_transformer
from engine.models.transformer import DirectorTransformer
from engine.models.wan_codec import WanCodec
from engine.sampling.flow import ModelFn, denoise, flow_sigmas, with_guidance

DRAFT_STEPS, MASTER_STEPS = 20, 4

_RATE = 790e12
_DECODE_FLOP = {str(DRAFT): 597e12, str(MASTER): 3127e12}
_ENCODE_FLOP = {str(DRAFT): 114e12, str(MASTER): 597e12}


def run(report: Report, options: Options) -> None:
    """Time every stage once, after one warm-up of everything that is compiled."""
    report.section(f"Draft of {DRAFT} ({DRAFT_STEPS} steps, CFG) and master, {options}")
    model = place_transformer(make_transformer(), torch.device("cuda"), options)
    codec = place_autoencoder(make_vae(device="cpu"), torch.device("cuda"), options)
    stages = _Stages(report)
    with torch.no_grad():
        for clip in (DRAFT, MASTER):
            next(_denoise(model, clip, 1, guided=False))
            next(codec.decode_stream(_latents(replace(clip, num_frames=1))))
        keyframe = torch.rand(1, 3, 1, DRAFT.height, DRAFT.width, device="cuda") * 2 - 1
        codec.encode(keyframe)
        stages.time("draft: encode a keyframe", 0.0, lambda: codec.encode(keyframe))
        flop = 2 * DRAFT_STEPS * _forward_flop(DRAFT)
        z = stages.time(
            f"draft: {DRAFT_STEPS} steps with CFG", flop, lambda: _last(model, DRAFT, True)
        )
        stages.time("draft: decode", _DECODE_FLOP[str(DRAFT)], lambda: _frames(codec, z))
        lifting = _DECODE_FLOP[str(DRAFT)] + _ENCODE_FLOP[str(MASTER)]
        stages.time("master: lift (decode, resize, encode)", lifting, lambda: _lift(codec, z))
        flop = MASTER_STEPS * _forward_flop(MASTER)
        z = stages.time(f"master: {MASTER_STEPS} steps", flop, lambda: _last(model, MASTER, False))
        stages.time("master: decode", _DECODE_FLOP[str(MASTER)], lambda: _frames(codec, z))
    stages.total()


class _Stages:
    def __init__(self, report: Report) -> None:
        self._report = report
        self._seconds = 0.0
        self._limit = 0.0

    def time(self, name: str, flop: float, run: Callable[[], Any]) -> Any:
        torch.cuda.synchronize()
        torch.cuda.reset_peak_memory_stats()
        start = time.perf_counter()
        result = run()
        torch.cuda.synchronize()
        seconds = time.perf_counter() - start
        self._seconds += seconds
        self._limit += flop / _RATE
        peak = torch.cuda.max_memory_allocated() / 1024**3
        self._report.add(name, seconds=seconds, limit_s=flop / _RATE, peak_gib=peak)
        return result

    def total(self) -> None:
        self._report.add("in all", seconds=self._seconds, limit_s=self._limit)


def _forward_flop(clip: Clip) -> float:
    """Return the multiplications and additions of one forward of the 5B."""
    tokens, dim, ffn, layers = clip.num_tokens, 3072, 14336, 30
    linear = 2 * tokens * (6 * dim * dim + 2 * dim * ffn) + 2 * TEXT_TOKENS * 2 * dim * dim
    attention = 4 * tokens * dim * (tokens + TEXT_TOKENS)
    return float(layers * (linear + attention))


def _latents(clip: Clip) -> Tensor:
    generator = torch.Generator("cuda").manual_seed(3)
    return torch.randn(clip.latent_shape, generator=generator, device="cuda")


def _denoise(
    model: DirectorTransformer, clip: Clip, num_steps: int, guided: bool
) -> Iterator[Tensor]:
    generator = torch.Generator("cuda").manual_seed(4)
    positions = torch.arange(clip.num_latents, dtype=torch.float64, device="cuda")
    captions = [
        torch.randn(1, TEXT_TOKENS, 4096, generator=generator, device="cuda").to(torch.bfloat16)
        for _ in range(2)
    ]

    def bound(caption: Tensor) -> ModelFn:
        return lambda z, timestep: model(z, timestep, caption, positions).float()

    model_fn = bound(captions[0])
    if guided:
        model_fn = with_guidance(model_fn, bound(captions[1]), 5.0)
    z = _latents(clip)
    clean = torch.zeros(clip.num_latents, dtype=torch.bool, device="cuda")
    clean[0] = True
    for done in denoise(
        model_fn, z, flow_sigmas(num_steps, 5.0), clean_mask=clean, clean_latents=z
    ):
        yield done.z


def _last(model: DirectorTransformer, clip: Clip, guided: bool) -> Tensor:
    steps = DRAFT_STEPS if guided else MASTER_STEPS
    *_, z = _denoise(model, clip, steps, guided)
    return z


def _frames(codec: WanCodec, z: Tensor) -> int:
    """Decode to bytes on the CPU, as the video encoder takes them."""
    count = 0
    for part in codec.decode_stream(z):
        levels = ((part.float() + 1) * 127.5).round().to(torch.uint8)
        count += levels.permute(0, 2, 3, 4, 1).cpu().shape[1]
    return count


def _lift(codec: WanCodec, z: Tensor) -> Tensor:
    """Decode the draft, resize it and encode it at the master's size, frame group by group."""

    def enlarged() -> Iterator[Tensor]:
        for part in codec.decode_stream(z):
            frames = part[0].float().transpose(0, 1)
            size = (MASTER.height, MASTER.width)
            large = functional.interpolate(frames, size, mode="bicubic", antialias=True)
            yield large.clamp(-1, 1).transpose(0, 1)[None]

    return torch.cat(list(codec.encode_stream(enlarged())), dim=2)
