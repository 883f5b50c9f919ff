"""Which noise levels a run visits, and which timestep the net is told at each.

A sigma is the share of z_1 in z_t = (1 − t) z_0 + t z_1. Knows a model folder's settings and
diffusers' own spacings; knows no net, no latent and no solver.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, assert_never

import torch
from diffusers import FlowMatchEulerDiscreteScheduler, UniPCMultistepScheduler
from torch import Tensor

from engine.models.catalogue import DirectorSettings
from engine.models.transformer import NUM_TRAIN_TIMESTEPS


@dataclass(frozen=True)
class Schedule:
    """The steps of a run.

    Attributes:
        sigmas: (n + 1,) fp32 on the CPU, descending, ending in 0.
        timesteps: (n,) fp64 on the CPU in [0, 1000], what the net is told at ``sigmas[:-1]``.
    """

    sigmas: Tensor
    timesteps: Tensor

    @property
    def num_steps(self) -> int:
        """Steps in the run: n."""
        return len(self.timesteps)

    @staticmethod
    def of_sigmas(sigmas: Tensor) -> Schedule:
        """Return the schedule over given sigmas, (n + 1,), with timesteps of 1000 times as much.

        Raises:
            ValueError: they do not descend to 0 within [0, 1].
        """
        exact = sigmas.detach().double().cpu()
        descending = bool((exact[1:] < exact[:-1]).all())
        if len(exact) < 2 or not descending or exact[-1] != 0 or exact[0] > 1:
            raise ValueError("Sigmas must descend from at most 1 to 0.")
        return Schedule(exact.float(), exact[:-1] * NUM_TRAIN_TIMESTEPS)

    def scaled(self, start_sigma: float) -> Schedule:
        """Return the schedule of a flow that begins at ``start_sigma`` instead of 1."""
        return Schedule.of_sigmas(self.sigmas * start_sigma)


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


def schedule_for(
    settings: DirectorSettings, num_steps: int | None = None, shift: float | None = None
) -> Schedule:
    """Return the steps of a run: the model's own, as far as the job does not say otherwise.

    A list of sigmas in the settings (few-step models) is followed unless the job asks for another
    number of steps or a shift; then the steps are spaced as for any other model.

    Args:
        settings: of the model folder.
        num_steps, shift: what the job asks for; None leaves it to the model.
    """
    steps = num_steps or settings.num_steps
    if settings.sigmas and shift is None and steps == len(settings.sigmas):
        return Schedule.of_sigmas(torch.tensor([*settings.sigmas, 0.0], dtype=torch.float64))
    amount = settings.shift if shift is None else shift
    match settings.spacing:
        case "flow":
            return Schedule.of_sigmas(flow_sigmas(steps, amount))
        case "euler":
            return _read(FlowMatchEulerDiscreteScheduler(shift=amount), steps)
        case "unipc":
            return _read(
                UniPCMultistepScheduler(
                    use_flow_sigmas=True, prediction_type="flow_prediction", flow_shift=amount
                ),
                steps,
            )
        case _:
            assert_never(settings.spacing)


def _read(scheduler: Any, num_steps: int) -> Schedule:
    """Return the spacing of a scheduler of diffusers, to the bit (UniPC's timesteps are whole)."""
    scheduler.set_timesteps(num_steps)
    return Schedule(scheduler.sigmas.cpu(), scheduler.timesteps.double().cpu())
