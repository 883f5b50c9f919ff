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


class SharedModels:
    """The cache of models that all pipelines share, made when the first of them needs it."""

    def __init__(self) -> None:
        self._cache: ModelCache | None = None

    def __call__(self) -> ModelCache:
        """Return the cache."""
        if self._cache is None:
            from engine.pipelines.models import ModelCache

            self._cache = ModelCache()
        return self._cache

    def let_go(self) -> None:
        """Let go of all models and what the device keeps in reserve; they are loaded anew."""
        if self._cache is not None:
            self._cache.let_go()


def pipelines(models: SharedModels | None = None) -> Mapping[str, Callable[[Any], Pipeline]]:
    """Return the pipeline for each kind of job, over one shared cache of models."""
    models = models or SharedModels()
    return {
        "draft": lambda job: _draft(job, models()),
        "refine": lambda job: _refine(job, models()),
        "upscale": lambda job: _upscale(job, models()),
        "export": _export,
        "import": _import,
        "shots": _shots,
        "frame": _frame,
    }


def _draft(job: Any, models: ModelCache) -> Pipeline:
    from engine.pipelines.draft import run_draft
    from engine.pipelines.sparing import sparing

    return sparing(run_draft, job, models)


def _refine(job: Any, models: ModelCache) -> Pipeline:
    from engine.pipelines.refine import run_refine
    from engine.pipelines.sparing import sparing

    return sparing(run_refine, job, models)


def _upscale(job: Any, models: ModelCache) -> Pipeline:
    from engine.pipelines.sparing import sparing
    from engine.pipelines.upscale import run_upscale

    return sparing(run_upscale, job, models)


def _export(job: Any) -> Pipeline:
    from engine.pipelines.export import run_export

    return run_export(job)


def _import(job: Any) -> Pipeline:
    from engine.pipelines.imports import run_import

    return run_import(job)


def _shots(job: Any) -> Pipeline:
    from engine.pipelines.shots import run_shots

    return run_shots(job)


def _frame(job: Any) -> Pipeline:
    from engine.pipelines.frame import run_frame

    return run_frame(job)
