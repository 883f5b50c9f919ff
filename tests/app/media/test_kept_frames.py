"""Small pictures beside a light copy: there at once the next time, and never in the way."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from app.media.kept_frames import FOLDER, LIGHT_COPY, kept_frame
from app.media.thumbnails import ThumbnailKey, _movie_frame
from engine.planning.resolution import FrameSize
from tests.app.movies import movie, write_movie


@pytest.fixture
def light(tmp_path: Path) -> Path:
    path = tmp_path / LIGHT_COPY
    write_movie(path, movie(12, FrameSize(96, 54)), Fraction(24))
    return path


def test_a_frame_of_a_light_copy_is_kept(qapp: object, light: Path) -> None:
    image = _movie_frame(ThumbnailKey(str(light), 128, 8), keeps=True)
    assert image is not None
    kept = kept_frame(light, 8, 128)
    assert kept is not None
    assert kept.size() == image.size()
    light.unlink()
    assert _movie_frame(ThumbnailKey(str(light), 128, 8), keeps=True) is not None, "from the disk"
    assert _movie_frame(ThumbnailKey(str(light), 128, 4), keeps=True) is None


def test_takes_and_large_pictures_are_not_kept(qapp: object, light: Path) -> None:
    take = light.rename(light.with_name("draft.mkv"))
    assert _movie_frame(ThumbnailKey(str(take), 128, 8), keeps=True) is not None
    take.rename(light)
    assert _movie_frame(ThumbnailKey(str(light), 384, 8), keeps=True) is not None
    assert not (light.parent / FOLDER).exists()


def test_what_is_damaged_or_cannot_be_kept_is_made_anew(qapp: object, light: Path) -> None:
    folder = light.parent / FOLDER
    folder.mkdir()
    (folder / "128-8.jpg").write_bytes(b"no picture")
    assert isinstance(_movie_frame(ThumbnailKey(str(light), 128, 8), keeps=True), QImage)
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    folder.write_bytes(b"in the way")
    assert isinstance(_movie_frame(ThumbnailKey(str(light), 128, 8), keeps=True), QImage)


def test_a_film_that_is_only_looked_at_keeps_nothing(qapp: object, light: Path) -> None:
    assert _movie_frame(ThumbnailKey(str(light), 128, 8), keeps=False) is not None
    assert list(light.parent.iterdir()) == [light]
