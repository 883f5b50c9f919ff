"""The video autoencoder of Wan2.2: stock diffusers and our decoders, taking turns."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import torch
from diffusers import AutoencoderKLWan
from torch import Tensor
from torch.nn import functional

from engine.evaluation.benchmark.options import Options
from engine.evaluation.benchmark.report import Report
from engine.evaluation.benchmark.subjects import DRAFT, Clip, make_vae
from engine.evaluation.benchmark.timing import Measured, relative_error, take_turns
from engine.models.acceleration import place_autoencoder
from engine.models.wan_codec import WanCodec
from engine.models.wan_decoder import FastWanDecoder, Mode

CLIPS = (DRAFT, Clip(1920, 1088, 21))
GOALS = {"832×480×81": (90.0, 139.0), "1920×1088×21": (20.0, 10.0)}
"""Frames per second, and GiB at the most."""

_CHECKED_LATENTS = 3
_ENCODED_FRAMES = 13


def run(report: Report, rounds: int, modes: tuple[Mode, ...]) -> None:
    """Measure decoding; likeness is against stock in fp32 on the first latents."""
    vae = make_vae()
    decoders = {
        f"{mode}, {kind} stream": FastWanDecoder(vae, mode, dtype)
        for mode in modes
        for kind, dtype in (("bf16", torch.bfloat16), ("fp16", torch.float16))
    }
    _likeness(report, vae, decoders)
    _encoding(report, vae, rounds)
    for clip in CLIPS:
        report.section(f"Decoding {clip}, frames written to the CPU as uint8")
        z = _latents(clip)
        contenders: dict[str, Callable[[], Any]] = {
            "stock": partial(_stock, vae, z),
            "stock, streamed": partial(_consume, partial(_streamed, vae, z)),
            **{
                f"ours, {name}": partial(_consume, partial(decoder.decode_stream, z))
                for name, decoder in decoders.items()
            },
        }
        goal_fps, goal_gib = GOALS[str(clip)]
        for name, one in take_turns(contenders, rounds).items():
            fps = clip.num_frames / one.seconds if isinstance(one, Measured) else 0.0
            report.add_measured(name, one, fps=fps, goal_fps=goal_fps, goal_gib=goal_gib)
            torch.cuda.empty_cache()


def _likeness(report: Report, vae: AutoencoderKLWan, decoders: dict[str, FastWanDecoder]) -> None:
    report.section("Likeness to stock in fp32, PSNR in dB (peak 2), first latents of a draft")
    z = _latents(DRAFT)[:, :, :_CHECKED_LATENTS]
    exact = torch.backends.cudnn.allow_tf32
    torch.backends.cudnn.allow_tf32 = False
    truth = make_vae(dtype=torch.float32)
    for name, parameter in vae.named_parameters():
        truth.get_parameter(name).data.copy_(parameter.data)
    with torch.no_grad():
        reference = truth.decode(z.float(), return_dict=False)[0]
        torch.backends.cudnn.allow_tf32 = exact
        del truth
        report.add("deviation of the frames", value=float(reference.std()))
        report.add("stock, bf16", psnr_db=_psnr(vae.decode(z, return_dict=False)[0], reference))
        for name, decoder in decoders.items():
            frames = torch.cat(list(decoder.decode_stream(z)), dim=2)
            report.add(f"ours, {name}", psnr_db=_psnr(frames, reference))
    torch.cuda.empty_cache()


def _encoding(report: Report, vae: AutoencoderKLWan, rounds: int) -> None:
    """Encode large frames in fp32, as keyframes are, and as clips are: in bfloat16."""
    clip = Clip(1920, 1088, _ENCODED_FRAMES)
    report.section(f"Encoding {clip}, frames of smooth noise")
    frames = _smooth_frames(clip)
    exact = WanCodec(make_vae(dtype=torch.float32))
    exact.vae.load_state_dict(vae.state_dict())
    turns = {
        "fp32": partial(exact.encode, frames),
        "as the product does": partial(_product_codec(vae).encode, frames),
    }
    measured = take_turns(turns, rounds)
    reference = measured["fp32"]
    for name, one in measured.items():
        figures: dict[str, Any] = {}
        if isinstance(one, Measured) and isinstance(reference, Measured):
            figures["fps"] = clip.num_frames / one.seconds
            figures["error"] = relative_error(one.result, reference.result)
        report.add_measured(name, one, **figures)
    torch.cuda.empty_cache()


def _product_codec(vae: AutoencoderKLWan) -> WanCodec:
    twin = make_vae(dtype=torch.float32)
    twin.load_state_dict(vae.state_dict())
    return place_autoencoder(twin, torch.device("cuda"), Options())


def _smooth_frames(clip: Clip) -> Tensor:
    generator = torch.Generator("cuda").manual_seed(5)
    shape = (1, 3, clip.num_frames, clip.height // 16, clip.width // 16)
    coarse = torch.randn(shape, generator=generator, device="cuda")
    size = (clip.num_frames, clip.height, clip.width)
    return functional.interpolate(coarse, size, mode="trilinear").tanh()


def _latents(clip: Clip) -> Tensor:
    generator = torch.Generator("cuda").manual_seed(2)
    return torch.randn(clip.latent_shape, generator=generator, device="cuda").to(torch.bfloat16)


def _stock(vae: AutoencoderKLWan, z: Tensor) -> int:
    return len(_bytes(vae.decode(z, return_dict=False)[0]))


def _streamed(vae: AutoencoderKLWan, z: Tensor) -> Iterator[Tensor]:
    return WanCodec(vae).decode_stream(z)


def _consume(stream: Callable[[], Iterator[Tensor]]) -> int:
    return sum(len(_bytes(part)) for part in stream())


def _bytes(frames_BCTHW: Tensor) -> Tensor:
    levels = ((frames_BCTHW.float() + 1) * 127.5).round().to(torch.uint8)
    return levels.permute(0, 2, 3, 4, 1).cpu()


def _psnr(frames: Tensor, reference: Tensor) -> float:
    error = float((frames.float() - reference).square().mean())
    return 10 * math.log10(4.0 / max(error, 1e-12))
