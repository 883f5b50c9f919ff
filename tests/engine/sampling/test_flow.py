"""The denoising loop: what is given stays, what is constant is recovered, what stops resumes."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.models.klt import AutoencoderKLT
from engine.planning.plan import Placement, plan_pass
from engine.sampling.flow import denoise, flow_sigmas, seeded_noise, with_guidance
from engine.sampling.motion import Guess, flow_between, guess_motion


def noisy_model(z: torch.Tensor, timestep: torch.Tensor) -> torch.Tensor:
    return torch.tanh(z * 0.7) + timestep[:, None, :, None, None] / 1000


def test_sigmas_run_from_one_to_zero_and_shift_towards_noise() -> None:
    plain, shifted = flow_sigmas(4), flow_sigmas(4, 3.0)
    assert plain.tolist() == [1.0, 0.75, 0.5, 0.25, 0.0]
    assert shifted[0] == 1
    assert shifted[-1] == 0
    assert (shifted[1:-1] > plain[1:-1]).all()
    with pytest.raises(ValueError, match="one step"):
        flow_sigmas(0)


@pytest.mark.parametrize("kind", ["velocity", "sample"])
def test_given_latents_are_untouched_and_at_timestep_zero(kind: str) -> None:
    noise, given = seeded_noise((1, 2, 4, 3, 3), 1), torch.randn(1, 2, 4, 3, 3)
    mask = torch.tensor([True, False, False, True])

    def watch(z: torch.Tensor, timestep: torch.Tensor) -> torch.Tensor:
        assert torch.equal(z[:, :, mask], given[:, :, mask])
        assert timestep[:, mask].eq(0).all()
        assert timestep[:, ~mask].gt(0).all()
        return noisy_model(z, timestep)

    steps = list(
        denoise(
            watch,
            noise,
            flow_sigmas(5, 3.0),
            clean_mask=mask,
            clean_latents=given,
            prediction_type=kind,  # type: ignore[arg-type]
        )
    )
    assert [s.step for s in steps] == [1, 2, 3, 4, 5]
    assert all(torch.equal(s.z[:, :, mask], given[:, :, mask]) for s in steps)
    assert torch.equal(steps[-1].z, steps[-1].z0_estimate)


def test_constant_velocity_recovers_the_high_resolution_latent() -> None:
    high, low = torch.randn(1, 2, 3, 4, 4), torch.randn(1, 2, 3, 4, 4)
    for num_steps in (1, 2, 7):
        done = list(denoise(lambda z, t: low - high, low, flow_sigmas(num_steps)))[-1]
        torch.testing.assert_close(done.z, high, atol=1e-6, rtol=0)


def test_resumed_run_is_the_uninterrupted_one_bitwise() -> None:
    noise, sigmas = seeded_noise((1, 2, 3, 4, 4), 3), flow_sigmas(6, 3.0)
    whole = list(denoise(noisy_model, noise, sigmas))
    rest = list(denoise(noisy_model, whole[2].z, sigmas, start_step=3))
    assert torch.equal(rest[-1].z, whole[-1].z)
    assert rest[0].step == 4


def test_marked_latents_without_values_are_refused() -> None:
    with pytest.raises(ValueError, match="missing"):
        next(
            denoise(
                noisy_model,
                torch.zeros(1, 1, 2, 2, 2),
                flow_sigmas(2),
                clean_mask=torch.ones(2).bool(),
            )
        )


def test_guidance_of_one_is_the_condition() -> None:
    model = with_guidance(noisy_model, lambda z, t: torch.zeros_like(z), 1.0)
    z, t = torch.randn(1, 2, 3, 2, 2), torch.full((1, 3), 500.0)
    torch.testing.assert_close(model(z, t), noisy_model(z, t))


def test_noise_is_named_by_its_seed() -> None:
    assert torch.equal(seeded_noise((2, 3), 5), seeded_noise((2, 3), 5))
    assert not torch.equal(seeded_noise((2, 3), 5), seeded_noise((2, 3), 6))


def test_guess_leads_down_to_its_sigma_and_no_further() -> None:
    latents, noise = torch.full((1, 1, 3, 2, 2), 5.0), seeded_noise((1, 1, 3, 2, 2), 1)
    guess = Guess(latents, torch.tensor([False, True, False]), noise, until=0.6)
    sigmas = flow_sigmas(4)
    steps = list(denoise(lambda z, t: torch.zeros_like(z), noise, sigmas, guess=guess))
    torch.testing.assert_close(steps[1].z[:, :, 1], 0.5 * latents[:, :, 1] + 0.5 * noise[:, :, 1])
    assert torch.equal(steps[-1].z[:, :, 1], steps[1].z[:, :, 1])  # velocity 0 from there on
    assert torch.equal(steps[-1].z[:, :, 0], noise[:, :, 0])


def test_fully_guessed_run_skips_the_steps_that_the_guess_would_lead() -> None:
    latents, noise = torch.zeros(1, 1, 3, 2, 2), seeded_noise((1, 1, 3, 2, 2), 1)
    guess = Guess(latents, torch.tensor([False, True, True]), noise, until=0.6)
    given = torch.tensor([True, False, False])
    assert guess.first_step(flow_sigmas(4), given) == 2
    assert guess.first_step(flow_sigmas(4), torch.zeros(3).bool()) == 0


def picture(shift: int) -> np.ndarray:
    x, y = np.meshgrid(np.arange(64) - shift, np.arange(48))
    waves = 0.5 + 0.25 * np.sin(x / 5) + 0.25 * np.cos(y / 6 + x / 17)
    return np.repeat(waves[..., None], 3, axis=2).astype(np.float32)


def test_motion_guess_is_better_than_blending_and_stops_at_cuts() -> None:
    middle = flow_between(picture(0), picture(8), 3)[1]
    blend = (picture(0) + picture(8)) / 2
    truth = picture(4)
    assert (
        np.abs(middle - truth)[8:-8, 8:-8].mean() < 0.5 * np.abs(blend - truth)[8:-8, 8:-8].mean()
    )
    codec = AutoencoderKLT(latent_channels=64)
    keyframes = {0: picture(0), 9: picture(8)}
    joined = plan_pass([Placement(0, 0), Placement(9, 1)], 14)
    noise = seeded_noise((1, 64, joined.num_latents, 6, 8), 0)
    guess = guess_motion(codec, joined, keyframes, noise, 0.6)
    assert guess is not None
    assert guess.mask.tolist() == [True, True, True, True, False]
    cut = plan_pass([Placement(0, 0), Placement(9, 1, is_cut=True)], 14)
    assert guess_motion(codec, cut, keyframes, noise, 0.6) is None


def test_single_keyframe_is_held_or_moved_as_its_caption_says() -> None:
    codec = AutoencoderKLT(latent_channels=192)
    plan = plan_pass([Placement(0, 0), Placement(9, None, is_cut=True)], 14)
    noise = seeded_noise((1, 192, plan.num_latents, 6, 8), 0)
    keyframes = {0: picture(0)}
    assert guess_motion(codec, plan, keyframes, noise, 0.6) is None
    still = guess_motion(codec, plan, keyframes, noise, 0.6, {0: "a cat", 9: "rain"})
    moving = guess_motion(codec, plan, keyframes, noise, 0.6, {0: "fast pan left"})
    assert still is not None
    assert moving is not None
    assert still.mask.tolist() == [True, True, True, False, False]
    drift = (still.latents - moving.latents)[:, :, :3].abs().mean(dim=(0, 1, 3, 4))
    assert drift[0] < 1e-4 < drift[1] < drift[2]
