"""``main.py data``: one sentence for every mistake, exit codes, JSON for scripts."""

from __future__ import annotations

import builtins
import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from engine.data import command
from engine.data.captions.vlm_endpoint import KEY_VARIABLE
from tests.engine.data.small_films import write_film
from tests.engine.data.stand_in import standing_in
from tests.engine.data.test_shards import a_dataset

SMALL = ["--finder=light", "--height=64", "--min=1", "--keep-all", "--workers=1"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "make | report | check"),
        (["make", "film.mp4"], "-o/--output"),
        (["make", "film.mp4", "-o", "set", "--height", "high"], "invalid int value"),
        (["make", "film.mp4", "-o", "set", "--height", "8"], "--height:"),
        (["make", "film.mp4", "-o", "set", "--rate", "fast"], "fast is no rate"),
        (["make", "film.mp4", "-o", "set", "--rate", "1/0"], "1/0 is no rate"),
        (["make", "film.mp4", "-o", "set", "--rate", "1000"], "1 to 240"),
        (["make", "film.mp4", "-o", "set", "--min", "9", "--max", "3"], "longest clip"),
        (["make", "film.mp4", "-o", "set", "--val", "2"], "--val:"),
        (["make", "film.mp4", "-o", "set", "--vlm", "http://localhost/v1"], "--vlm-model"),
        (["make", "film.mp4", "-o", "set", "--vlm", "host", "--vlm-model", "m"], "http://"),
        (["make", "film.mp4", "-o", "set", "--vlm-model", "m"], "needs --vlm"),
        (["make", "film.mp4", "-o", "set", "--workers", "-1"], "--workers"),
    ],
)
def test_a_mistaken_command_is_one_sentence(
    options: list[str],
    said: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert command.main(options) == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["report", "check"])
def test_a_folder_without_a_dataset_says_how_to_make_one(
    name: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert command.main([name, str(tmp_path)]) == 1
    assert "holds no dataset; make one with" in capsys.readouterr().err


def test_what_is_not_installed_is_named_with_its_command(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    importing = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("engine.data.check"):
            raise ModuleNotFoundError("No module named 'webdataset'", name="webdataset")
        return importing(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    assert command.main(["check", str(tmp_path)]) == 1
    told = capsys.readouterr().err
    assert told == "webdataset is not installed; add it with pip install webdataset.\n"


def test_damage_is_found_and_ends_with_1(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    a_dataset(tmp_path)
    assert command.main(["check", "--quick", str(tmp_path)]) == 0
    assert "3 clips, and nothing is wrong" in capsys.readouterr().err
    assert command.main(["check", str(tmp_path)]) == 1  # its movies are none
    assert "cannot be read as a movie" in capsys.readouterr().err
    shard = tmp_path / "train-000000.tar"
    shard.write_bytes(shard.read_bytes()[:-600] + b"x" * 600)
    assert command.main(["check", "--quick", "--json", str(tmp_path)]) == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[-1]["findings"] == 1
    assert "is not the file that" in lines[0]["problem"]
    shard.unlink()
    assert command.main(["check", "--quick", str(tmp_path)]) == 1


def test_a_dataset_is_made_captioned_and_shown(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "very-secret")
    film = write_film(tmp_path / "film.mp4", [(1, 40), (2, 40)])
    dataset = tmp_path / "set"
    answer = json.dumps({"content": "Spots.", "narrative": "Spots drift.", "same_scene": True})
    with standing_in(lambda body, to: to.say(answer)) as server:
        options = ["--vlm", server.url, "--vlm-model", "eyes", "--json"]
        assert command.main(["make", str(film), "-o", str(dataset), *SMALL, *options]) == 0
    told = capfd.readouterr()
    events = [json.loads(line) for line in told.out.splitlines()]
    assert events[0] == {"kind": "films_found", "num_films": 1}
    assert events[-1]["kind"] == "summary"
    assert events[-1]["captioned_by"] == {"eyes": events[-1]["clips"]}
    assert server.keys[0] == "Bearer very-secret"
    for path in dataset.rglob("*"):
        assert not path.is_file() or b"very-secret" not in path.read_bytes()
    assert "very-secret" not in told.out + told.err
    assert command.main(["report", str(dataset)]) == 0
    assert "Spots drift." in (dataset / "report" / "index.html").read_text()


def test_an_interrupt_keeps_what_is_done(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.data import pipeline

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pipeline, "make_dataset", interrupted)
    assert command.main(["make", "film.mp4", "-o", str(tmp_path)]) == 130
    assert capsys.readouterr().err == (
        "Stopped. What is done is kept; the same command goes on where it was.\n"
    )


def test_an_interrupt_waits_for_no_model(tmp_path: Path) -> None:
    film = write_film(tmp_path / "film.mp4", [(1, 40)])
    with standing_in(lambda body, to: time.sleep(60)) as server:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "engine.data.command", "make", str(film), *SMALL),
                *("-o", str(tmp_path / "set"), "--vlm", server.url, "--vlm-model", "eyes"),
            ],
            cwd=Path(__file__).parents[3],
            stderr=subprocess.PIPE,
            text=True,
        )
        until = time.monotonic() + 100
        while not server.asked and time.monotonic() < until:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=15)
    assert process.returncode == 130
    assert told.endswith("the same command goes on where it was.\n")
