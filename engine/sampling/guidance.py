"""Classifier-free guidance over two model functions, on all of a run or on an interval of it.

Knows nothing of captions: whoever binds them hands in two functions.

Shape legend: B batch, C channels, N latent frames, H W latent grid.
"""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from engine.models.transformer import NUM_TRAIN_TIMESTEPS

ModelFn = Callable[[Tensor, Tensor], Tensor]
"""(z_BCNHW, timestep_BN) -> prediction_BCNHW. A timestep of 0 marks a clean latent."""

WHOLE_RUN = (0.0, 1.0)


def with_guidance(
    conditional: ModelFn,
    unconditional: ModelFn,
    scale: float,
    interval: tuple[float, float] = WHOLE_RUN,
) -> ModelFn:
    """Return classifier-free guidance: u + scale · (c − u).

    A scale of 1 is the condition itself, and so is every step outside the interval: these cost one
    forward instead of two.

    Args:
        conditional, unconditional: the net with the caption, and with what to lead away from.
        scale: w of J. Ho and T. Salimans, "Classifier-free diffusion guidance" (2022), as
            diffusers counts it.
        interval: sigmas between which to guide, both ends included (T. Kynkäänniemi et al.,
            "Applying guidance in a limited interval", 2024).

    Raises:
        ValueError: the interval does not lie within [0, 1] or is empty.
    """
    low, high = interval
    if not 0 <= low <= high <= 1:
        raise ValueError(
            f"Guidance from sigma {low:g} to {high:g} makes no sense: give an interval in 0 to 1."
        )
    if scale == 1:
        return conditional

    def guided(z_BCNHW: Tensor, timestep_BN: Tensor) -> Tensor:
        condition = conditional(z_BCNHW, timestep_BN)
        if interval != WHOLE_RUN:
            # Clean latents stand at 0, so the highest timestep is the run's.
            sigma = float(timestep_BN.max()) / NUM_TRAIN_TIMESTEPS
            if not low <= sigma <= high:
                return condition
        base = unconditional(z_BCNHW, timestep_BN)
        return base + scale * (condition - base)

    return guided
