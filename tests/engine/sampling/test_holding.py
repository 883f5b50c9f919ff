"""Keyframes that guide: held at their level, then free; pinned ones are what they always were."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch

from engine.sampling.flow import denoise, flow_sigmas, seeded_noise
from engine.sampling.holding import Holding
from engine.sampling.motion import Guess
from engine.sampling.schedule import Schedule
from engine.sampling.solvers import EulerSolver, RenoiseSolver, Solver, UniPCSolver

SHAPE = (1, 2, 4, 3, 3)
BOARD = torch.full(SHAPE, 0.8)
NOISE = seeded_noise(SHAPE, 1)


def model(z: torch.Tensor, timestep: torch.Tensor) -> torch.Tensor:
    """A net that wants everything to be −0.5: its velocity leads there from any level."""
    sigma = (timestep / 1000)[:, None, :, None, None].clamp(min=1e-6)
    return (z + 0.5) / sigma


def holding(*levels: float) -> Holding:
    at = torch.tensor(levels)
    return Holding(BOARD, NOISE, at > 0, at)


def run(held: Holding | None, clean: list[bool], num_steps: int = 8, solver: Solver | None = None):
    sigmas = flow_sigmas(num_steps, 2.0)
    start = held.begun(NOISE, 1.0) if held else NOISE
    return list(
        denoise(
            model,
            start,
            solver or sigmas,
            clean_mask=torch.tensor(clean),
            clean_latents=BOARD,
            holding=held,
        )
    )


def test_a_held_latent_stands_at_its_level_and_timestep_until_the_run_comes_down() -> None:
    seen: list[tuple[float, float, torch.Tensor]] = []

    def watch(z: torch.Tensor, timestep: torch.Tensor) -> torch.Tensor:
        seen.append((float(timestep[0, 0]), float(timestep[0, 2]), z[:, :, 2].clone()))
        return torch.tanh(z)

    held = holding(0, 0, 0.5, 0)
    sigmas = flow_sigmas(10)
    list(denoise(watch, held.begun(NOISE, 1.0), sigmas, holding=held))
    waiting = 0.5 * BOARD[:, :, 2] + 0.5 * NOISE[:, :, 2]
    for run_at, held_at, z in seen:
        assert held_at == pytest.approx(min(run_at, 500))
        if run_at >= 500:
            torch.testing.assert_close(z, waiting)
        else:
            assert not torch.allclose(z, waiting)


@pytest.mark.parametrize("kind", ["euler", "unipc", "renoise"])
def test_the_lower_the_strength_the_further_from_the_board(kind: str) -> None:
    def solver() -> Solver:
        schedule = Schedule.of_sigmas(flow_sigmas(8, 2.0))
        return {
            "euler": lambda: EulerSolver(schedule),
            "unipc": lambda: UniPCSolver(schedule),
            "renoise": lambda: RenoiseSolver(schedule, 3),
        }[kind]()

    def hopeful(z: torch.Tensor, timestep: torch.Tensor) -> torch.Tensor:
        """A net that keeps what it sees the more, the less noise there is."""
        sigma = (timestep / 1000)[:, None, :, None, None].clamp(min=1e-6)
        wanted = (1 - sigma) * z + sigma * -0.5
        return (z - wanted) / sigma

    distances: list[float] = []
    for strength in (1.0, 0.9, 0.7, 0.5, 0.35, 0.2):
        held = holding(0, 1 - strength, 0, 0) if strength < 1 else None
        clean = [False, strength == 1, False, False]
        start = held.begun(NOISE, 1.0) if held else NOISE
        mask = torch.tensor(clean)
        steps = list(
            denoise(hopeful, start, solver(), clean_mask=mask, clean_latents=BOARD, holding=held)
        )
        distances.append(float((steps[-1].z - BOARD)[:, :, 1].abs().mean()))
    assert distances[0] == 0
    assert distances == sorted(distances)
    assert all(later > earlier * 1.02 for earlier, later in pairwise(distances[1:]))


def test_two_keyframes_of_one_run_have_strengths_of_their_own() -> None:
    held = holding(0, 0.3, 0, 0.8)
    assert held.sigmas(1.0).tolist() == pytest.approx([1.0, 0.3, 1.0, 0.8])
    assert held.sigmas(0.5).tolist() == pytest.approx([0.5, 0.3, 0.5, 0.5])
    steps = run(held, [True, False, False, False])
    assert torch.equal(steps[-1].z[:, :, 0], BOARD[:, :, 0])
    torch.testing.assert_close(steps[-1].z[:, :, 1:], torch.full((1, 2, 3, 3, 3), -0.5))


def test_pinned_keyframes_go_the_old_way_bit_for_bit() -> None:
    clean = [True, False, False, True]
    nothing = Holding(BOARD, NOISE, torch.zeros(4).bool(), torch.zeros(4))
    for plain, with_nothing in zip(run(None, clean), run(nothing, clean), strict=True):
        assert torch.equal(plain.z, with_nothing.z)


def test_a_run_that_was_cut_short_goes_on_to_the_same_bits() -> None:
    held = holding(0, 0.4, 0, 0.7)
    clean = [True, False, False, False]
    whole = run(held, clean)
    rest = list(
        denoise(
            model,
            whole[2].z,
            flow_sigmas(8, 2.0),
            clean_mask=torch.tensor(clean),
            clean_latents=BOARD,
            start_step=3,
            holding=held,
        )
    )
    assert torch.equal(rest[-1].z, whole[-1].z)


def test_a_guess_lets_go_early_of_what_came_from_a_guiding_keyframe() -> None:
    latents = torch.full((1, 1, 3, 2, 2), 5.0)
    noise = seeded_noise((1, 1, 3, 2, 2), 1)
    mask = torch.tensor([False, True, True])
    guess = Guess(latents, mask, noise, 0.2, torch.tensor([0.0, 0.0, 0.6]))
    assert guess.led(0.8) is not None
    assert guess.led(0.8).tolist() == [False, True, True]  # type: ignore[union-attr]
    assert guess.led(0.5).tolist() == [False, True, False]  # type: ignore[union-attr]
    assert guess.led(0.2) is None
    given = torch.tensor([True, False, False])
    assert guess.first_step(flow_sigmas(10), given) == 4
