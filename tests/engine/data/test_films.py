"""Films are looked for in files and folders; each is taken once, and nothing else is."""

from __future__ import annotations

import os
from pathlib import Path

from engine.data.films import find_films, fingerprint_of


def test_folders_are_walked_and_named_files_are_tried(tmp_path: Path) -> None:
    (tmp_path / "season" / ".trash").mkdir(parents=True)
    (tmp_path / "season" / "two.MP4").write_bytes(b"two")
    (tmp_path / "season" / "one.mkv").write_bytes(b"one")
    (tmp_path / "season" / "notes.txt").write_bytes(b"notes")
    (tmp_path / "season" / ".trash" / "old.mp4").write_bytes(b"old")
    (tmp_path / "named").write_bytes(b"named")
    films, passed = find_films([tmp_path / "season", tmp_path / "named"])
    assert [film.name for film in films] == ["one.mkv", "two.MP4", "named"]
    assert passed == []


def test_the_same_film_under_two_names_is_taken_once(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"film")
    (tmp_path / "b.mp4").write_bytes(b"film")
    films, passed = find_films([tmp_path, tmp_path / "a.mp4"])
    assert [film.name for film in films] == ["a.mp4"]
    assert [one.reason for one in passed] == ["the same film as a.mp4"] * 2


def test_what_is_no_film_has_a_reason(tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "link.mp4").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.mp4")
    films, passed = find_films([tmp_path, tmp_path / "gone.mp4"])
    assert films == []
    assert {one.name: one.reason for one in passed} == {
        "empty.mp4": "it is empty",
        "link.mp4": "it cannot be read (No such file or directory)",
        "pipe.mp4": "it cannot be read (it is no plain file)",
        "gone.mp4": "there is no such file or folder",
    }


def test_a_name_is_fit_for_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a\u202egnp.mp4").write_bytes(b"film")
    films, _ = find_films([tmp_path])
    assert films[0].name == "a�gnp.mp4"


def test_long_films_differ_by_what_is_anywhere_near_their_stretches(tmp_path: Path) -> None:
    path = tmp_path / "long.mp4"
    with path.open("wb") as stream:
        stream.truncate(100 << 20)
    first = fingerprint_of(path)
    with path.open("r+b") as stream:
        stream.seek(-10, os.SEEK_END)
        stream.write(b"x")
    assert fingerprint_of(path) != first
