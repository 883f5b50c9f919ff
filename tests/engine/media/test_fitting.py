"""Pictures in frames: never stretched, whole where wanted, with the bars that were chosen."""

from __future__ import annotations

import numpy as np
import pytest

from engine.media.fitting import fit_to_frame
from engine.media.stills import RgbImage
from engine.planning.resolution import FrameSize
from engine.protocol.jobs import Bars, KeyframeSpec

FILM = FrameSize(320, 180)


def spec(bars: Bars = "black", x: float = 0.5, y: float = 0.5) -> KeyframeSpec:
    return KeyframeSpec(image="a.png", frame=0, fit="contain", bars=bars, anchor_x=x, anchor_y=y)


def disc(width: int, height: int, ground: int = 0) -> RgbImage:
    rows, columns = np.mgrid[0:height, 0:width]
    inside = np.hypot(rows - height / 2, columns - width / 2) < 40
    levels = np.where(inside, 255, ground).astype(np.uint8)
    return np.repeat(levels[..., None], 3, axis=2)


@pytest.mark.parametrize("size", [(300, 100), (100, 300), (640, 360)])
def test_a_circle_stays_a_circle(size: tuple[int, int]) -> None:
    width, height = size
    fitted = fit_to_frame(disc(width, height), FILM)[..., 0] > 127
    spread_x, spread_y = np.ptp(np.nonzero(fitted)[1]), np.ptp(np.nonzero(fitted)[0])
    assert fitted.shape == (180, 320)
    assert spread_y == pytest.approx(min(spread_x, 179), rel=0.05)


@pytest.mark.parametrize("size", [(300, 100), (100, 300), (200, 200)])
def test_a_contained_circle_is_whole_and_stays_a_circle(size: tuple[int, int]) -> None:
    fitted = fit_to_frame(disc(*size), FILM, spec())[..., 0] > 127
    spread_x, spread_y = np.ptp(np.nonzero(fitted)[1]), np.ptp(np.nonzero(fitted)[0])
    scale = min(320 / size[0], 180 / size[1])
    assert fitted.shape == (180, 320)
    assert spread_x == pytest.approx(spread_y, abs=2)
    assert spread_x == pytest.approx(79 * scale, rel=0.06)


def test_bars_are_black_a_blurred_copy_or_the_colour_of_the_edge() -> None:
    image = np.zeros((300, 100, 3), np.uint8)
    image[:] = (200, 60, 20)
    image[:, 50:] = (20, 60, 200)
    black, blur, edge = (
        fit_to_frame(image, FILM, spec(bars)) for bars in ("black", "blur", "edge")
    )
    picture = slice(131, 189)
    assert np.array_equal(black[:, picture], edge[:, picture])
    assert np.array_equal(black[:, picture], blur[:, picture])
    assert black[:, :125].max() == 0
    assert tuple(edge[90, 10]) == (200, 60, 20)
    assert tuple(edge[90, 310]) == (20, 60, 200)
    left, right = blur[90, 10].astype(int), blur[90, 310].astype(int)
    assert left[0] > 100 > left[2]
    assert right[2] > 100 > right[0]
    assert left[0] < 200 * 0.65  # darker than the picture, so that this stands out


def test_a_contained_picture_goes_to_the_side_that_is_asked_for() -> None:
    image = np.full((300, 100, 3), 255, np.uint8)
    left, right = (fit_to_frame(image, FILM, spec(x=x)) for x in (0.0, 1.0))
    assert left[:, :58].min() == 255
    assert left[:, 62:].max() == 0
    assert right[:, -58:].min() == 255
    assert right[:, :-62].max() == 0


def test_a_draft_shows_the_same_as_the_film() -> None:
    rng = np.random.default_rng(0)
    image = np.kron(rng.integers(0, 255, (9, 4, 3), dtype=np.uint8), np.ones((40, 40, 1), np.uint8))
    film, draft = FrameSize(1024, 576), FrameSize(256, 144)
    for bars in ("black", "blur", "edge"):
        large = fit_to_frame(image, film, spec(bars))
        small = fit_to_frame(image, film, spec(bars), draft)
        shrunk = large.reshape(144, 4, 256, 4, 3).mean(axis=(1, 3))
        assert np.median(np.abs(shrunk - small)) <= 2
        assert np.abs(shrunk - small).mean() <= 3
