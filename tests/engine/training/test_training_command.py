"""``main.py train``: recipes by name, events as lines, Ctrl-C that keeps what was learnt."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.training.command import main, make_parser, recipe_of
from engine.training.dataset_recipes import RECIPES
from tests.engine.tiny_models import make_tiny_model
from tests.engine.training.small_datasets import make_dataset

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def arguments(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return what all runs of this file share: a LoRA on a tiny model."""
    root = tmp_path_factory.mktemp("command")
    dataset = make_dataset(root / "data", num_frames=26, size=(96, 64))
    model = make_tiny_model(root / "model", "gen")
    return [
        *("starter_lora", str(dataset), "--base", str(model), "--rank", "2", "--draws", "2"),
        *("--batch", "2", "--workers", "0", "--device", "cpu"),
    ]


def test_every_recipe_is_named_as_it_is_called_and_options_change_it() -> None:
    assert all(make().name == name for name, make in RECIPES.items())
    given = ["lora_5b", "d", "-o", "o", "--steps", "7", "--learning-rate", "0.001", "--rank", "4"]
    recipe = recipe_of(make_parser().parse_args(given))
    assert (recipe.num_steps, recipe.optimiser.learning_rate) == (7, 0.001)
    assert recipe.lora is not None
    assert (recipe.lora.rank, recipe.lora.alpha) == (4, 4.0)


def test_the_papers_recipes_say_what_the_paper_says() -> None:
    gen, sr = RECIPES["gen_paper"](), RECIPES["sr_paper"]()
    assert (gen.num_steps, sr.num_steps) == (20_000, 2_000)
    assert gen.optimiser.learning_rate == sr.optimiser.learning_rate == 2e-5
    assert gen.lora is None
    assert sr.lora is None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["nothing", "d", "-o", "o"], "invalid choice"),
        (["lora_5b", "d"], "required: -o"),
        (["lora_5b", "d", "-o", "o", "--steps", "0"], "at least 1"),
        (["lora_5b", "d", "-o", "o", "--learning-rate", "nan"], "between 0 and 1"),
        (["starter_gen", "d", "-o", "o", "--rank", "4"], "leave out --rank"),
    ],
)
def test_a_mistake_is_one_sentence_and_code_2(
    given: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(given) == 2
    shown = capsys.readouterr()
    assert said in shown.err
    assert shown.out == ""
    assert shown.err.count("\n") == 1


def test_a_folder_without_a_dataset_is_code_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        main(["starter_lora", str(tmp_path), "-o", str(tmp_path / "out"), "--device", "cpu"]) == 1
    )
    assert "holds no dataset" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_dataset_without_long_enough_clips_is_code_1(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["starter_gen", arguments[1], *arguments[2:4], "-o", str(tmp_path / "out")]
    assert main([*given, "--workers", "0", "--device", "cpu"]) == 1
    assert "No clip of data is long and large enough" in capsys.readouterr().err


def test_events_are_json_lines_and_the_end_names_the_lora(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "mine"
    assert main([*arguments, "-o", str(out), "--steps", "2", "--json"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    kinds = [event["kind"] for event in events]
    assert kinds[0] == "preparing"
    assert {"progress", "validation", "sample_clip", "checkpoint"} <= set(kinds)
    assert events[-1] == {"kind": "finished", "step": 2, "path": str(out / "mine.safetensors")}
    assert (out / "mine.safetensors").is_file()


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT for a child there")
def test_ctrl_c_keeps_a_checkpoint_and_the_same_command_goes_on(
    arguments: list[str], tmp_path: Path
) -> None:
    out = tmp_path / "mine"
    given = [*arguments, "-o", str(out), "--steps", "500", "--json"]
    child = subprocess.Popen(
        [sys.executable, "main.py", "train", *given],
        cwd=ROOT,
        env={**os.environ, "SMARTDIRECTOR_NO_SETUP": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    for line in child.stdout:
        if json.loads(line)["kind"] == "progress":
            child.send_signal(signal.SIGINT)
            break
    told = [json.loads(line) for line in child.stdout]
    assert child.wait(60) == 130
    steps = [event["step"] for event in told if event["kind"] == "checkpoint"]
    assert len(steps) == 1
    assert main([*arguments, "-o", str(out), "--steps", str(steps[0] + 1), "--json"]) == 0
    rows = (out / "progress.csv").read_text().splitlines()[1:]
    assert [int(row.split(",")[0]) for row in rows] == list(range(1, steps[0] + 2))
