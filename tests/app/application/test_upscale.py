"""``upscale``: what is asked of the engine, what is refused, and a stop that is gone on from."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import pytest

from app.application import cli
from app.application.upscale import Upscaling, add_arguments, plan_upscaling, upscale_clip
from engine.planning.resolution import FrameSize
from engine.protocol.export import ExportJob, SoundSpec
from tests.app.boards import draw_board
from tests.app.fake_engine import FakeEngine
from tests.app.looks import look
from tests.app.movies import movie, read_movie, write_movie
from tests.sounds import add_sound, noise

ROOT = Path(__file__).parents[3]


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Return a movie of 24 frames at 12 fps, 96×64."""
    path = tmp_path / "clip.mp4"
    write_movie(path, movie(24, FrameSize(96, 64), seed=3), Fraction(12))
    return path


def _plan(clip: Path, *arguments: str) -> Upscaling:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    output = str(clip.with_name("big.mp4"))
    return plan_upscaling(parser.parse_args([str(clip), "-o", output, *arguments]), look(clip))


def test_the_size_is_1080_lines_of_the_movies_own_shape(clip: Path) -> None:
    plan = _plan(clip)
    assert (plan.job.width, plan.job.height) == (1620, 1080)
    assert (plan.num_frames, plan.rate.fraction) == (24, 12)
    assert (_plan(clip, "--size", "640x360").job.width) == 640


def test_references_are_placed_by_seconds(clip: Path) -> None:
    board = draw_board(clip.with_name("board.png"), 1)
    plan = _plan(clip, "--reference", f"{board}@0.5s", "--reference", f"{board}@1.9")
    assert [reference.frame for reference in plan.job.references] == [6, 23]


def test_the_sound_goes_along(clip: Path) -> None:
    assert _plan(clip).sound is None
    add_sound(clip, noise(2))
    assert _plan(clip).sound == SoundSpec(path=str(clip), stop=96_000)


def test_another_wish_is_another_take(clip: Path) -> None:
    folders = [_plan(clip, *wish).job.folder for wish in ([], ["--noise", "0.2"], ["--seed", "2"])]
    write_movie(clip, movie(24, FrameSize(96, 64), seed=4), Fraction(12))
    folders.append(_plan(clip).job.folder)
    assert len(set(folders)) == 4


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["clip.mp4", "-o", "big.txt"], "should end in"),
        (["clip.mp4", "-o", "clip.mp4", "--overwrite"], "is the source"),
        (["gone.mp4", "-o", "big.mp4"], "is not there"),
        (["clip.mp4", "-o", "big.mp4", "--size", "33x20"], "even sides"),
        (["clip.mp4", "-o", "big.mp4", "--reference", "clip.mp4@0"], "not an image"),
        (["clip.mp4", "-o", "big.mp4", "--reference", "board.png@2.5"], "earlier moment"),
        (
            ["clip.mp4", "-o", "big.mp4", *["--reference", "board.png@1"] * 2],
            "on the same frame",
        ),
    ],
)
def test_what_cannot_be_enlarged_is_said_in_one_sentence(
    clip: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    draw_board(clip.with_name("board.png"), 1)
    monkeypatch.chdir(clip.parent)
    assert cli.main(["upscale", *arguments]) == 2
    sentence = capsys.readouterr().err.strip().splitlines()[-1]
    assert said in sentence
    assert sentence.endswith(".")
    assert not list(clip.parent.glob("big*"))


async def test_the_movie_says_that_it_was_enhanced(clip: Path) -> None:
    engine = FakeEngine()
    await upscale_clip(engine, _plan(clip, "--size", "192x128"), lambda _: None)
    await engine.close()
    export = engine.submitted[-1]
    assert isinstance(export, ExportJob)
    assert export.mark is not None
    assert export.mark.source_type == "algorithmicallyEnhanced"


@pytest.mark.slow
def test_ctrl_c_keeps_what_is_done_and_the_same_command_goes_on(clip: Path) -> None:
    output = clip.with_name("big.mp4")
    write_movie(clip, movie(90, FrameSize(160, 96), seed=3), Fraction(12))
    command = [sys.executable, "main.py", "upscale", str(clip), "-o", str(output)]
    command += ["--size", "640x384", "--json"]
    environment = {**os.environ, "SMARTDIRECTOR_NO_SETUP": "1"}
    first = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 90
    while not list(clip.parent.glob("big.takes/*/scratch/refine-*")):
        assert time.monotonic() < deadline
        assert first.poll() is None
        time.sleep(0.05)
    first.send_signal(signal.SIGINT)
    assert first.wait(60) == 130
    assert not output.exists()
    kept = list(clip.parent.glob("big.takes/*/scratch/refine-0000*"))
    stamps = [path.stat().st_mtime_ns for path in kept]
    assert stamps
    second = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
    assert second.returncode == 0
    frames, rate = read_movie(output)
    assert (frames.shape, rate) == ((90, 384, 640, 3), 12)
    assert not list(clip.parent.glob("big.takes*")), "a finished movie needs no take"
