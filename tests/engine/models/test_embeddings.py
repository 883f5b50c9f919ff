"""Embeddings on disk: exact, bounded, and never a reason to fail."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import torch

from engine.models.embeddings import EmbeddingCache, embedding_key


def embedding(length: int, dtype: torch.dtype = torch.bfloat16) -> torch.Tensor:
    full = torch.zeros(1, 16, 8, dtype=dtype)
    full[0, :length] = torch.randn(length, 8).to(dtype)
    return full


@pytest.mark.parametrize("length", [0, 1, 9, 16])
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32])
def test_what_is_kept_comes_back_bit_for_bit(
    tmp_path: Path, length: int, dtype: torch.dtype
) -> None:
    cache = EmbeddingCache(tmp_path / "embeddings")
    made = embedding(length, dtype)
    cache.put("key", made)
    kept = cache.get("key", 16)
    assert kept is not None
    assert torch.equal(kept, made)
    assert kept.dtype == dtype
    assert cache.get("other", 16) is None


def test_everything_that_decides_an_embedding_is_in_its_key() -> None:
    base = ("a cat", "encoder", 512, torch.bfloat16)
    others = [
        ("a dog", "encoder", 512, torch.bfloat16),
        ("a cat", "another", 512, torch.bfloat16),
        ("a cat", "encoder", 256, torch.bfloat16),
        ("a cat", "encoder", 512, torch.float32),
    ]
    keys = {embedding_key(*facts) for facts in (base, *others)}
    assert len(keys) == 5
    assert embedding_key("half a \ud83d pair", "encoder", 512, torch.float32)


@pytest.mark.parametrize("content", [b"", b"\xff" * 200, b"{}"])
def test_a_damaged_file_is_the_same_as_none(tmp_path: Path, content: bytes) -> None:
    cache = EmbeddingCache(tmp_path)
    cache.put("key", embedding(4))
    (tmp_path / "key.safetensors").write_bytes(content)
    assert cache.get("key", 16) is None
    cache.put("key", embedding(4))
    assert cache.get("key", 16) is not None


def test_an_embedding_of_another_length_is_not_taken(tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path)
    cache.put("key", embedding(9))
    assert cache.get("key", 4) is None


def test_what_was_longest_unused_goes_first(tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path)
    for age, key in enumerate(("c", "b", "a")):
        cache.put(key, embedding(16))
        os.utime(tmp_path / f"{key}.safetensors", (1000 + age, 1000 + age))
    size = (tmp_path / "a.safetensors").stat().st_size
    assert cache.get("c", 16) is not None  # used just now, so it is the youngest
    EmbeddingCache(tmp_path, max_bytes=2 * size).put("d", embedding(16))
    assert sorted(path.stem for path in tmp_path.iterdir()) == ["c", "d"]


def test_after_a_clock_was_set_back_what_is_new_is_kept(tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path)
    for key in ("a", "b"):
        cache.put(key, embedding(16))
        os.utime(tmp_path / f"{key}.safetensors", (4e9, 4e9))
    size = (tmp_path / "a.safetensors").stat().st_size
    EmbeddingCache(tmp_path, max_bytes=2 * size).put("new", embedding(16))
    assert (tmp_path / "new.safetensors").exists()
    assert len(list(tmp_path.iterdir())) == 2


def test_a_folder_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    cache = EmbeddingCache(tmp_path / "file" / "embeddings")
    cache.put("key", embedding(4))
    assert cache.get("key", 16) is None
