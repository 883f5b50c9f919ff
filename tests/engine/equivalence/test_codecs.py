"""The codec's causality, bit for bit, on random autoencoders of the shapes that Wan comes in.

Tests 6 and 10 of the ten that prove the numbers: a chunk's first latent is its first frame's alone,
streams equal whole chunks, and a latent from inside a stream is no keyframe's latent.
"""

from __future__ import annotations

from typing import Any

import pytest
import torch
from diffusers import AutoencoderKLWan
from torch import Tensor

from engine.models.codec import split_chunk
from engine.models.wan_codec import WanCodec

SHAPES: dict[str, dict[str, Any]] = {
    "wan2.1": {"base_dim": 8, "z_dim": 4, "dim_mult": [1, 2, 2, 2], "num_res_blocks": 1},
    "wan2.2": {
        "base_dim": 8,
        "decoder_base_dim": 12,
        "z_dim": 6,
        "dim_mult": [1, 2, 4, 4],
        "num_res_blocks": 1,
        "is_residual": True,
        "patch_size": 2,
        "in_channels": 12,
        "out_channels": 12,
        "scale_factor_spatial": 16,
    },
    "deeper": {"base_dim": 12, "z_dim": 8, "dim_mult": [1, 1, 2, 4], "num_res_blocks": 2},
}
NUM_FRAMES = 13


@pytest.fixture(scope="module", params=SHAPES)
def codec(request: pytest.FixtureRequest) -> WanCodec:
    """Return a random codec with statistics of its own."""
    torch.manual_seed(0)
    shape = SHAPES[request.param]
    channels = shape["z_dim"]
    mean, std = torch.randn(channels).tolist(), (torch.rand(channels) + 0.5).tolist()
    vae = AutoencoderKLWan(**shape, latents_mean=mean, latents_std=std)
    return WanCodec(vae.eval())


@pytest.fixture(scope="module")
def clip() -> Tensor:
    """Return moving noise: (1, 3, T, H, W) in [−1, 1]."""
    generator = torch.Generator().manual_seed(1)
    return torch.rand((1, 3, NUM_FRAMES, 32, 48), generator=generator) * 2 - 1


def test_encoding_is_prefix_causal(codec: WanCodec, clip: Tensor) -> None:
    whole = codec.encode(clip)
    for num_frames in (1, 5, 9):
        part = codec.encode(clip[:, :, :num_frames])
        assert torch.equal(part, whole[:, :, : part.shape[2]])


def test_encoding_is_the_autoencoders_own(codec: WanCodec, clip: Tensor) -> None:
    mean = torch.tensor(codec.vae.config["latents_mean"]).view(1, -1, 1, 1, 1)
    std = torch.tensor(codec.vae.config["latents_std"]).view(1, -1, 1, 1, 1)
    with torch.no_grad():
        keyframe = codec.vae.encode(clip[:, :, :1]).latent_dist.mode()
        whole = codec.vae.encode(clip).latent_dist.mode()
    assert torch.equal(codec.encode(clip[:, :, :1]), (keyframe - mean) / std)
    # Over a whole chunk the autoencoder's last convolution may round by the chunk's length.
    torch.testing.assert_close(codec.encode(clip), (whole - mean) / std, atol=3e-6, rtol=0)


def test_streamed_encoding_is_encoding(codec: WanCodec, clip: Tensor) -> None:
    parts = list(codec.encode_stream(split_chunk(clip)))
    assert [part.shape[2] for part in parts] == [1] * (NUM_FRAMES // 4 + 1)
    assert torch.equal(torch.cat(parts, 2), codec.encode(clip))


def test_encoding_takes_a_part_only_when_it_is_due(codec: WanCodec, clip: Tensor) -> None:
    taken: list[int] = []

    def parts() -> Any:
        for part in split_chunk(clip):
            taken.append(part.shape[2])
            yield part

    stream = codec.encode_stream(parts())
    next(stream)
    assert taken == [1]
    next(stream)
    assert taken == [1, 4]


def test_streamed_decoding_is_the_autoencoders_own(codec: WanCodec, clip: Tensor) -> None:
    z = codec.encode(clip)
    whole = codec.decode(z)
    assert whole.shape == clip.shape
    streamed = torch.cat(list(codec.decode_stream(z)), 2)
    assert torch.equal(streamed, whole)
    # Latents that come one by one: the decoder's first convolution may round by their number.
    arriving = torch.cat(list(codec.decode_stream(iter(z.split(1, dim=2)))), 2)
    torch.testing.assert_close(arriving, whole, atol=3e-6, rtol=0)
    mean = torch.tensor(codec.vae.config["latents_mean"]).view(1, -1, 1, 1, 1)
    std = torch.tensor(codec.vae.config["latents_std"]).view(1, -1, 1, 1, 1)
    with torch.no_grad():
        assert torch.equal(codec.vae.decode(z * std + mean).sample, whole)


def test_streams_of_both_kinds_run_side_by_side(codec: WanCodec, clip: Tensor) -> None:
    z = codec.encode(clip)
    encoding, decoding = codec.encode_stream(split_chunk(clip)), codec.decode_stream(z)
    other = codec.encode_stream(split_chunk(clip.flip(2)))
    parts = [(next(encoding), next(decoding), next(other)) for _ in range(z.shape[2])]
    assert torch.equal(torch.cat([part[0] for part in parts], 2), z)
    assert torch.equal(torch.cat([part[1] for part in parts], 2), codec.decode(z))


def test_a_latent_inside_a_stream_is_no_keyframes_latent(codec: WanCodec, clip: Tensor) -> None:
    inside = codec.encode(clip)[:, :, 2]
    for frame in (5, 8):  # the first and the last frame that this latent covers
        alone = codec.encode(clip[:, :, frame : frame + 1])[:, :, 0]
        assert (inside - alone).abs().mean() > 0.03 * alone.abs().mean()


def test_parts_of_other_lengths_are_refused(codec: WanCodec, clip: Tensor) -> None:
    with pytest.raises(ValueError, match="Part 0"):
        next(codec.encode_stream(iter([clip[:, :, :4]])))
    with pytest.raises(ValueError, match="Part 1"):
        list(codec.encode_stream(iter([clip[:, :, :1], clip[:, :, 1:4]])))
