"""Flow-matching losses: noise and loss on what is not given, nowhere else.

Source: SmartDirector eqs. 1, 2 and 5. Shape legend: B clips, C channels, N latent frames, H W grid.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.models.transformer import NUM_TRAIN_TIMESTEPS, PredictionType


@dataclass(frozen=True)
class TimeMix:
    """How t is drawn: a shifted logit-normal, with extra mass at t = 1 for few-step sampling.

    Attributes:
        mean, deviation: of the normal under the logistic.
        shift: as in sampling.
        at_one: share of samples with t = 1 exactly.
    """

    mean: float = 0.0
    deviation: float = 1.2
    shift: float = 3.0
    at_one: float = 0.15


def sample_times(
    batch_size: int, mix: TimeMix, device: torch.device, generator: torch.Generator | None = None
) -> Tensor:
    """Return (B,) times in (0, 1]."""
    normal = torch.randn(batch_size, device=device, generator=generator)
    t = torch.sigmoid(normal * mix.deviation + mix.mean)
    t = mix.shift * t / (1 + (mix.shift - 1) * t)
    at_one = torch.rand(batch_size, device=device, generator=generator) < mix.at_one
    return torch.where(at_one, 1.0, t.clamp(min=1e-3))


def interpolate(z0: Tensor, z1: Tensor, t_B: Tensor, clean_BN: Tensor) -> tuple[Tensor, Tensor]:
    """Return z_t = (1 − t) z_0 + t z_1 with clean frames left as z_0, and (B, N) timesteps."""
    t_BN = torch.where(clean_BN, 0.0, t_B[:, None])
    t = t_BN[:, None, :, None, None]
    return (1 - t) * z0 + t * z1, t_BN * NUM_TRAIN_TIMESTEPS


def flow_loss(
    prediction: Tensor,
    z0: Tensor,
    z1: Tensor,
    t_B: Tensor,
    clean_BN: Tensor,
    prediction_type: PredictionType,
    floor: float = 0.3,
) -> Tensor:
    """Return the mean squared error over the latents that are not given.

    Args:
        prediction: (B, C, N, H, W).
        z0, z1: the ends of the path.
        t_B: times.
        clean_BN: given latents: no loss, hence no gradient.
        prediction_type: a velocity is weighted evenly, as eq. 2; a sample by 1 / max(t, floor),
            half-way between an even weight on samples and one on velocities.
        floor: see above.
    """
    per_frame_BN, weight_B = _errors(prediction, z0, z1, t_B, prediction_type, floor)
    weight_BN = torch.where(clean_BN, 0.0, weight_B[:, None])
    count = (~clean_BN).sum().clamp(min=1)
    return (torch.where(clean_BN, 0.0, per_frame_BN) * weight_BN).sum() / count


def clip_losses(
    prediction: Tensor,
    z0: Tensor,
    z1: Tensor,
    t_B: Tensor,
    clean_BN: Tensor,
    prediction_type: PredictionType,
    floor: float = 0.3,
) -> Tensor:
    """Return (B,) losses, each clip's over its own latents that are not given.

    As :func:`flow_loss`, but a clip counts the same however much of it is given, and whichever
    others are beside it.
    """
    per_frame_BN, weight_B = _errors(prediction, z0, z1, t_B, prediction_type, floor)
    count_B = (~clean_BN).sum(dim=1).clamp(min=1)
    return torch.where(clean_BN, 0.0, per_frame_BN).sum(dim=1) * weight_B / count_B


def _errors(
    prediction: Tensor,
    z0: Tensor,
    z1: Tensor,
    t_B: Tensor,
    prediction_type: PredictionType,
    floor: float,
) -> tuple[Tensor, Tensor]:
    """Return each latent frame's mean squared error (B, N), and each clip's weight (B,)."""
    if prediction_type == "velocity":
        error = (prediction.float() - (z1 - z0)).square()
        weight_B = torch.ones_like(t_B)
    else:
        error = (prediction.float() - z0).square()
        weight_B = 1 / t_B.clamp(min=floor)
    return error.mean(dim=(1, 3, 4)), weight_B
