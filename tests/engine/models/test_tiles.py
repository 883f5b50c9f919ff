"""Tiles cover the frame, fade into each other and change nothing that looks no further."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
from torch import Tensor

from engine.models.tiles import decode_tiled

STRIDE = 4


def local(z_BCNHW: Tensor) -> Iterator[Tensor]:
    """Decode each position by itself: 1 frame for the first latent, 4 for the others."""
    for index in range(z_BCNHW.shape[2]):
        pixels = z_BCNHW[:, :3, index : index + 1].repeat_interleave(STRIDE, dim=3)
        yield pixels.repeat_interleave(STRIDE, dim=4).repeat(1, 1, 4 if index else 1, 1, 1)


def dark_at_borders(z_BCNHW: Tensor) -> Iterator[Tensor]:
    """Decode to 1, but to 0 along the outermost pixels of whatever is decoded at once."""
    for frames in local(z_BCNHW):
        out = torch.ones_like(frames)
        out[..., :1, :] = out[..., -1:, :] = out[..., :, :1] = out[..., :, -1:] = 0
        yield out


@pytest.mark.parametrize(("height", "width"), [(9, 14), (5, 5), (6, 23)])
def test_a_decoder_that_looks_at_single_positions_is_not_changed(height: int, width: int) -> None:
    z = torch.randn(1, 5, 3, height, width)
    whole = torch.cat(list(local(z)), dim=2)
    parts = list(decode_tiled(local, z, STRIDE, (5, 6), 2))
    assert [part.shape[2] for part in parts] == [1, 4, 4]
    torch.testing.assert_close(torch.cat(parts, dim=2), whole)


def test_what_a_decoder_spoils_at_its_borders_fades_out() -> None:
    z = torch.zeros(1, 3, 2, 6, 16)
    frames = torch.cat(list(decode_tiled(dark_at_borders, z, STRIDE, (6, 9), 3)), dim=2)
    inner = frames[..., 1:-1, 1:-1]
    assert float(inner.min()) > 0.9
    assert float(frames[..., 0, :].max()) == 0.0
