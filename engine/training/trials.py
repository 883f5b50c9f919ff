"""How a net does on clips that it is not trained on: its loss by time, and clips that it makes.

Always the same clips with the same noise, so that numbers of different steps can be compared.

Shape legend: C channels, N latent frames, H W latent grid, F frames, Y X pixels.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.media.encodings import REPEATABLE, Encoding
from engine.media.writer import MovieWriter
from engine.models.codec import Codec, decode_chunks
from engine.planning.plan import ChunkPlan
from engine.sampling.flow import denoise, flow_sigmas
from engine.training.batches import PassBatch, validation_batch, validation_index
from engine.training.disk import writing
from engine.training.events import SampleClip, Validation
from engine.training.latents import LatentStore
from engine.training.learner import Learner

TIMES = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Middles of the bins that the validation loss is told by."""

_VIEWING = Encoding(
    "libx264", "yuv420p", {"crf": "16", "preset": "veryfast", "x264-params": REPEATABLE}
)


def validated(learner: Learner, store: LatentStore, step: int) -> Validation:
    """Return the loss on the validation side."""
    recipe, device = learner.recipe, learner.team.device
    means: list[tuple[float, float]] = []
    for t in TIMES:
        numbers = range(recipe.cadence.num_validation)
        batches = (validation_batch(store, recipe, n, t) for n in numbers)
        losses = [float(learner.loss(batch.to(device))) for batch in batches]
        means.append((t, sum(losses) / len(losses)))
    return Validation(step, sum(loss for _, loss in means) / len(means), tuple(means))


def sampled(
    learner: Learner, store: LatentStore, codec: Codec, number: int, step: int, folder: Path
) -> SampleClip:
    """Make a clip from all its keyframes, and write it beside the original.

    Raises:
        DiskProblem: it cannot be written.
    """
    recipe, device = learner.recipe, learner.team.device
    batch = validation_batch(store, recipe, number, 1.0).to(device)
    layout = store.layouts[validation_index(store, recipe, number)]
    plan, candidates = layout.plan, layout.candidates
    clean = torch.zeros(plan.num_latents, dtype=torch.bool, device=device)
    clean[torch.from_numpy(candidates).to(device)] = True
    if bool(clean.all()):
        clean[-1] = False
    made = denoised(learner, batch, clean)
    original = _frames(codec, batch.z0, plan)
    frames = _frames(codec, made, plan)
    shown = [original, frames]
    if recipe.stage == "sr":
        shown.insert(1, _frames(codec, batch.z1, plan))
    path = folder / f"step-{step:06d}-{number}.mp4"
    if learner.team.leads:
        with writing(folder):
            _write(path, np.concatenate(shown, axis=2))
    return SampleClip(step, path, _psnr(original, frames, plan, clean.tolist()))


@torch.no_grad()
def denoised(learner: Learner, batch: PassBatch, clean_N: Tensor) -> Tensor:
    """Return (1, C, N, H, W): the path of one clip integrated from its beginning to its end."""
    recipe = learner.recipe
    positions, captions = batch.positions, batch.captions.float()
    if recipe.comparison.positions == "continuous":
        positions = torch.arange(len(positions), device=positions.device, dtype=positions.dtype)

    def model_fn(z: Tensor, timestep_BN: Tensor) -> Tensor:
        if recipe.comparison.keyframe_timestep == "shared":
            timestep_BN = timestep_BN.max(dim=1, keepdim=True).values.expand_as(timestep_BN)
        with learner.autocast():
            return learner.net(z, timestep_BN, captions, positions=positions)

    steps = denoise(
        model_fn,
        batch.z1,
        flow_sigmas(recipe.cadence.sample_steps, recipe.sample_shift),
        clean_mask=clean_N,
        clean_latents=batch.z0,
        prediction_type=learner.net.prediction_type,
    )
    return [done.z for done in steps][-1]


def _frames(codec: Codec, z_BCNHW: Tensor, plan: ChunkPlan) -> NDArray[np.uint8]:
    x = decode_chunks(codec, z_BCNHW.float(), plan)[0].permute(1, 2, 3, 0)
    return ((x.float().clamp(-1, 1) + 1) * 127.5).round().byte().cpu().numpy()


def _psnr(
    original: NDArray[np.uint8], made: NDArray[np.uint8], plan: ChunkPlan, clean: list[bool]
) -> float:
    spans = [span for span, given in zip(plan.latent_spans, clean, strict=True) if not given]
    frames = [frame for start, stop in spans for frame in range(start, stop)]
    error = original[frames].astype(np.float64) - made[frames]
    return float(10 * np.log10(255**2 / max(float(np.square(error).mean()), 1e-9)))


def _write(path: Path, frames: NDArray[np.uint8]) -> None:
    height, width = frames.shape[1] // 2 * 2, frames.shape[2] // 2 * 2
    with MovieWriter(path, width, height, Fraction(24), _VIEWING) as movie:
        for frame in frames:
            movie.write(np.ascontiguousarray(frame[:height, :width]))
