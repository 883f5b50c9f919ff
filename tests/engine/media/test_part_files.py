"""Unfinished movies: held while they are written, removed when their writer was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from engine.media.encodings import INTERMEDIATE
from engine.media.movie import read_frames
from engine.media.part_files import begin_file, begin_folder, remove_left_over
from engine.media.writer import MovieWriter

WRITER = """
import sys, time
from fractions import Fraction
from pathlib import Path
import numpy as np
from engine.media.encodings import INTERMEDIATE
from engine.media.part_files import begin_folder
from engine.media.writer import MovieWriter

movie = MovieWriter(Path(sys.argv[1]) / "film.mkv", 64, 64, Fraction(24), INTERMEDIATE)
folder = begin_folder(Path(sys.argv[1]) / "pictures")
(folder.path / "pictures.000000.png").write_bytes(b"picture")
for number in range(30):
    movie.write(np.full((64, 64, 3), number, dtype=np.uint8))
print("writing", flush=True)
time.sleep(600)
"""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The notes of the tests go where no other's are."""
    place = tmp_path / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(place))
    return place


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where the movies go."""
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


@pytest.fixture
def other(out: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that writes a movie and a folder of pictures there."""
    command = [sys.executable, "-c", WRITER, str(out)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "writing\n"
    yield process
    process.kill()
    process.wait(10)


def write(path: Path, value: int = 9) -> None:
    with MovieWriter(path, 64, 64, Fraction(24), INTERMEDIATE) as movie:
        movie.write(np.full((64, 64, 3), value, dtype=np.uint8))


def kill(process: subprocess.Popen[str]) -> None:
    os.kill(process.pid, signal.SIGKILL)
    process.wait(10)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_a_killed_writer_left_goes_with_the_next_export_to_that_place(
    other: subprocess.Popen[str], out: Path
) -> None:
    kill(other)
    left = names(out)
    assert left == [f".film.{other.pid}.part.mkv", f".pictures.{other.pid}.part"]
    write(out / "film.mkv")
    begin_folder(out / "pictures").end()
    assert names(out) == ["film.mkv"]


def test_what_a_killed_writer_left_goes_with_the_next_engine(
    other: subprocess.Popen[str], out: Path, cache: Path
) -> None:
    (out / ".mine.1.part.mkv").write_bytes(b"nobody noted this one")
    kill(other)
    assert remove_left_over() == 2
    assert names(out) == [".mine.1.part.mkv"]
    assert list((cache / "SmartDirector" / "parts").iterdir()) == []
    assert remove_left_over() == 0


def test_two_exports_to_one_place_do_not_meet(other: subprocess.Popen[str], out: Path) -> None:
    part = out / f".film.{other.pid}.part.mkv"
    before = part.stat().st_ino
    write(out / "film.mkv", value=77)
    assert remove_left_over() == 0
    assert part.stat().st_ino == before
    assert (out / f".pictures.{other.pid}.part" / "pictures.000000.png").exists()
    (frame,) = read_frames(out / "film.mkv")
    assert abs(frame.mean() / 257 - 77) <= 1


def test_two_writers_of_one_process_have_a_part_each(out: Path) -> None:
    first, second = begin_file(out / "film.mp4"), begin_file(out / "film.mp4")
    assert first.path != second.path
    assert first.path.exists()
    first.end()
    assert second.path.exists()
    second.end()
    assert names(out) == []


def test_a_part_stays_held_when_another_file_takes_its_place(out: Path) -> None:
    part = begin_file(out / "film.mp4")
    (out / "signed").write_bytes(b"signed")
    (out / "signed").replace(part.path)
    part = part.held_again()
    assert remove_left_over() == 0
    assert part.path.read_bytes() == b"signed"
    part.end()


def test_other_files_and_other_films_are_left_alone(out: Path) -> None:
    kept = (".film.part.mp4", ".film.x.part.mp4", ".film.2.3.part.mp4", ".films.4.part.mp4")
    for name in kept:
        (out / name).write_bytes(b"mine")
    begin_file(out / "film.mp4").end()
    assert names(out) == sorted(kept)


@pytest.mark.parametrize("name", ["precious.mp4", ".film.part.mp4", ".film.7.part.mp4.bak"])
def test_a_note_removes_nothing_but_a_part(out: Path, cache: Path, name: str) -> None:
    (out / name).write_bytes(b"precious")
    notes = cache / "SmartDirector" / "parts"
    notes.mkdir(parents=True)
    (notes / "0.part").write_bytes(os.fsencode(out / name))
    assert remove_left_over() == 0
    assert (out / name).read_bytes() == b"precious"


def test_a_drive_that_is_away_is_asked_again_later(out: Path, tmp_path: Path) -> None:
    part = begin_file(out / "film.mp4")
    assert part.held is not None
    os.close(part.held)  # its process was killed
    out.rename(tmp_path / "away")
    assert remove_left_over() == 0
    (tmp_path / "away").rename(out)
    assert remove_left_over() == 1
    assert names(out) == []


def test_without_a_cache_folder_movies_are_written_all_the_same(out: Path, cache: Path) -> None:
    cache.write_bytes(b"a file")
    write(out / "film.mkv")
    assert names(out) == ["film.mkv"]
