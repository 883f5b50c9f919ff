"""The transformer agrees with stock Wan wherever the two mean the same."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from diffusers import WanTransformer3DModel

from engine.models.transformer import DirectorTransformer


@dataclass(frozen=True)
class Shape:
    """A small net and the clip that it is given."""

    channels: int
    heads: int
    head_dim: int
    layers: int
    frames: int
    height: int
    width: int

    @property
    def tokens(self) -> int:
        """Tokens of one latent frame."""
        return self.height // 2 * (self.width // 2)


SHAPES = (
    Shape(channels=8, heads=2, head_dim=24, layers=2, frames=5, height=6, width=4),
    Shape(channels=48, heads=3, head_dim=16, layers=1, frames=3, height=4, width=10),
    Shape(channels=16, heads=4, head_dim=12, layers=3, frames=8, height=2, width=6),
)

Pair = tuple[WanTransformer3DModel, DirectorTransformer, Shape]


@pytest.fixture(params=SHAPES, ids=str)
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Pair:
    """A stock checkpoint, the same one loaded as ours, and its shape."""
    shape: Shape = request.param
    torch.manual_seed(0)
    stock = WanTransformer3DModel(
        num_attention_heads=shape.heads,
        attention_head_dim=shape.head_dim,
        in_channels=shape.channels,
        out_channels=shape.channels,
        text_dim=16,
        freq_dim=32,
        ffn_dim=64,
        num_layers=shape.layers,
    ).eval()
    stock.save_pretrained(tmp_path)
    return stock, DirectorTransformer.from_pretrained(tmp_path).eval(), shape


def inputs(shape: Shape) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    size = (2, shape.channels, shape.frames, shape.height, shape.width)
    latent = torch.randn(size, generator=generator)
    timestep = torch.rand(2, shape.frames, generator=generator) * 1000
    return latent, timestep, torch.randn(2, 7, 16, generator=generator)


@torch.no_grad()
def test_stock_checkpoint_loads_and_agrees_bitwise_without_per_frame_times(
    pair: Pair,
) -> None:
    stock, ours, shape = pair
    latent, timestep, text = inputs(shape)
    assert ours.config["num_layers"] == shape.layers
    assert ours.prediction_type == "velocity"
    expected = stock(latent, timestep[:, 0], text).sample
    assert torch.equal(ours(latent, timestep[:, 0], text), expected)


@torch.no_grad()
def test_integer_positions_are_stock_rope_bitwise(
    pair: Pair,
) -> None:
    stock, ours, shape = pair
    latent, _, _ = inputs(shape)
    expected = stock.rope(latent)
    actual = ours.rope(latent, torch.arange(shape.frames, dtype=torch.float64))
    assert all(torch.equal(a, b) for a, b in zip(actual, expected, strict=True))


@torch.no_grad()
def test_shifting_all_positions_changes_next_to_nothing(
    pair: Pair,
) -> None:
    _, ours, shape = pair
    latent, timestep, text = inputs(shape)
    steps = torch.tensor([0.0, *[1.0, 0.25] * 4][: shape.frames], dtype=torch.float64)
    positions = steps.cumsum(0)
    here = ours(latent, timestep, text, positions)
    torch.testing.assert_close(ours(latent, timestep, text, positions + 8), here, atol=5e-6, rtol=0)
    assert not torch.allclose(ours(latent, timestep, text), here, atol=1e-5)


@torch.no_grad()
def test_per_frame_modulation_equals_per_token_bitwise(
    pair: Pair,
) -> None:
    stock, ours, shape = pair
    latent, timestep, text = inputs(shape)
    dim = shape.heads * shape.head_dim
    hidden, captions = torch.randn(2, shape.frames * shape.tokens, dim), torch.randn(2, 7, dim)
    modulation = torch.randn(2, shape.frames, 6, dim)
    rope = ours.rope(latent)
    per_token = modulation.repeat_interleave(shape.tokens, dim=1)
    expected = stock.blocks[0](hidden, captions, per_token, rope)
    assert torch.equal(ours.blocks[0](hidden, captions, modulation, rope), expected)
    whole = stock(latent, timestep.repeat_interleave(shape.tokens, dim=1), text).sample
    torch.testing.assert_close(ours(latent, timestep, text), whole, atol=2e-6, rtol=0)
