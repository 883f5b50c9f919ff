"""What a process is at when it dies: everything that the program writes, on tiny models.

A scenario is prepared once, copied, begun in a forked process, and begun again after that died.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from app.timeline.project import Project, Shot
from app.timeline.queue_journal import QueueJournal
from app.timeline.queue_records import Asked, Became, OfTake, Record
from app.timeline.storage import create_project, import_image, load_project, save_project
from app.timeline.take_files import TakeNotes, write_notes
from engine.pipelines.draft import run_draft
from engine.pipelines.export import run_export
from engine.pipelines.imports import run_import
from engine.pipelines.models import ModelCache
from engine.pipelines.refine import run_refine
from engine.protocol.export import ExportFormatSpec, ExportJob, Segment
from engine.protocol.jobs import DraftJob, FrameRate, KeyframeSpec, RefineJob, ShotSpec
from engine.protocol.media import ImportJob
from tests.engine.tiny_models import make_tiny_model
from tests.faults.injection import Injection

RATE = FrameRate(num=24)
AUTOSAVE = "journal/autosave.json"
BEFORE = Project(id="film", shots=(Shot(id="a", num_frames=48, caption="before"),))
AFTER = Project(
    id="film", shots=(Shot(id="a", num_frames=48, caption="after"), Shot(id="b", num_frames=24))
)
NUM_FRAMES = 13


def make_world(root: Path) -> None:
    """Prepare models, pictures, a project, and what later scenarios begin from."""
    make_tiny_model(root / "gen", "gen", seed=1)
    make_tiny_model(root / "sr", "sr", seed=2)
    rng = np.random.default_rng(0)
    for number in range(2):
        coarse = Image.fromarray(rng.integers(0, 255, (5, 9, 3), dtype=np.uint8))
        coarse.resize((320, 180), Image.Resampling.BICUBIC).save(root / f"{number}.png")
    create_project(root / "film.sdproj", BEFORE)
    (root / "film.sdproj" / "journal").mkdir()
    (root / "out").mkdir()


def draft_job(root: Path) -> DraftJob:
    """Return a job of one shot between two keyframes."""
    keyframes = (
        KeyframeSpec(image=str(root / "0.png"), frame=0),
        KeyframeSpec(image=str(root / "1.png"), frame=12),
    )
    return DraftJob(
        job_id="draft",
        folder=str(take_of(root)),
        shots=(ShotSpec(num_frames=NUM_FRAMES, caption="slow pan left", keyframes=keyframes),),
        rate=RATE,
        width=320,
        height=180,
        model=str(root / "gen"),
        num_steps=6,
        solver="unipc",
        seed=3,
    )


def take_of(root: Path) -> Path:
    """Return the take that is made."""
    return root / "film.sdproj" / "takes" / "0abc"


def export_job(root: Path, name: str = "film.mp4") -> ExportJob:
    """Return the export of the draft, over a movie that is there."""
    is_sequence = not name.endswith(".mp4")
    return ExportJob(
        job_id="export",
        segments=(Segment(path=str(take_of(root) / "draft.mkv"), stop=NUM_FRAMES),),
        output=str(root / "out" / name),
        rate=RATE,
        format=ExportFormatSpec(name="png8" if is_sequence else "h264"),
        overwrite=True,
    )


def save(root: Path, layer: Injection) -> None:
    """The user saves."""
    save_project(root / "film.sdproj", AFTER)


def autosave(root: Path, layer: Injection) -> None:
    """The recovery copy is written."""
    save_project(root / "film.sdproj", AFTER, AUTOSAVE)


def media(root: Path, layer: Injection) -> None:
    """A picture is copied into the project, and a take gets its stars."""
    import_image(root / "film.sdproj", root / "0.png", 320, 180)
    take_of(root).mkdir(parents=True, exist_ok=True)
    write_notes(take_of(root), TakeNotes(rating=4))


def asked(number: int) -> Asked:
    """Return a job of the journal."""
    work = OfTake(kind="draft", take=f"{number:04x}")
    return Asked(id=f"job-{number}", batch=1, frames=(0, 9), work=work)


def journal(root: Path, layer: Injection) -> None:
    """Jobs are asked for, end, and the journal is written anew."""
    queue = QueueJournal(root / "film.sdproj")
    queue.read()
    for number in range(4):
        queue.append([asked(number)])
    queue.append([Became(id="job-0", status="finished"), Became(id="job-1", status="running")])
    queue.sync()
    kept: list[Record] = [asked(number) for number in (1, 2, 3)]
    queue.compact(kept)
    queue.append([asked(4)])


def generate(root: Path, layer: Injection) -> None:
    """A draft is made."""
    layer.drain(run_draft(draft_job(root), ModelCache()))


def refine(root: Path, layer: Injection) -> None:
    """A master is made of it."""
    job = RefineJob(job_id="refine", folder=str(take_of(root)), model=str(root / "sr"))
    layer.drain(run_refine(job, ModelCache()))


def export(root: Path, layer: Injection) -> None:
    """A movie is written over another."""
    layer.drain(run_export(export_job(root)))


def sequence(root: Path, layer: Injection) -> None:
    """A folder of pictures is written."""
    layer.drain(run_export(export_job(root, "pictures")))


def light_copy(root: Path, layer: Injection) -> None:
    """A movie comes in with a light copy."""
    movie = take_of(root) / "draft.mkv"
    job = ImportJob(job_id="import", path=str(movie), folder=str(root / "film.sdproj" / "light"))
    layer.drain(run_import(job))


SCENARIOS: Mapping[str, Callable[[Path, Injection], None]] = {
    call.__name__: call
    for call in (*(save, autosave, media, journal, generate, refine, export, sequence, light_copy),)
}

NEEDS_A_DRAFT = frozenset({"refine", "export", "sequence", "light_copy"})


def begin(name: str, root: Path, layer: Injection) -> None:
    """Do a scenario in this process, on one thread."""
    torch.set_num_threads(1)
    SCENARIOS[name](root, layer)


def opens(root: Path) -> Project:
    """Return the project as the editor would open it; every take is as its manifest says."""
    project = load_project(root / "film.sdproj")
    manifest = take_of(root) / "take.json"
    if manifest.exists():
        assert isinstance(json.loads(manifest.read_bytes()), dict)
    return project
