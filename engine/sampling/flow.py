"""The rectified-flow schedule and the denoising loop, for Director-Gen and Director-SR alike.

Both integrate z_t = (1 − t) z_0 + t z_1 from t = 1 to 0 (SmartDirector eqs. 1, 2 and 5). For
Gen z_1 is noise; for SR it is the lifted low-resolution latent. Clean latents stay untouched,
at timestep 0, in the input of every step and in the result. The loop is a generator: closing it
cancels, and any :class:`StepDone` is a checkpoint to resume from. Knows neither codecs nor plans.

Shape legend: B batch, C channels, N latent frames, H W latent grid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.models.transformer import NUM_TRAIN_TIMESTEPS, PredictionType
from engine.sampling.motion import Guess

ModelFn = Callable[[Tensor, Tensor], Tensor]
"""(z_BCNHW, timestep_BN) -> prediction_BCNHW."""


@dataclass(frozen=True, slots=True)
class StepDone:
    """The state after one step.

    Attributes:
        step: steps done so far, 1 to ``num_steps``; pass it as ``start_step`` to resume from ``z``.
        num_steps: steps in the whole run.
        z: (B, C, N, H, W) latent at the next sigma; the result when ``step == num_steps``.
        z0_estimate: the clean latent as this step sees it, for previews.
    """

    step: int
    num_steps: int
    z: Tensor
    z0_estimate: Tensor


def flow_sigmas(num_steps: int, shift: float = 1.0) -> Tensor:
    """Return num_steps + 1 sigmas descending from 1 to 0, shifted towards noise by ``shift``.

    Source: σ' = s σ / (1 + (s − 1) σ), as in diffusers' FlowMatchEulerDiscreteScheduler.

    Raises:
        ValueError: fewer than one step, or a shift that is not positive.
    """
    if num_steps < 1 or shift <= 0:
        raise ValueError("Denoising needs at least one step and a positive shift.")
    sigmas = torch.linspace(1.0, 0.0, num_steps + 1, dtype=torch.float64)
    return (shift * sigmas / (1 + (shift - 1) * sigmas)).float()


def seeded_noise(shape: tuple[int, ...], seed: int, device: torch.device | str = "cpu") -> Tensor:
    """Return standard normal noise that is the same on every device: drawn on the CPU."""
    generator = torch.Generator("cpu").manual_seed(seed)
    return torch.randn(shape, generator=generator).to(device)


def with_guidance(conditional: ModelFn, unconditional: ModelFn, scale: float) -> ModelFn:
    """Return classifier-free guidance over two model functions: u + scale · (c − u)."""

    def guided(z_BCNHW: Tensor, timestep_BN: Tensor) -> Tensor:
        base = unconditional(z_BCNHW, timestep_BN)
        return base + scale * (conditional(z_BCNHW, timestep_BN) - base)

    return guided


def frame_timesteps(sigma: float | Tensor, clean_N: Tensor, batch_size: int) -> Tensor:
    """Return (B, N) timesteps: 0 at clean latents, sigma · 1000 elsewhere."""
    noisy_N = (~clean_N).float() * (sigma * NUM_TRAIN_TIMESTEPS)
    return noisy_N.expand(batch_size, -1)


def keep_clean(z_BCNHW: Tensor, clean_BCNHW: Tensor, clean_N: Tensor) -> Tensor:
    """Return ``z`` with the latent frames that ``clean_N`` marks taken from ``clean`` bitwise."""
    return torch.where(clean_N.view(1, 1, -1, 1, 1), clean_BCNHW, z_BCNHW)


@torch.no_grad()
def denoise(
    model_fn: ModelFn,
    z_init: Tensor,
    sigmas: Tensor,
    *,
    clean_mask: Tensor | None = None,
    clean_latents: Tensor | None = None,
    prediction_type: PredictionType = "velocity",
    start_step: int = 0,
    guess: Guess | None = None,
) -> Iterator[StepDone]:
    """Integrate from ``sigmas[start_step]`` to 0 by Euler steps, yielding after each.

    Args:
        model_fn: the net, captions and positions bound.
        z_init: (B, C, N, H, W) at ``sigmas[start_step]``, in fp32: noise, a lifted low-resolution
            latent, or the ``z`` of an earlier :class:`StepDone`.
        sigmas: descending, ending in 0, from :func:`flow_sigmas`.
        clean_mask: (N,) bool, latents that are given; None means none.
        clean_latents: (B, C, N, H, W) with their values; read only where the mask is set.
        prediction_type: what ``model_fn`` returns.
        start_step: steps already done.
        guess: latents that lead the run down to a sigma; with it, ``z_init`` is read at sigma 1
            (noise) or comes from an earlier step, as ever.

    Raises:
        ValueError: a mask without values, or nothing left to do.
    """
    num_steps = len(sigmas) - 1
    if not 0 <= start_step < num_steps:
        raise ValueError(f"There is no step {start_step} in a run of {num_steps}.")
    batch_size, _, num_frames, _, _ = z_init.shape
    clean_N = torch.zeros(num_frames, dtype=torch.bool, device=z_init.device)
    if clean_mask is not None:
        clean_N = clean_mask.to(z_init.device)
    if clean_latents is None:
        if bool(clean_N.any()):
            raise ValueError("Clean latents are marked, but their values are missing.")
        clean_latents = z_init
    given = clean_latents.to(z_init)
    z = keep_clean(z_init, given, clean_N)
    steps = [float(sigma) for sigma in sigmas]
    for step in range(start_step, num_steps):
        sigma, sigma_next = steps[step], steps[step + 1]
        prediction = model_fn(z, frame_timesteps(sigma, clean_N, batch_size)).to(z.dtype)
        if prediction_type == "sample":
            z0, velocity = prediction, (z - prediction) / sigma
        else:
            z0, velocity = z - sigma * prediction, prediction
        # The last sample step is the sample itself, not a difference that rounds.
        moved = z0 if sigma_next == 0 else z + (sigma_next - sigma) * velocity
        if guess is not None and sigma > guess.until:
            moved = keep_clean(moved, guess.at(sigma_next), guess.mask)
        z = keep_clean(moved, given, clean_N)
        yield StepDone(step + 1, num_steps, z, keep_clean(z0, given, clean_N))
