"""One run on a dataset, from clips to what the engine loads: a generator of typed events.

Whoever runs it takes its events, and ends it early by closing it: what was learnt by then is kept,
and the same call goes on from there, to the very same numbers. The folder of a run holds
``run.json`` (what was asked for), ``checkpoints/``, ``samples/``, tables, and in the end the model
folder or the LoRA file.
"""

from __future__ import annotations

import json
import math
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from engine.data.shards import read_index
from engine.models.catalogue import find_model, read_json
from engine.models.loader import ModelBundle
from engine.models.parts import load_part
from engine.models.transformer import DirectorTransformer
from engine.models.weights import fingerprint
from engine.protocol.errors import BadInput, OutOfMemory
from engine.training.adapters import add_lora
from engine.training.batches import PassBatch, step_batches
from engine.training.captions import CaptionWriter
from engine.training.checkpoints import load_checkpoint, save_checkpoint
from engine.training.dataset_recipes import DatasetRecipe
from engine.training.disk import writing
from engine.training.events import Checkpoint, Finished, Notice, Progress, TrainEvent
from engine.training.exporting import export
from engine.training.journal import Journal
from engine.training.latents import LatentStore, open_store, prepare
from engine.training.learner import Learner, learning_rate
from engine.training.processes import Team
from engine.training.trials import sampled, validated

Stopping = Callable[[], bool]
TrainRun = Generator[TrainEvent, None, None]

NUM_SAMPLES = 2
"""Clips that are made at a time."""

RUN_FILE = "run.json"
_MAY_CHANGE = ("num_steps", "cadence", "micro_batch", "checkpointing")
"""Settings that a run may go on with differently."""


@dataclass(frozen=True)
class RunPlace:
    """Where a run takes its clips from and leaves its work.

    Attributes:
        dataset: folder of shards.
        out: folder of the run.
        cache: folder of latents, shared by runs.
        num_workers: processes that decode and degrade clips; 0 does it in this one.
    """

    dataset: Path
    out: Path
    cache: Path
    num_workers: int = 0


def train(
    recipe: DatasetRecipe,
    place: RunPlace,
    team: Team,
    stopping: Stopping = lambda: False,
) -> TrainRun:
    """Train, or go on training where an earlier run into the same folder ended.

    Args:
        recipe: what to do.
        place: the folders.
        team: this process among those that train together; each runs this.
        stopping: asked after every step, by every process; when one says so, all keep a
            checkpoint and end.

    Yields:
        What happens; see :mod:`engine.training.events`. Close it to end early (one process).

    Raises:
        BadInput: the dataset, or a folder of another run.
        ModelMissing: the base is missing or damaged.
        DiskProblem: something cannot be written; the last checkpoint is kept.
        OutOfMemory: the device's memory does not hold the recipe.
    """
    model = find_model(recipe.base, recipe.stage)
    _claim(recipe, place, model, team)
    try:
        yield from _train(recipe, place, model, team, stopping)
    except (torch.OutOfMemoryError, MemoryError) as error:
        raise OutOfMemory(
            "The memory does not hold this recipe; choose a smaller one, or fewer clips at a time "
            "(--micro-batch 1 --checkpointing)."
        ) from error


def _train(
    recipe: DatasetRecipe, place: RunPlace, model: Path, team: Team, stopping: Stopping
) -> TrainRun:
    bundle = ModelBundle(model, team.device, torch.float32)
    yield from _prepare(recipe, place, model, bundle, team)
    store = open_store(place.dataset, "train", recipe, model, place.cache)
    held_out = open_store(place.dataset, "val", recipe, model, place.cache)
    learner = Learner(load_net(recipe, model, team), recipe, team)
    step, damaged = load_checkpoint(place.out / "checkpoints", learner.restore)
    for name in damaged:
        yield Notice(f"The checkpoint {name} is damaged; the one before it is taken.")
    if not held_out.layouts:
        yield Notice("The dataset has no clips for validation that fit; none is made.")
    journal = Journal(place.out, step) if team.leads else None
    running = _Running(recipe, place, team, learner, store, held_out, bundle, step)
    events = running.events(stopping)
    try:
        for event in events:
            if journal is not None:
                journal.note(event)
            yield event
    except GeneratorExit:
        events.close()
        running.keep_if_alone()
        raise
    finally:
        events.close()
        if journal is not None:
            journal.close()
    if running.step >= recipe.num_steps:
        yield Finished(running.step, export(learner, model, place.out))


class _Running:
    """The loop itself, and how far it has come."""

    def __init__(
        self,
        recipe: DatasetRecipe,
        place: RunPlace,
        team: Team,
        learner: Learner,
        store: LatentStore,
        held_out: LatentStore,
        bundle: ModelBundle,
        step: int,
    ) -> None:
        self.recipe, self.place, self.team, self.learner = recipe, place, team, learner
        self.store, self.held_out, self.bundle = store, held_out, bundle
        self.step = self.saved = step

    def events(self, stopping: Stopping) -> TrainRun:
        """Yield what happens until the last step, or until somebody wants to stop."""
        if self.step == 0:
            yield from self._look(first=True)
        clock = _Clock(self.recipe)
        batches = self._batches()
        try:
            while self.step < self.recipe.num_steps:
                loss, norm = self.learner.learn(next(batches), self.step)
                if not math.isfinite(loss):
                    raise BadInput(
                        f"The loss is no number any more at step {self.step + 1}; begin again in "
                        "another folder with a lower learning rate."
                    )
                self.step += 1
                yield clock.progress(self.step, loss, norm)
                stop = self.team.agree(stopping())
                yield from self._look()
                if stop or self._due(self.recipe.cadence.checkpoint):
                    yield self._save()
                if stop:
                    return
        finally:
            batches.close()

    def keep_if_alone(self) -> None:
        """Keep what was learnt since the last checkpoint, unless others would have to help."""
        if self.team.size == 1 and self.step > self.saved:
            self._save()

    def _batches(self) -> Generator[list[PassBatch], None, None]:
        """Yield each step's batches on the device, read while the step before is computed."""

        def read(step: int) -> list[PassBatch]:
            return step_batches(self.store, self.recipe, step, self.team.rank, self.team.size)

        with ThreadPoolExecutor(1) as reader:
            ahead = reader.submit(read, self.step)
            for step in range(self.step, self.recipe.num_steps):
                found = ahead.result()
                ahead = reader.submit(read, step + 1)
                yield [batch.to(self.team.device) for batch in found]

    def _due(self, every: int) -> bool:
        if every == 0:
            return False
        return self.step % every == 0 or self.step == self.recipe.num_steps

    def _look(self, first: bool = False) -> Iterator[TrainEvent]:
        """Yield what is due of validation and samples; both before the first step as well."""
        cadence = self.recipe.cadence
        if not self.held_out.layouts:
            return
        found: list[TrainEvent] = []  # told once the weights are themselves again
        with self.learner.averaged():
            if cadence.validate and (first or self._due(cadence.validate)):
                found.append(validated(self.learner, self.held_out, self.step))
            if cadence.sample and (first or self._due(cadence.sample)):
                for number in range(min(NUM_SAMPLES, cadence.num_validation)):
                    codec, folder = self.bundle.codec, self.place.out / "samples"
                    args = (self.learner, self.held_out, codec, number, self.step, folder)
                    found.append(sampled(*args))
                self.bundle.release("vae")
        yield from found

    def _save(self) -> Checkpoint:
        folder = self.place.out / "checkpoints"
        tensors = self.learner.tensors()
        kept = self.recipe.cadence.kept
        path = save_checkpoint(folder, self.step, tensors, self.team.leads, kept)
        self.saved = self.step
        self.team.wait()
        return Checkpoint(self.step, path)


class _Clock:
    """Tells speed and remaining time from the last steps."""

    def __init__(self, recipe: DatasetRecipe) -> None:
        self._recipe = recipe
        self._ends = deque([time.monotonic()], maxlen=21)

    def progress(self, step: int, loss: float, norm: float) -> Progress:
        recipe = self._recipe
        self._ends.append(time.monotonic())
        per_step = (self._ends[-1] - self._ends[0]) / (len(self._ends) - 1)
        rate = learning_rate(step - 1, recipe.num_steps, recipe.optimiser)
        speed = recipe.batch_size / max(per_step, 1e-9)
        left = (recipe.num_steps - step) * per_step if len(self._ends) > 3 else None
        return Progress(step, recipe.num_steps, loss, rate, norm, speed, left)


def load_net(recipe: DatasetRecipe, model: Path, team: Team) -> DirectorTransformer:
    """Return the transformer that is to be trained, on the device.

    Raises:
        ModelMissing: it is damaged.
    """
    on_gpu = team.device.type == "cuda"
    frozen = recipe.lora is not None and recipe.precision == "bfloat16" and on_gpu
    dtype = torch.bfloat16 if frozen else torch.float32
    if recipe.comparison.fresh:
        config: Any = DirectorTransformer.load_config(model / "transformer", local_files_only=True)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(recipe.seed)
            net: Any = DirectorTransformer.from_config(config)
    else:
        net = load_part(model, "transformer", DirectorTransformer, torch_dtype=dtype)
    if recipe.lora is not None:
        add_lora(net, recipe.lora, recipe.seed)
    else:
        net.requires_grad_(True)
    torch.nn.Module.to(net, team.device)
    return net.train()


def _prepare(
    recipe: DatasetRecipe, place: RunPlace, model: Path, bundle: ModelBundle, team: Team
) -> TrainRun:
    """Encode what is not encoded yet, every process its share."""
    dtype = torch.bfloat16 if team.device.type == "cuda" else torch.float32
    captions = CaptionWriter(model, team.device, dtype)
    share = (team.rank, team.size)
    for split in ("train", "val"):
        yield from prepare(
            place.dataset,
            split,
            recipe,
            model,
            bundle.codec,
            captions,
            place.cache,
            share,
            place.num_workers,
        )
    bundle.release("vae")
    team.wait()


def _claim(recipe: DatasetRecipe, place: RunPlace, model: Path, team: Team) -> None:
    """Write down what is asked for, or make sure that the folder's run is this one.

    Raises:
        BadInput: the folder holds another run.
    """
    asked = {
        "recipe": json.loads(json.dumps(asdict(recipe))),
        "base": fingerprint(model),
        "shards": [shard.sha256 for shard in read_index(place.dataset).shards],
    }
    path = place.out / RUN_FILE
    if path.exists():
        known = read_json(path)
        for name in differences(known, asked):
            raise BadInput(
                f"{place.out.name} holds a run that differs in {name}; choose another folder, or "
                "give the same options to go on with it."
            )
    if team.leads:
        with writing(place.out):
            draft = path.with_suffix(".part")
            draft.write_text(json.dumps(asked, indent=2) + "\n", encoding="utf-8")
            draft.replace(path)
    team.wait()


def differences(known: dict[str, Any], asked: dict[str, Any]) -> list[str]:
    """Return the names of settings in which two runs differ and may not."""
    found = [name for name in ("base", "shards") if known.get(name) != asked[name]]
    before: Any = known.get("recipe")
    if not isinstance(before, dict):
        return ["everything"]
    return found + [
        name
        for name, value in asked["recipe"].items()
        if name not in _MAY_CHANGE and before.get(name) != value
    ]
