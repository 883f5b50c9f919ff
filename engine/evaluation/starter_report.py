"""Measures the starter models on held-out material and draws contact sheets.

``python -m engine.evaluation.starter_report --gen DIR --sr DIR --material DIR --out DIR``.
Held-out material lies in the ``eval_…`` folders of a material folder and is never trained on.
Prints tables, writes ``report.json`` and PNG strips.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch import Tensor
from transformers import ByT5Tokenizer, UMT5EncoderModel

from engine.data.procedural.atlas import TextureAtlas
from engine.data.procedural.batches import decode_batch, encode_batch
from engine.data.procedural.library import Library, load_library
from engine.data.procedural.render import Viewport, full_view, render
from engine.data.procedural.scenes import SceneMix, sample_clips
from engine.data.structure import plan_from_sizes
from engine.evaluation.metrics import (
    Frames,
    cross_fade,
    mean_psnr,
    psnr,
    sharpness,
)
from engine.models.klt import AutoencoderKLT
from engine.models.text import CaptionEncoder
from engine.models.transformer import DirectorTransformer
from engine.planning.plan import ChunkPlan
from engine.sampling.flow import denoise, flow_sigmas, seeded_noise
from engine.sampling.motion import Guess, flow_between, guess_motion

GAPS = (9, 17, 25)


@dataclass(frozen=True)
class Loaded:
    """A model folder on a device."""

    transformer: DirectorTransformer
    codec: AutoencoderKLT
    captions: CaptionEncoder | None
    director: dict[str, Any]
    device: torch.device


def load_folder(folder: Path, device: torch.device) -> Loaded:
    """Load a starter folder; bf16 as shipped."""
    dtype = torch.bfloat16
    transformer = DirectorTransformer.from_pretrained(folder / "transformer", torch_dtype=dtype)
    codec = AutoencoderKLT.from_pretrained(folder / "vae")
    director = json.loads((folder / "director.json").read_text(encoding="utf-8"))
    captions = None
    if (folder / "text_encoder").exists():
        encoder = UMT5EncoderModel.from_pretrained(folder / "text_encoder", dtype=dtype).eval()
        torch.nn.Module.to(encoder, device)
        tokenizer = ByT5Tokenizer.from_pretrained(folder / "tokenizer")
        captions = CaptionEncoder(tokenizer, encoder, director["max_tokens"])
    torch.nn.Module.to(transformer, device)
    torch.nn.Module.to(codec, device)
    return Loaded(transformer.eval(), codec, captions, director, device)


@dataclass(frozen=True)
class Run:
    """One setting of the sampler. ``until`` > 0 begins at that sigma from guessed motion."""

    num_steps: int
    shift: float
    until: float = 0.0


RUNS = (Run(1, 3.0), Run(4, 3.0), Run(8, 3.0), Run(8, 3.0, until=0.65))
"""Sampler settings that are compared."""


@torch.no_grad()
def generate(
    model: Loaded,
    z_start: Tensor,
    z_given: Tensor,
    clean: Sequence[int],
    plan: ChunkPlan,
    captions: Sequence[str],
    run: Run,
    guess: Guess | None = None,
) -> Tensor:
    """Denoise a batch that shares a plan and return its latents."""
    mask = torch.zeros(plan.num_latents, dtype=torch.bool)
    mask[list(clean)] = True
    positions = torch.tensor(plan.positions, dtype=torch.float64, device=model.device)
    if model.captions is not None:
        text = model.captions.encode(captions)
    else:
        text = torch.zeros(len(z_start), 1, int(model.transformer.config["text_dim"]))
        text = text.to(model.device, torch.bfloat16)

    def model_fn(z: Tensor, timestep: Tensor) -> Tensor:
        return model.transformer(z, timestep, text, positions=positions).float()

    sigmas = flow_sigmas(run.num_steps, run.shift)
    first = guess.first_step(sigmas, mask) if guess else 0
    steps = denoise(
        model_fn,
        guess.at(float(sigmas[first])) if guess and first else z_start,
        sigmas,
        clean_mask=mask,
        clean_latents=z_given,
        prediction_type=model.transformer.prediction_type,
        start_step=first,
        guess=guess,
    )
    return list(steps)[-1].z


def guessed(
    model: Loaded, clips: list[Frames], plan: ChunkPlan, noise: Tensor, until: float
) -> Guess:
    """Return the motion guess of a batch whose keyframes are the chunk heads."""
    heads = [chunk.start for chunk in plan.chunks]
    parts = [
        guess_motion(model.codec, plan, {h: clip[h] for h in heads}, noise[n : n + 1], until)
        for n, clip in enumerate(clips)
    ]
    # A clip whose keyframes do not match begins from noise, which is a guess that says nothing.
    latents = [p.latents if p else noise[n : n + 1] for n, p in enumerate(parts)]
    known = torch.ones(plan.num_latents, dtype=torch.bool, device=noise.device)
    return Guess(torch.cat(latents), known, noise, until)


def to_frames(clip_CFYX: Tensor) -> Frames:
    """Return (frames, height, width, 3) in [0, 1]."""
    pixels = (clip_CFYX.float().clamp(-1, 1) + 1) / 2
    return pixels.permute(1, 2, 3, 0).cpu().numpy().astype(np.float32)


def held_out_clips(
    atlas: TextureAtlas,
    library: Library,
    count: int,
    num_frames: int,
    mix: SceneMix,
    seed: int,
    view: Viewport | None = None,
) -> tuple[Tensor, list[str]]:
    """Render held-out clips without cuts: (B, 3, F, Y, X) and their captions."""
    rng = np.random.default_rng(seed)
    batch = sample_clips(rng, library, num_frames, ((),) * count, mix)
    device = atlas.texels.device
    view = view or full_view(256, 144)
    corner = rng.integers(
        0, [view.frame_width - view.width + 1, view.frame_height - view.height + 1], (count, 2)
    )
    frames = render(
        atlas, batch.layers.to(device), view, torch.from_numpy(corner).float().to(device)
    )
    return frames.float(), [caption[0] for caption in batch.captions]


def bridge_table(
    model: Loaded, clips: Tensor, captions: list[str], runs: Sequence[Run], sheet: Path | None
) -> dict[str, dict[str, float]]:
    """Return PSNR of the frames between two keyframes, by gap and method."""
    table: dict[str, dict[str, float]] = {}
    for gap in GAPS:
        plan = plan_from_sizes([(gap - 1) // 4 + 1, 1])
        part = clips[:, :, : plan.num_frames]
        z = encode_batch(model.codec, part, plan)
        noise = seeded_noise(tuple(z.shape), 7).to(z)
        heads = plan.head_latents
        results: dict[str, list[Frames]] = {"ceiling": _decode(model, z, plan)}
        truth = [to_frames(clip) for clip in part]
        for run in runs:
            start = guessed(model, truth, plan, noise, run.until) if run.until else None
            out = generate(model, noise, z, heads, plan, captions, run, start)
            name = f"ours, {run.num_steps} steps" + (f" from {run.until}" if run.until else "")
            results[name] = _decode(model, out, plan)
        results["cross-fade"] = [cross_fade(t[0], t[-1], gap - 1) for t in truth]
        results["DIS flow"] = [flow_between(t[0], t[-1], gap - 1) for t in truth]
        inner = {k: [f[1:gap] if len(f) == gap + 1 else f for f in v] for k, v in results.items()}
        table[f"gap {gap}"] = {
            name: float(np.mean([mean_psnr(t[1:gap], f) for t, f in zip(truth, v, strict=True)]))
            for name, v in inner.items()
        }
        if sheet is not None and gap == 17:
            _write_sheet(sheet, truth, results, ["cross-fade", "DIS flow", *list(results)[1:-2]])
    return table


def _decode(model: Loaded, z: Tensor, plan: ChunkPlan) -> list[Frames]:
    return [to_frames(clip) for clip in decode_batch(model.codec, z, plan)]


def _write_sheet(
    path: Path, truth: list[Frames], results: dict[str, list[Frames]], names: list[str]
) -> None:
    """Draw, per clip, the truth and every method in rows, five frames across."""
    rows: list[Frames] = []
    for clip in range(min(5, len(truth))):
        inside = np.linspace(1, len(truth[clip]) - 2, 5).round().astype(int)
        rows.append(np.concatenate(list(truth[clip][inside]), axis=1))
        for name in names:
            frames = results[name][clip]
            offset = 0 if len(frames) == len(truth[clip]) else 1
            rows.append(np.concatenate(list(frames[inside - offset]), axis=1))
    write_png(path, np.concatenate(rows, axis=0))


def write_png(path: Path, picture: Frames) -> None:
    """Write a picture in [0, 1]."""
    pixels = (picture * 255).round().clip(0, 255).astype(np.uint8)
    cv2.imwrite(str(path), cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))


def refine_table(
    model: Loaded, clips: Tensor, low: Tensor, num_steps: Sequence[int], sheet: Path | None
) -> dict[str, dict[str, float]]:
    """Return PSNR and relative sharpness of tiles refined with and without keyframes at both ends.

    Args:
        clips: (B, 3, F, Y, X) truth, F = 4n + 2 so that both ends can be keyframes.
        low: the same clips lifted from low resolution.
    """
    plan = plan_from_sizes([(clips.shape[2] - 2) // 4 + 1, 1])
    z, z_low = encode_batch(model.codec, clips, plan), encode_batch(model.codec, low, plan)
    results = {"lifted": [to_frames(c) for c in low], "ceiling": _decode(model, z, plan)}
    for label, clean in (("keyframes", plan.head_latents), ("none", ())):
        for steps in num_steps:
            out = generate(model, z_low, z, clean, plan, [""] * len(clips), Run(steps, 1.0))
            results[f"{label}, {steps} steps"] = _decode(model, out, plan)
    truth = [to_frames(clip) for clip in clips]
    table: dict[str, dict[str, float]] = {}
    for name, pictures in results.items():
        pairs = list(zip(truth, pictures, strict=True))
        sharp = [sharpness(p) / (sharpness(t) + 1e-6) for t, p in pairs]
        table[name] = {
            "psnr inner": float(np.mean([mean_psnr(t[1:-1], p[1:-1]) for t, p in pairs])),
            "psnr beside keyframe": float(np.mean([psnr(t[1:5], p[1:5]) for t, p in pairs])),
            "sharpness beside": float(np.mean([s[1:5].mean() for s in sharp])),
            "sharpness middle": float(np.mean([s[len(s) // 2] for s in sharp])),
        }
    if sheet is not None:
        _write_sheet(sheet, truth, results, ["lifted", *[n for n in results if "steps" in n]])
    return table


def main(argv: list[str] | None = None) -> None:
    """Print the tables and write the sheets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gen", type=Path)
    parser.add_argument("--sr", type=Path)
    parser.add_argument("--material", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--clips", type=int, default=24)
    args = parser.parse_args(argv)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    args.out.mkdir(parents=True, exist_ok=True)
    report: dict[str, Any] = {}
    if args.gen:
        model = load_folder(args.gen, device)
        atlas, library = load_library(args.material, prefix="eval_")
        atlas = atlas.to(device)
        for name, mix in (("procedural", _moving_mix()), ("real", _real_mix())):
            clips, captions = held_out_clips(atlas, library, args.clips, 26, mix, seed=11)
            captions = captions if name == "procedural" else [""] * len(captions)
            sheet = args.out / f"gen_{name}.jpg"
            report[name] = bridge_table(model, clips, captions, RUNS, sheet)
    if args.sr:
        model = load_folder(args.sr, device)
        atlas, library = load_library(args.material, prefix="eval_", footage="footage_hd")
        mix = SceneMix(
            3, 0.5, speed=(0.0003, 0.004), density=(1500, 3200), sprite_size=(0.06, 0.3),
            aspect=1080 / 1920, min_footage_density=1500,
        )  # fmt: skip
        view = Viewport(240, 240, 1920, 1080)
        clips, _ = held_out_clips(atlas.to(device), library, args.clips, 18, mix, 12, view)
        low = _plain_lift(model.codec, clips)
        report["refine"] = refine_table(model, clips, low, (1, 2), args.out / "sr.jpg")
    (args.out / "report.json").write_text(json.dumps(report, indent=1), encoding="utf-8")
    for part, table in report.items():
        print(f"== {part}")
        for row, cells in table.items():
            print(f"{row:22s}", "  ".join(f"{k} {v:.2f}" for k, v in cells.items()))


def _moving_mix() -> SceneMix:
    return SceneMix(footage=0.0, camera=(0.0, 0.35, 0.15, 0.25, 0.1, 0.15), speed=(0.003, 0.012))


def _real_mix() -> SceneMix:
    return SceneMix(max_sprites=1, footage=1.0, handheld=0.0, speed=(1e-5, 1e-4), no_caption=1.0)


def _plain_lift(codec: AutoencoderKLT, clips: Tensor) -> Tensor:
    """Return tiles as a draft would hold them: a 7.5th of the size through the codec, and back."""
    flat = clips.transpose(1, 2).flatten(0, 1)
    small = torch.nn.functional.interpolate(flat, (32, 32), mode="area")
    small = codec.decode_heads(codec.encode_heads(small.unsqueeze(2))).squeeze(2)
    big = torch.nn.functional.interpolate(small, clips.shape[-2:], mode="bicubic")
    return big.unflatten(0, (len(clips), -1)).transpose(1, 2).clamp(-1, 1)


if __name__ == "__main__":
    main()
