"""Which pipeline does which job: the one place that the service asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.pipelines.draft import run_draft
from engine.pipelines.export import run_export
from engine.pipelines.models import ModelCache
from engine.pipelines.refine import run_refine
from engine.pipelines.steps import Pipeline
from engine.pipelines.upscale import run_upscale


def pipelines() -> Mapping[str, Callable[[Any], Pipeline]]:
    """Return the pipeline for each kind of job, over one shared cache of models."""
    models = ModelCache()
    return {
        "draft": lambda job: run_draft(job, models),
        "refine": lambda job: run_refine(job, models),
        "upscale": lambda job: run_upscale(job, models),
        "export": run_export,
    }
