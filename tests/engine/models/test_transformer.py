"""The transformer agrees with stock Wan wherever the two mean the same."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from diffusers import WanTransformer3DModel
from diffusers.hooks._helpers import TransformerBlockRegistry

from engine.models.prior import posterior_sample
from engine.models.transformer import DirectorBlock, DirectorTransformer

TINY = {
    "num_attention_heads": 2,
    "attention_head_dim": 24,
    "in_channels": 8,
    "out_channels": 8,
    "text_dim": 16,
    "freq_dim": 32,
    "ffn_dim": 64,
    "num_layers": 2,
}


@pytest.fixture
def pair(tmp_path: Path) -> tuple[WanTransformer3DModel, DirectorTransformer]:
    """A stock checkpoint and the same one loaded as ours."""
    torch.manual_seed(0)
    stock = WanTransformer3DModel(**TINY).eval()
    stock.save_pretrained(tmp_path)
    return stock, DirectorTransformer.from_pretrained(tmp_path).eval()


def inputs() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    latent = torch.randn(2, 8, 5, 6, 4, generator=generator)
    timestep = torch.rand(2, 5, generator=generator) * 1000
    return latent, timestep, torch.randn(2, 7, 16, generator=generator)


@torch.no_grad()
def test_stock_checkpoint_loads_and_agrees_bitwise_without_per_frame_times(
    pair: tuple[WanTransformer3DModel, DirectorTransformer],
) -> None:
    stock, ours = pair
    latent, timestep, text = inputs()
    assert ours.config["num_layers"] == 2
    assert ours.prediction_type == "velocity"
    expected = stock(latent, timestep[:, 0], text).sample
    assert torch.equal(ours(latent, timestep[:, 0], text), expected)


@torch.no_grad()
def test_integer_positions_are_stock_rope_bitwise(
    pair: tuple[WanTransformer3DModel, DirectorTransformer],
) -> None:
    stock, ours = pair
    latent, _, _ = inputs()
    expected = stock.rope(latent)
    actual = ours.rope(latent, torch.arange(5, dtype=torch.float64))
    assert all(torch.equal(a, b) for a, b in zip(actual, expected, strict=True))


@torch.no_grad()
def test_shifting_all_positions_changes_next_to_nothing(
    pair: tuple[WanTransformer3DModel, DirectorTransformer],
) -> None:
    _, ours = pair
    latent, timestep, text = inputs()
    positions = torch.tensor([0.0, 1.0, 1.25, 2.25, 2.5], dtype=torch.float64)
    here = ours(latent, timestep, text, positions)
    torch.testing.assert_close(ours(latent, timestep, text, positions + 8), here, atol=5e-6, rtol=0)
    assert not torch.allclose(ours(latent, timestep, text), here, atol=1e-5)


@torch.no_grad()
def test_per_frame_modulation_equals_per_token_bitwise(
    pair: tuple[WanTransformer3DModel, DirectorTransformer],
) -> None:
    stock, ours = pair
    latent, timestep, text = inputs()
    hidden, captions = torch.randn(2, 30, 48), torch.randn(2, 7, 48)
    modulation = torch.randn(2, 5, 6, 48)
    rope = ours.rope(latent)
    per_token = modulation.repeat_interleave(6, dim=1)
    expected = stock.blocks[0](hidden, captions, per_token, rope)
    assert torch.equal(ours.blocks[0](hidden, captions, modulation, rope), expected)
    whole = stock(latent, timestep.repeat_interleave(6, dim=1), text).sample
    torch.testing.assert_close(ours(latent, timestep, text), whole, atol=2e-6, rtol=0)


def test_blocks_are_known_to_caches_and_regional_compilation() -> None:
    assert TransformerBlockRegistry.get(DirectorBlock).return_hidden_states_index == 0
    assert DirectorTransformer._repeated_blocks == ["DirectorBlock"]


@torch.no_grad()
def test_prior_leaves_given_latents_alone_and_trusts_agreeing_keyframes() -> None:
    z = torch.randn(1, 4, 5, 2, 2)
    z[:, :, 4] = z[:, :, 0]
    t = torch.tensor([[0.0, 1.0, 1.0, 1.0, 0.0]])
    positions, std = torch.arange(5.0), torch.ones(4)
    out = posterior_sample(torch.zeros_like(z), z, t, positions, std, num_shared=4)
    torch.testing.assert_close(out[:, :, [0, 4]], z[:, :, [0, 4]])
    torch.testing.assert_close(out[:, :, 2], z[:, :, 0])


@torch.no_grad()
def test_prior_without_keyframes_is_the_linear_denoiser() -> None:
    z, t = torch.randn(1, 4, 3, 2, 2), torch.full((1, 3), 0.5)
    std = torch.tensor([2.0, 1.0, 0.5, 0.1])
    out = posterior_sample(torch.zeros_like(z), z, t, torch.arange(3.0), std, num_shared=2)
    gain = 0.5 * std**2 / (0.25 * std**2 + 0.25)
    torch.testing.assert_close(out, z * gain.view(1, -1, 1, 1, 1))
