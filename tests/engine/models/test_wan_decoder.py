"""The fast decoder computes what diffusers' decoder computes."""

# diffusers annotates the tuple that decode returns only on request, and torch's to() loosely.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportCallIssue=false

from __future__ import annotations

import importlib.util
import os
from typing import Any

import pytest
import torch
from diffusers import AutoencoderKLWan
from torch.nn import functional

from engine.models.wan_decoder import DecoderPlan, FastWanDecoder, Mode, supports
from engine.models.winograd import (
    F2,
    F4,
    Duplicate,
    Sink,
    Tile,
    analyse,
    doubled_kernel,
    finish,
    strips,
    synthesise,
    transform_filters,
)

CONFIGS: list[dict[str, Any]] = [
    {"decoder_base_dim": 4, "z_dim": 6, "dim_mult": [1, 2, 4, 4], "patch_size": 2},
    {
        "decoder_base_dim": 8,
        "z_dim": 4,
        "dim_mult": [2, 2],
        "num_res_blocks": 1,
        "temperal_downsample": [True],
        "patch_size": None,
    },
    {
        "decoder_base_dim": 4,
        "z_dim": 3,
        "dim_mult": [1, 2, 2],
        "num_res_blocks": 1,
        "temperal_downsample": [True, False],
        "patch_size": 1,
    },
]
SIZES = [(3, 2), (2, 2), (3, 5)]


def autoencoder(config: dict[str, Any], *, residual: bool = True) -> AutoencoderKLWan:
    torch.manual_seed(3)
    patch = config["patch_size"] or 1
    channels = 3 * patch**2
    vae = AutoencoderKLWan(
        base_dim=4,
        latents_mean=[0.0] * config["z_dim"],
        latents_std=[1.0] * config["z_dim"],
        is_residual=residual,
        in_channels=channels,
        out_channels=channels,
        **config,
    )
    with torch.no_grad():
        for name, parameter in vae.named_parameters():
            if name.endswith("gamma"):
                parameter.uniform_(0.5, 1.5)
    return vae.eval()


@pytest.mark.parametrize("mode", ["exact", "winograd2", "winograd4"])
@pytest.mark.parametrize("number", range(len(CONFIGS)))
def test_decodes_as_the_stock_decoder(number: int, mode: Mode) -> None:
    vae = autoencoder(CONFIGS[number])
    plan = DecoderPlan(0, large_from=1, workspace_bytes=1 << 18, frames_bytes=1 << (12 + number))
    fast = FastWanDecoder(vae, mode, plan=plan)
    for batch, length in ((1, 3), (2, 2)):  # in a row: nothing of the first may linger
        z = torch.randn(batch, vae.config["z_dim"], length, *SIZES[number])
        with torch.no_grad():
            stock = vae.decode(z).sample
        parts = list(fast.decode_stream(z))
        assert parts[0].shape[2] == 1
        assert torch.cat(parts, dim=2).shape == stock.shape
        assert (torch.cat(parts, dim=2) - stock).abs().max() < 1e-4


def test_frames_together_make_no_difference() -> None:
    vae = autoencoder(CONFIGS[0])
    z = torch.randn(1, 6, 3, 2, 3)
    single = FastWanDecoder(vae, plan=DecoderPlan(workspace_bytes=1 << 16, frames_bytes=1)).decode(
        z
    )
    whole = FastWanDecoder(vae, plan=DecoderPlan()).decode(z)
    assert (single - whole).abs().max() < 1e-5


def test_half_precision_products_stay_close() -> None:
    vae = autoencoder(CONFIGS[0])
    z = torch.randn(1, 6, 2, 3, 3)
    exact = FastWanDecoder(vae, "exact").decode(z)
    half = FastWanDecoder(vae, "winograd4", torch.float16, plan=DecoderPlan(0, 0)).decode(z)
    stock = vae.to(torch.bfloat16).decode(z.bfloat16()).sample.float()
    assert (half - exact).pow(2).mean() < (stock - exact).pow(2).mean()


def test_the_older_autoencoder_is_left_to_diffusers() -> None:
    config = {"decoder_base_dim": 4, "z_dim": 4, "dim_mult": [2, 2], "patch_size": None}
    vae = autoencoder(config | {"temperal_downsample": [True]}, residual=False)
    assert not supports(vae)
    with pytest.raises(ValueError, match="residual"):
        FastWanDecoder(vae)


def winograd(
    x_FHWC: torch.Tensor, kernel: torch.Tensor, tile: Tile, sink: Sink, **how: Any
) -> None:
    """A plain 3×3 convolution by strips, frame by frame."""
    filters = transform_filters(kernel, tile, torch.float32, 0.25)
    frames, height, width, channels = x_FHWC.shape
    out = kernel.shape[0] // (4 if how.get("doubled") else 1)
    for strip in strips(height, width, tile, 1, 7):
        v = torch.full((tile.products, strip.tiles, frames, channels), torch.nan)
        analyse(x_FHWC[:1], filters, strip, v, 0)
        analyse(x_FHWC[1:], filters, strip, v, 1)
        for frame in range(frames):
            m = torch.bmm(v[:, :, frame], filters.u.transpose(1, 2))
            m = torch.cat((torch.full_like(m[..., :2], torch.nan), m), dim=-1)
            size = (height, width)
            synthesise(m, 2, out, filters, strip, size, sink, frame, **how)


@pytest.mark.parametrize("tile", [F2, F4])
@pytest.mark.parametrize("size", [(5, 7), (4, 8), (1, 2)])
def test_winograd_is_the_convolution(tile: Tile, size: tuple[int, int]) -> None:
    torch.manual_seed(0)
    x, kernel = torch.randn(2, *size, 5), torch.randn(3, 5, 3, 3)
    raw, active = torch.empty(2, *size, 3), torch.empty(2, *size, 3)
    residual, bias, gamma = torch.randn(2, *size, 3), torch.randn(3), torch.rand(3)
    winograd(x, kernel, tile, Sink(raw, active, gamma, bias, residual))
    expected = functional.conv2d(x.permute(0, 3, 1, 2), kernel, bias, padding=1)
    expected = expected.permute(0, 2, 3, 1) + residual
    torch.testing.assert_close(raw, expected, atol=1e-4, rtol=1e-4)
    normed = functional.silu(functional.normalize(expected, dim=-1) * gamma)
    torch.testing.assert_close(active, normed, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("tile", [F2, F4])
def test_doubling_and_convolving_is_one_small_convolution(tile: Tile) -> None:
    torch.manual_seed(0)
    x, kernel = torch.randn(2, 3, 5, 4), torch.randn(6, 4, 3, 3)
    source = torch.randn(1, 3, 5, 4)
    raw = torch.empty(2, 6, 10, 6)
    sink = Sink(raw, duplicate=Duplicate(source, 2, 0))
    winograd(x, doubled_kernel(kernel), tile, sink, doubled=True)
    large = functional.interpolate(x.permute(0, 3, 1, 2), scale_factor=2.0, mode="nearest-exact")
    expected = functional.conv2d(large, kernel, padding=1).permute(0, 2, 3, 1)
    shortcut = torch.stack([sink.duplicate.image(frame, 6) for frame in range(2)])  # pyright: ignore
    torch.testing.assert_close(raw, expected + shortcut, atol=1e-4, rtol=1e-4)


needs_triton = pytest.mark.skipif(
    importlib.util.find_spec("triton") is None or os.environ.get("TRITON_INTERPRET") != "1",
    reason="Triton's interpreter was not asked for",
)


@needs_triton
@pytest.mark.parametrize("tile", [F2, F4])
def test_fused_kernels_agree_with_plain_torch(tile: Tile, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    x, kernel = torch.randn(2, 5, 6, 8), torch.randn(16, 8, 3, 3)
    results: list[list[torch.Tensor]] = []
    for interpreted in ("1", "0"):
        monkeypatch.setenv("TRITON_INTERPRET", interpreted)
        torch.manual_seed(1)
        gamma, bias = torch.rand(16), torch.randn(16)
        raw, active = torch.empty(2, 5, 6, 16), torch.empty(2, 5, 6, 16)
        winograd(x, kernel, tile, Sink(raw, active, gamma, bias, torch.randn(2, 5, 6, 16)))
        large, lively = torch.empty(2, 10, 12, 4), torch.empty(2, 10, 12, 4)
        duplicate = Duplicate(torch.randn(1, 5, 6, 8), 2, 0)
        winograd(x, kernel, tile, Sink(large, lively, gamma[:4], duplicate=duplicate), doubled=True)
        smooth = torch.empty(2, 10, 12, 4)
        finish(large, Sink(active=smooth, gamma=gamma[4:8]))
        results.append([raw, active, large, lively, smooth])
    for fused, plain in zip(*results, strict=True):
        torch.testing.assert_close(fused, plain, atol=1e-4, rtol=1e-4)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA here")
@pytest.mark.parametrize("mode", ["exact", "winograd2", "winograd4"])
def test_on_a_gpu_it_is_closer_than_bf16(mode: Mode) -> None:
    config = {"decoder_base_dim": 32, "z_dim": 8, "dim_mult": [1, 2, 4, 4], "patch_size": 2}
    vae = autoencoder(config).cuda()
    z = torch.randn(1, 8, 3, 5, 6, device="cuda")
    exact = FastWanDecoder(vae, "exact", torch.float32).decode(z)
    ours = FastWanDecoder(vae, mode, torch.float16, plan=DecoderPlan(0, 0)).decode(z)
    stock = vae.to(torch.bfloat16).decode(z.bfloat16()).sample.float()
    assert (ours.float() - exact).pow(2).mean() < (stock - exact).pow(2).mean()
