"""Stills: what is refused, in which words, and what comes out of the rest."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.media.stills import load_still
from engine.protocol.errors import BadInput


@pytest.mark.parametrize("content", [b"this is a letter", b"\x89PNG\r\n\x1a\n", b"GIF89a\xff\xff"])
def test_a_file_that_is_no_image_is_refused_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "board.png"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=r"^board\.png .*\.$"):
        load_still(path)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "board.png"
    path.touch()
    with pytest.raises(BadInput, match="empty file"):
        load_still(path)


def test_a_huge_image_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    Image.new("1", (30_000, 30_000)).save(path)
    with pytest.raises(BadInput, match="100 megapixels"):
        load_still(path)


def test_a_truncated_image_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cut.jpg"
    noise = np.random.default_rng(0).integers(0, 255, (200, 200, 3), dtype=np.uint8)
    Image.fromarray(noise).save(path)
    path.write_bytes(path.read_bytes()[:4000])
    with pytest.raises(BadInput, match="damaged"):
        load_still(path)


def test_exif_orientation_is_honoured(tmp_path: Path) -> None:
    path = tmp_path / "phone.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (40, 20), "red").save(path, exif=exif)
    assert load_still(path).shape == (40, 20, 3)


def test_transparency_goes_over_black_and_deep_grey_is_not_clipped(tmp_path: Path) -> None:
    clear, deep = tmp_path / "clear.png", tmp_path / "deep.png"
    Image.new("RGBA", (8, 8), (255, 255, 255, 0)).save(clear)
    Image.fromarray(np.full((8, 8), 32768, np.uint16)).save(deep)
    assert load_still(clear).max() == 0
    assert abs(int(load_still(deep)[0, 0, 0]) - 128) <= 1
