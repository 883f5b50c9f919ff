"""What a training step costs at true size: time, memory, and the share of the card's arithmetic.

``python -m engine.training.benchmark lora`` measures a LoRA on the shape of Wan2.2-TI2V-5B,
``torchrun --nproc-per-node N -m engine.training.benchmark full`` all of its weights, sharded over
N GPUs. Weights and clips are random, so this says nothing of quality. 480p, 51 frames in three
chunks, 512 caption tokens.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace
from typing import Any

import torch
from torch import nn

from engine.data.structure import plan_from_sizes
from engine.models.transformer import DirectorTransformer
from engine.training.adapters import add_lora
from engine.training.batches import PassBatch
from engine.training.dataset_recipes import DatasetRecipe, gen_paper, lora_5b
from engine.training.learner import Learner
from engine.training.processes import Team, join_team

GIB = 1024**3
SIZES = [5, 4, 6]
GRID = (30, 52)
CAPTION_TOKENS = 512
WARM_STEPS = 2


def shape_5b(num_layers: int = 30) -> DirectorTransformer:
    """Return a net of Wan2.2-TI2V-5B's shape with random weights."""
    return DirectorTransformer(
        num_attention_heads=24,
        attention_head_dim=128,
        in_channels=48,
        out_channels=48,
        ffn_dim=14336,
        num_layers=num_layers,
        text_dim=4096,
    )


def random_clip(device: torch.device, weight: float) -> PassBatch:
    """Return one clip of noise with its three keyframes given."""
    plan = plan_from_sizes(SIZES)
    shape = (1, 48, plan.num_latents, *GRID)
    clean = torch.zeros(1, plan.num_latents, dtype=torch.bool, device=device)
    clean[:, list(plan.head_latents)] = True
    return PassBatch(
        torch.randn(shape, device=device),
        torch.randn(shape, device=device),
        clean,
        torch.full((1,), 0.5, device=device),
        torch.tensor(plan.positions, dtype=torch.float64, device=device),
        torch.randn(1, CAPTION_TOKENS, 4096, device=device),
        weight,
    )


def operations(net: DirectorTransformer, *, is_lora: bool) -> float:
    """Return the floating-point operations of one clip's step, recomputation left out (for MFU).

    A product costs 2 per weight and token forwards, as much for the gradient of its input, and as
    much again for that of its weight, which frozen weights do not have.
    """
    config: Any = net.config
    dim = config.num_attention_heads * config.attention_head_dim
    tokens = plan_from_sizes(SIZES).num_latents * GRID[0] * GRID[1] / 4
    per_token = config.num_layers * (6 * dim * dim + 2 * dim * config.ffn_dim)
    per_word = config.num_layers * 2 * dim * dim  # keys and values of the caption
    products = 2 * (tokens * per_token + CAPTION_TOKENS * per_word)
    attention = 4 * config.num_layers * dim * tokens * (tokens + CAPTION_TOKENS)
    return (2 if is_lora else 3) * products + 3 * attention


def measure(recipe: DatasetRecipe, team: Team, num_layers: int, num_steps: int) -> dict[str, float]:
    """Return seconds a step, clips a second, operations a second and GiB of one process."""
    on_gpu = team.device.type == "cuda"
    with torch.device(team.device):
        net = shape_5b(num_layers) if on_gpu else toy()
    count = operations(net, is_lora=recipe.lora is not None)
    if recipe.lora is not None:
        keep = DirectorTransformer._keep_in_fp32_modules
        for name, parameter in net.named_parameters():
            if on_gpu and not any(part in name.split(".") for part in keep):
                parameter.data = parameter.data.bfloat16()
        add_lora(net, recipe.lora, 0)
        nn.Module.to(net, team.device)
    learner = Learner(net.train(), recipe, team)
    if on_gpu:
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
    each = recipe.batch_size // team.size
    clips = [random_clip(team.device, 1 / recipe.batch_size) for _ in range(each)]
    if not on_gpu:
        clips = [_small(clip) for clip in clips]
    seconds: list[float] = []
    for step in range(WARM_STEPS + num_steps):
        team.wait()
        began = time.perf_counter()
        learner.learn(clips, step)  # returns the loss, so the device is done
        seconds.append(time.perf_counter() - began)
    median = sorted(seconds[WARM_STEPS:])[num_steps // 2]
    found = {
        "seconds_a_step": median,
        "clips_a_second": recipe.batch_size / median,
        "tflops_a_second_and_gpu": count * recipe.batch_size / median / team.size / 1e12,
    }
    if on_gpu:
        found["peak_gib"] = torch.cuda.max_memory_allocated() / GIB
        found["reserved_gib"] = torch.cuda.max_memory_reserved() / GIB
    return found


def main(argv: list[str] | None = None) -> None:
    """Measure and print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("lora", "full"))
    parser.add_argument("--layers", type=int, default=30)
    parser.add_argument("--batch", type=int, help="clips a step; default: 1 a process")
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--limit-gib", type=float, help="of the card's memory, for this process")
    parser.add_argument("--keep-activations", action="store_true", help="no checkpointing")
    args = parser.parse_args(argv)
    team = join_team()
    recipe = lora_5b() if args.what == "lora" else gen_paper()
    batch = args.batch or team.size
    recipe = replace(recipe, batch_size=batch, checkpointing=not args.keep_activations)
    if args.limit_gib and team.device.type == "cuda":
        total = torch.cuda.get_device_properties(team.device).total_memory
        torch.cuda.set_per_process_memory_fraction(args.limit_gib * GIB / total)
    found = measure(recipe, team, args.layers, args.steps)
    if team.leads:
        facts = {"what": args.what, "gpus": team.size, "layers": args.layers, "batch": batch}
        print(json.dumps({**facts, **{k: round(v, 4) for k, v in found.items()}}), flush=True)
    team.leave()


def toy() -> DirectorTransformer:
    """Return a small net, for a machine without a GPU, to see that it runs."""
    return DirectorTransformer(
        num_attention_heads=2,
        attention_head_dim=24,
        in_channels=48,
        out_channels=48,
        ffn_dim=64,
        num_layers=2,
        text_dim=4096,
    )


def _small(clip: PassBatch) -> PassBatch:
    return replace(clip, z0=clip.z0[..., :4, :4], z1=clip.z1[..., :4, :4])


if __name__ == "__main__":
    main()
