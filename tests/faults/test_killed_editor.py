"""Editor and engine killed amid an export of footage: offered again, and the same to the bit."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

EDITOR = Path(__file__).with_name("editor.py")

pytestmark = pytest.mark.timeout(400)


@contextmanager
def session(root: Path, name: str) -> Generator[subprocess.Popen[str]]:
    """Run a session of the editor, with a cache of its own."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(root / "cache")}
    process = subprocess.Popen(
        [sys.executable, str(EDITOR), str(root), name],
        stdout=subprocess.PIPE,
        stderr=(root / f"{name}.log").open("ab"),
        text=True,
        env=environment,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(20)


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_a_killed_export_of_footage_is_offered_again_and_comes_out_the_same(
    tmp_path: Path,
) -> None:
    output, proof = tmp_path / "out" / "film.mp4", tmp_path / "out" / "film.footage.json"
    with session(tmp_path, "begin") as whole:
        assert line(whole).startswith("writing ")
        assert line(whole) == "done"
        assert whole.wait(60) == 0
    expected = output.read_bytes(), json.loads(proof.read_bytes())["frames"]
    output.unlink()
    proof.unlink()

    with session(tmp_path, "begin") as killed:
        word, engine = line(killed).split()
        assert word == "writing"
        os.kill(killed.pid, signal.SIGKILL)
        os.kill(int(engine), signal.SIGKILL)
        killed.wait(20)
    (part,) = (tmp_path / "out").iterdir()
    assert part.name == f".film.{engine}.part.mp4"

    with session(tmp_path, "go_on") as again:
        assert line(again) == "done", (tmp_path / "go_on.log").read_text()
        offer, question = json.loads(line(again))
        assert again.wait(60) == 0
    assert offer == "A job was under way when the program ended; go on with it?"
    assert question == f"The film was to be written to {output}; write it there?"
    assert (output.read_bytes(), json.loads(proof.read_bytes())["frames"]) == expected
    assert sorted((tmp_path / "out").iterdir()) == [proof, output], "nothing unfinished is left"
