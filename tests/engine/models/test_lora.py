"""LoRAs: foreign forms, weights, taking off, and everything that a file may have wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch
from torch import Tensor

from engine.models.lora import Lora, apply_loras, read_loras, remove_loras
from engine.models.transformer import DirectorTransformer
from engine.protocol.errors import BadInput
from engine.protocol.jobs import LoraSpec

DIM, FFN, RANK = 24, 32, 4


@pytest.fixture
def net() -> DirectorTransformer:
    torch.manual_seed(0)
    return DirectorTransformer(
        num_attention_heads=2,
        attention_head_dim=12,
        in_channels=4,
        out_channels=4,
        text_dim=16,
        freq_dim=32,
        ffn_dim=FFN,
        num_layers=2,
        rope_max_seq_len=32,
    ).eval()


def pairs(seed: int, dim: int = DIM) -> dict[str, tuple[Tensor, Tensor]]:
    """Return (A, B) of two layers by their names in the original Wan code."""
    generator = torch.Generator().manual_seed(seed)

    def random(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator) * 0.3

    return {
        "blocks.0.self_attn.q": (random(RANK, dim), random(dim, RANK)),
        "blocks.1.ffn.0": (random(RANK, dim), random(FFN, RANK)),
    }


OURS = {"blocks.0.self_attn.q": "blocks.0.attn1.to_q", "blocks.1.ffn.0": "blocks.1.ffn.net.0.proj"}


def in_form(form: str, layers: dict[str, tuple[Tensor, Tensor]]) -> dict[str, Tensor]:
    """Return a state dict as one trainer or another writes it; alpha is half of the rank."""
    state: dict[str, Tensor] = {}
    for name, (a, b) in layers.items():
        match form:
            case "diffusers":
                state[f"transformer.{OURS[name]}.lora_A.weight"] = a
                state[f"transformer.{OURS[name]}.lora_B.weight"] = b * 0.5
            case "peft":
                state[f"base_model.model.{OURS[name]}.lora_A.weight"] = a
                state[f"base_model.model.{OURS[name]}.lora_B.weight"] = b * 0.5
            case "original":
                state[f"diffusion_model.{name}.lora_A.weight"] = a
                state[f"diffusion_model.{name}.lora_B.weight"] = b * 0.5
            case "original_alpha":
                state[f"diffusion_model.{name}.lora_down.weight"] = a
                state[f"diffusion_model.{name}.lora_up.weight"] = b
                state[f"diffusion_model.{name}.alpha"] = torch.tensor(RANK / 2)
            case _:
                flat = f"lora_unet_{name.replace('.', '_')}"
                state[f"{flat}.lora_down.weight"] = a
                state[f"{flat}.lora_up.weight"] = b
                state[f"{flat}.alpha"] = torch.tensor(RANK / 2)
    return state


def write(path: Path, state: dict[str, Tensor], **header: str) -> Path:
    ready = {key: value.contiguous() for key, value in state.items()}
    safetensors.torch.save_file(ready, path, metadata=header or None)
    return path


def read(*files: tuple[Path, float]) -> tuple[Lora, ...]:
    return read_loras([LoraSpec(path=str(path), weight=weight) for path, weight in files])


@torch.no_grad()
def run(net: DirectorTransformer) -> Tensor:
    generator = torch.Generator().manual_seed(1)
    z = torch.randn(1, 4, 3, 4, 4, generator=generator)
    text = torch.randn(1, 5, 16, generator=generator)
    return net(z, torch.full((1, 3), 500.0), text)


@torch.no_grad()
def merged(
    net: DirectorTransformer, *parts: tuple[dict[str, tuple[Tensor, Tensor]], float]
) -> Tensor:
    """Return what the base model makes with B·A added to its own weights by hand."""
    before = {key: value.clone() for key, value in net.state_dict().items()}
    for layers, weight in parts:
        for name, (a, b) in layers.items():
            net.get_submodule(OURS[name]).weight.data += weight * 0.5 * (b @ a)
    out = run(net)
    net.load_state_dict(before)
    return out


@pytest.mark.parametrize("form", ["diffusers", "peft", "original", "original_alpha", "musubi"])
def test_every_form_means_the_same(net: DirectorTransformer, tmp_path: Path, form: str) -> None:
    expected = merged(net, (pairs(1), 0.8))
    apply_loras(net, read((write(tmp_path / "a.safetensors", in_form(form, pairs(1))), 0.8)))
    torch.testing.assert_close(run(net), expected, atol=2e-5, rtol=1e-4)


def test_an_alpha_in_the_header_counts(net: DirectorTransformer, tmp_path: Path) -> None:
    state = in_form("diffusers", pairs(1))
    state = {key: value * 2 if "lora_B" in key else value for key, value in state.items()}
    header = json.dumps({"transformer.r": RANK, "transformer.lora_alpha": RANK / 2})
    path = write(tmp_path / "a.safetensors", state, lora_adapter_metadata=header)
    expected = merged(net, (pairs(1), 1.0))
    apply_loras(net, read((path, 1.0)))
    torch.testing.assert_close(run(net), expected, atol=2e-5, rtol=1e-4)


def test_several_add_up_and_the_base_model_comes_back_bit_for_bit(
    net: DirectorTransformer, tmp_path: Path
) -> None:
    base, weights = run(net), {key: value.clone() for key, value in net.state_dict().items()}
    first = write(tmp_path / "a.safetensors", in_form("diffusers", pairs(1)))
    second = write(tmp_path / "b.safetensors", in_form("original", pairs(2)))
    expected = merged(net, (pairs(1), 0.5), (pairs(2), -1.0))
    apply_loras(net, read((first, 0.5), (second, -1.0)))
    torch.testing.assert_close(run(net), expected, atol=2e-5, rtol=1e-4)
    apply_loras(net, read((second, 1.0)))
    alone = run(net)
    remove_loras(net)
    assert torch.equal(run(net), base)
    after = net.state_dict()
    assert after.keys() == weights.keys()
    assert all(torch.equal(after[key], value) for key, value in weights.items())
    apply_loras(net, read((second, 1.0)))
    assert torch.equal(run(net), alone)


def test_a_bf16_net_keeps_its_precision(net: DirectorTransformer, tmp_path: Path) -> None:
    net.save_pretrained(tmp_path / "net")
    loaded = DirectorTransformer.from_pretrained(tmp_path / "net", torch_dtype=torch.bfloat16)
    dtypes = {key: value.dtype for key, value in loaded.state_dict().items()}
    apply_loras(
        loaded, read((write(tmp_path / "a.safetensors", in_form("diffusers", pairs(1))), 1.0))
    )
    assert loaded.blocks[0].attn1.to_q.lora_A["lora_0"].weight.dtype == torch.bfloat16
    remove_loras(loaded)
    assert {key: value.dtype for key, value in loaded.state_dict().items()} == dtypes


def broken(kind: str) -> dict[str, Tensor]:
    state = in_form("diffusers", pairs(1))
    match kind:
        case "no LoRA":
            return {"weight": torch.zeros(3)}
        case "another size":
            return in_form("diffusers", pairs(1, dim=48))
        case "fits no layer":
            return {key.replace("blocks", "layers"): value for key, value in state.items()}
        case "is damaged":
            return {key: value * float("nan") for key, value in state.items()}
        case "form that is not known":
            return {"diffusion_model.head.lora_A.weight": torch.zeros(2, 2)}
        case _:
            return {"diffusion_model.blocks.999999999999.ffn.0.lora_A.weight": torch.zeros(2, 2)}


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        *((kind, kind) for kind in ("no LoRA", "another size", "fits no layer", "is damaged")),
        ("form that is not known", "form that is not known"),
        ("endless", "no LoRA"),
    ],
)
def test_a_wrong_file_is_refused_and_leaves_the_base_model(
    net: DirectorTransformer, tmp_path: Path, kind: str, sentence: str
) -> None:
    base = run(net)
    good = write(tmp_path / "good.safetensors", in_form("diffusers", pairs(1)))
    bad = write(tmp_path / "bad.safetensors", broken(kind))
    with pytest.raises(BadInput, match=sentence):
        apply_loras(net, read((good, 1.0), (bad, 1.0)))
    assert torch.equal(run(net), base)


def test_what_is_no_safetensors_file_is_never_opened(tmp_path: Path) -> None:
    (tmp_path / "lora.pt").write_bytes(b"pickle")
    for name, sentence in (("lora.pt", "only such"), ("gone.safetensors", "cannot be read")):
        with pytest.raises(BadInput, match=sentence):
            read((tmp_path / name, 1.0))


def test_truncated_file_is_damaged(net: DirectorTransformer, tmp_path: Path) -> None:
    path = write(tmp_path / "a.safetensors", in_form("diffusers", pairs(1)))
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(BadInput, match="damaged"):
        apply_loras(net, read((path, 1.0)))


def test_content_decides_the_hash_not_the_name(tmp_path: Path) -> None:
    state: dict[str, Any] = in_form("diffusers", pairs(1))
    first = write(tmp_path / "a.safetensors", state)
    again = write(tmp_path / "b.safetensors", state)
    other = write(tmp_path / "c.safetensors", in_form("diffusers", pairs(2)))
    hashes = [lora.content for lora in read((first, 1.0), (again, 1.0), (other, 1.0))]
    assert hashes[0] == hashes[1] != hashes[2]
