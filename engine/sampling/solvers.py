"""How one step of the flow's equation is taken: Euler, UniPC, or re-noising.

A solver sees the latent, the clean latent that the net sees in it, and the velocity; it returns the
latent at the next sigma. What it remembers between steps can be taken out and put back, so that a
run that was cut short goes on to the same bits. Knows neither nets nor captions.

Shape legend: B batch, C channels, N latent frames, H W latent grid.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, assert_never

import torch
from diffusers import UniPCMultistepScheduler
from torch import Tensor

from engine.models.catalogue import DirectorSettings
from engine.protocol.jobs import SolverName
from engine.sampling.schedule import Schedule

State = Mapping[str, Tensor]

_NEARLY_ONE = 1 - 1e-6
"""UniPC takes the logarithm of 1 − sigma; diffusers begins its flow schedules here too."""


class Solver(Protocol):
    """Takes the steps of a schedule, in order."""

    @property
    def schedule(self) -> Schedule:
        """The steps."""
        ...

    def step(self, index: int, z_BCNHW: Tensor, z0_BCNHW: Tensor, velocity_BCNHW: Tensor) -> Tensor:
        """Return the latent at ``sigmas[index + 1]``.

        Args:
            index: which step, from 0.
            z_BCNHW: the latent at ``sigmas[index]``.
            z0_BCNHW, velocity_BCNHW: what the net makes of it, z − sigma · velocity and velocity.
        """
        ...

    def state(self) -> State:
        """Return what is remembered between steps, for a checkpoint."""
        ...

    def restore(self, state: State, index: int) -> None:
        """Go on at a step with what was remembered.

        Raises:
            ValueError: the state is not this solver's.
        """
        ...

    def forget(self) -> None:
        """Drop what is remembered: the latent was changed from outside."""
        ...


class EulerSolver:
    """Straight steps along the velocity; remembers nothing."""

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule
        self._sigmas = [float(sigma) for sigma in schedule.sigmas]

    def step(self, index: int, z_BCNHW: Tensor, z0_BCNHW: Tensor, velocity_BCNHW: Tensor) -> Tensor:
        """Return z + (sigma' − sigma) · velocity."""
        if self._sigmas[index + 1] == 0:
            return z0_BCNHW  # the sample itself, not a difference that rounds
        return z_BCNHW + (self._sigmas[index + 1] - self._sigmas[index]) * velocity_BCNHW

    def state(self) -> State:
        """Return nothing."""
        return {}

    def restore(self, state: State, index: int) -> None:
        """Do nothing."""

    def forget(self) -> None:
        """Do nothing."""


class RenoiseSolver(EulerSolver):
    """Fresh noise over the clean estimate at every step, as distribution-matched students expect.

    Source: T. Yin et al., "Improved distribution matching distillation" (2024); the same as
    diffusers' ``stochastic_sampling``. The noise of a step depends on the seed and the step alone.
    """

    def __init__(self, schedule: Schedule, seed: int) -> None:
        super().__init__(schedule)
        self._seed = seed

    def step(self, index: int, z_BCNHW: Tensor, z0_BCNHW: Tensor, velocity_BCNHW: Tensor) -> Tensor:
        """Return (1 − sigma') · z0 + sigma' · noise."""
        sigma = self._sigmas[index + 1]
        if sigma == 0:
            return z0_BCNHW
        # The run's own first noise is drawn from the seed itself, so steps begin one further.
        generator = torch.Generator("cpu").manual_seed((self._seed + index + 1) % 2**63)
        noise = torch.randn(z0_BCNHW.shape, generator=generator).to(z0_BCNHW)
        return (1 - sigma) * z0_BCNHW + sigma * noise


class UniPCSolver:
    """UniPC, a multistep predictor and corrector, by diffusers' own implementation.

    Source: W. Zhao et al., "UniPC" (2023). Bitwise equal to diffusers' Wan pipelines on their
    schedule. A corrector looks back one step, so the state is up to three latents.
    """

    def __init__(self, schedule: Schedule, order: int = 2) -> None:
        sigmas = schedule.sigmas.clamp(max=_NEARLY_ONE)
        self.schedule = Schedule(sigmas, schedule.timesteps)
        self._order = order
        self._scheduler = self._fresh()
        self._begun = False

    def _fresh(self) -> UniPCMultistepScheduler:
        # The loop hands in the clean estimate, which is what UniPC converts a prediction to.
        scheduler = UniPCMultistepScheduler(
            use_flow_sigmas=True, prediction_type="sample", solver_order=self._order
        )
        scheduler.set_timesteps(self.schedule.num_steps)
        scheduler.sigmas, scheduler.timesteps = self.schedule.sigmas, self.schedule.timesteps
        return scheduler

    def step(self, index: int, z_BCNHW: Tensor, z0_BCNHW: Tensor, velocity_BCNHW: Tensor) -> Tensor:
        """Correct the latent by what the net says of it, then predict the next."""
        if not self._begun:
            self._scheduler.set_begin_index(index)
            self._begun = True
        timestep = self.schedule.timesteps[index]
        return self._scheduler.step(z0_BCNHW, timestep, z_BCNHW, return_dict=False)[0]

    def state(self) -> State:
        """Return the last estimates, the last corrected latent, and the orders reached."""
        scheduler = self._scheduler
        held = {
            f"estimate_{age}": estimate
            for age, estimate in enumerate(reversed(scheduler.model_outputs))
            if estimate is not None
        }
        if scheduler.last_sample is None:
            return held
        orders = torch.tensor([scheduler.lower_order_nums, scheduler.this_order])
        return {**held, "last_sample": scheduler.last_sample, "orders": orders}

    def restore(self, state: State, index: int) -> None:
        """Go on at a step with what was remembered.

        Raises:
            ValueError: the state is not this solver's.
        """
        self.forget()
        if not state:
            return
        estimates = [state.get(f"estimate_{age}") for age in range(self._order)]
        if "last_sample" not in state or "orders" not in state or estimates[0] is None:
            raise ValueError("The checkpoint lacks the solver's memory.")
        self._begun, scheduler = True, self._scheduler
        scheduler._step_index = index
        scheduler.model_outputs = estimates[::-1]
        scheduler.last_sample = state["last_sample"]
        scheduler.lower_order_nums, scheduler.this_order = map(int, state["orders"])

    def forget(self) -> None:
        """Begin anew at whatever step comes next, as a first-order method."""
        self._scheduler, self._begun = self._fresh(), False


def solver_for(
    settings: DirectorSettings, schedule: Schedule, name: SolverName | None = None, seed: int = 0
) -> Solver:
    """Return the solver of a run.

    Args:
        settings: of the model folder; they decide where the job does not.
        schedule: from :func:`engine.sampling.schedule.schedule_for`.
        name: what the job asks for.
        seed: of the run, for models that are re-noised.
    """
    if name is None and settings.renoise:
        return RenoiseSolver(schedule, seed)
    chosen = name or settings.solver
    match chosen:
        case "euler":
            return EulerSolver(schedule)
        case "unipc":
            return UniPCSolver(schedule, settings.solver_order)
        case _:
            assert_never(chosen)
