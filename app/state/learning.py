"""From what was expected and what came of it to what will come: a factor with its doubt. Pure.

The logarithm of taken over expected is believed to be normal around 0 at first. Every run sharpens
that; older runs count less, since drivers, models and what else a machine does change.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

FIRST_DOUBT = math.log(3)
"""By how much the arithmetic may be wrong before the first run, two times in three."""

RUN_NOISE = 0.15
"""How much two runs of the same job differ."""

FADING = 0.85
"""What each newer run leaves of an older one's weight."""

LIKENESS = 1.0
"""Runs whose expected size is e times another's count about 0.6 as much for it."""

SURE = 0.3
"""A forecast whose doubt is below this is told as one figure."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure to be expected, and between which two it will most likely lie."""

    value: float
    low: float
    high: float
    num_runs: int = 0

    @property
    def is_sure(self) -> bool:
        """Whether the range is too narrow to be worth telling."""
        return self.low > 0 and math.log(self.high / self.low) < 2 * SURE

    def __add__(self, other: Estimate) -> Estimate:
        """Add two that are likely wrong in the same direction."""
        return Estimate(
            self.value + other.value,
            self.low + other.low,
            self.high + other.high,
            min(self.num_runs, other.num_runs),
        )


@dataclass(frozen=True, slots=True)
class Run:
    """Something that was expected and then measured, both positive, in the same unit."""

    expected: float
    taken: float


def estimate(expected: float, runs: Sequence[Run]) -> Estimate:
    """Return what is to be expected of a job.

    Args:
        expected: what the arithmetic says.
        runs: of jobs of this kind on this machine, latest last.
    """
    if expected <= 0:
        return Estimate(0.0, 0.0, 0.0, len(runs))
    weight, drift, square = 0.0, 0.0, 0.0
    fading = 1.0
    for run in reversed(runs):
        if run.expected <= 0 or run.taken <= 0:
            continue
        apart = math.log(run.expected / expected) / LIKENESS
        share = fading * max(0.05, math.exp(-apart * apart / 2))
        ratio = math.log(run.taken / run.expected)
        weight += share
        drift += share * ratio
        square += share * ratio * ratio
        fading *= FADING
    firmness = 1 / FIRST_DOUBT**2
    precision = firmness + weight / RUN_NOISE**2
    centre = drift / RUN_NOISE**2 / precision
    spread = max(0.0, square / weight - (drift / weight) ** 2) if weight else 0.0
    noise = RUN_NOISE**2 * min(1.0, weight) + spread
    doubt = math.sqrt(1 / precision + noise)
    value = expected * math.exp(centre)
    return Estimate(value, value * math.exp(-doubt), value * math.exp(doubt), len(runs))
