"""From the document to jobs: the passes of a film, and the name of the take that each one makes.

A take's name is a hash of everything that decides its pixels, so the same plan with the same seed
finds the work that was already done, finished or not. Pure: paths are joined, never opened.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from app.timeline.project import Keyframe, Project, Shot
from app.timeline.storage import TAKES_FOLDER, media_path
from engine.planning.film import plan_shots
from engine.planning.passes import split_into_passes
from engine.planning.plan import ChunkPlan
from engine.protocol.jobs import DraftJob, KeyframeSpec, RefineJob, ShotSpec

MAX_PASS_FRAMES = 361
"""Fifteen seconds at 24 fps, the longest pass the paper generates in one run."""

DRAFT_FILE = "draft.mkv"
MASTER_FILE = "master.mkv"


@dataclass(frozen=True, slots=True)
class PassAnchor:
    """The part of the document on which a pass begins: a shot, or a keyframe that divides one."""

    shot_id: str
    keyframe_id: str | None = None


@dataclass(frozen=True)
class FilmPass:
    """One pass of the film, ready to be asked for.

    Attributes:
        first, stop: the shots ``[first, stop)`` it covers, the first or last perhaps in part.
        start: film frame it begins on.
        shots: as the engine wants them.
        plan: where each keyframe stands.
        take: name of the take's folder under ``takes/``.
        next_keyframe: the keyframe just past its end that it shares with the pass after it.
        anchor: where the document keeps what was chosen for this pass.
        seed: its own, or the film's.
        own_take: the name that its shots and settings give it; ``take`` differs while another one
            is kept.
    """

    first: int
    stop: int
    start: int
    shots: tuple[ShotSpec, ...]
    plan: ChunkPlan
    take: str
    next_keyframe: KeyframeSpec | None = None
    anchor: PassAnchor = PassAnchor("")
    seed: int = 0
    own_take: str = ""

    @cached_property
    def content(self) -> str:
        """Hash of the shots that it is made from."""
        return shots_hash(self.shots, self.next_keyframe)

    @property
    def end(self) -> int:
        """Film frame after the last one that it delivers."""
        return self.start + self.plan.num_frames_requested

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
    passes: list[FilmPass] = []
    for part in split_into_passes(specs, max_frames):
        border = part.next_keyframe
        plan = plan_shots(part.shots, shares_border=border is not None)
        holder = _holder(project, part.start)
        anchor = PassAnchor(holder[0].id, holder[1] and holder[1].id)
        choice = holder[1] or holder[0]
        seed = project.seed if choice.seed is None else choice.seed
        own = take_name(project, part.shots, border, seed)
        take = own
        if choice.kept is not None and choice.kept.shots == shots_hash(part.shots, border):
            take = choice.kept.take
        passes.append(
            FilmPass(
                *(part.first, part.stop, part.start, part.shots, plan, take, border),
                *(anchor, seed, own),
            )
        )
    return tuple(passes)


def draft_job(project: Project, folder: Path, film_pass: FilmPass) -> DraftJob:
    """Return the job that makes a pass's draft."""
    return DraftJob(
        job_id=f"draft-{film_pass.take}",
        folder=str(film_pass.folder(folder)),
        shots=film_pass.shots,
        next_keyframe=film_pass.next_keyframe,
        caption=project.caption,
        rate=project.format.rate,
        width=project.format.width,
        height=project.format.height,
        model=project.model,
        seed=film_pass.seed,
        **project.drafting.fields(),
    )


def refine_job(project: Project, folder: Path, film_pass: FilmPass) -> RefineJob:
    """Return the job that makes a pass's master from its draft."""
    return RefineJob(
        job_id=f"refine-{film_pass.take}",
        folder=str(film_pass.folder(folder)),
        model=project.refine_model,
        **project.refining.fields(),
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
                fit=keyframe.fit,
                # A cropped picture has no bars: the choice that waits for them renames no take.
                bars=keyframe.bars if keyframe.fit == "contain" else "black",
                strength=keyframe.strength,
            )
            for keyframe in shot.keyframes
        ),
    )


def take_name(
    project: Project, shots: Sequence[ShotSpec], next_keyframe: KeyframeSpec | None, seed: int
) -> str:
    """Return the name of the take of these shots with the film's settings and a seed."""
    digest = hashlib.sha256()
    for part in (project.caption, project.format.model_dump_json(), project.model, seed):
        digest.update(f"{part}\0".encode())
    # Nothing is added where nothing is set: takes made before there were settings keep their names.
    digest.update(project.drafting.identity().encode())
    _add_shots(digest, shots, next_keyframe)
    return digest.hexdigest()[:16]


def shots_hash(shots: Sequence[ShotSpec], next_keyframe: KeyframeSpec | None) -> str:
    """Return a hash of the shots alone: takes that share it can stand for one another."""
    digest = hashlib.sha256()
    _add_shots(digest, shots, next_keyframe)
    return digest.hexdigest()[:16]


def _add_shots(
    digest: hashlib._Hash, shots: Sequence[ShotSpec], next_keyframe: KeyframeSpec | None
) -> None:
    for shot in shots:
        named = shot.model_copy(update={"keyframes": tuple(map(_named, shot.keyframes))})
        digest.update(named.model_dump_json().encode())
    if next_keyframe is not None:  # a pass that shares no border keeps the name it always had
        digest.update(_named(next_keyframe).model_dump_json().encode())


def _holder(project: Project, film_frame: int) -> tuple[Shot, Keyframe | None]:
    """Return the shot, and the keyframe inside it, on which a pass begins."""
    found = project.shot_at(film_frame)
    assert found is not None, "a pass begins inside the film"
    start, shot = found
    if film_frame == start:
        return shot, None
    return shot, next(k for k in shot.keyframes if start + k.frame == film_frame)


def _named(spec: KeyframeSpec) -> KeyframeSpec:
    """Return a keyframe without its image's folder, or a moved project would lose its takes.

    Media files are named by their content's hash, so the name alone stands for the image.
    """
    return spec.model_copy(update={"image": Path(spec.image).name})
