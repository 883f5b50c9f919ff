"""What the command line prints quotes names, and a terminal obeys none of them."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.application.cli import main
from app.application.console import Console
from app.application.render import RenderReport
from engine.protocol.messages import JobFailed

HOSTILE = "film\x1b]0;owned\x07\x1b[2J\u202e"


def is_plain(text: str) -> bool:
    return bool(text) and all(sign.isprintable() or sign in "\n\t" for sign in text)


@pytest.mark.parametrize(
    "argv",
    [
        ["render", f"{HOSTILE}.sdproj", "-o", "film.mp4"],
        ["upscale", f"{HOSTILE}.mp4", "-o", "film.mp4"],
        ["frame", f"{HOSTILE}.mp4", "--frame", "0", "-o", "film.png"],
        ["shots", f"{HOSTILE}.mp4"],
        ["export", f"{HOSTILE}.sdproj", "-o", f"{HOSTILE}.otio"],
    ],
)
def test_a_refusal_quotes_a_hostile_name_as_signs(
    argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(argv) != 0
    printed = capsys.readouterr()
    assert is_plain(printed.err + printed.out)
    assert "film\ufffd]0;owned" in printed.err + printed.out


def test_words_that_are_no_arguments_are_shown_as_signs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["formats", HOSTILE])
    assert "unrecognized arguments: film\ufffd]0;owned" in (printed := capsys.readouterr().err)
    assert is_plain(printed)


def test_reports_and_events_are_plain(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stream = io.StringIO()
    console = Console(stream=stream)
    console.finished(RenderReport(tmp_path / f"{HOSTILE}.mp4", num_frames=3))
    console.note(HOSTILE)
    assert is_plain(stream.getvalue())
    failed = JobFailed(job_id="a", code="internal", message=f"{HOSTILE}\x9b2J")
    Console(as_json=True).show(failed)
    line = capsys.readouterr().out
    assert is_plain(line)
    assert line.isascii()
    assert json.loads(line)["message"] == failed.message, "a script reads what was said"


@pytest.mark.skipif(os.name == "nt", reason="no such names there")
def test_the_program_itself_names_a_hostile_path_in_signs(tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, str(root / "main.py"), str(tmp_path / HOSTILE)],
        capture_output=True,
        env={**os.environ, "SMARTDIRECTOR_NO_SETUP": "1", "PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    assert done.returncode == 2
    assert is_plain(done.stderr.decode())
