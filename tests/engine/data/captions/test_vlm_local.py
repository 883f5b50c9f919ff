"""Model folders come from anywhere: only safetensors are opened, and mistakes are one sentence."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from engine.data.captions.vlm import Prompt
from engine.data.captions.vlm_local import LocalVlm
from engine.protocol.errors import BadInput
from tests.engine.data.tiny_vlm import make_tiny_vlm


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is no model folder"):
        LocalVlm(tmp_path)


def test_weights_that_can_run_code_are_never_opened(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "pytorch_model.bin").write_bytes(b"\x80\x04cos\nsystem\n")
    with pytest.raises(BadInput, match="holds no safetensors"):
        LocalVlm(tmp_path)


def test_code_that_a_folder_brings_along_is_not_run(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    mark = tmp_path / "was-run"
    config = {"model_type": "evil", "auto_map": {"AutoConfig": "evil.Config"}}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "evil.py").write_text(f"open({str(mark)!r}, 'w')\n")
    save_file({"w": torch.zeros(1)}, folder / "model.safetensors")
    with pytest.raises(BadInput, match="model cannot be loaded"):
        LocalVlm(folder)
    assert not mark.exists()


def test_a_folder_with_a_model_answers(tmp_path: Path) -> None:
    vlm = LocalVlm(make_tiny_vlm(tmp_path / "tiny"))
    assert vlm.name == "tiny"
    picture = io.BytesIO()
    Image.new("RGB", (64, 48), (90, 120, 30)).save(picture, "JPEG")
    prompt = Prompt("spots drift", (picture.getvalue(), picture.getvalue()), {})
    first = vlm.ask(prompt)
    assert first
    assert set(first.split()) <= {"<pad>", "<unk>", "spots", "drift", "a", "{", "}"}
    assert vlm.ask(prompt) == first
