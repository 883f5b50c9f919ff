"""``shots``: the table, the project and the pictures of a movie's shots, by a real engine."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage

from app.application import cli
from app.timeline.storage import load_project
from tests.app.movies import write_movie

SHOTS = [(0, 20), (20, 33), (33, 60)]


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Return a movie of three shots of soft blobs, 97×73 pixels as it is shown."""
    rows, columns = np.mgrid[0:72, 0:96] / 96
    frames: list[np.ndarray] = []
    for seed, (start, stop) in enumerate(SHOTS):
        random = np.random.default_rng(seed + 20)
        ground = random.uniform(0.1, 0.6, 3)
        blobs = random.uniform(0, 1, (10, 3))
        for number in range(start, stop):
            picture = np.zeros((72, 96, 3)) + ground
            for x, y, level in blobs:
                distance = (columns - x - number / 600) ** 2 + (rows - y) ** 2
                picture += (np.exp(-distance / 0.01) * (level - 0.4))[..., None]
            frames.append((np.clip(picture, 0, 1) * 255).astype(np.uint8))
    path = tmp_path / "film.mp4"
    write_movie(path, np.stack(frames), Fraction(24))
    return path


def test_a_movie_becomes_a_table_a_project_and_pictures(
    film: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("scenedetect")
    command = ["shots", str(film), "--method", "content", "--min-frames", "5"]
    made = ["-o", str(tmp_path / "split"), "--images", str(tmp_path / "firsts")]
    assert cli.main([*command, *made]) == cli.EXIT_DONE
    lines = capsys.readouterr().out.splitlines()
    assert [tuple(map(int, line.split()[1:4])) for line in lines[1:]] == [
        (start, stop - 1, stop - start) for start, stop in SHOTS
    ]
    assert "00:00:01:09" in lines[3]
    project = load_project(tmp_path / "split.sdproj")
    assert (project.format.width, project.format.height) == (96, 72)
    assert project.num_frames == 60
    (movie,) = project.footage
    assert (Path(movie.path), movie.num_frames) == (film, 60)
    uses = [(shot.footage.start, shot.num_frames) for shot in project.shots if shot.footage]
    assert uses == [(start, stop - start) for start, stop in SHOTS]
    pictures = sorted((tmp_path / "firsts").iterdir())
    assert [picture.name for picture in pictures] == [f"film.{n:04}.png" for n in (1, 2, 3)]
    colours = {QImage(str(picture)).pixelColor(48, 36).name() for picture in pictures}
    assert len(colours) == 3
    assert cli.main([*command, *made]) == cli.EXIT_BAD_INPUT, "nothing is replaced unasked"
    assert "exists already" in capsys.readouterr().err


def test_scripts_read_the_shots_as_json(film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("scenedetect")
    assert cli.main(["shots", str(film), "--method", "content", "--json"]) == cli.EXIT_DONE
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (told["kind"], told["rate"]) == ("shots", "24")
    assert [(shot["start"], shot["stop"]) for shot in told["shots"]] == SHOTS
    assert told["shots"][2]["seconds"] == pytest.approx(27 / 24)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--sensitivity", "2"], "from 0 to 1"),
        (["--sensitivity", "nan"], "from 0 to 1"),
        (["--min-frames", "0"], "from 1 to 1000"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    film: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    with pytest.raises(SystemExit):
        cli.main(["shots", str(film), *words])
    assert sentence in capsys.readouterr().err


def test_no_movie_is_no_shots(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes.txt").write_text("no movie")
    assert cli.main(["shots", str(tmp_path / "notes.txt")]) in {cli.EXIT_FAILED, cli.EXIT_BAD_INPUT}
    assert "notes.txt" in capsys.readouterr().err
