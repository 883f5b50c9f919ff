"""Memory that runs out costs time, not the job; and what was computed is not computed again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.media.movie import read_frames
from engine.models.catalogue import DirectorSettings
from engine.models.shortage import Thrift, is_out_of_memory, spared
from engine.models.transformer import DirectorTransformer
from engine.pipelines.draft import run_draft
from engine.pipelines.models import ModelCache
from engine.pipelines.preview import ClipPreviewer
from engine.pipelines.refine import run_refine
from engine.pipelines.sparing import sparing
from engine.pipelines.steps import StageProgress
from engine.planning.windows import split_tiles
from engine.protocol.errors import BadInput, OutOfMemory
from engine.protocol.messages import SPARED
from tests.engine.pipelines.conftest import TinyFilm, run


class Shortage:
    """A transformer whose forwards fail by their number, as a full device lets them fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, fails: set[int]) -> None:
        self.count = 0
        forward = DirectorTransformer.forward

        def short(net: DirectorTransformer, *args: Any, **options: Any) -> Any:
            self.count += 1
            if self.count in fails:
                raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 3.00 GiB.")
            return forward(net, *args, **options)

        monkeypatch.setattr(DirectorTransformer, "forward", short)


def frames(path: Path) -> np.ndarray:
    return np.stack(list(read_frames(path)))


def test_a_draft_goes_on_from_its_step_with_less_memory(
    film: TinyFilm, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(run_draft(film.draft("whole"), film.models))
    models = ModelCache()
    Shortage(monkeypatch, {3})
    steps, result = run(sparing(run_draft, film.draft("short"), models))
    assert models.thrift == Thrift.STREAMED
    assert result.report[SPARED] == 1
    denoised = [s.step for s in steps if isinstance(s, StageProgress) and s.stage == "denoise"]
    assert denoised == [0, 1, 2, 2, 3]  # the third step alone is made again
    assert np.array_equal(frames(film.root / "whole" / "draft.mkv"), frames(result.path))


def test_a_master_is_made_in_smaller_windows_at_last(
    film: TinyFilm, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(run_draft(film.draft(), film.models))
    models = ModelCache()
    Shortage(monkeypatch, {1, 2})
    _, result = run(sparing(run_refine, film.refine(), models))
    assert models.thrift == Thrift.SMALL
    assert result.report[SPARED] == 2
    assert result.num_frames == 33
    held = models.get(str(film.sr), "sr")
    assert (
        held.settings.max_window_latents
        < film.models.get(str(film.sr), "sr").settings.max_window_latents
    )


def test_what_never_fits_ends_in_one_sentence(
    film: TinyFilm, monkeypatch: pytest.MonkeyPatch
) -> None:
    Shortage(monkeypatch, set(range(100)))
    with pytest.raises(OutOfMemory, match="shorter passes"):
        run(sparing(run_draft, film.draft(), ModelCache()))


def test_other_failures_are_not_tried_again(film: TinyFilm) -> None:
    models = ModelCache()
    job = film.draft().model_copy(update={"model": str(film.root)})
    with pytest.raises(Exception, match="no model folder"):
        run(sparing(run_draft, job, models))
    assert models.thrift == Thrift.NONE

    def bad(_job: object, _models: ModelCache) -> Any:
        yield StageProgress("load", 0, 1)
        raise BadInput("The keyframe is no picture.")

    with pytest.raises(BadInput):
        run(sparing(bad, None, models))


@pytest.mark.parametrize("error", [MemoryError(), torch.OutOfMemoryError("full"), KeyError("odd")])
def test_a_failed_preview_never_disturbs_the_job(
    film: TinyFilm, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(ClipPreviewer, "_frames", fail)
    _, result = run(run_draft(film.draft(), film.models))
    assert result.num_frames == 33


def test_thrift_leaves_a_legal_way_to_divide_any_grid() -> None:
    for settings in (
        DirectorSettings(),
        DirectorSettings(tile=4, margin=0, max_window_latents=2),
        DirectorSettings(tile=30, margin=12, max_window_latents=9),
    ):
        small = spared(settings, Thrift.SMALL)
        assert 2 <= small.max_window_latents <= settings.max_window_latents
        assert small.tile <= settings.tile
        assert split_tiles(68, 120, small.tile, small.tile, small.margin, 2)
        assert spared(settings, Thrift.STREAMED) is settings


def test_how_a_shortage_shows() -> None:
    assert is_out_of_memory(MemoryError())
    assert is_out_of_memory(torch.OutOfMemoryError("CUDA out of memory"))
    assert is_out_of_memory(RuntimeError("DefaultCPUAllocator: can't allocate memory"))
    assert not is_out_of_memory(RuntimeError("shapes do not match"))
