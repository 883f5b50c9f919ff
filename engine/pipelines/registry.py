"""Which pipeline does which job: the one place that the service asks.

What a job needs is imported when the first of its kind comes: reading a movie takes no net, and
must not wait for torch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from engine.pipelines.steps import Pipeline

if TYPE_CHECKING:
    from engine.pipelines.models import ModelCache


def pipelines() -> Mapping[str, Callable[[Any], Pipeline]]:
    """Return the pipeline for each kind of job, over one shared cache of models."""
    shared: list[ModelCache] = []

    def models() -> ModelCache:
        from engine.pipelines.models import ModelCache

        if not shared:
            shared.append(ModelCache())
        return shared[0]

    return {
        "draft": lambda job: _draft(job, models()),
        "refine": lambda job: _refine(job, models()),
        "upscale": lambda job: _upscale(job, models()),
        "export": _export,
        "import": _import,
        "shots": _shots,
    }


def _draft(job: Any, models: ModelCache) -> Pipeline:
    from engine.pipelines.draft import run_draft

    return run_draft(job, models)


def _refine(job: Any, models: ModelCache) -> Pipeline:
    from engine.pipelines.refine import run_refine

    return run_refine(job, models)


def _upscale(job: Any, models: ModelCache) -> Pipeline:
    from engine.pipelines.upscale import run_upscale

    return run_upscale(job, models)


def _export(job: Any) -> Pipeline:
    from engine.pipelines.export import run_export

    return run_export(job)


def _import(job: Any) -> Pipeline:
    from engine.pipelines.imports import run_import

    return run_import(job)


def _shots(job: Any) -> Pipeline:
    from engine.pipelines.shots import run_shots

    return run_shots(job)
