"""Both codecs: streaming, chunks, round trips."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from diffusers import AutoencoderKLWan

from engine.data.procedural.batches import decode_batch, encode_batch
from engine.models.codec import (
    decode_chunks,
    decode_chunks_stream,
    encode_chunks,
    split_chunk,
)
from engine.models.klt import AutoencoderKLT, across_edges, axis_filter, lapped_filter
from engine.models.wan_codec import WanCodec
from engine.planning.plan import Placement, plan_pass
from engine.training.fit_klt import fit_basis, gather_moments


def smooth_clip(num_frames: int, height: int = 32, width: int = 48) -> torch.Tensor:
    """A drifting pattern in [−1, 1]: (1, 3, T, Y, X)."""
    x = torch.arange(width).view(1, 1, -1) + 2.0 * torch.arange(num_frames).view(-1, 1, 1)
    y = torch.arange(height).view(1, -1, 1)
    planes = [
        torch.sin(x / 9) * torch.cos(y / 7),
        torch.sin((x + y) / 11),
        torch.cos(y / 5 + x / 13),
    ]
    return torch.stack(planes).unsqueeze(0) * 0.8


@pytest.fixture(scope="module")
def fitted() -> AutoencoderKLT:
    codec = AutoencoderKLT(latent_channels=48)
    return fit_basis(codec, gather_moments(codec, [smooth_clip(16)]), "separable")


@pytest.fixture(scope="module")
def wan() -> WanCodec:
    torch.manual_seed(0)
    vae = AutoencoderKLWan(
        base_dim=8,
        z_dim=4,
        dim_mult=[1, 2, 2, 2],
        num_res_blocks=1,
        latents_mean=[0.1] * 4,
        latents_std=[1.5] * 4,
    )
    return WanCodec(vae.eval())


def test_lapped_filter_is_orthogonal_and_the_same_in_both_forms() -> None:
    filter_8 = lapped_filter(8)
    torch.testing.assert_close(filter_8 @ filter_8.T, torch.eye(8), atol=1e-6, rtol=0)
    x = torch.randn(2, 5, 40)
    dense = x @ axis_filter(filter_8, 40).T
    torch.testing.assert_close(across_edges(x, filter_8, -1), dense, atol=1e-6, rtol=0)


def test_full_basis_is_lossless() -> None:
    codec = AutoencoderKLT(latent_channels=192)
    head = smooth_clip(1)
    torch.testing.assert_close(codec.decode(codec.encode(head)), head, atol=1e-5, rtol=0)


def test_fitted_codec_keeps_a_clip(fitted: AutoencoderKLT) -> None:
    clip = smooth_clip(9)
    error = (fitted.decode(fitted.encode(clip)) - clip).square().mean() / 4
    assert -10 * torch.log10(error) > 35


def test_still_picture_has_the_same_shared_channels_in_heads_and_groups(
    fitted: AutoencoderKLT,
) -> None:
    still = smooth_clip(1).expand(-1, -1, 5, -1, -1)
    z = fitted.encode(still)
    shared = int(fitted.config["num_shared"])
    torch.testing.assert_close(z[:, :shared, 0], z[:, :shared, 1], atol=1e-4, rtol=0)


def test_codec_survives_saving(fitted: AutoencoderKLT, tmp_path: Path) -> None:
    fitted.save_pretrained(tmp_path)
    loaded = AutoencoderKLT.from_pretrained(tmp_path)
    clip = smooth_clip(5)
    assert torch.equal(loaded.encode(clip), fitted.encode(clip))
    assert len(loaded.config["latent_std"]) == 48


@pytest.mark.parametrize("which", ["fitted", "wan"])
def test_streamed_decode_is_decode_bitwise(which: str, request: pytest.FixtureRequest) -> None:
    codec = request.getfixturevalue(which)
    z = codec.encode(smooth_clip(9))
    parts = list(codec.decode_stream(z))
    assert [part.shape[2] for part in parts] == [1, 4, 4]
    whole = codec.decode(z)
    assert torch.equal(torch.cat(parts, 2), whole)
    if isinstance(codec, WanCodec):
        raw = z * 1.5 + 0.1
        with torch.no_grad():
            assert torch.equal(codec.vae.decode(raw).sample, whole)


@pytest.mark.parametrize("which", ["fitted", "wan"])
def test_streamed_encode_is_encode_bitwise(which: str, request: pytest.FixtureRequest) -> None:
    codec = request.getfixturevalue(which)
    clip = smooth_clip(13)
    parts = list(codec.encode_stream(split_chunk(clip)))
    assert torch.equal(torch.cat(parts, 2), codec.encode(clip))
    whole = codec.decode(codec.encode(clip))
    assert torch.equal(torch.cat(list(codec.decode_stream(iter(parts))), 2), whole)


def test_wan_streams_do_not_disturb_each_other(wan: WanCodec) -> None:
    z = wan.encode(smooth_clip(9))
    pairs = zip(wan.decode_stream(z), wan.decode_stream(z), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)


@pytest.mark.parametrize("which", ["fitted", "wan"])
def test_chunks_are_coded_on_their_own(which: str, request: pytest.FixtureRequest) -> None:
    codec = request.getfixturevalue(which)
    plan = plan_pass([Placement(0, 0), Placement(9, 1)], 14)
    clip = smooth_clip(plan.num_frames)
    z = encode_chunks(codec, clip, plan)
    keyframe = codec.encode(clip[:, :, 9:10])
    assert torch.equal(z[:, :, plan.head_latents[1]], keyframe[:, :, 0])
    assert decode_chunks(codec, z, plan).shape == clip.shape
    assert next(iter(decode_chunks_stream(codec, z, plan))).shape[2] == 1


def test_batched_encoding_is_chunk_by_chunk_encoding(fitted: AutoencoderKLT) -> None:
    plan = plan_pass([Placement(0, 0), Placement(9, 1)], 14)
    clip = smooth_clip(plan.num_frames)
    z = encode_chunks(fitted, clip, plan)
    torch.testing.assert_close(encode_batch(fitted, clip, plan), z, atol=1e-5, rtol=0)
    decoded = decode_batch(fitted, z, plan).clamp(-1, 1)
    torch.testing.assert_close(decoded, decode_chunks(fitted, z, plan), atol=1e-5, rtol=0)


@pytest.mark.parametrize("which", ["fitted", "wan"])
def test_wrong_lengths_and_sizes_are_refused(which: str, request: pytest.FixtureRequest) -> None:
    codec = request.getfixturevalue(which)
    with pytest.raises(ValueError, match="4n"):
        codec.encode(smooth_clip(4))
    with pytest.raises(ValueError, match="multiples"):
        codec.encode(smooth_clip(5, height=30))
