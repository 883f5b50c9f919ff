"""A tiny film on disk and the two tiny models that make it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.pipelines.models import ModelCache
from engine.pipelines.steps import ClipPreview, JobResult, Pipeline, Step
from engine.protocol.jobs import DraftJob, FrameRate, KeyframeSpec, RefineJob, ShotSpec
from tests.engine.tiny_models import make_tiny_model


@dataclass(frozen=True)
class TinyFilm:
    """Everything that a job needs."""

    root: Path
    gen: Path
    sr: Path
    models: ModelCache

    def draft(self, take: str = "take", seed: int = 3) -> DraftJob:
        """Two shots of 20 and 13 frames, three keyframes, one cut; 33 frames in all."""
        boards = [str(self.root / f"{number}.png") for number in range(3)]
        first = ShotSpec(
            num_frames=20,
            caption="slow pan left",
            keyframes=(
                KeyframeSpec(image=boards[0], frame=0),
                KeyframeSpec(image=boards[1], frame=11),
            ),
        )
        second = ShotSpec(num_frames=13, keyframes=(KeyframeSpec(image=boards[2], frame=12),))
        return DraftJob(
            job_id="draft",
            folder=str(self.root / take),
            shots=(first, second),
            rate=FrameRate(num=24),
            width=320,
            height=180,
            model=str(self.gen),
            seed=seed,
        )

    def refine(self, take: str = "take") -> RefineJob:
        """The master of that take."""
        return RefineJob(job_id="refine", folder=str(self.root / take), model=str(self.sr))


@pytest.fixture(scope="session")
def shared_models(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, ModelCache]:
    """Return the folders of both models and a cache that has them loaded once."""
    root = tmp_path_factory.mktemp("models")
    gen = make_tiny_model(root / "gen", "gen", seed=1)
    sr = make_tiny_model(root / "sr", "sr", seed=2, shards=True)
    return gen, sr, ModelCache()


@pytest.fixture
def film(tmp_path: Path, shared_models: tuple[Path, Path, ModelCache]) -> TinyFilm:
    """Return a film with three smooth random boards."""
    rng = np.random.default_rng(0)
    for number in range(3):
        coarse = Image.fromarray(rng.integers(0, 255, (5, 9, 3), dtype=np.uint8))
        coarse.resize((640, 360), Image.Resampling.BICUBIC).save(tmp_path / f"{number}.png")
    return TinyFilm(tmp_path, *shared_models)


def run(pipeline: Pipeline) -> tuple[list[Step], JobResult]:
    """Run a pipeline to its end."""
    steps: list[Step] = []
    while True:
        try:
            steps.append(next(pipeline))
        except StopIteration as stop:
            return steps, stop.value


def run_until(pipeline: Pipeline, stage: str, step: int) -> None:
    """Run a pipeline until a step of a stage is done, then end it as a cancel does."""
    for event in pipeline:
        if not isinstance(event, ClipPreview) and event.stage == stage and event.step >= step:
            break
    pipeline.close()
