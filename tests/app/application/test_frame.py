"""``frame``: a moment or a number becomes a picture, by a real engine."""

from __future__ import annotations

import argparse
import json
from fractions import Fraction
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from app.application import cli
from app.application.arguments import moment
from engine.planning.resolution import FrameSize
from tests.app.movies import movie, write_movie


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("3.5", Fraction(7, 2)),
        ("3.5s", Fraction(7, 2)),
        ("00:00:03.5", Fraction(7, 2)),
        ("1:02", Fraction(62)),
        ("01:00:00", Fraction(3600)),
        ("0.1", Fraction(1, 10)),
    ],
)
def test_a_moment_is_read_exactly(text: str, seconds: Fraction) -> None:
    assert moment(text) == seconds


@pytest.mark.parametrize("text", ["", "-1", "1:2:3:4", "nan", "1e3", "three", "1.", "²"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=r"3\.5 or 00:00:03\.5"):
        moment(text)


def test_the_frame_that_is_on_screen_at_a_moment_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clip, board = tmp_path / "clip.mp4", tmp_path / "board.png"
    write_movie(clip, movie(24, FrameSize(96, 64), seed=3), Fraction(12))
    command = ["frame", str(clip), "--at", "00:00:01.49", "-o", str(board)]
    assert cli.main([*command, "--json"]) == cli.EXIT_DONE
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (lines[-1]["kind"], lines[-1]["report"]["frame"]) == ("finished", 17)
    assert (QImage(str(board)).width(), QImage(str(board)).height()) == (96, 64)
    assert cli.main(command) == cli.EXIT_BAD_INPUT
    assert "exists already" in capsys.readouterr().err
    late = ["frame", str(clip), "--frame", "24", "-o", str(tmp_path / "late.png")]
    assert cli.main(late) == cli.EXIT_FAILED
    assert "from 0 to 23" in capsys.readouterr().err
    assert not (tmp_path / "late.png").exists()
