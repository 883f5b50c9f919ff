"""Indexes on the disk: the same as walked, never trusted blindly, never in the way."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Generator
from pathlib import Path

import numpy as np
import pytest

from engine.media import index, index_store
from engine.media.footage import frames_of
from engine.media.movie_index import MovieIndex
from tests.engine.media.coded import Recipe, number_of, write_coded

UNEVEN = [0, 40, 90, 130, 165, 420, 455, 500, 540, 600]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the cache folder of a process that keeps indexes of small movies, too."""
    folder = tmp_path / "cache" / "indexes"
    monkeypatch.setattr(index_store, "_folder", lambda: folder)
    monkeypatch.setattr(index_store, "MIN_BYTES", 0)
    return folder


@pytest.fixture
def walks(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Return the movies that are walked over, as it happens."""
    found: list[Path] = []
    inner = index.walk

    def counting(path: Path) -> Generator[float, None, MovieIndex]:
        found.append(path)
        return (yield from inner(path))

    monkeypatch.setattr(index, "walk", counting)
    return found


def _anew(path: Path) -> MovieIndex:
    """Return the index as a new process would find it."""
    index._known.clear()
    return index.index_of(path)


@pytest.mark.parametrize(
    ("name", "recipe"),
    [
        ("even.mp4", Recipe(numbers=range(30), options={"g": "7"})),
        ("uneven.mkv", Recipe(numbers=range(10), stamps=UNEVEN, tags="bt601")),
        ("bare.h264", Recipe(format="h264", numbers=range(9))),
        ("turned.mov", Recipe(rotation=90, numbers=range(5))),
    ],
)
def test_a_kept_index_is_the_one_that_was_walked(
    store: Path, walks: list[Path], tmp_path: Path, name: str, recipe: Recipe
) -> None:
    path = write_coded(tmp_path / name, recipe)
    walked, kept = _anew(path), _anew(path)
    assert walks == [path]
    for field in ("stamps", "keys"):
        assert np.array_equal(getattr(walked, field), getattr(kept, field))
        assert getattr(kept, field).dtype == np.int64
    others = [name for name in MovieIndex.__dataclass_fields__ if name not in {"stamps", "keys"}]
    assert [getattr(walked, name) for name in others] == [getattr(kept, name) for name in others]
    if not recipe.rotation:
        assert number_of(next(frames_of(path, 3, 4)).rgb()) == 3


def test_a_changed_or_moved_movie_is_walked_over_again(
    store: Path, walks: list[Path], tmp_path: Path
) -> None:
    path = write_coded(tmp_path / "a.mp4", Recipe(numbers=range(8)))
    assert _anew(path).num_frames == 8
    write_coded(path, Recipe(numbers=range(20)))
    assert _anew(path).num_frames == 20
    moved = path.rename(tmp_path / "b.mp4")
    assert _anew(moved).num_frames == 20
    assert len(walks) == 3


def _other_arrays(**changes: np.ndarray) -> Callable[[bytes], bytes]:
    def make(content: bytes) -> bytes:
        with np.load(io.BytesIO(content)) as arrays:
            rows = {**arrays, **changes}
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **rows)  # type: ignore[arg-type]
        return buffer.getvalue()

    return make


def _other_words(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def make(content: bytes) -> bytes:
        with np.load(io.BytesIO(content)) as arrays:
            head = arrays["header"].tobytes()
        assert old in head
        return _other_arrays(header=np.frombuffer(head.replace(old, new), np.uint8))(content)

    return make


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[: len(content) // 2],
        lambda content: content[:-30] + bytes(30),
        lambda content: b"PK\x03\x04" + b"junk" * 100,
        _other_arrays(steps=np.array([], np.int64)),
        _other_arrays(steps=np.array([0, -3, 5], np.int64)),
        _other_arrays(steps=np.array([0, 2**62, 2**62], np.int64)),
        _other_arrays(steps=np.array([0.0, 1.0])),
        _other_arrays(steps=np.array([None, "code"], dtype=object)),
        _other_arrays(keys=np.array([99], np.int64)),
        _other_arrays(keys=np.array([-1], np.int64)),
        _other_words(b'"stream":0', b'"stream":-1'),
        _other_words(b'"tick":"1/', b'"tick":"0/'),
        _other_words(b'"rate":"24"', b'"rate":"2/0"'),
        _other_words(b'"bits":8', b'"more":8'),
    ],
)
def test_a_damaged_entry_is_as_good_as_none(
    store: Path, walks: list[Path], tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    path = write_coded(tmp_path / "a.mp4", Recipe(numbers=range(8)))
    _anew(path)
    (entry,) = store.iterdir()
    entry.write_bytes(damage(entry.read_bytes()))
    assert _anew(path).num_frames == 8
    assert len(walks) == 2
    assert _anew(path).num_frames == 8
    assert len(walks) == 2, "a whole one is in its place again"


def test_a_cache_that_cannot_be_written_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setattr(index_store, "_folder", lambda: tmp_path / "file" / "indexes")
    monkeypatch.setattr(index_store, "MIN_BYTES", 0)
    path = write_coded(tmp_path / "a.mp4", Recipe(numbers=range(8)))
    assert _anew(path).num_frames == 8


def test_the_cache_is_bounded_and_what_is_in_use_stays(
    store: Path, walks: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_store, "MAX_ENTRIES", 3)
    paths = [write_coded(tmp_path / f"{n}.mp4", Recipe(numbers=range(4))) for n in range(4)]
    for age, path in enumerate(paths[:3]):
        _anew(path)
        newest = max(store.iterdir(), key=lambda entry: entry.stat().st_mtime_ns)
        os.utime(newest, (1_000_000 + age, 1_000_000 + age))
    _anew(paths[0])  # asked for again
    _anew(paths[3])
    assert len(list(store.iterdir())) == 3
    before = len(walks)
    for path in (paths[0], paths[2], paths[3]):
        _anew(path)
    assert len(walks) == before
    monkeypatch.setattr(index_store, "MAX_TOTAL_BYTES", 10)
    _anew(paths[1])
    assert list(store.iterdir()) == []


def test_after_a_clock_was_set_back_what_is_new_is_kept(
    store: Path, walks: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_store, "MAX_ENTRIES", 1)
    old, new = (write_coded(tmp_path / f"{n}.mp4", Recipe(numbers=range(4))) for n in range(2))
    _anew(old)
    (entry,) = store.iterdir()
    os.utime(entry, (4e9, 4e9))
    _anew(new)
    before = len(walks)
    _anew(new)
    assert len(walks) == before


def test_small_movies_are_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_store, "_folder", lambda: tmp_path / "cache")
    _anew(write_coded(tmp_path / "a.mp4", Recipe(numbers=range(8))))
    assert not (tmp_path / "cache").exists()
