"""LoRA files of anybody's: each is refused in one sentence, before it takes memory or time."""

from __future__ import annotations

import json
import os
import pickle
import struct
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch

from engine.models.lora import check_loras, read_loras
from engine.models.transformer import DirectorTransformer
from engine.protocol.errors import BadInput
from engine.protocol.jobs import LoraSpec

DIM = 48
LAYER = "diffusion_model.blocks.0.self_attn.q"


@pytest.fixture(scope="module")
def net() -> DirectorTransformer:
    with torch.device("meta"):
        return DirectorTransformer(
            num_attention_heads=2, attention_head_dim=24, text_dim=32, ffn_dim=64, num_layers=2
        )


def refusal_of(path: Path, net: DirectorTransformer) -> str:
    with pytest.raises(BadInput) as refused:
        check_loras(net, read_loras([LoraSpec(path=str(path))]))
    sentence = str(refused.value)
    assert sentence.isprintable()
    assert path.name in sentence
    return sentence


def claim(path: Path, tensors: dict[str, tuple[list[int], str, int]]) -> Path:
    """Write a header that tells of tensors, and a sparse file that is as long as it says."""
    header, start = {}, 0
    for key, (shape, dtype, size) in tensors.items():
        header[key] = {"shape": shape, "dtype": dtype, "data_offsets": [start, start + size]}
        start += size
    text = json.dumps(header).encode()
    with path.open("wb") as stream:
        stream.write(struct.pack("<Q", len(text)) + text)
        stream.truncate(8 + len(text) + start)
    return path


def test_a_rank_that_outweighs_the_model_is_refused(
    tmp_path: Path, net: DirectorTransformer
) -> None:
    rank = 3_000_000
    sides: dict[str, tuple[list[int], str, int]] = {
        f"{LAYER}.lora_A.weight": ([rank, DIM], "BF16", 2 * rank * DIM),
        f"{LAYER}.lora_B.weight": ([DIM, rank], "BF16", 2 * rank * DIM),
    }
    path = claim(tmp_path / "style.safetensors", sides)
    assert "more weights than the model itself" in refusal_of(path, net)


@pytest.mark.parametrize("content", [
    b"", b"\x00" * 8, struct.pack("<Q", 2**50) + b"{}", struct.pack("<Q", 2) + b"[]",
    struct.pack("<Q", 200_000) + b"[" * 200_000, pickle.dumps({"lora": 1}),
    struct.pack("<Q", 22) + b'{"lora":{"shape":[2]}}',
])  # fmt: skip
def test_what_is_no_safetensors_file_is_refused(
    tmp_path: Path, net: DirectorTransformer, content: bytes
) -> None:
    path = tmp_path / "style.safetensors"
    path.write_bytes(content)
    assert "damaged" in refusal_of(path, net)


def test_a_pickle_is_refused_by_its_name(tmp_path: Path, net: DirectorTransformer) -> None:
    path = tmp_path / "style.pt"
    path.write_bytes(pickle.dumps({"lora": 1}))
    assert "only such LoRAs are opened" in refusal_of(path, net)


def test_a_pipe_is_never_waited_for(tmp_path: Path, net: DirectorTransformer) -> None:
    path = tmp_path / "style.safetensors"
    os.mkfifo(path)
    assert "no plain file" in refusal_of(path, net)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({f"{LAYER}.lora_A.weight": torch.ones(2, DIM + 1)}, "another size"),
        ({f"{LAYER}.lora_A.weight": torch.ones(2, 2, DIM)}, "another size"),
        ({f"{LAYER}.lora_A.weight": torch.full((2, DIM), float("nan"))}, "damaged"),
        ({f"{LAYER}.lora_A.weight": torch.ones(2, DIM, dtype=torch.int8)}, "damaged"),
        ({f"{LAYER}.alpha": torch.tensor(float("inf"))}, "damaged"),
        ({f"{LAYER.replace('0', '999999999')}.lora_A.weight": torch.ones(2, DIM)}, "no LoRA"),
    ],
)
def test_tensors_that_do_not_fit_are_refused(
    tmp_path: Path, net: DirectorTransformer, changes: dict[str, Any], word: str
) -> None:
    whole = {
        f"{LAYER}.lora_A.weight": torch.ones(2, DIM),
        f"{LAYER}.lora_B.weight": torch.ones(DIM, 2),
    }
    path = tmp_path / "style.safetensors"
    safetensors.torch.save_file(whole, path)
    check_loras(net, read_loras([LoraSpec(path=str(path))]))
    safetensors.torch.save_file(whole | changes, path)
    assert word in refusal_of(path, net)
