"""Model folders that would run code, or lead elsewhere: nothing of theirs is ever executed."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest
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


def test_an_index_that_leads_out_of_the_folder_leads_nowhere(folder: Path) -> None:
    index = folder / "transformer" / "diffusion_pytorch_model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"a": "../../outside.safetensors"}}))
    (folder.parent / "outside.safetensors").write_bytes(b"x")
    with pytest.raises(ModelMissing, match=r"lacks transformer/outside\.safetensors"):
        load(folder)
