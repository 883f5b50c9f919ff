"""Model folders of anybody's: nothing of theirs is executed, followed or believed."""

from __future__ import annotations

import json
import os
import pickle
import struct
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch

from engine.models.loader import ModelBundle
from engine.protocol.errors import ModelMissing
from tests.engine.tiny_models import make_tiny_model


class Trap:
    """Writes a file where it is unpickled."""

    def __init__(self, sprung: Path) -> None:
        self._sprung = sprung

    def __reduce__(self) -> tuple[object, tuple[str, ...]]:
        return (Path.touch, (self._sprung,))  # type: ignore[return-value]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_tiny_model(tmp_path / "model", "gen")


def refusal_of(folder: Path) -> str:
    """Return the one sentence that a folder is refused with, quickly and with little memory."""
    before, began = resident_mib(), time.monotonic()
    with pytest.raises(ModelMissing) as refused:
        load(folder)
    assert time.monotonic() - began < 10
    assert resident_mib() - before < 300
    sentence = str(refused.value)
    assert sentence.isprintable()
    assert sentence.endswith(".")
    assert len(sentence) < 400
    return sentence


def resident_mib() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


def change(path: Path, **values: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def weights_of(folder: Path, part: str) -> Path:
    return next((folder / part).glob("*.safetensors"))


def load(folder: Path) -> None:
    bundle = ModelBundle(folder, torch.device("cpu"), torch.float32)
    _ = (bundle.transformer, bundle.codec, bundle.tokenizer)
    bundle.encode_caption("A harbour.")


@pytest.mark.parametrize("name", ["diffusion_pytorch_model.bin", "model.pt"])
def test_a_pickle_is_never_opened(folder: Path, tmp_path: Path, name: str) -> None:
    sprung = tmp_path / "sprung"
    (folder / "transformer" / name).write_bytes(pickle.dumps(Trap(sprung)))
    load(folder)
    for weights in (folder / "transformer").glob("*.safetensors"):
        weights.unlink()
    with pytest.raises(ModelMissing, match="no safetensors weights"):
        load(folder)
    assert not sprung.exists()


def test_code_of_a_folder_is_never_run(folder: Path, tmp_path: Path) -> None:
    sprung = tmp_path / "sprung"
    code = f"import pathlib\npathlib.Path({str(sprung)!r}).touch()\nclass X: pass\n"
    for part, file in (("transformer", "config.json"), ("text_encoder", "config.json"),
                       ("tokenizer", "tokenizer_config.json")):  # fmt: skip
        path = folder / part / file
        (folder / part / "trap.py").write_text(code)
        kinds = ("AutoConfig", "AutoModel", "AutoTokenizer")
        facts = json.loads(path.read_text()) | {"auto_map": dict.fromkeys(kinds, "trap.X")}
        path.write_text(json.dumps(facts))
    try:
        load(folder)
    except ModelMissing as refusal:
        assert "\n" not in str(refusal)
    assert not sprung.exists()


@pytest.mark.parametrize("shard", ["../../outside.safetensors", "/outside.safetensors", "a\\b"])
def test_an_index_that_leads_out_of_the_folder_is_refused(folder: Path, shard: str) -> None:
    own = weights_of(folder, "transformer")
    index = own.with_name("diffusion_pytorch_model.safetensors.index.json")
    index.write_text(json.dumps({"weight_map": {"a": shard}}))
    (own.parent / "outside.safetensors").write_bytes(own.read_bytes())
    assert "leads out of its folder" in refusal_of(folder)


def test_an_index_that_names_a_pickle_or_what_is_not_there_is_refused(folder: Path) -> None:
    index = folder / "transformer" / "diffusion_pytorch_model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"a": "x.bin"}}))
    assert "no safetensors file" in refusal_of(folder)
    index.write_text(json.dumps({"weight_map": {"a": "x.safetensors"}}))
    assert "lacks transformer/x.safetensors" in refusal_of(folder)


@pytest.mark.parametrize(
    ("part", "values", "word"),
    [
        ("transformer", {"num_layers": 10**9}, "num_layers"),
        ("transformer", {"num_layers": 500}, "500 layers"),
        ("transformer", {"num_layers": 0}, "num_layers"),
        ("transformer", {"num_layers": -1}, "num_layers"),
        ("transformer", {"num_layers": "many"}, "makes no sense"),
        ("transformer", {"num_layers": float("nan")}, "makes no sense"),
        ("transformer", {"eps": float("nan")}, "makes no sense"),
        ("transformer", {"eps": float("inf")}, "makes no sense"),
        ("transformer", {"ffn_dim": 65}, "64×48 and ought to be 65×48"),
        ("transformer", {"ffn_dim": 10**7}, "ffn_dim"),
        ("transformer", {"freq_dim": 10**7}, "freq_dim"),
        ("transformer", {"attention_head_dim": 1024}, "ought to be"),
        ("transformer", {"attention_head_dim": 10**7}, "attention_head_dim"),
        ("transformer", {"channel_std": [1.0]}, "makes no sense"),
        ("transformer", {"quantization_config": {"quant_method": "torchao"}}, "packed"),
        ("vae", {"block": 1000}, "block"),
        ("vae", {"block": 16}, "ought to be"),
        ("vae", {"latent_std": [float("nan")]}, "latent_std"),
        ("text_encoder", {"num_layers": 10**9}, "num_layers"),
        ("text_encoder", {"num_layers": 400}, "400 layers"),
        ("text_encoder", {"vocab_size": 10**12}, "makes no sense"),
        ("text_encoder", {"vocab_size": 4_000_000}, "ought to be 4000000×32"),
        ("text_encoder", {"d_ff": 262_144}, "ought to be"),
        ("text_encoder", {"d_model": 64}, "put together wrongly"),
        ("text_encoder", {"d_model": 0}, "makes no sense"),
        ("text_encoder", {"d_kv": "x"}, "makes no sense"),
        ("text_encoder", {"layer_norm_epsilon": float("nan")}, "makes no sense"),
        ("text_encoder", {"feed_forward_proj": "gated-os.system"}, "makes no sense"),
        ("text_encoder", {"feed_forward_proj": "-1"}, "makes no sense"),
    ],
)  # fmt: skip
def test_a_configuration_that_its_weights_do_not_bear_out_is_refused(
    folder: Path, part: str, values: dict[str, Any], word: str
) -> None:
    change(folder / part / "config.json", **values)
    assert word in refusal_of(folder)


def test_a_wan_codec_of_absurd_depth_is_refused(folder: Path) -> None:
    change(folder / "model_index.json", vae=["diffusers", "AutoencoderKLWan"])
    for values in ({"num_res_blocks": 10**9}, {"dim_mult": [1] * 100}, {"base_dim": 10**7}):
        config = {"_class_name": "AutoencoderKLWan", "z_dim": 16, **values}
        (folder / "vae" / "config.json").write_text(json.dumps(config))
        assert "makes no sense" in refusal_of(folder)


@pytest.mark.parametrize("content", [
    "[" * 100_000, '{"a":' * 100_000, "", "null", "[1]", "{" + " " * 9_000_000 + "}", "\x00",
])  # fmt: skip
@pytest.mark.parametrize("part", ["transformer", "vae", "text_encoder"])
def test_deep_huge_and_empty_configurations_are_refused(
    folder: Path, part: str, content: str
) -> None:
    (folder / part / "config.json").write_text(content)
    assert refusal_of(folder)


@pytest.mark.parametrize(
    "values",
    [{"max_tokens": 10**9}, {"tile": 10**9}, {"draft_area": 10**12}, {"margin": 15, "tile": 30}],
)
def test_settings_that_no_memory_holds_are_refused(folder: Path, values: dict[str, int]) -> None:
    change(folder / "director.json", **values)
    assert "director.json makes no sense" in refusal_of(folder)


def _longer(content: bytes) -> bytes:
    return struct.pack("<Q", 2**40) + content[8:]


def _beyond(content: bytes) -> bytes:
    return struct.pack("<Q", len(content)) + content[8:]


def _cut(content: bytes) -> bytes:
    return content[:-8]


def _with_header(alter: Callable[[dict[str, Any]], object]) -> Callable[[bytes], bytes]:
    def changed(content: bytes) -> bytes:
        length = struct.unpack("<Q", content[:8])[0]
        header = json.loads(content[8 : 8 + length])
        alter(header)
        text = json.dumps(header).encode()
        return struct.pack("<Q", len(text)) + text + content[8 + length :]

    return changed


def _first(header: dict[str, Any]) -> dict[str, Any]:
    return next(facts for key, facts in header.items() if key != "__metadata__")


def _twice(content: bytes) -> bytes:
    length = struct.unpack("<Q", content[:8])[0]
    text = content[8 : 8 + length].rstrip()
    key = next(key for key in json.loads(text) if key != "__metadata__")
    text = text[:-1] + f',"{key}":{json.dumps(json.loads(text)[key])}'.encode() + b"}"
    return struct.pack("<Q", len(text)) + text + content[8 + length :]


LIES: dict[str, Callable[[bytes], bytes]] = {
    "header beyond any": _longer,
    "header beyond the file": _beyond,
    "cut": _cut,
    "a name twice": _twice,
    "another type": _with_header(lambda h: _first(h).update(dtype="F64")),
    "a type that is none": _with_header(lambda h: _first(h).update(dtype="pickle")),
    "a negative side": _with_header(lambda h: _first(h).update(shape=[-1, -1])),
    "endless sides": _with_header(lambda h: _first(h).update(shape=[2**62, 2**62])),
    "beyond the end": _with_header(lambda h: _first(h).update(data_offsets=[0, 2**50])),
    "backwards": _with_header(lambda h: _first(h).update(data_offsets=[8, 0])),
    "all over one another": _with_header(
        lambda h: [f.update(data_offsets=[0, 4]) for k, f in h.items() if k != "__metadata__"]
    ),
    "no facts": _with_header(lambda h: h.update(x=1)),
}


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("part", ["transformer", "vae", "text_encoder"])
def test_a_header_that_lies_is_refused(folder: Path, part: str, lie: str) -> None:
    path = weights_of(folder, part)
    path.write_bytes(LIES[lie](path.read_bytes()))
    assert f"damaged file, {part}/{path.name}" in refusal_of(folder)


@pytest.mark.parametrize("part", ["transformer", "vae", "text_encoder"])
def test_tensors_that_lack_or_are_whole_numbers_are_refused(folder: Path, part: str) -> None:
    path = weights_of(folder, part)
    state = safetensors.torch.load_file(path)
    key = sorted(state)[0]
    safetensors.torch.save_file({**state, key: state[key].to(torch.int64)}, path)
    assert f"holds {key} as I64" in refusal_of(folder)
    safetensors.torch.save_file({k: v for k, v in state.items() if k != key}, path)
    assert f"lacks weights in {part} ({key})" in refusal_of(folder)
    safetensors.torch.save_file({**state, key: torch.zeros(3, 5)}, path)
    assert f"{path.name} of the model model does not fit" in refusal_of(folder)


def test_an_adapter_in_the_place_of_a_part_is_refused(folder: Path) -> None:
    adapter = folder / "text_encoder" / "adapter_config.json"
    adapter.write_text(json.dumps({"base_model_name_or_path": str(folder.parent)}))
    assert "is an adapter of another model" in refusal_of(folder)


def test_a_pipe_in_the_place_of_a_file_is_never_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "transformer" / "x.safetensors")
    os.mkfifo(folder / "x.json")
    load(folder)
    weights = weights_of(folder, "vae")
    weights.unlink()
    os.mkfifo(weights)
    assert "no safetensors weights in vae" in refusal_of(folder)


def test_a_tokenizer_beyond_the_text_encoders_table_is_refused(tmp_path: Path) -> None:
    folder = make_tiny_model(tmp_path / "model", "gen")
    path = weights_of(folder, "text_encoder")
    state = safetensors.torch.load_file(path)
    short = {k: v[:60].clone() if v.shape[0] == 384 else v for k, v in state.items()}
    safetensors.torch.save_file(short, path)
    change(folder / "text_encoder" / "config.json", vocab_size=60)
    assert "its text encoder knows 60; use the tokenizer" in refusal_of(folder)


@pytest.mark.parametrize("values", [
    {"tokenizer_class": "RagTokenizer"}, {"tokenizer_class": None}, {"extra_ids": 10**9},
    {"extra_ids": "x"}, {"tokenizer_class": "../x"},
])  # fmt: skip
def test_a_strange_tokenizer_is_refused(folder: Path, values: dict[str, Any]) -> None:
    change(folder / "tokenizer" / "tokenizer_config.json", **values)
    assert "tokenizer" in refusal_of(folder)
