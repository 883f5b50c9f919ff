"""Importing: the report, the light copy frame for frame, and what is done once only."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from engine.media.movie import movie_facts, read_frames
from engine.pipelines.imports import run_import
from engine.pipelines.steps import StageProgress
from engine.protocol.errors import BadInput
from engine.protocol.jobs import FrameRate
from engine.protocol.media import ImportJob, MediaReport
from tests.engine.media import nasty
from tests.engine.media.coded import Recipe, number_of, write_coded
from tests.engine.pipelines.conftest import run

R24 = FrameRate(num=24)


def _import(path: Path, **changes: object) -> tuple[list[object], MediaReport]:
    job = ImportJob(job_id="import", path=str(path), **changes)  # type: ignore[arg-type]
    steps, result = run(run_import(job))
    return steps, MediaReport.model_validate(result.report)


def test_a_look_says_what_a_movie_is(tmp_path: Path) -> None:
    recipe = Recipe(rate=Fraction(30000, 1001), aspect=Fraction(4, 3), rotation=90)
    path = write_coded(tmp_path / "a.mp4", recipe)
    report = _import(path)[1]
    assert (report.width, report.height, report.num_frames) == (64, 128, 30)
    assert report.rate == report.own_rate == FrameRate(num=30000, den=1001)
    assert (report.codec, report.pixel_format, report.bits) == ("h264", "yuv420p", 8)
    assert (report.proxy, report.sounds, report.is_read_through) == (None, (), False)
    assert [sentence.split()[1] for sentence in report.remarks] == ["pixels", "is"]


def test_every_sound_track_is_told(tmp_path: Path) -> None:
    path = tmp_path / "tracks.mp4"
    nasty.with_sound(3)(path)
    assert [track.number for track in _import(path)[1].sounds] == [0, 1, 2]
    assert {track.channels for track in _import(path)[1].sounds} == {2}


@pytest.mark.parametrize("rate", [R24, FrameRate(num=25), FrameRate(num=60)])
def test_the_light_copy_is_the_movie_frame_for_frame(tmp_path: Path, rate: FrameRate) -> None:
    stamps = [0, 10, 100, 130, 170, 215, 290, 300, 380, 430]
    path = write_coded(tmp_path / "a.mkv", Recipe(numbers=range(10), stamps=stamps))
    steps, report = _import(path, rate=rate, folder=str(tmp_path / "light"), proxy_height=90)
    assert report.proxy == str(tmp_path / "light" / "proxy.mp4")
    assert movie_facts(Path(report.proxy)).rate == rate.fraction
    light = [number_of(frame) for frame in read_frames(Path(report.proxy))]
    movie = [number_of(frame) for frame in read_frames(path, rate=rate.fraction)]
    assert light == movie
    assert len(light) == report.num_frames
    assert report.is_read_through
    assert report.is_variable
    last = steps[-1]
    assert isinstance(last, StageProgress)
    assert (last.stage, last.step) == ("import", last.num_steps)


def test_a_light_copy_is_small_and_made_once(tmp_path: Path) -> None:
    path = write_coded(tmp_path / "a.mp4", Recipe(size=(384, 216), numbers=range(6)))
    folder = tmp_path / "light"
    first = _import(path, folder=str(folder), proxy_height=108)[1]
    assert first.proxy is not None
    assert movie_facts(Path(first.proxy)).width == 192
    made = Path(first.proxy).stat().st_mtime_ns
    assert _import(path, folder=str(folder), proxy_height=108)[1] == first
    assert Path(first.proxy).stat().st_mtime_ns == made
    write_coded(path, Recipe(size=(384, 216), numbers=range(9)))
    assert _import(path, folder=str(folder), proxy_height=108)[1].num_frames == 9


def test_a_stopped_import_leaves_no_half_copy(tmp_path: Path) -> None:
    path = write_coded(tmp_path / "a.mp4", Recipe(numbers=range(60)))
    job = ImportJob(job_id="i", path=str(path), folder=str(tmp_path / "light"))
    steps = run_import(job)
    for step in steps:
        if isinstance(step, StageProgress) and step.step == 24 and step.num_steps == 60:
            break
    steps.close()
    assert list((tmp_path / "light").iterdir()) == []
    assert _import(path, folder=str(tmp_path / "light"))[1].num_frames == 60


def test_a_damaged_movie_comes_in_up_to_the_damage_and_says_so(tmp_path: Path) -> None:
    path = write_coded(tmp_path / "a.mkv", Recipe(numbers=range(60)))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 6 // 10])
    report = _import(path, folder=str(tmp_path / "light"))[1]
    assert 15 < report.num_frames < 60
    frames = list(read_frames(Path(report.proxy or "")))
    assert [number_of(frame) for frame in frames[:15]] == list(range(15))


def test_what_is_no_movie_leaves_no_folder(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"nothing" * 99)
    with pytest.raises(BadInput, match=r"a\.mp4 cannot be read as a movie"):
        _import(path, folder=str(tmp_path / "light"))
    assert not (tmp_path / "light").exists()


def test_memory_does_not_grow_with_the_movie(tmp_path: Path) -> None:
    """Frames of the movie that are alive at once, counted while it is read."""
    path = write_coded(tmp_path / "a.mp4", Recipe(numbers=[n % 64 for n in range(300)]))
    import gc

    most = 0
    for number, frame in enumerate(read_frames(path)):
        if number % 60 == 0:
            gc.collect()
            alive = sum(
                isinstance(o, np.ndarray) and o.shape == frame.shape for o in gc.get_objects()
            )
            most = max(most, alive)
    assert most <= 4
