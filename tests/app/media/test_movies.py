"""Frames of movies for the screen: the right one, at the right size, within the budget."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from app.media.movie import MovieReader
from app.media.player import NATIVE, FrameKey, FrameServer
from app.media.previews import open_preview
from app.media.thumbnails import ThumbnailCache
from engine.planning.resolution import FrameSize
from tests.app.boards import draw_board
from tests.app.movies import movie, read_movie, write_movie


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("movies") / "clip.mkv"
    write_movie(path, movie(90, FrameSize(64, 36)), Fraction(24000, 1001))
    return path


def test_any_frame_in_any_order_is_the_right_one(clip: Path) -> None:
    frames, _ = read_movie(clip)
    reader = MovieReader(clip)
    for index in (0, 1, 2, 40, 41, 7, 89, 88, 0, 60):
        pixels = reader.frame(index, 64, 36)
        assert pixels is not None
        error = np.abs(pixels[..., 2::-1].astype(int) - frames[index]).mean()
        others = np.abs(pixels[..., 2::-1].astype(int) - frames[index - 3]).mean()
        assert error < 3 < others + 3
        assert error < others
    reader.close()


def test_frame_past_the_end_is_none_and_the_reader_goes_on(clip: Path) -> None:
    reader = MovieReader(clip)
    assert reader.frame(90, 64, 36) is None
    assert reader.frame(5, 64, 36) is not None
    reader.close()


def test_frame_is_fitted_never_stretched(clip: Path) -> None:
    reader = MovieReader(clip)
    pixels = reader.frame(0, 1000, 90)
    assert pixels is not None
    assert pixels.shape == (90, 160, 4)
    reader.close()


def test_server_delivers_what_is_wanted_first(qtbot, clip: Path) -> None:
    server = FrameServer()
    server.set_size(64, 36)
    keys = [FrameKey(str(clip), index) for index in range(12)]
    arrived: list[FrameKey] = []
    server.arrived.connect(arrived.append)
    server.want(keys)
    qtbot.waitUntil(lambda: len(arrived) == 12)
    assert arrived == keys
    assert all(server.frame(key) is not None for key in keys)
    server.close()


def test_server_keeps_within_its_budget(qtbot, clip: Path) -> None:
    server = FrameServer(cache_bytes=6 * 64 * 36 * 4)
    server.set_size(64, 36)
    for start in range(0, 60, 4):
        keys = [FrameKey(str(clip), start + offset) for offset in range(4)]
        server.want(keys)
        qtbot.waitUntil(lambda keys=keys: all(server.frame(key) for key in keys))
    held = [i for i in range(60) if server.frame(FrameKey(str(clip), i)) is not None]
    assert len(held) <= 6
    server.close()


def test_server_survives_a_file_that_is_gone(qtbot, tmp_path: Path, clip: Path) -> None:
    server = FrameServer()
    good = FrameKey(str(clip), 3)
    server.want([FrameKey(str(tmp_path / "gone.mkv"), 0), good])
    qtbot.waitUntil(lambda: server.frame(good) is not None)
    server.close()


def test_thumbnails_come_later_and_stay(qtbot, tmp_path: Path, clip: Path) -> None:
    cache = ThumbnailCache()
    board = str(draw_board(tmp_path / "a.png", 0))
    assert cache.still(board, 64) is None
    assert cache.movie_frame(str(clip), 10, 18) is None
    qtbot.waitUntil(
        lambda: bool(cache.still(board, 64)) and bool(cache.movie_frame(str(clip), 10, 18))
    )
    image = cache.still(board, 64)
    assert image is not None
    assert image.height() == 64
    cache.close()


def test_unreadable_board_is_known_to_be_so(qtbot, tmp_path: Path) -> None:
    cache = ThumbnailCache()
    assert cache.still(str(tmp_path / "gone.png"), 64) is None
    qtbot.waitUntil(lambda: cache.failed(str(tmp_path / "gone.png"), 64))
    cache.close()


def test_preview_that_makes_no_sense_is_passed_over(tmp_path: Path) -> None:
    assert open_preview(tmp_path / "gone.npy", 0.0) is None
    (tmp_path / "bad.npy").write_bytes(b"junk")
    assert open_preview(tmp_path / "bad.npy", 0.0) is None
    np.save(tmp_path / "flat.npy", np.zeros((4, 4), np.uint8))
    assert open_preview(tmp_path / "flat.npy", 0.0) is None
    np.save(tmp_path / "good.npy", np.full((3, 4, 6, 3), 200, np.uint8))
    clip = open_preview(tmp_path / "good.npy", 0.0)
    assert clip is not None
    assert clip.image(99).width() == 6


def test_playing_backwards_decodes_each_stretch_once(clip: Path) -> None:
    reader = MovieReader(clip)
    found = dict(reader.run_to(40, 64, 36, frozenset(range(34, 40))))
    assert sorted(found)[-1] == 40
    for index, pixels in found.items():
        single = MovieReader(clip)
        assert np.array_equal(pixels, single.frame(index, 64, 36))
        single.close()
    assert len(found) > 1
    reader.close()


def test_native_size_leaves_a_frame_as_it_is(clip: Path) -> None:
    reader = MovieReader(clip)
    pixels = reader.frame(3, *NATIVE)
    assert pixels is not None
    assert pixels.shape == (36, 64, 4)
    reader.close()


def test_a_slow_machine_drops_frames_and_does_not_lag(qtbot, clip: Path) -> None:
    """While it plays, what would come too late is passed over."""
    server = FrameServer()
    server.set_size(64, 36)
    keys = [FrameKey(str(clip), index) for index in range(30)]
    server.want(keys[:1])
    qtbot.waitUntil(lambda: server.frame(keys[0]) is not None)
    server._cost_s = 0.1  # a machine that needs a tenth of a second for each frame
    arrived: list[FrameKey] = []
    server.arrived.connect(arrived.append)
    server.want(keys[1:], 0.01)
    qtbot.waitUntil(lambda: bool(arrived))
    assert arrived[0].frame >= 8
    server.close()
