"""Command line that trains the starter models: ``python -m engine.training.starter gen|sr``.

Reads a material folder (see :mod:`engine.data.procedural.library`), trains by the recipe of that
name for a given time, and writes a model folder. Started by ``torchrun`` it uses every GPU. The
recipes are in :mod:`engine.training.recipes`; this module only wires them to folders, devices and
the clock.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch.utils.data import DataLoader

from engine.data.procedural.batches import ClipBatchCPU, ClipStream
from engine.data.procedural.library import load_library
from engine.data.procedural.render import composite
from engine.models.klt import AutoencoderKLT
from engine.models.transformer import DirectorTransformer
from engine.training.nets import LatentBatch, LatentMaker, TrainedNets, save_model_folder
from engine.training.recipes import TrainRecipe, smoke, starter_gen, starter_sr
from engine.training.trainer import Budget, Trainer

DIRECTOR: dict[str, dict[str, Any]] = {
    "gen": {
        "role": "gen",
        "num_steps": 10,
        "shift": 3.0,
        "guess_until": 0.3,
        "guidance_scale": 1.0,
        "draft_area": 256 * 144,
        "size_multiple": 16,
        "max_latents": 40,
        "max_tokens": 256,
        "prediction_type": "sample",
    },
    "sr": {
        "role": "sr",
        "num_steps": 1,
        "shift": 1.0,
        "upsampling": "guided",
        "size_multiple": 16,
        "tile": 30,
        "margin": 2,
        "max_window_latents": 9,
        "prediction_type": "velocity",
    },
}
"""What ``director.json`` of each model folder tells the pipelines."""


@dataclass(frozen=True)
class Arguments:
    """The parsed command line."""

    kind: str
    material: Path
    codec: Path
    out: Path
    seconds: float
    steps: int
    total_seconds: float
    checkpoint: Path | None
    init: Path | None
    workers: int
    compiled: bool
    smoke: bool
    seed: int


def parse_arguments(argv: list[str] | None = None) -> Arguments:
    """Return the command line's arguments."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("kind", choices=["gen", "sr"])
    parser.add_argument("--material", type=Path, required=True, help="material folder")
    parser.add_argument("--codec", type=Path, required=True, help="folder of the fitted codec")
    parser.add_argument("--out", type=Path, required=True, help="model folder to write")
    parser.add_argument("--seconds", type=float, default=3600, help="stop this run after")
    parser.add_argument("--total-seconds", type=float, default=0, help="length of the cosine")
    parser.add_argument("--steps", type=int, default=0, help="stop after, instead of the clock")
    parser.add_argument("--checkpoint", type=Path, help="read if it exists, written once a minute")
    parser.add_argument("--init", type=Path, help="model folder to start from")
    parser.add_argument("--workers", type=int, default=6, help="processes that draw scenes")
    parser.add_argument("--compiled", action="store_true", help="torch.compile the blocks")
    parser.add_argument("--smoke", action="store_true", help="toy size")
    parser.add_argument("--seed", type=int, default=0)
    return Arguments(**vars(parser.parse_args(argv)))


def main(argv: list[str] | None = None) -> None:
    """Train and write a model folder."""
    args = parse_arguments(argv)
    started = time.monotonic()
    recipe = {"gen": starter_gen, "sr": starter_sr}[args.kind]()
    recipe = smoke(recipe) if args.smoke else recipe
    codec = AutoencoderKLT.from_pretrained(args.codec)
    if args.kind == "gen":
        prior = {
            "channel_std": codec.config["latent_std"],
            "num_shared": codec.config["num_shared"],
        }
        recipe = replace(recipe, transformer={**recipe.transformer, **prior})
    atlas, library = load_library(args.material, footage=recipe.footage)
    _log(f"material: {atlas.num_textures} textures, {len(library.shots)} shots", started)
    rank, world = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
    progress = multiprocessing.Value("d", 0.0)
    stream = ClipStream(
        library,
        recipe.buckets,
        recipe.scenes,
        recipe.structures,
        seed=args.seed,
        stride=world,
        offset=rank,
        max_tokens=recipe.max_tokens,
        draws=recipe.uses,
        progress=lambda: progress.value,
    )
    state = _read_state(args.checkpoint)
    stream.first = int(state["step"]) // recipe.uses if state else 0
    if state:
        progress.value = min(1.0, state["used_s"] / (args.total_seconds or args.seconds))
    loader = DataLoader(
        stream,
        batch_size=None,
        num_workers=args.workers,
        prefetch_factor=2 if args.workers else None,
    )
    batches = iter(loader)  # forks its workers before CUDA wakes up
    device = _start_device(rank, world)
    torch.manual_seed(args.seed * 1000 + rank)
    trainer = _make_trainer(args, recipe, device, state)
    torch.nn.Module.to(codec, device)
    maker = LatentMaker(
        recipe,
        atlas.to(device),
        codec,
        torch.compile(composite, dynamic=False) if args.compiled else None,
    )
    if args.compiled:
        trainer.nets.compile_blocks()
    latents = _latents(batches, maker)
    trainer.get_ready(next(latents))
    left = max(1.0, args.seconds - (time.monotonic() - started))
    trainer.budget.stop_at_s = trainer.budget.used_s + left
    if not args.total_seconds:
        trainer.budget.total_s = trainer.budget.stop_at_s
    _log(f"ready on {device}, {world} process(es)", started)
    _train(args, trainer, latents, progress, started, rank)
    if rank == 0:
        if args.checkpoint:
            trainer.save(args.checkpoint)
        trainer.swap_average()
        save_model_folder(trainer.nets.cpu(), maker.codec.cpu(), args.out, DIRECTOR[args.kind])
        _log(f"wrote {args.out.name}", started)
    if world > 1:
        dist.destroy_process_group()


def _train(
    args: Arguments,
    trainer: Trainer,
    batches: Iterator[LatentBatch],
    progress: Any,
    started: float,
    rank: int,
) -> None:
    """Run until this call's time is over or the budget is used; log and save on the way."""
    saved = time.monotonic()
    for report in trainer.train(batches):
        progress.value = trainer.budget.share(trainer.step)
        if rank == 0:
            line = json.dumps({k: round(getattr(report, k), 6) for k in report.__slots__})
            _log(line, started)
            if args.checkpoint and time.monotonic() - saved > 60:
                trainer.save(args.checkpoint)
                saved = time.monotonic()


def _latents(batches: Iterator[ClipBatchCPU], maker: LatentMaker) -> Iterator[LatentBatch]:
    for batch in batches:
        yield from maker(batch)


def _make_trainer(
    args: Arguments, recipe: TrainRecipe, device: torch.device, state: dict[str, Any] | None
) -> Trainer:
    nets = TrainedNets(recipe)
    if args.init is not None:
        _load_folder(nets, args.init)
    total = args.total_seconds or args.seconds
    budget = Budget(total_s=total, total_steps=args.steps)
    trainer = Trainer(nets.to(device), budget, autocast=device.type == "cuda")
    if state is not None:
        trainer.load_state_dict(state)
    elif trainer.world_size > 1:
        for tensor in trainer.nets.state_dict().values():
            dist.broadcast(tensor, 0)
    return trainer


def _load_folder(nets: TrainedNets, folder: Path) -> None:
    loaded = DirectorTransformer.from_pretrained(folder / "transformer")
    nets.transformer.load_state_dict(loaded.float().state_dict())
    if loaded.config["channel_std"] is None and nets.transformer.config["channel_std"]:
        # What the old net put out was the sample itself; now it is the rest beyond the prior.
        torch.nn.init.zeros_(nets.transformer.proj_out.weight)
        torch.nn.init.zeros_(nets.transformer.proj_out.bias)
    if nets.text_encoder is not None:
        encoder = type(nets.text_encoder).from_pretrained(folder / "text_encoder")
        nets.text_encoder.load_state_dict(encoder.float().state_dict())


def _read_state(checkpoint: Path | None) -> dict[str, Any] | None:
    if checkpoint is None or not checkpoint.exists():
        return None
    return torch.load(checkpoint, map_location="cpu", weights_only=True)


def _start_device(rank: int, world: int) -> torch.device:
    if not torch.cuda.is_available():
        if world > 1:
            dist.init_process_group("gloo", rank=rank, world_size=world)
        return torch.device("cpu")
    device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
    torch.cuda.set_device(device)
    torch.backends.cuda.matmul.allow_tf32 = True
    torch.backends.cudnn.allow_tf32 = True
    if world > 1:
        dist.init_process_group("nccl", rank=rank, world_size=world)
    return device


def _log(text: str, started: float) -> None:
    print(f"[{time.monotonic() - started:7.1f}] {text}", flush=True)


if __name__ == "__main__":
    main()
