"""The profile of stages: whole, exclusive, and gone when it is over."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest

from engine.evaluation import profile
from engine.evaluation.profile import Stage, Stopwatch
from engine.media.writer import MovieWriter


def test_every_moment_belongs_to_the_innermost_stage() -> None:
    watch = Stopwatch()

    def inner() -> None:
        time.sleep(0.02)

    timed_inner = watch.timed(Stage("inner", ()), inner)

    def outer() -> Iterator[int]:
        for number in range(3):
            time.sleep(0.01)
            timed_inner()
            yield number

    assert list(watch.timed(Stage("outer", ()), outer)()) == [0, 1, 2]
    assert watch.seconds["inner"] == pytest.approx(0.06, abs=0.03)
    assert watch.seconds["outer"] == pytest.approx(0.03, abs=0.02)
    whole = Stopwatch()
    list(whole.timed(Stage("all", (), whole=True), watch.timed(Stage("outer", ()), outer))())
    assert set(whole.seconds) == {"all"}


def test_the_table_adds_up_and_leaves_nothing_behind(capsys: pytest.CaptureFixture[str]) -> None:
    write = MovieWriter.write
    assert profile.main(["--json", "--frames", "9", "--width", "256", "--height", "144"]) == 0
    report = json.loads(capsys.readouterr().out)
    for name in ("draft", "master"):
        assert report[name]["num_frames"] == 9
        assert sum(report[name]["stages"].values()) == pytest.approx(
            report[name]["seconds"], abs=0.2
        )
        assert report[name]["stages"]["net"] > 0
    assert MovieWriter.write is write
