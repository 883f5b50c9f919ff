"""From the document to jobs: the passes of a film, and the name of the take that each one makes.

A take's name is a hash of everything that decides its pixels, so the same plan with the same seed
finds the work that was already done, finished or not. Pure: paths are joined, never opened.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from app.timeline.project import Project, Shot
from app.timeline.storage import TAKES_FOLDER, media_path
from engine.planning.film import plan_shots, split_into_passes
from engine.planning.plan import ChunkPlan
from engine.protocol.jobs import DraftJob, KeyframeSpec, RefineJob, ShotSpec

MAX_PASS_FRAMES = 361
"""Fifteen seconds at 24 fps, the longest pass the paper generates in one run."""

DRAFT_FILE = "draft.mkv"
MASTER_FILE = "master.mkv"


@dataclass(frozen=True)
class FilmPass:
    """One pass of the film, ready to be asked for.

    Attributes:
        first, stop: the shots ``[first, stop)`` it covers.
        start: film frame it begins on.
        shots: as the engine wants them.
        plan: where each keyframe stands.
        take: name of the take's folder under ``takes/``.
    """

    first: int
    stop: int
    start: int
    shots: tuple[ShotSpec, ...]
    plan: ChunkPlan
    take: str

    def folder(self, project_folder: Path) -> Path:
        """Return the take's folder."""
        return project_folder / TAKES_FOLDER / self.take


def film_passes(
    project: Project, folder: Path, max_frames: int = MAX_PASS_FRAMES
) -> tuple[FilmPass, ...]:
    """Return the passes of a film.

    Raises:
        ValueError: the plan is impossible; the sentence names the keyframe.
    """
    specs = tuple(_shot_spec(project, folder, shot) for shot in project.shots)
    starts = [start for start, _ in project.shot_starts()]
    passes: list[FilmPass] = []
    for part in split_into_passes(specs, max_frames):
        shots = specs[part.first : part.stop]
        name = _take_name(project, shots)
        passes.append(
            FilmPass(part.first, part.stop, starts[part.first], shots, plan_shots(shots), name)
        )
    return tuple(passes)


def draft_job(project: Project, folder: Path, film_pass: FilmPass) -> DraftJob:
    """Return the job that makes a pass's draft."""
    return DraftJob(
        job_id=f"draft-{film_pass.take}",
        folder=str(film_pass.folder(folder)),
        shots=film_pass.shots,
        caption=project.caption,
        rate=project.format.rate,
        width=project.format.width,
        height=project.format.height,
        model=project.model,
        seed=project.seed,
    )


def refine_job(project: Project, folder: Path, film_pass: FilmPass) -> RefineJob:
    """Return the job that makes a pass's master from its draft."""
    return RefineJob(
        job_id=f"refine-{film_pass.take}",
        folder=str(film_pass.folder(folder)),
        model=project.refine_model,
    )


def _shot_spec(project: Project, folder: Path, shot: Shot) -> ShotSpec:
    return ShotSpec(
        num_frames=shot.num_frames,
        caption=shot.caption,
        join=shot.join,
        keyframes=tuple(
            KeyframeSpec(
                image=str(media_path(folder, project.media_item(keyframe.media))),
                frame=keyframe.frame,
                exact=keyframe.exact,
                anchor_x=keyframe.anchor_x,
                anchor_y=keyframe.anchor_y,
            )
            for keyframe in shot.keyframes
        ),
    )


def _take_name(project: Project, shots: tuple[ShotSpec, ...]) -> str:
    digest = hashlib.sha256()
    for part in (project.caption, project.format.model_dump_json(), project.model, project.seed):
        digest.update(f"{part}\0".encode())
    for shot in shots:
        # Media files are named by their content's hash, so the name alone stands for the image;
        # the folder they lie in must not count, or a moved project would lose its takes.
        named = shot.model_copy(
            update={
                "keyframes": tuple(
                    spec.model_copy(update={"image": Path(spec.image).name})
                    for spec in shot.keyframes
                )
            }
        )
        digest.update(named.model_dump_json().encode())
    return digest.hexdigest()[:16]
