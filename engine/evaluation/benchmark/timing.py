"""Timing and memory on a CUDA device: contenders take turns, medians count."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch

GIB = 1024**3


@dataclass(frozen=True)
class Measured:
    """What a contender came to.

    Attributes:
        seconds: median of its turns.
        peak_gib: most memory that was allocated during a turn, weights included.
        working_gib: the same above what was allocated before.
        result: what its last turn returned.
    """

    seconds: float
    peak_gib: float
    working_gib: float
    result: Any


def take_turns(
    contenders: Mapping[str, Callable[[], Any]], rounds: int = 3, warmups: int = 1
) -> dict[str, Measured | str]:
    """Time every contender ``rounds`` times, one after another in each round.

    A contender that fails is reported with its error, and the others go on.
    """
    failures: dict[str, str] = {}
    times: dict[str, list[float]] = {name: [] for name in contenders}
    peaks: dict[str, tuple[float, float]] = {}
    results: dict[str, Any] = {}
    for turn in range(warmups + rounds):
        for name, run in contenders.items():
            if name in failures:
                continue
            results.pop(name, None)
            try:
                seconds, peak, before, results[name] = _once(run)
            except Exception as error:
                failures[name] = f"{type(error).__name__}: {str(error).splitlines()[0][:160]}"
                torch.cuda.empty_cache()
                continue
            if turn >= warmups:
                times[name].append(seconds)
                peaks[name] = (peak, before)
    return {
        name: failures[name]
        if name in failures
        else Measured(
            statistics.median(times[name]),
            peaks[name][0] / GIB,
            (peaks[name][0] - peaks[name][1]) / GIB,
            results[name],
        )
        for name in contenders
    }


def _once(run: Callable[[], Any]) -> tuple[float, int, int, Any]:
    torch.cuda.synchronize()
    torch.cuda.reset_peak_memory_stats()
    before = torch.cuda.memory_allocated()
    start = time.perf_counter()
    with torch.no_grad():
        result = run()
    torch.cuda.synchronize()
    return time.perf_counter() - start, torch.cuda.max_memory_allocated(), before, result


def relative_error(value: torch.Tensor, reference: torch.Tensor) -> float:
    """Return ‖value − reference‖ / ‖reference‖."""
    difference = value.double() - reference.double()
    return float(difference.norm() / reference.double().norm())
