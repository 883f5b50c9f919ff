"""The queue's training job: footage into clips, clips into latents, latents into a LoRA.

Wires the dataset pipeline and a LoRA recipe to what a job is: stages, steps, a result. Everything
is kept in the job's folder on the way, so the same job goes on where it was stopped.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import torch

from engine.data.events import ClipsProgress, FilmProgress, Summary
from engine.data.pipeline import Helpers, make_dataset
from engine.data.settings import MakeSettings
from engine.models.catalogue import find_model
from engine.models.family import read_shape
from engine.pipelines.steps import JobResult, Pipeline, StageProgress
from engine.protocol.errors import BadInput, DiskProblem
from engine.protocol.stopping import watched
from engine.protocol.training import StyleJob
from engine.training.dataset_recipes import DatasetRecipe, lora_5b, starter_lora
from engine.training.events import Finished, Preparing, Progress
from engine.training.processes import join_team
from engine.training.run import RunPlace, train

_PARTS = 100
"""Steps of the stage that cuts clips: films are worked on side by side, so it counts shares."""

_LIGHT_CODEC = "AutoencoderKLT"
"""The codec of models that a CPU trains."""

_log = logging.getLogger(__name__)


def run_style(job: StyleJob) -> Pipeline:
    """Train a LoRA on footage.

    Yields:
        Progress of its three stages. Close it to end early; what was done is kept.

    Raises:
        BadInput: the footage holds nothing to learn from, or the model cannot be trained here.
        ModelMissing: the model is not there.
        DiskProblem: the disk is full; the same job goes on from there.
    """
    recipe = _recipe(job)
    folder = Path(job.folder)
    summary = yield from _cut(job, folder / "clips")
    if not summary.splits.get("train", 0):
        raise BadInput(_nothing_to_learn(summary))
    made = yield from _learn(recipe, folder)
    output = Path(job.output)
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        draft = output.with_name(f".{output.name}.part")
        shutil.copyfile(made, draft)
        draft.replace(output)
    except OSError as error:
        raise DiskProblem(
            f"{output.name} cannot be written ({error.strerror}); make room, then try again: the "
            "training is kept."
        ) from error
    shutil.rmtree(folder, ignore_errors=True)
    report = {"clips": summary.clips, "seconds": summary.seconds, "steps": recipe.num_steps}
    return JobResult(output, 0, report)


def _recipe(job: StyleJob) -> DatasetRecipe:
    """Return the recipe that a model's LoRA is trained by on this machine."""
    if read_shape(find_model(job.model, "gen")).codec_class == _LIGHT_CODEC:
        recipe = starter_lora()
    elif torch.cuda.is_available():
        recipe = lora_5b()
    else:
        raise BadInput(
            "Training a style for this model takes a GPU; choose the starter model for the film, "
            "or train on another machine."
        )
    return replace(recipe, base=job.model, num_steps=job.num_steps, seed=job.seed)


def _cut(job: StyleJob, dataset: Path) -> Generator[StageProgress, None, Summary]:
    """Cut the footage into captioned clips."""
    # All clips but a few are learnt from; how the rest does tells whether anything was learnt.
    settings = MakeSettings(finder="light", height=480, max_s=8.0, keep_all=True)
    shares: dict[str, float] = {}
    yield StageProgress("clips", 0, _PARTS)
    made = make_dataset([Path(path) for path in job.movies], dataset, settings, Helpers())
    try:
        while True:
            try:
                event = next(made)
            except StopIteration as end:
                yield StageProgress("clips", _PARTS, _PARTS)
                return end.value
            match event:
                case FilmProgress(film=film, phase=phase):
                    begun = 0.5 if phase == "cut" else 0.0
                    share = begun + 0.45 * event.step / max(1, event.num_steps)
                    shares[film] = max(shares.get(film, 0.0), share)
                case ClipsProgress():
                    shares = dict.fromkeys(shares, 0.95)
                case _:
                    continue
            done = sum(shares.values()) / max(len(shares), len(job.movies))
            yield StageProgress("clips", round(done * _PARTS), _PARTS)
    finally:
        made.close()


def _learn(recipe: DatasetRecipe, folder: Path) -> Generator[StageProgress, None, Path]:
    """Train, and return the LoRA file."""
    place = RunPlace(
        dataset=folder / "clips",
        out=folder / "lora",
        cache=folder / "latents",
        num_workers=max(0, (os.cpu_count() or 1) - 1),
    )
    yield StageProgress("load", 0, 1)
    team = join_team()
    run = train(recipe, place, team)
    try:
        while True:
            # Ended between two steps, where all that was learnt can be kept; a step is short.
            with watched(lambda: False):
                event = next(run)
            match event:
                case Preparing(split="train", done=done, total=total):
                    yield StageProgress("encode", done, total)
                case Progress(step=step, num_steps=num_steps):
                    yield StageProgress("train", step, num_steps)
                case Finished(path=path):
                    return path
                case _:
                    _log.info("%s", event)
    finally:
        run.close()
        team.leave()


def _nothing_to_learn(summary: Summary) -> str:
    if summary.skipped_films:
        first = summary.skipped_films[0]
        return f"{first.film} cannot be learnt from: {first.reason}."
    return "The footage has no shot of two seconds to learn from; choose longer footage."
