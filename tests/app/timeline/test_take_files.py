"""What counts as finished in a take's folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.timeline.take_files import (
    TakeNotes,
    bring_back,
    discard,
    read_notes,
    read_take,
    sweep,
    write_notes,
)


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


def _discarded(folder: Path, name: str) -> Path:
    (folder / "takes" / name).mkdir(parents=True)
    (folder / "takes" / name / "draft.mkv").touch()
    discard(folder, name)
    assert not (folder / "takes" / name).exists()
    return folder / "takes" / name


def test_a_discarded_take_comes_back(tmp_path: Path) -> None:
    take = _discarded(tmp_path, "a")
    bring_back(tmp_path, "a")
    assert (take / "draft.mkv").is_file()


def test_only_what_the_saved_film_threw_away_is_deleted(tmp_path: Path) -> None:
    one, other = _discarded(tmp_path, "a"), _discarded(tmp_path, "b")
    sweep(tmp_path, ("a",), delete=False)
    assert other.is_dir()
    bring_back(tmp_path, "a")
    assert one.is_dir()
    discard(tmp_path, "a")
    sweep(tmp_path, ("a",), delete=True)
    assert not (tmp_path / "journal" / "discarded" / "a").exists()
    assert other.is_dir()


def test_notes_stand_beside_the_take_and_may_be_damaged(tmp_path: Path) -> None:
    assert read_notes(tmp_path) == TakeNotes()
    write_notes(tmp_path, TakeNotes(rating=4, approved=True))
    assert read_notes(tmp_path) == TakeNotes(rating=4, approved=True)
    (tmp_path / "notes.json").write_text('{"rating": 99}')
    assert read_notes(tmp_path) == TakeNotes()
