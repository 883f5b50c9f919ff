"""A cancel is heard within a step of every pipeline, and leaves nothing half done behind."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from engine.media.movie import read_frames
from engine.pipelines.draft import run_draft
from engine.pipelines.export import run_export
from engine.pipelines.imports import run_import
from engine.pipelines.refine import run_refine
from engine.pipelines.registry import SharedModels
from engine.pipelines.steps import ClipPreview, Pipeline
from engine.protocol.export import ExportJob, Segment
from engine.protocol.jobs import FrameRate
from engine.protocol.media import ImportJob
from engine.protocol.stopping import Stopped, watched
from tests.engine.pipelines.conftest import TinyFilm, run


def asks_within(pipeline: Pipeline, stage: str) -> int:
    """Return how often the work of a stage asked whether it should end, beside its own steps."""
    asked = 0
    now = ""

    def is_stopped() -> bool:
        nonlocal asked
        asked += now == stage
        return False

    while True:
        try:
            with watched(is_stopped):
                step = next(pipeline)
        except StopIteration:
            return asked
        if not isinstance(step, ClipPreview):
            now = step.stage


def pixels(path: Path) -> bytes:
    """Return a hash of every frame; a Matroska file's own bytes hold a random number."""
    digest = hashlib.sha256()
    for frame in read_frames(path):
        digest.update(frame.tobytes())
    return digest.digest()


def stopped_inside(pipeline: Pipeline, after: int) -> None:
    """Run a pipeline until it has asked so often, and let it hear that it should end."""
    asked = 0

    def is_stopped() -> bool:
        nonlocal asked
        asked += 1
        return asked > after

    with pytest.raises(Stopped), watched(is_stopped):
        run(pipeline)


def test_denoising_asks_before_every_layer(film: TinyFilm) -> None:
    job = film.draft()
    num_layers = len(film.models.get(job.model, "gen", compute=job.compute).transformer.blocks)
    asked = asks_within(run_draft(job, film.models), "denoise")
    assert asked >= num_layers


@pytest.mark.parametrize("after", [0, 3, 6, 9])
def test_a_draft_stopped_inside_a_step_goes_on_to_the_same_pixels(
    film: TinyFilm, after: int
) -> None:
    run(run_draft(film.draft("whole"), film.models))
    stopped_inside(run_draft(film.draft("cut"), film.models), after)
    assert not (film.root / "cut" / "draft.mkv").exists()
    run(run_draft(film.draft("cut"), film.models))
    whole, cut = film.root / "whole", film.root / "cut"
    assert pixels(whole / "draft.mkv") == pixels(cut / "draft.mkv")
    names = [folder / "latents.safetensors" for folder in (whole, cut)]
    assert names[0].read_bytes() == names[1].read_bytes()
    assert not list((film.root / "cut").rglob(".*.part*"))


@pytest.mark.parametrize("after", [2, 20, 45])
def test_a_master_stopped_inside_a_step_goes_on_to_the_same_pixels(
    film: TinyFilm, after: int
) -> None:
    run(run_draft(film.draft(), film.models))
    run(run_refine(film.refine(), film.models))
    master = film.root / "take" / "master.mkv"
    whole = pixels(master)
    master.unlink()
    stopped_inside(run_refine(film.refine(), film.models), after)
    assert not master.exists()
    run(run_refine(film.refine(), film.models))
    assert pixels(master) == whole


def export_job(film: TinyFilm) -> ExportJob:
    return ExportJob(
        job_id="export",
        segments=(Segment(path=str(film.root / "take" / "draft.mkv"), stop=33),),
        output=str(film.root / "film.mp4"),
        rate=FrameRate(num=24),
    )


def test_an_export_and_an_import_ask_before_every_frame(film: TinyFilm) -> None:
    run(run_draft(film.draft(), film.models))
    export = export_job(film)
    assert asks_within(run_export(export), "export") >= 33
    job = ImportJob(job_id="import", path=export.output, folder=str(film.root / "light"))
    assert asks_within(run_import(job), "import") >= 33


@pytest.mark.parametrize("after", [5, 60])
def test_a_stopped_export_leaves_what_was_there(film: TinyFilm, after: int) -> None:
    run(run_draft(film.draft(), film.models))
    job = export_job(film).model_copy(update={"overwrite": True})
    Path(job.output).write_bytes(b"the movie before")
    stopped_inside(run_export(job), after)
    assert Path(job.output).read_bytes() == b"the movie before"
    assert not list(film.root.glob(".*part*"))


def test_models_that_were_let_go_are_loaded_anew(film: TinyFilm) -> None:
    models = SharedModels()
    job = film.draft("before")
    run(run_draft(job, models()))
    held = models().get(job.model, "gen", compute=job.compute)
    assert held.holds("transformer")
    models.let_go()
    assert not any(held.holds(part) for part in ("transformer", "vae", "text_encoder"))
    run(run_draft(film.draft("after"), models()))
    before, after = (film.root / take / "draft.mkv" for take in ("before", "after"))
    assert pixels(before) == pixels(after)
