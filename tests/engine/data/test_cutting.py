"""Clips are exact in frames, cropped without distortion, whole or not there."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from engine.data.cutting import Cut, Frame, check_clip, cut_clips, frame_of
from engine.media.footage import frames_of
from engine.protocol.errors import BadInput, DiskProblem
from tests.engine.data.small_films import texture, write_film
from tests.engine.media.coded import Recipe, number_of, write_coded

RATE = Fraction(24)


def cut(path: Path, frame: Frame, cuts: list[Cut], rate: Fraction = RATE) -> list[Cut]:
    steps = cut_clips(path, rate, frame, cuts, crf=12)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


@pytest.fixture
def coded(tmp_path: Path) -> Path:
    """A film of 60 frames that say which they are."""
    return write_coded(tmp_path / "coded.mp4", Recipe(numbers=tuple(range(60))))


def numbers_in(path: Path) -> list[int]:
    return [number_of(frame.rgb()) for frame in frames_of(path)]


def test_clips_hold_exactly_their_frames(coded: Path, tmp_path: Path) -> None:
    cuts = [Cut(3, 20, tmp_path / "a"), Cut(20, 31, tmp_path / "b"), Cut(50, 60, tmp_path / "c")]
    assert cut(coded, Frame((0, 0, 96, 64), 96, 64), cuts) == []
    assert numbers_in(cuts[0].movie) == list(range(3, 20))
    assert numbers_in(cuts[1].movie) == list(range(20, 31))
    assert numbers_in(cuts[2].movie) == list(range(50, 60))
    assert all(one.is_done for one in cuts)


def test_another_rate_drops_and_repeats_frames(coded: Path, tmp_path: Path) -> None:
    half, double = Cut(0, 10, tmp_path / "half"), Cut(0, 20, tmp_path / "double")
    frame = Frame((0, 0, 96, 64), 96, 64)
    cut(coded, frame, [half], Fraction(12))
    cut(coded, frame, [double], Fraction(48))
    assert numbers_in(half.movie) == [2 * n + 1 for n in range(10)]
    assert numbers_in(double.movie) == [n // 2 for n in range(20)]


def test_what_is_done_is_not_done_again(coded: Path, tmp_path: Path) -> None:
    one, two = Cut(0, 10, tmp_path / "one"), Cut(10, 20, tmp_path / "two")
    frame = Frame((0, 0, 96, 64), 96, 64)
    cut(coded, frame, [one])
    before = one.movie.stat().st_mtime_ns
    two.movie.write_bytes(b"without its still it is not done")
    cut(coded, frame, [one, two])
    assert one.movie.stat().st_mtime_ns == before
    assert numbers_in(two.movie) == list(range(10, 20))


def test_the_same_clip_has_the_same_bytes(coded: Path, tmp_path: Path) -> None:
    whole, part = Cut(20, 40, tmp_path / "whole"), Cut(20, 40, tmp_path / "part")
    frame = Frame((0, 0, 96, 64), 96, 64)
    cut(coded, frame, [Cut(0, 20, tmp_path / "before"), whole])
    cut(coded, frame, [part])
    assert whole.movie.read_bytes() == part.movie.read_bytes()


def test_a_film_that_ends_early_leaves_no_half_clip(coded: Path, tmp_path: Path) -> None:
    fine, lacking = Cut(40, 55, tmp_path / "fine"), Cut(55, 65, tmp_path / "lacking")
    assert cut(coded, Frame((0, 0, 96, 64), 96, 64), [fine, lacking]) == [lacking]
    assert fine.is_done
    assert not list(tmp_path.glob("*lacking*"))


def test_bars_are_cut_off(tmp_path: Path) -> None:
    film = write_film(tmp_path / "bars.mp4", [(1, 6)], bars=16, size=(192, 128))
    frame = frame_of((0, 16, 192, 96), 96)
    assert frame == Frame((0, 16, 192, 96), 192, 96)
    one = Cut(0, 6, tmp_path / "clip")
    cut(film, frame, [one])
    shown = next(frames_of(one.movie)).rgb() / 65535
    wanted = texture(1, 384 + 6, 256)[16:112, :192] / 255
    assert shown.shape == (96, 192, 3)
    assert np.abs(shown - wanted).mean() < 0.03


def test_a_turned_film_is_cut_upright(tmp_path: Path) -> None:
    recipe = Recipe(numbers=tuple(range(8)), rotation=90)
    film = write_coded(tmp_path / "turned.mp4", recipe)
    one = Cut(0, 8, tmp_path / "clip")
    cut(film, Frame((0, 0, 64, 96), 64, 96), [one])
    check_clip(one.movie, 8, 64, 96)


@pytest.mark.parametrize(
    ("crop", "height", "frame"),
    [
        ((0, 0, 1920, 1080), 480, Frame((0, 0, 1908, 1080), 848, 480)),
        ((0, 140, 1920, 800), 480, Frame((0, 140, 1920, 800), 1152, 480)),
        ((0, 0, 1080, 1920), 480, Frame((0, 6, 1080, 1908), 480, 848)),
        ((0, 0, 800, 332), 480, Frame((4, 0, 790, 332), 762 // 16 * 16, 320)),
        ((0, 0, 100, 15), 480, None),
    ],
)
def test_frames_keep_the_shape_and_grow_never(
    crop: tuple[int, int, int, int], height: int, frame: Frame | None
) -> None:
    found = frame_of(crop, height)
    if frame is None:
        assert found is None
        return
    assert found is not None
    assert (found.width % 16, found.height % 16) == (0, 0)
    assert min(found.width, found.height) <= min(height, *crop[2:])
    kept = found.crop
    assert abs(kept[2] / kept[3] - found.width / found.height) < 0.01
    assert kept[2] * kept[3] > 0.93 * crop[2] * crop[3]
    assert kept[0] >= crop[0]
    assert kept[1] + kept[3] <= crop[1] + crop[3]


def test_a_full_disk_is_one_sentence(coded: Path, tmp_path: Path) -> None:
    with pytest.raises(DiskProblem, match="does not exist"):
        cut(coded, Frame((0, 0, 96, 64), 96, 64), [Cut(0, 5, tmp_path / "gone" / "a")])


def test_a_clip_is_checked_against_what_is_said_of_it(coded: Path, tmp_path: Path) -> None:
    check_clip(coded, 60, 96, 64)
    with pytest.raises(BadInput, match="has 60 frames and not 61"):
        check_clip(coded, 61, 96, 64)
    with pytest.raises(BadInput, match="is 96×64 and not 96×48"):
        check_clip(coded, 60, 96, 48)
