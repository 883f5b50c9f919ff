"""Films whose transitions are known, and how detectors are scored on them."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from engine.data.measures.transitions import Segmentation, Shot, Transition
from engine.evaluation.joined_films import Join, JoinedFilm, Piece, joined_film
from engine.evaluation.shots import main, score
from tests.engine.data.measures.test_camera import rendered, world

COLOURS = {"red": (180, 40, 40), "green": (40, 180, 40), "blue": (40, 40, 180)}


@pytest.fixture
def clips(tmp_path: Path) -> list[Path]:
    """Return movies of 96 frames at 24 a second, each of one colour."""
    paths = []
    for name, colour in COLOURS.items():
        paths.append(tmp_path / f"{name}.mp4")
        picture = np.empty((36, 64, 3), np.uint8)
        picture[:] = colour
        write(paths[-1], [picture] * 96)
    return paths


def write(path: Path, frames: list[np.ndarray]) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=24)
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())


def film_of(clips: list[Path], joins: tuple[Join, ...]) -> JoinedFilm:
    pieces = [Piece(clips[index % 3], 4, 64) for index in range(len(joins) + 1)]
    return JoinedFilm(tuple(pieces), joins, size=(64, 36))


def test_a_joined_films_pixels_are_what_its_truth_says(clips: list[Path]) -> None:
    film = film_of(clips, (Join("cut", 0), Join("dissolve", 10), Join("fade", 24)))
    assert film.truth == (
        Transition("cut", 60, 60),
        Transition("dissolve", 110, 120),
        Transition("fade", 160, 184),
    )
    frames = np.stack(list(film.frames())).mean((1, 2))
    assert len(frames) == film.num_frames == 234
    # What the coder made of each colour, in the middle of its piece.
    shown = frames[[30, 90, 140]]
    assert shown.argmax(1).tolist() == [0, 1, 2]
    pure = [np.abs(frames - colour).max(1) < 5 for colour in shown]
    np.testing.assert_array_equal(np.flatnonzero(pure[0])[[0, 59, 60, -1]], [0, 59, 184, 233])
    np.testing.assert_array_equal(np.flatnonzero(pure[1])[[0, -1]], [60, 109])
    np.testing.assert_array_equal(np.flatnonzero(pure[2])[[0, -1]], [120, 159])
    assert (frames.max(1) < 3).sum() == 4


def test_flashes_are_where_the_film_says(clips: list[Path]) -> None:
    film = joined_film(clips, 6, seed=1)
    bright = np.stack(list(film.frames())).min((1, 2, 3)) > 200
    assert len(film.flashes) == 2
    told = [frame for start, stop in film.flashes for frame in range(start, stop)]
    np.testing.assert_array_equal(np.flatnonzero(bright), told)


def test_misses_false_ones_and_wrong_names_are_counted(clips: list[Path]) -> None:
    film = film_of(clips, (Join("cut", 0), Join("dissolve", 10), Join("fade", 24)))
    told = Segmentation(
        (Shot(0, 30), Shot(30, 60), Shot(60, 114), Shot(114, 234)),
        (Transition("cut", 30, 30), Transition("cut", 61, 61), Transition("cut", 114, 114)),
        234,
    )
    found = score(film, told)
    assert found.true == {"cut": 1, "dissolve of 10": 1, "fade of 24": 1}
    assert found.found == {"cut": 1, "dissolve of 10": 1}
    assert found.named == {"cut": 1}
    assert (found.num_detected, found.num_right) == (3, 2)
    # All mixed frames lie in shots.
    assert found.leaked == found.inside == 8 + 22
    assert found.lost == 0
    assert (found + found).true == {"cut": 2, "dissolve of 10": 2, "fade of 24": 2}


def test_the_script_prints_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for seed in range(3):
        picture = world(seed)
        frames = [rendered(picture, 1, 0.0005 * index) for index in range(80)]
        write(tmp_path / f"clip{seed}.mp4", frames)
    asked = ["--clips", str(tmp_path), "--films", "1", "--pieces", "4", "--methods", "light"]
    assert main(asked) == 0
    printed = capsys.readouterr().out
    assert "cut: found, named rightly | 2 of 2, 2" in printed
    assert "precision | 1.000" in printed


def test_the_script_says_when_there_is_too_little(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--clips", str(tmp_path)]) == 1
    assert "two clips" in capsys.readouterr().out
