"""Compute options for a bare machine, which has no pydantic and hence not the protocol's own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """The fields of :class:`engine.protocol.jobs.ComputeOptions` that concern a transformer."""

    memory_gib: float | None = None
    compile: bool = False
    attention: str = "auto"
    fp8: bool = False
    cache_threshold: float = 0.0
    fast_decode: bool = True
    num_gpus: int = 1
