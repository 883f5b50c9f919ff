"""The denoising loop, for Director-Gen and Director-SR alike.

Both integrate z_t = (1 − t) z_0 + t z_1 from t = 1 to 0 (SmartDirector eqs. 1, 2 and 5). For
Gen z_1 is noise; for SR it is the lifted low-resolution latent. Clean latents stay untouched,
at timestep 0, in the input of every step and in the result. The loop is a generator: closing it
cancels, and any :class:`StepDone` is a checkpoint to resume from. Knows neither codecs nor plans.

Shape legend: B batch, C channels, N latent frames, H W latent grid.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import torch
from torch import Tensor

from engine.models.transformer import PredictionType
from engine.sampling.guidance import ModelFn, with_guidance
from engine.sampling.holding import Holding
from engine.sampling.motion import Guess
from engine.sampling.schedule import Schedule, flow_sigmas
from engine.sampling.solvers import EulerSolver, Solver, State

__all__ = [
    "ModelFn",
    "StepDone",
    "denoise",
    "flow_sigmas",
    "frame_timesteps",
    "keep_clean",
    "seeded_noise",
    "with_guidance",
]


@dataclass(frozen=True, slots=True)
class StepDone:
    """The state after one step.

    Attributes:
        step: steps done so far, 1 to ``num_steps``; pass it as ``start_step`` to resume from ``z``.
        num_steps: steps in the whole run.
        z: (B, C, N, H, W) latent at the next sigma; the result when ``step == num_steps``.
        z0_estimate: the clean latent as this step sees it, for previews.
        solver_state: what the solver remembers; pass it to resume from ``z`` to the same bits.
    """

    step: int
    num_steps: int
    z: Tensor
    z0_estimate: Tensor
    solver_state: State = field(default_factory=dict[str, Tensor])


def seeded_noise(shape: tuple[int, ...], seed: int, device: torch.device | str = "cpu") -> Tensor:
    """Return standard normal noise that is the same on every device: drawn on the CPU."""
    generator = torch.Generator("cpu").manual_seed(seed)
    return torch.randn(shape, generator=generator).to(device)


def frame_timesteps(timestep: float, clean_N: Tensor, batch_size: int) -> Tensor:
    """Return (B, N) timesteps: 0 at clean latents, ``timestep`` elsewhere."""
    noisy_N = (~clean_N).float() * timestep
    return noisy_N.expand(batch_size, -1)


def keep_clean(z_BCNHW: Tensor, clean_BCNHW: Tensor, clean_N: Tensor) -> Tensor:
    """Return ``z`` with the latent frames that ``clean_N`` marks taken from ``clean`` bitwise."""
    return torch.where(clean_N.view(1, 1, -1, 1, 1), clean_BCNHW, z_BCNHW)


@torch.no_grad()
def denoise(
    model_fn: ModelFn,
    z_init: Tensor,
    solver: Solver | Tensor,
    *,
    clean_mask: Tensor | None = None,
    clean_latents: Tensor | None = None,
    prediction_type: PredictionType = "velocity",
    start_step: int = 0,
    solver_state: State | None = None,
    guess: Guess | None = None,
    holding: Holding | None = None,
) -> Iterator[StepDone]:
    """Integrate from the sigma of ``start_step`` to 0, yielding after each step.

    Args:
        model_fn: the net, captions and positions bound.
        z_init: (B, C, N, H, W) at that sigma, in fp32: noise, a lifted low-resolution latent, or
            the ``z`` of an earlier :class:`StepDone`.
        solver: takes the steps of its schedule; or bare sigmas, (n + 1,) from
            :func:`flow_sigmas`, for Euler's.
        clean_mask: (N,) bool, latents that are given; None means none.
        clean_latents: (B, C, N, H, W) with their values; read only where the mask is set.
        prediction_type: what ``model_fn`` returns.
        start_step: steps already done.
        solver_state: of the earlier :class:`StepDone` that is resumed; None begins afresh.
        guess: latents that lead the run down to a sigma; with it, ``z_init`` is read at sigma 1
            (noise) or comes from an earlier step, as ever.
        holding: latents that are held at a noise level until the run comes down to it; in
            ``z_init`` they stand at their levels (see :meth:`Holding.begun`).

    Raises:
        ValueError: a mask without values, or nothing left to do.
    """
    if isinstance(solver, Tensor):
        solver = EulerSolver(Schedule.of_sigmas(solver))
    num_steps = solver.schedule.num_steps
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
    if solver_state:
        solver.restore({name: part.to(z.device) for name, part in solver_state.items()}, start_step)
    sigmas, timesteps = solver.schedule.sigmas.tolist(), solver.schedule.timesteps.tolist()
    for step in range(start_step, num_steps):
        sigma, sigma_next = sigmas[step], sigmas[step + 1]
        timestep_BN = frame_timesteps(timesteps[step], clean_N, batch_size)
        level: float | Tensor = sigma
        if holding is not None:
            timestep_BN = holding.timesteps(timestep_BN, sigma)
            level = holding.sigmas(sigma).view(1, 1, -1, 1, 1)
        prediction = model_fn(z, timestep_BN).to(z.dtype)
        if prediction_type == "sample":
            z0, velocity = prediction, (z - prediction) / level
        else:
            z0, velocity = z - level * prediction, prediction
        z0 = keep_clean(z0, given, clean_N)
        moved = solver.step(step, z, z0, velocity)
        led = guess.led(sigma) if guess is not None else None
        if guess is not None and led is not None:
            moved = keep_clean(moved, guess.at(sigma_next), led)
            solver.forget()
        if holding is not None:
            moved = holding.stepped(z, moved, z0, velocity, (sigma, sigma_next))
        z = keep_clean(moved, given, clean_N)
        yield StepDone(step + 1, num_steps, z, z0, solver.state())
