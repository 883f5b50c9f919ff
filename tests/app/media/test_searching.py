"""What is found again: by name, by content, within bounds; and what is not."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from app.media.fingerprints import fingerprint_of
from app.media.searching import Bounds, Wanted, search


def put(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def wanted(name: str, content: bytes) -> Wanted:
    return Wanted(name, (name,), hashlib.sha256(content).hexdigest())


def test_a_file_beside_is_found_by_its_name_and_one_below_too(tmp_path: Path) -> None:
    near, far = put(tmp_path / "a.png", b"a"), put(tmp_path / "x" / "y" / "b.png", b"b")
    result = search(tmp_path, [wanted("a.png", b"a"), wanted("b.png", b"b")])
    assert result.found == {"a.png": near, "b.png": far}
    assert result.is_whole


def test_the_content_counts_whatever_the_name(tmp_path: Path) -> None:
    put(tmp_path / "a.png", b"another picture")
    renamed = put(tmp_path / "old" / "sunset.PNG", b"a")
    assert search(tmp_path, [wanted("a.png", b"a")]).found == {"a.png": renamed}


def test_the_same_name_with_other_content_is_not_taken(tmp_path: Path) -> None:
    put(tmp_path / "a.png", b"x")
    put(tmp_path / "b" / "a.png", b"y")
    assert search(tmp_path, [wanted("a.png", b"a")]).found == {}


def test_movies_are_known_by_their_fingerprint(tmp_path: Path) -> None:
    clip = put(tmp_path / "in" / "clip.mp4", b"m" * 1000)
    sought = Wanted("m", ("clip.mp4",), fingerprint_of(clip), is_movie=True)
    assert search(tmp_path, [sought]).found == {"m": clip}


@pytest.mark.parametrize("bounds", [Bounds(num_files=3), Bounds(depth=1), Bounds(seconds=-1)])
def test_a_search_ends_and_says_that_it_did_not_see_all(tmp_path: Path, bounds: Bounds) -> None:
    for number in range(10):
        put(tmp_path / f"{number}.txt", b"")
    put(tmp_path / "a" / "b" / "c" / "a.png", b"a")
    result = search(tmp_path, [wanted("a.png", b"a")], bounds=bounds)
    assert result.found == {}
    assert not result.is_whole


def test_a_cancelled_search_keeps_what_it_has_found(tmp_path: Path) -> None:
    near = put(tmp_path / "a.png", b"a")
    put(tmp_path / "x" / "b.png", b"b")
    sought = [wanted("a.png", b"a"), wanted("b.png", b"b")]
    asked: list[None] = []

    def is_cancelled() -> bool:
        asked.append(None)
        return len(asked) > 2

    result = search(tmp_path, sought, is_cancelled)
    assert result.found == {"a.png": near}
    assert not result.is_whole


def test_links_that_go_round_and_pipes_do_not_hold_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.png")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "round").symlink_to(tmp_path)
    result = search(tmp_path, [wanted("a.png", b"a")])
    assert result.found == {}
    assert result.is_whole
