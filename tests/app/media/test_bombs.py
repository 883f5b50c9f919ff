"""Small files that would take all time or memory do no harm in the editor."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

import pytest

from app.media.movie import MovieReader
from app.media.stills import StillError, load, verify
from tests.bombs import MOVIES, PICTURES
from tests.peaks import peak_mib

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="measures with /proc")

SHOWN = {"gif_of_countless_frames", "gif_with_endless_comment"}
SLOW_TO_MAKE = {"webp_that_moves", "jpeg_with_endless_exif", "png_with_more_than_it_says"}


@pytest.mark.parametrize("bomb", [name for name in PICTURES if name not in SLOW_TO_MAKE])
def test_a_picture_that_is_a_bomb_does_no_harm(tmp_path: Path, bomb: str) -> None:
    path = tmp_path / "board.png"
    path.write_bytes(PICTURES[bomb]())
    sentences: list[str] = []

    def read() -> None:
        try:
            verify(path)
            load(path, 64, 36)
        except StillError as refusal:
            sentences.append(str(refusal))

    seconds, mib = peak_mib(read)
    assert bool(sentences) == (bomb not in SHOWN)
    assert all(text.isprintable() and text.startswith("board.png") for text in sentences)
    assert seconds < 10
    assert mib < 150


@pytest.mark.parametrize("bomb", MOVIES)
def test_a_movie_that_is_a_bomb_does_no_harm(tmp_path: Path, bomb: str) -> None:
    path = MOVIES[bomb](tmp_path)

    def play() -> None:
        with suppress(OSError):
            reader = MovieReader(path)
            try:
                for frame in (0, 3, 10**6):
                    reader.frame(frame, 64, 36)
            finally:
                reader.close()

    seconds, mib = peak_mib(play)
    assert seconds < 20
    assert mib < 900  # FFmpeg decodes one frame to know what it is


def test_a_movie_of_pictures_that_are_too_large_is_not_opened(tmp_path: Path) -> None:
    path = MOVIES["huge_movie"](tmp_path)
    with pytest.raises(OSError, match="too large"):
        MovieReader(path)
