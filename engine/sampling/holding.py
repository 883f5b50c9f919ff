"""Keyframes that guide instead of pin: held at a noise level until the run comes down to it.

A latent with level s stands at min(sigma, s) while the run stands at sigma: constant and cleaner
than its neighbours first, then denoised with them. At level 0 it would be clean throughout, which
is the paper's keyframe; at level 1 it would be noise like any other latent. Knows no plan, no net.

Shape legend: B batch, C channels, N latent frames, H W latent grid.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.models.transformer import NUM_TRAIN_TIMESTEPS


@dataclass(frozen=True, slots=True)
class Holding:
    """Which latents are held, and at which level.

    Attributes:
        latents: (B, C, N, H, W), the keyframes' clean latents, read where ``mask`` is set.
        noise: (B, C, N, H, W), the run's own.
        mask: (N,) bool.
        levels: (N,) fp32 in (0, 1), read where ``mask`` is set.
    """

    latents: Tensor
    noise: Tensor
    mask: Tensor
    levels: Tensor

    def sigmas(self, sigma: float) -> Tensor:
        """Return (N,) the noise level of every latent while the run stands at ``sigma``."""
        level_N = self.levels.clamp(max=sigma)
        return torch.where(self.mask, level_N, torch.full_like(level_N, sigma))

    def begun(self, z_BCNHW: Tensor, sigma: float) -> Tensor:
        """Return a run's beginning at ``sigma`` with the held latents at their levels."""
        level = _wide(self.sigmas(sigma))
        held = (1 - level) * self.latents + level * self.noise
        return torch.where(_wide(self.mask), held.to(z_BCNHW), z_BCNHW)

    def timesteps(self, timestep_BN: Tensor, sigma: float) -> Tensor:
        """Return (B, N) timesteps: a held latent's own while the run stands above its level."""
        own = torch.where(self.levels < sigma, self.levels * NUM_TRAIN_TIMESTEPS, timestep_BN)
        return torch.where(self.mask, own.to(timestep_BN), timestep_BN)

    def stepped(
        self,
        z_BCNHW: Tensor,
        moved: Tensor,
        z0: Tensor,
        velocity: Tensor,
        step: tuple[float, float],
    ) -> Tensor:
        """Return a solver's step with the held latents taken along their own levels, by Euler.

        A multistep solver remembers estimates at the run's sigmas, which are not theirs.

        Args:
            z_BCNHW: before the step.
            moved: what the solver made of it.
            z0, velocity: what the net says, by each latent's own level.
            step: the run's sigma before and after.
        """
        sigma, sigma_next = step
        if sigma_next == 0:
            return torch.where(_wide(self.mask), z0, moved)
        change = _wide(self.sigmas(sigma_next) - self.sigmas(sigma))
        return torch.where(_wide(self.mask), z_BCNHW + change * velocity, moved)


def _wide(values_N: Tensor) -> Tensor:
    return values_N.view(1, 1, -1, 1, 1)
