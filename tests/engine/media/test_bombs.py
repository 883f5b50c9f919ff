"""Small files that would take all time or memory end soon, in a picture or in a sentence."""

from __future__ import annotations

import sys
from fractions import Fraction
from io import BytesIO
from itertools import islice
from pathlib import Path

import pytest

from engine.media.footage import frames_of
from engine.media.stills import load_still
from engine.protocol.bombs import is_jpeg_bomb, is_tile_bomb
from engine.protocol.errors import BadInput
from tests.bombs import MOVIES, PICTURES
from tests.peaks import peak_mib

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="measures with /proc")

SHOWN = {
    "png_with_more_than_it_says", "gif_of_countless_frames", "gif_with_endless_comment",
    "webp_that_moves",
}  # fmt: skip
"""Harmless: what is too much is never looked at."""

SLOW_TO_MAKE = {"webp_that_moves", "jpeg_with_endless_exif", "png_with_more_than_it_says"}


def said_of(work: object, name: str) -> str:
    sentence = str(work)
    assert sentence.isprintable()
    assert sentence.startswith(name) or name in sentence
    assert sentence.endswith(".")
    return sentence


@pytest.mark.parametrize(
    "bomb", [pytest.param(n, marks=pytest.mark.slow) if n in SLOW_TO_MAKE else n for n in PICTURES]
)
def test_a_picture_that_is_a_bomb_does_no_harm(tmp_path: Path, bomb: str) -> None:
    path = tmp_path / "board.png"
    path.write_bytes(PICTURES[bomb]())
    sentences: list[str] = []

    def read() -> None:
        try:
            load_still(path)
        except BadInput as refusal:
            sentences.append(said_of(refusal, "board.png"))

    seconds, mib = peak_mib(read)
    assert bool(sentences) == (bomb not in SHOWN)
    assert seconds < 10
    assert mib < 150


@pytest.mark.parametrize("bomb", MOVIES)
def test_a_movie_that_is_a_bomb_does_no_harm(tmp_path: Path, bomb: str) -> None:
    path = MOVIES[bomb](tmp_path)
    sentences: list[str] = []

    def read() -> None:
        try:
            for frame in islice(frames_of(path, 0, 3, Fraction(24)), 3):
                frame.rgb()
        except BadInput as refusal:
            sentences.append(said_of(refusal, path.name))

    seconds, mib = peak_mib(read)
    assert bool(sentences) == (bomb in {"huge_movie", "movie_that_grows",
                                        "movie_of_countless_frames", "slow_movie",
                                        "movie_of_countless_scans"})  # fmt: skip
    assert seconds < 20
    assert mib < 900  # FFmpeg decodes one frame to know what it is


def test_jpegs_of_cameras_are_no_bombs() -> None:
    segment = b"\xff\xe1\xff\xff" + bytes(65_533)
    scans = b"\xff\xda" + bytes(100)
    assert not is_jpeg_bomb(BytesIO(b"\xff\xd8" + segment * 20 + scans * 100))
    assert not is_jpeg_bomb(BytesIO(b"\xff\xd8\xff"))
    assert not is_jpeg_bomb(BytesIO(b"RIFF" + scans * 1000))
    assert not is_jpeg_bomb(BytesIO(b""))


@pytest.mark.parametrize("between", [b"", b"\xff", b"\xff\xd8", b"\xff\xd0\xff"])
def test_endless_exif_is_known_behind_filling_too(between: bytes) -> None:
    segment = b"\xff\xe1\xff\xff" + bytes(65_533)
    assert is_jpeg_bomb(BytesIO(b"\xff\xd8" + (between + segment) * 100))
    assert is_jpeg_bomb(BytesIO(b"\xff\xd8" + b"\xff" * 2**20))


def test_tiles_as_scanners_write_them_are_no_bombs() -> None:
    assert not is_tile_bomb(64, 64, 0, 0)
    assert not is_tile_bomb(64, 64, 4096, 4096)
    assert not is_tile_bomb(10_000, 10_000, 10_000, 10_000)
    assert is_tile_bomb(10_000, 100, 10_000, 10_000)
