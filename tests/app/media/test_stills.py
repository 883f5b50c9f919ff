"""Pictures that users hand over: the good, the odd and the broken."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.media.stills import StillError, load, probe, verify
from tests.app.boards import draw_board


def png_header(width: int, height: int) -> bytes:
    """Return the start of a PNG that claims a size; its pixels are one short chunk."""

    def chunk(name: bytes, content: bytes) -> bytes:
        body = name + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    ihdr = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", ihdr) + chunk(b"IDAT", zlib.compress(b"\0" * 64))


def test_size_comes_from_the_header(tmp_path: Path) -> None:
    info = probe(draw_board(tmp_path / "a.png", 0, (320, 180)))
    assert (info.width, info.height) == (320, 180)


def test_exif_orientation_turns_the_picture(tmp_path: Path) -> None:
    path = tmp_path / "turned.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (60, 40)).save(path, exif=exif)
    assert (probe(path).width, probe(path).height) == (40, 60)
    assert load(path, 400, 400).shape == (60, 40, 3)


def test_large_picture_is_scaled_down_and_keeps_its_shape(tmp_path: Path) -> None:
    pixels = load(draw_board(tmp_path / "a.png", 0, (960, 540)), 96, 96)
    assert pixels.shape == (96, 171, 3)


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "LA", "CMYK", "I;16", "1"])
def test_every_mode_becomes_rgb(tmp_path: Path, mode: str) -> None:
    suffix = ".tif" if mode in {"CMYK", "I;16"} else ".png"
    path = tmp_path / f"odd{suffix}"
    Image.new(mode, (50, 40)).save(path)
    pixels = load(path, 20, 20)
    assert pixels.dtype == np.uint8
    assert pixels.shape[2] == 3


def test_transparency_goes_over_black(tmp_path: Path) -> None:
    path = tmp_path / "clear.png"
    Image.new("RGBA", (8, 8), (255, 255, 255, 0)).save(path)
    assert load(path, 8, 8).max() == 0


BAD = {
    "clip.mp4": (
        b"frames",
        "clip.mp4 is a movie, not an image; save the frame you want as a picture.",
    ),
    "text.png": (b"this is no picture", "text.png is not an image that can be read."),
    "empty.png": (b"", "empty.png is an empty file; choose another image."),
    "huge.png": (
        png_header(30_000, 30_000),
        "huge.png (30000 × 30000 pixels) has more than 100 megapixels; scale it down and add it "
        "again.",
    ),
    "short.png": (
        png_header(640, 480),
        "short.png is damaged or cut short and cannot be read.",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_file_is_refused_in_one_sentence(tmp_path: Path, name: str) -> None:
    content, sentence = BAD[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(StillError) as caught:
        verify(tmp_path / name)
    assert str(caught.value) == sentence


def test_truncated_photograph_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cut.jpg"
    Image.effect_noise((400, 300), 80).convert("RGB").save(path)
    path.write_bytes(path.read_bytes()[:-4000])
    assert probe(path).width == 400
    with pytest.raises(StillError, match="cut short"):
        verify(path)


def test_folder_and_missing_file_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "gone.png"):
        with pytest.raises(StillError, match="not there any more, or is no file"):
            verify(path)
