from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path

import pytest

from engine.models import catalogue
from engine.service import doctor
from tests.engine.tiny_models import make_tiny_model


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's folders of their own."""
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "jane" / name.lower()))
    return tmp_path / "jane"


def test_what_is_there_is_told_and_nothing_private(home: Path) -> None:
    make_tiny_model(catalogue.user_models() / "mine", "gen")
    found = doctor.examine()
    assert {model.name for model in found.models} >= {"starter-gen", "starter-sr", "mine"}
    assert all(len(model.fingerprint) == 16 for model in found.models)
    assert found.encoders["h264"][0] == "libx264"
    assert found.packages["torch"]
    assert found.memory_bytes > found.free_memory_bytes > 0
    for text in (doctor.as_text(found), json.dumps(asdict(found))):
        assert str(home) not in text
        assert str(Path.home()) not in text


def test_a_model_that_is_not_whole_is_a_finding(home: Path) -> None:
    folder = make_tiny_model(catalogue.user_models() / "broken", "gen")
    weights = next((folder / "transformer").glob("*.safetensors"))
    weights.write_bytes(weights.read_bytes()[:100])
    shutil.rmtree(make_tiny_model(catalogue.user_models() / "half", "sr") / "vae")
    found = doctor.examine()
    problems = {model.name: model.problem for model in found.models}
    assert "damaged file" in problems["broken"]
    assert "vae" in problems["half"]
    assert problems["starter-gen"] == ""
    assert all(
        any(text == problems[name] for text in found.findings) for name in ("broken", "half")
    )
    assert str(home) not in doctor.as_text(found)


def test_hostile_model_folders_are_findings(home: Path) -> None:
    for name, index in (("deep", b"[" * 100_000), ("odd", b"\xff\x00"), ("list", b"[]")):
        folder = catalogue.user_models() / name
        folder.mkdir(parents=True)
        (folder / "model_index.json").write_bytes(index)
        (folder / "director.json").write_bytes(index)
    found = doctor.examine()
    problems = {model.name: model.problem for model in found.models}
    assert all(problems[name] for name in ("deep", "odd", "list"))


def test_a_folder_that_cannot_be_written_is_a_finding(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_bytes(b"")
    found = doctor._place("Settings", in_the_way / "deeper")
    assert "cannot be written" in found.problem


def test_the_command_prints_text_or_json(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = doctor.main(["--json"])
    printed = json.loads(capsys.readouterr().out)
    assert code == (1 if printed["findings"] else 0)
    assert doctor.main([]) == code
    assert "Model      starter-gen (gen)" in capsys.readouterr().out
