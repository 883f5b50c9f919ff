"""Schedules and solvers: which steps, how they are taken, and how a cut run goes on."""

from __future__ import annotations

import pytest
import torch
from diffusers import FlowMatchEulerDiscreteScheduler, UniPCMultistepScheduler
from torch import Tensor

from engine.models.catalogue import DirectorSettings
from engine.sampling.flow import denoise, flow_sigmas, seeded_noise
from engine.sampling.guidance import with_guidance
from engine.sampling.schedule import Schedule, schedule_for
from engine.sampling.solvers import (
    EulerSolver,
    RenoiseSolver,
    Solver,
    UniPCSolver,
    solver_for,
)

SHAPE = (1, 2, 3, 4, 4)


def curved(z: Tensor, timestep: Tensor) -> Tensor:
    return torch.tanh(z * 0.7) + timestep[:, None, :, None, None] / 1000


def solver(name: str, num_steps: int = 6) -> Solver:
    schedule = Schedule.of_sigmas(flow_sigmas(num_steps, 3.0))
    if name == "renoise":
        return RenoiseSolver(schedule, seed=5)
    return UniPCSolver(schedule, order=3) if name == "unipc" else EulerSolver(schedule)


@pytest.mark.parametrize("start", [1, 2, 4, 5])
@pytest.mark.parametrize("name", ["euler", "unipc", "renoise"])
def test_resumed_run_is_the_uninterrupted_one_bitwise(name: str, start: int) -> None:
    whole = list(denoise(curved, seeded_noise(SHAPE, 3), solver(name)))
    at = whole[start - 1]
    kept = {part: value.clone() for part, value in at.solver_state.items()}
    rest = list(denoise(curved, at.z, solver(name), start_step=start, solver_state=kept))
    assert torch.equal(rest[-1].z, whole[-1].z)
    assert len(rest) == 6 - start


def test_unipc_refuses_a_state_that_is_not_its_own() -> None:
    with pytest.raises(ValueError, match="memory"):
        solver("unipc").restore({"estimate_1": torch.zeros(1)}, 2)


def test_unipc_is_closer_to_the_flow_than_euler() -> None:
    noise = seeded_noise(SHAPE, 3)
    truth = list(denoise(curved, noise, solver("euler", 400)))[-1].z
    errors = [
        float((list(denoise(curved, noise, solver(name, 10)))[-1].z - truth).abs().mean())
        for name in ("euler", "unipc")
    ]
    assert errors[1] < 0.5 * errors[0]


def test_renoising_is_named_by_the_seed_and_ends_on_the_estimate() -> None:
    schedule = Schedule.of_sigmas(torch.tensor([1.0, 0.757, 0.522, 0.0]))
    runs = [
        list(denoise(curved, seeded_noise(SHAPE, 3), RenoiseSolver(schedule, seed)))
        for seed in (1, 1, 2)
    ]
    assert torch.equal(runs[0][-1].z, runs[1][-1].z)
    assert not torch.equal(runs[0][-1].z, runs[2][-1].z)
    assert torch.equal(runs[0][-1].z, runs[0][-1].z0_estimate)


@pytest.mark.parametrize(("num_steps", "shift"), [(1, 5.0), (7, 3.0), (50, 5.0)])
def test_spacings_are_those_of_diffusers(num_steps: int, shift: float) -> None:
    stock = {
        "euler": FlowMatchEulerDiscreteScheduler(shift=shift),
        "unipc": UniPCMultistepScheduler(
            use_flow_sigmas=True, prediction_type="flow_prediction", flow_shift=shift
        ),
    }
    for spacing, scheduler in stock.items():
        settings = DirectorSettings.model_validate({"spacing": spacing, "shift": shift})
        schedule = schedule_for(settings, num_steps)
        scheduler.set_timesteps(num_steps)
        assert torch.equal(schedule.sigmas, scheduler.sigmas)
        assert torch.equal(schedule.timesteps, scheduler.timesteps.double())


def test_jobs_override_steps_shift_and_solver() -> None:
    settings = DirectorSettings(num_steps=4, shift=1.0)
    assert schedule_for(settings).sigmas.tolist() == [1.0, 0.75, 0.5, 0.25, 0.0]
    assert schedule_for(settings, 2, 3.0).sigmas.tolist() == [1.0, 0.75, 0.0]
    assert isinstance(solver_for(settings, schedule_for(settings)), EulerSolver)
    assert isinstance(solver_for(settings, schedule_for(settings), "unipc"), UniPCSolver)


def test_few_step_models_name_their_own_steps() -> None:
    settings = DirectorSettings(sigmas=(1.0, 0.757, 0.522), renoise=True)
    assert settings.num_steps == 3
    schedule = schedule_for(settings)
    assert schedule.timesteps.tolist() == [1000.0, 757.0, 522.0]
    assert isinstance(solver_for(settings, schedule), RenoiseSolver)
    assert not isinstance(solver_for(settings, schedule, "euler"), RenoiseSolver)
    assert schedule_for(settings, 5).num_steps == 5


@pytest.mark.parametrize("sigmas", [[1.0], [0.5, 0.7, 0.0], [1.0, 0.5], [1.2, 0.0]])
def test_sigmas_that_make_no_sense_are_refused(sigmas: list[float]) -> None:
    with pytest.raises(ValueError, match="descend"):
        Schedule.of_sigmas(torch.tensor(sigmas))


def test_a_flow_may_begin_lower() -> None:
    schedule = Schedule.of_sigmas(flow_sigmas(2)).scaled(0.5)
    assert schedule.sigmas.tolist() == [0.5, 0.25, 0.0]
    assert schedule.timesteps.tolist() == [500.0, 250.0]


def test_guidance_costs_one_forward_outside_its_interval() -> None:
    calls = {"c": 0, "u": 0}

    def counted(name: str) -> object:
        def model(z: Tensor, timestep: Tensor) -> Tensor:
            calls[name] += 1
            return curved(z, timestep) + (name == "u")

        return model

    guided = with_guidance(counted("c"), counted("u"), 4.0, (0.3, 0.8))  # type: ignore[arg-type]
    mask = torch.tensor([True, False, False])
    given = torch.zeros(SHAPE)
    noise = seeded_noise(SHAPE, 3)
    sigmas = flow_sigmas(4)  # 1, 0.75, 0.5, 0.25: two of them inside
    list(denoise(guided, noise, sigmas, clean_mask=mask, clean_latents=given))
    assert calls == {"c": 4, "u": 2}
    plain = with_guidance(counted("c"), counted("u"), 1.0)  # type: ignore[arg-type]
    list(denoise(plain, noise, sigmas))
    assert calls == {"c": 8, "u": 2}


@pytest.mark.parametrize("interval", [(0.8, 0.3), (-0.1, 0.5), (0.5, 1.1)])
def test_intervals_that_make_no_sense_are_refused(interval: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="interval"):
        with_guidance(curved, curved, 4.0, interval)
