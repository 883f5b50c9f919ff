"""Runs on datasets: interrupted they come to the same numbers; the engine loads what they make."""

from __future__ import annotations

import csv
import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import safetensors.torch
import torch
from torch import Tensor

import engine.training.checkpoints
from engine.models.loader import ModelBundle
from engine.models.lora import read_loras
from engine.pipelines.draft import run_draft
from engine.pipelines.models import ModelCache
from engine.protocol.errors import BadInput, DiskProblem
from engine.protocol.jobs import DraftJob, FrameRate, LoraSpec, ShotSpec
from engine.training.adapters import add_lora
from engine.training.batches import PassBatch
from engine.training.dataset_recipes import DatasetRecipe, LoraRecipe
from engine.training.events import (
    Checkpoint,
    Finished,
    Notice,
    Progress,
    SampleClip,
    TrainEvent,
    Validation,
)
from engine.training.processes import Team
from engine.training.run import RunPlace, train
from tests.engine.tiny_models import make_tiny_model
from tests.engine.training.small_datasets import make_dataset
from tests.engine.training.small_runs import small_recipe

ALONE = Team(0, 1, torch.device("cpu"))


class Films:
    """A dataset, a model, and a cache that all runs of this file share."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.model = make_tiny_model(root / "model", "gen")
        self.dataset = make_dataset(root / "data", cuts=(11,))

    def place(self, out: Path) -> RunPlace:
        return RunPlace(self.dataset, out, self.root / "cache")

    def run(self, recipe: DatasetRecipe, out: Path) -> list[TrainEvent]:
        return list(train(recipe, self.place(out), ALONE))


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Films:
    return Films(tmp_path_factory.mktemp("films"))


def until(events: Iterator[TrainEvent], step: int) -> None:
    """Take events until a step is done."""
    for event in events:
        if isinstance(event, Progress) and event.step == step:
            return
    raise AssertionError(f"the run ended before step {step}")


def weights(path: Path) -> dict[str, Tensor]:
    files = path.rglob("transformer/*.safetensors") if path.is_dir() else [path]
    return {k: v for file in files for k, v in safetensors.torch.load_file(file).items()}


def steps_in(path: Path) -> list[int]:
    with path.open(newline="") as stream:
        return [int(row["step"]) for row in csv.DictReader(stream)]


@pytest.mark.parametrize("lora", [False, True])
def test_a_run_that_was_closed_goes_on_to_the_same_numbers(
    films: Films, tmp_path: Path, lora: bool
) -> None:
    recipe = small_recipe("gen", films.model, lora=lora)
    films.run(recipe, tmp_path / "whole")
    parts = train(recipe, films.place(tmp_path / "parts"), ALONE)
    until(parts, 3)
    parts.close()
    assert steps_in(tmp_path / "parts" / "progress.csv") == [1, 2, 3]
    *_, last = films.run(recipe, tmp_path / "parts")
    assert isinstance(last, Finished)
    name = "{0}.safetensors" if lora else "model"
    whole, resumed = (weights(tmp_path / run / name.format(run)) for run in ("whole", "parts"))
    assert whole.keys() == resumed.keys()
    assert all(torch.equal(whole[key], resumed[key]) for key in whole)
    assert steps_in(tmp_path / "parts" / "progress.csv") == [1, 2, 3, 4]
    losses = [(tmp_path / run / "progress.csv").read_text() for run in ("whole", "parts")]
    assert [row.split(",")[:3] for row in losses[0].split()] == [
        row.split(",")[:3] for row in losses[1].split()
    ]


def test_a_killed_run_loses_only_what_came_after_its_checkpoint(
    films: Films, tmp_path: Path
) -> None:
    recipe = small_recipe("gen", films.model)
    whole = films.run(recipe, tmp_path / "whole")
    films.run(
        replace(recipe, num_steps=3, cadence=replace(recipe.cadence, checkpoint=2)), tmp_path / "k"
    )
    shutil.rmtree(tmp_path / "k" / "checkpoints" / "step-000003")  # as if killed in step 3
    films.run(recipe, tmp_path / "k")
    assert steps_in(tmp_path / "k" / "progress.csv") == [1, 2, 3, 4]
    assert isinstance(whole[-1], Finished)
    again = weights(tmp_path / "k" / "model")
    assert all(torch.equal(part, again[key]) for key, part in weights(whole[-1].path).items())


def test_a_damaged_checkpoint_is_passed_over_with_a_word(films: Films, tmp_path: Path) -> None:
    recipe = small_recipe("gen", films.model)
    films.run(recipe, tmp_path / "run")
    newest = tmp_path / "run" / "checkpoints" / "step-000004" / "state-00000.safetensors"
    content = bytearray(newest.read_bytes())
    content[-5] ^= 1
    newest.write_bytes(content)
    events = films.run(recipe, tmp_path / "run")
    notices = [event.sentence for event in events if isinstance(event, Notice)]
    assert notices == ["The checkpoint step-000004 is damaged; the one before it is taken."]
    assert [event.step for event in events if isinstance(event, Progress)] == [3, 4]


def test_a_full_disk_is_one_sentence_and_the_last_checkpoint_stays(
    films: Films, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = small_recipe("gen", films.model)
    events = train(recipe, films.place(tmp_path / "run"), ALONE)
    assert any(isinstance(event, Checkpoint) for event in events_until_checkpoint(events))

    def full(part: dict[str, Tensor], path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(engine.training.checkpoints.safetensors.torch, "save_file", full)
        with pytest.raises(DiskProblem, match=r"No space left on device.*goes on from"):
            list(events)
    found = [path.name for path in (tmp_path / "run" / "checkpoints").iterdir()]
    assert found == ["step-000002"]
    steps = [e.step for e in films.run(recipe, tmp_path / "run") if isinstance(e, Progress)]
    assert steps == [3, 4]


def events_until_checkpoint(events: Iterator[TrainEvent]) -> list[TrainEvent]:
    seen: list[TrainEvent] = []
    for event in events:
        seen.append(event)
        if isinstance(event, Checkpoint):
            return seen
    return seen


def test_another_recipe_does_not_go_on_in_a_runs_folder(films: Films, tmp_path: Path) -> None:
    recipe = small_recipe("gen", films.model, steps=1)
    films.run(recipe, tmp_path / "run")
    with pytest.raises(BadInput, match="differs in seed; choose another folder"):
        films.run(replace(recipe, seed=9), tmp_path / "run")
    longer = films.run(replace(recipe, num_steps=2), tmp_path / "run")
    assert [event.step for event in longer if isinstance(event, Progress)] == [2]


def test_loss_falls_on_clips_that_are_not_trained_on(films: Films, tmp_path: Path) -> None:
    recipe = small_recipe("gen", films.model, steps=30)
    events = films.run(recipe, tmp_path / "run")
    losses = [event.loss for event in events if isinstance(event, Validation)]
    assert losses[-1] < 0.9 * losses[0]


def test_samples_are_movies_with_the_original_beside_them(films: Films, tmp_path: Path) -> None:
    recipe = small_recipe("sr", make_tiny_model(films.root / "sr", "sr"), steps=1)
    recipe = replace(recipe, cadence=replace(recipe.cadence, sample=1))
    clips = [e for e in films.run(recipe, tmp_path / "run") if isinstance(e, SampleClip)]
    assert [clip.step for clip in clips] == [0, 1]
    from engine.media.movie import movie_facts

    facts = movie_facts(clips[-1].path)
    assert (facts.width, facts.height) == (3 * 64, 64)
    assert facts.num_frames > 3


def test_the_engine_drafts_with_the_model_that_a_run_made(films: Films, tmp_path: Path) -> None:
    recipe = small_recipe("gen", films.model, steps=2)
    *_, last = films.run(recipe, tmp_path / "run")
    assert isinstance(last, Finished)
    assert json.loads((last.path / "director.json").read_text())["timesteps"] == "frame"
    assert draft(tmp_path / "base", films.model) != draft(tmp_path / "trained", last.path)


def draft(folder: Path, model: Path, lora: Path | None = None) -> bytes:
    """Return the latents of a small draft."""
    job = DraftJob(
        job_id="draft",
        folder=str(folder),
        shots=(ShotSpec(num_frames=9, caption="pan left"),),
        rate=FrameRate(num=24),
        width=320,
        height=180,
        model=str(model),
        loras=(LoraSpec(path=str(lora), weight=1.0),) if lora else (),
        seed=1,
    )
    for _ in run_draft(job, ModelCache()):
        pass
    return next(folder.glob("*.safetensors")).read_bytes()


def test_the_engine_wears_the_lora_that_a_run_made(films: Films, tmp_path: Path) -> None:
    recipe = small_recipe("gen", films.model, lora=True, steps=3)
    *_, last = films.run(recipe, tmp_path / "run")
    assert isinstance(last, Finished)
    assert draft(tmp_path / "bare", films.model) != draft(tmp_path / "lora", films.model, last.path)


def test_a_lora_counts_in_the_engine_as_it_did_in_training(films: Films, tmp_path: Path) -> None:
    from engine.training.adapters import save_lora

    recipe = LoraRecipe(rank=4, alpha=2.0)
    bundle = ModelBundle(films.model, torch.device("cpu"), torch.float32)
    net = bundle.transformer
    add_lora(net, recipe, 0)
    generator = torch.Generator().manual_seed(0)
    for name, parameter in net.named_parameters():
        if parameter.requires_grad and "lora_B" in name:
            parameter.data.normal_(generator=generator).mul_(0.1)
    trained = {n: p.detach() for n, p in net.named_parameters() if p.requires_grad}
    save_lora(trained, net, recipe, tmp_path / "own.safetensors")
    other = ModelBundle(films.model, torch.device("cpu"), torch.float32)
    other.wear(read_loras([LoraSpec(path=str(tmp_path / "own.safetensors"), weight=1.0)]))
    z, t = torch.randn(1, 16, 3, 4, 4), torch.full((1, 3), 500.0)
    captions = torch.randn(1, 5, 32)
    with torch.no_grad():
        torch.testing.assert_close(net(z, t, captions), other.transformer(z, t, captions))


@pytest.mark.slow
@pytest.mark.parametrize("lora", [False, True])
def test_two_processes_learn_what_one_does_with_the_same_batch(
    films: Films, tmp_path: Path, lora: bool
) -> None:
    recipe = small_recipe("gen", films.model, lora=lora, steps=3)
    recipe = replace(recipe, optimiser=replace(recipe.optimiser, learning_rate=1e-3))
    recipe = replace(recipe, cadence=replace(recipe.cadence, checkpoint=1, kept=3))
    films.run(recipe, tmp_path / "one")
    script = (
        "import sys; from pathlib import Path; from dataclasses import replace;"
        "from engine.training.processes import join_team; from engine.training.run import *;"
        "from tests.engine.training.small_runs import small_recipe; import torch;"
        "model, data, out, cache, lora = sys.argv[1:];"
        "r = small_recipe('gen', Path(model), lora=lora == 'True', steps=3);"
        "r = replace(r, optimiser=replace(r.optimiser, learning_rate=1e-3));"
        "r = replace(r, cadence=replace(r.cadence, checkpoint=1, kept=3));"
        "team = join_team(torch.device('cpu'));"
        "[None for _ in train(r, RunPlace(Path(data), Path(out), Path(cache)), team)];"
        "team.leave()"
    )
    path = tmp_path / "two.py"
    path.write_text(script)
    place = [films.model, films.dataset, tmp_path / "two", films.root / "cache", lora]
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    done = subprocess.run(
        [*launch, str(path), *map(str, place)],
        cwd=Path(__file__).parents[3],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    # The first step's gradients differ by rounding alone. Adam divides small ones by themselves,
    # which enlarges that; after three steps the weights have drifted apart by less than 1e-4.
    assert apart(tmp_path, "step-000001", "exp_avg.") < 1e-5
    assert apart(tmp_path, "step-000003", "weight.") < 1e-4
    rows = [(tmp_path / run / "progress.csv").read_text().split()[1:] for run in ("one", "two")]
    for number, (alone, together) in enumerate(zip(*rows, strict=True)):
        # Loss, rate and gradient's norm of each step.
        told = [[float(v) for v in row.split(",")[1:4]] for row in (alone, together)]
        assert told[0] == pytest.approx(told[1], rel=1e-5 if number == 0 else 0.02)


def apart(folder: Path, step: str, kind: str) -> float:
    """Return how far two runs' tensors are from each other, as a share of their size."""
    places = (folder / run / "checkpoints" / step for run in ("one", "two"))
    one, two = (safetensors.torch.load_file(place / "state-00000.safetensors") for place in places)
    assert one.keys() == two.keys()
    keys = [key for key in one if key.startswith(kind)]
    gap = sum(float((one[key] - two[key]).square().sum()) for key in keys)
    return (gap / sum(float(one[key].square().sum()) for key in keys)) ** 0.5


def test_batches_move_to_a_device_whole() -> None:
    z = torch.zeros(1, 2, 3, 4, 4)
    batch = PassBatch(z, z, torch.zeros(1, 3).bool(), torch.ones(1), torch.ones(3), z, 1.0)
    assert batch.to(torch.device("meta")).captions.is_meta
