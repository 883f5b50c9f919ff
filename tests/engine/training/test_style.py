"""A style learnt from footage: the LoRA loads, a stopped job goes on, nothing to learn is said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from engine.models.catalogue import find_model
from engine.models.lora import check_loras, read_loras
from engine.models.parts import load_part
from engine.models.transformer import DirectorTransformer
from engine.pipelines.steps import JobResult, StageProgress
from engine.protocol.errors import BadInput
from engine.protocol.jobs import LoraSpec
from engine.protocol.training import StyleJob
from engine.training.style import run_style
from tests.app.movies import write_movie


def footage(path: Path, num_frames: int = 60) -> Path:
    """Write a camera's slow pan over a picture that has something to see."""
    rng = np.random.default_rng(3)
    coarse = rng.integers(0, 255, (10, 30, 3)).astype(np.uint8)
    wall = np.asarray(cv2.resize(coarse, (480, 112), interpolation=cv2.INTER_CUBIC))
    frames = np.stack([wall[:, 2 * n : 2 * n + 192] for n in range(num_frames)])
    write_movie(path, frames, 24)
    return path


def a_job(tmp_path: Path, movie: Path, name: str = "Noir") -> StyleJob:
    return StyleJob(
        job_id="s",
        folder=str(tmp_path / f"work-{name}"),
        output=str(tmp_path / f"{name}.safetensors"),
        movies=(str(movie),),
        num_steps=2,
    )


def finished(job: StyleJob) -> tuple[list[StageProgress], JobResult]:
    steps: list[StageProgress] = []
    run = run_style(job)
    while True:
        try:
            step = next(run)
        except StopIteration as end:
            return steps, end.value
        assert isinstance(step, StageProgress)
        steps.append(step)


@pytest.fixture(scope="module")
def movie(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    yield footage(tmp_path_factory.mktemp("footage") / "pan.mp4")


def stopped_after_a_step(job: StyleJob) -> None:
    run = run_style(job)
    for step in run:
        if step == StageProgress("train", 1, 2):
            run.close()


def test_a_stopped_training_goes_on_and_ends_in_a_lora_that_the_model_takes(
    tmp_path: Path, movie: Path
) -> None:
    job = a_job(tmp_path, movie)
    stopped_after_a_step(job)
    steps, result = finished(job)
    assert [step for step in steps if step.stage == "train"] == [StageProgress("train", 2, 2)]
    assert result.path == Path(job.output)
    assert not Path(job.folder).exists(), "clips and latents are the size of the footage"
    net = load_part(find_model("starter", "gen"), "transformer", DirectorTransformer)
    check_loras(net, read_loras((LoraSpec(path=job.output),)))


@pytest.mark.slow
def test_a_stopped_training_ends_in_the_same_lora(tmp_path: Path, movie: Path) -> None:
    whole, parted = a_job(tmp_path, movie, "whole"), a_job(tmp_path, movie, "parted")
    finished(whole)
    stopped_after_a_step(parted)
    finished(parted)
    made, again = load_file(whole.output), load_file(parted.output)
    assert made.keys() == again.keys()
    assert all(torch.equal(made[name], again[name]) for name in made)


def test_footage_that_is_none_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.mp4"
    path.write_bytes(b"\0" * 4096)
    with pytest.raises(BadInput, match=r"broken\.mp4 cannot be learnt from"):
        finished(a_job(tmp_path, path))


def test_footage_too_short_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no shot of two seconds"):
        finished(a_job(tmp_path, footage(tmp_path / "short.mp4", 20)))
