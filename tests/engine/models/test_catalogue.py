"""Where model folders are found and what their settings mean."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import constants

from engine.models import catalogue
from engine.models.catalogue import DirectorSettings, find_model, read_settings, shown_name
from engine.protocol.errors import ModelMissing
from tests.engine.equivalence.wan_folders import SHAPES, scheduler, write_wan_folder


def director(folder: Path, content: Any) -> Path:
    (folder / "director.json").write_text(json.dumps(content))
    return folder


def index(folder: Path, **content: Any) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model_index.json").write_text(json.dumps(content))
    return folder


def test_a_published_folder_brings_its_solver_its_spacing_and_its_shift(tmp_path: Path) -> None:
    index(tmp_path, _class_name="WanPipeline", expand_timesteps=True)
    scheduler("unipc", 5.0).save_pretrained(tmp_path / "scheduler")
    settings = read_settings(tmp_path)
    assert (settings.solver, settings.spacing, settings.shift) == ("unipc", "unipc", 5.0)
    assert settings.timesteps == "frame"
    scheduler("euler", 3.0).save_pretrained(tmp_path / "scheduler")
    settings = read_settings(tmp_path)
    assert (settings.solver, settings.spacing, settings.shift) == ("euler", "euler", 3.0)


def test_director_json_stands_above_the_scheduler(tmp_path: Path) -> None:
    index(tmp_path, _class_name="WanPipeline")
    scheduler("unipc").save_pretrained(tmp_path / "scheduler")
    settings = read_settings(director(tmp_path, {"shift": 2.0, "unknown": "ignored"}))
    assert (settings.solver, settings.spacing, settings.shift) == ("euler", "flow", 2.0)
    assert settings.timesteps == "scalar", "a stock Wan folder without per-token timesteps"
    assert read_settings(director(tmp_path, {"timesteps": "frame"})).timesteps == "frame"


def test_our_own_folders_are_trained_per_frame(tmp_path: Path) -> None:
    assert read_settings(index(tmp_path, _class_name="SmartDirectorPipeline")).timesteps == "frame"
    assert read_settings(catalogue.RESOURCES / "starter-gen").solver == "euler"


@pytest.mark.parametrize("content", ["{", "[" * 100_000, "\xff"])
def test_a_damaged_director_json_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "director.json").write_text(content, encoding="latin-1")
    with pytest.raises(ModelMissing, match=r"director\.json is damaged"):
        read_settings(tmp_path)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ({"shift": -1}, "shift"),
        ({"shift": "NaN"}, "shift"),
        ({"num_steps": 10**9}, "num_steps"),
        ({"sigmas": [0.5, 0.7]}, "sigmas"),
        ({"sigmas": [1000, 757]}, "sigmas"),
        ({"guidance_interval": [0.9, 0.1]}, "guidance_interval"),
        ({"solver": "magic"}, "solver"),
        ([1], "no object"),
    ],
)
def test_settings_that_make_no_sense_are_refused(tmp_path: Path, content: Any, word: str) -> None:
    with pytest.raises(ModelMissing, match=word):
        read_settings(director(tmp_path, content))


def test_settings_survive_their_own_json() -> None:
    settings = DirectorSettings(sigmas=(1.0, 0.5), guidance_interval=(0.2, 0.9))
    assert DirectorSettings.model_validate_json(settings.model_dump_json()) == settings


def test_a_model_in_the_hugging_face_cache_is_found_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(catalogue, "user_models", lambda: tmp_path / "none")
    commit = "0123456789abcdef0123456789abcdef01234567"
    repository = tmp_path / "models--Wan-AI--Wan2.2-Tiny-Diffusers"
    folder = write_wan_folder(repository / "snapshots" / commit, SHAPES[0], "unipc")
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(commit)
    assert find_model("Wan-AI/Wan2.2-Tiny-Diffusers", "gen") == folder
    assert shown_name(folder) == "Wan-AI/Wan2.2-Tiny-Diffusers"
    for name in ("Wan-AI/Other", "../secret/model", "a/b/c", "nothing"):
        with pytest.raises(ModelMissing, match="not installed"):
            find_model(name, "gen")
