"""What counts as finished in a take's folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.timeline.take_files import read_take


def test_a_movie_counts_only_once_the_manifest_knows_of_it(tmp_path: Path) -> None:
    (tmp_path / "draft.mkv").touch()
    assert read_take(tmp_path).draft is None
    (tmp_path / "take.json").write_text(json.dumps({"draft": {}}))
    assert read_take(tmp_path).draft == tmp_path / "draft.mkv"
    assert read_take(tmp_path).best == tmp_path / "draft.mkv"


def test_another_refine_model_makes_the_master_anew(tmp_path: Path) -> None:
    (tmp_path / "master.mkv").touch()
    (tmp_path / "take.json").write_text(json.dumps({"master": {"requested_model": "starter"}}))
    assert read_take(tmp_path).master_by("starter") == tmp_path / "master.mkv"
    assert read_take(tmp_path).master_by("my-own") is None


@pytest.mark.parametrize("content", ["", "[]", "{", '{"master": 3}', "[" * 100_000])
def test_a_damaged_manifest_is_no_work_and_no_crash(tmp_path: Path, content: str) -> None:
    (tmp_path / "take.json").write_text(content)
    take = read_take(tmp_path)
    assert take.best is None
    assert take.master_by("starter") is None
