"""Options of the hardware: what they promise about pixels, and how they refuse."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from diffusers.hooks import apply_group_offloading
from torch import Tensor, nn
from torch._dynamo.utils import counters

from engine.models.acceleration import (
    choose_attention,
    compile_blocks,
    place_transformer,
    weight_bytes,
)
from engine.models.fp8 import Float8Linear, quantize_linears
from engine.models.loader import ModelBundle
from engine.models.transformer import DirectorTransformer
from engine.protocol.errors import BadInput
from engine.protocol.jobs import ComputeOptions
from tests.engine.tiny_models import make_tiny_model

CPU = torch.device("cpu")


def net() -> DirectorTransformer:
    torch.manual_seed(0)
    return DirectorTransformer(
        num_attention_heads=2,
        attention_head_dim=24,
        in_channels=8,
        out_channels=8,
        text_dim=16,
        freq_dim=32,
        ffn_dim=64,
        num_layers=3,
    ).eval()


def forward(model: DirectorTransformer, device: torch.device = CPU) -> Tensor:
    generator = torch.Generator().manual_seed(1)
    latent = torch.randn(1, 8, 4, 6, 4, generator=generator)
    timestep = torch.tensor([[0.0, 700.0, 700.0, 700.0]])
    captions = torch.randn(1, 7, 16, generator=generator).to(model.patch_embedding.weight.dtype)
    inputs = (latent, timestep, captions, torch.arange(4, dtype=torch.float64))
    with torch.no_grad():
        return model(*(tensor.to(device) for tensor in inputs)).cpu()


def error(value: Tensor, reference: Tensor) -> float:
    return float((value - reference).norm() / reference.norm())


def test_the_defaults_change_nothing() -> None:
    plain = forward(net())
    assert torch.equal(forward(place_transformer(net(), CPU, ComputeOptions())), plain)


def test_eight_bits_take_a_quarter_of_fp32_and_stay_near() -> None:
    model = net()
    blocks = model.blocks
    before = weight_bytes(blocks)
    placed = place_transformer(model, CPU, ComputeOptions(fp8=True))
    assert weight_bytes(blocks) < 0.35 * before
    assert 0 < error(forward(placed), forward(net())) < 0.06


def test_only_layers_that_the_product_takes_are_narrowed() -> None:
    layers = nn.Sequential(nn.Linear(16, 32), nn.Linear(32, 9), nn.Sequential(nn.Linear(48, 16)))
    assert quantize_linears(layers) == 2
    assert isinstance(layers[0], Float8Linear)
    assert isinstance(layers[1], nn.Linear)


def test_a_layer_in_eight_bits_keeps_shape_and_bias() -> None:
    torch.manual_seed(0)
    linear = nn.Linear(64, 32)
    linear.bias.data.fill_(3.0)
    x = torch.randn(2, 5, 64)
    narrow = Float8Linear(linear)(x)
    assert narrow.shape == (2, 5, 32)
    assert error(narrow, linear(x)) < 0.03


def test_an_unknown_attention_backend_is_named() -> None:
    with pytest.raises(ValueError, match="attention backend magic cannot be used"):
        choose_attention(net(), "magic")


def test_flash_attention_4_says_what_to_install() -> None:
    with pytest.raises(ValueError, match="flash-attn-4"):
        choose_attention(net(), "flash_4")


def test_residual_caching_skips_blocks_and_stays_near(tmp_path: Path) -> None:
    del tmp_path
    model = place_transformer(net(), CPU, ComputeOptions(cache_threshold=0.9))
    with model.cache_context("cond"):
        first = forward(model)
        second = forward(model)
    assert torch.equal(first, forward(net()))
    assert error(second, first) < 1e-4


def test_hooks_around_compiled_blocks_break_no_graph() -> None:
    torch._dynamo.reset()
    counters.clear()
    model = net()
    compile_blocks(model, whole=True, backend="eager")
    apply_group_offloading(model, CPU, CPU, "block_level", num_blocks_per_group=1)
    place_transformer(model, CPU, ComputeOptions(cache_threshold=1e-6))
    with model.cache_context("cond"):
        found = [forward(model) for _ in range(2)][-1]
    assert error(found, forward(net())) < 1e-6
    assert counters["stats"]["unique_graphs"] == 1  # one for all blocks
    assert not counters["graph_break"]


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize(
    "compute",
    [
        ComputeOptions(compile=True),
        ComputeOptions(compile=True, memory_gib=2),
        ComputeOptions(compile=True, cache_threshold=1e-6),
        ComputeOptions(compile=True, cache_threshold=1e-6, memory_gib=2),
        ComputeOptions(compile=True, fp8=True, memory_gib=2),
    ],
    ids=["alone", "streamed", "cached", "streamed and cached", "streamed in 8 bits"],
)
def test_compiled_blocks_go_with_streaming_and_caching(
    compute: ComputeOptions, tmp_path: Path
) -> None:
    device = torch.device("cuda")
    net().save_pretrained(tmp_path)

    def placed(options: ComputeOptions) -> DirectorTransformer:
        loaded = DirectorTransformer.from_pretrained(tmp_path, torch_dtype=torch.bfloat16)
        return place_transformer(loaded, device, options)

    model = placed(compute)
    with model.cache_context("cond"):
        found = [forward(model, device) for _ in range(2)][-1]
    eager = placed(ComputeOptions(fp8=compute.fp8))
    # Compiled blocks round in another order: bf16's last bits, and steps of the 8-bit format.
    assert error(found.float(), forward(eager, device).float()) < 0.02


def test_residual_caching_beside_several_gpus_is_refused(tmp_path: Path) -> None:
    folder = make_tiny_model(tmp_path / "tiny", "gen")
    compute = ComputeOptions(num_gpus=2, cache_threshold=0.1)
    with pytest.raises(BadInput, match="do not go together"):
        _ = ModelBundle(folder, CPU, torch.float32, compute).transformer


def test_more_gpus_than_there_are_is_one_sentence(tmp_path: Path) -> None:
    folder = make_tiny_model(tmp_path / "tiny", "gen")
    bundle = ModelBundle(folder, CPU, torch.float32, ComputeOptions(num_gpus=9))
    with pytest.raises(BadInput, match="9 GPUs are asked for, but this machine has"):
        _ = bundle.transformer
    assert not bundle.holds("transformer")
