"""Forecasts learn from recorded runs, and say how little they know at first."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from app.state.forecasts import bytes_words, seconds_words
from app.state.learning import Run, estimate
from app.state.run_history import MAX_RUNS, Measured, RunHistory


def _recorded(factor: float, count: int, seed: int = 1, noise: float = 0.08) -> list[Run]:
    """Return runs of jobs of several sizes on a machine that is ``factor`` times as slow."""
    dice = random.Random(seed)
    sizes = [dice.uniform(2, 20) for _ in range(count)]
    return [Run(size, size * factor * dice.lognormvariate(0, noise)) for size in sizes]


@pytest.mark.parametrize("factor", [0.2, 0.7, 1.0, 3.0, 8.0])
def test_forecasts_converge_on_any_machine(factor: float) -> None:
    errors: list[float] = []
    for count in (0, 1, 3, 8):
        found = estimate(10.0, _recorded(factor, count))
        errors.append(abs(found.value / (10 * factor) - 1))
    assert errors[2] < 0.15
    assert errors[3] < 0.1
    assert errors[3] <= errors[0] + 0.1


def test_range_is_wide_at_first_and_holds_the_truth() -> None:
    first = estimate(10.0, [])
    assert first.high / first.low > 5
    assert not first.is_sure
    inside = 0
    for seed in range(40):
        found = estimate(10.0, _recorded(2.5, 5, seed))
        assert found.is_sure
        truth = 25 * random.Random(seed + 1000).lognormvariate(0, 0.08)
        inside += found.low <= truth <= found.high
    assert inside >= 27, "The range is to hold about two in three."


def test_newer_runs_count_more() -> None:
    slow = [Run(10, 50)] * 10
    fast = [Run(10, 10)] * 6
    found = estimate(10, slow + fast)
    assert found.value < 20
    assert not found.is_sure, "Runs that differ that much leave doubt."


def test_runs_of_like_size_count_more() -> None:
    runs = [Run(1.0, 4.0), Run(100.0, 100.0), Run(1.0, 4.0), Run(100.0, 100.0)]
    assert estimate(1.0, runs).value > 2.5
    assert estimate(100.0, runs).value < 200


def test_nothing_costs_nothing() -> None:
    assert estimate(0.0, _recorded(2, 3)).value == 0


def test_history_is_kept_bounded_and_survives(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "runs.json"
    history = RunHistory(path)
    for number in range(MAX_RUNS + 20):
        history.add([_measured("denoise", 1.0 + number)])
    again = RunHistory(path)
    runs = again.runs("Abacus", "draft starter", "denoise")
    assert len(runs) == MAX_RUNS
    assert runs[-1].taken == MAX_RUNS + 20
    assert again.runs("Abacus", "refine starter", "denoise") == []


@pytest.mark.parametrize("content", [b"", b"{", b"[1, 2]", b'{"a": 1}', b"\xff\xfe", b"[" * 9999])
def test_damaged_history_is_as_good_as_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "runs.json"
    path.write_bytes(content)
    history = RunHistory(path)
    assert history.runs("Abacus", "draft starter", "denoise") == []
    history.add([_measured("denoise", 2.0)])
    assert len(RunHistory(path).runs("Abacus", "draft starter", "denoise")) == 1


def test_damaged_rows_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "runs.json"
    good = _measured("denoise", 2.0).model_dump()
    path.write_text(json.dumps([{**good, "taken": -1}, good, {**good, "what": 3}, "x"]))
    assert len(RunHistory(path).runs("Abacus", "draft starter", "denoise")) == 1


def test_figures_are_told_as_sure_as_they_are() -> None:
    assert seconds_words(estimate(10.0, _recorded(1.0, 8))).startswith("about ")
    assert seconds_words(estimate(9.0, [])) == "3–27 s"
    assert seconds_words(estimate(0.2, [])) == "a moment"
    assert bytes_words(1.1 * 1024**3) == "1.1 GiB"
    assert bytes_words(50 * 1024**2) == "50 MiB"


def _measured(what: str, taken: float) -> Measured:
    return Measured(device="Abacus", job="draft starter", what=what, expected=1.0, taken=taken)
