"""From the document to jobs: the passes of a film, and the name of the take that each one makes.

A take's name is a hash of everything that decides its pixels, so the same plan with the same seed
finds the work that was already done, finished or not. Pure: paths are joined, never opened.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.timeline.project import Keyframe, Project, Shot
from app.timeline.storage import TAKES_FOLDER, media_path
from engine.planning.film import plan_shots
from engine.planning.passes import PassRange, split_into_passes
from engine.planning.plan import ChunkPlan
from engine.protocol.jobs import DraftJob, FootageSpec, KeyframeSpec, RefineJob, ShotSpec

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
        start: film frame that its movies begin on: of the footage that it goes on from, if it does.
        shots: as the engine wants them.
        plan: where each keyframe stands.
        take: name of the take's folder under ``takes/``.
        next_keyframe: the keyframe just past its end that it shares with the pass after it.
        anchor: where the document keeps what was chosen for this pass.
        seed: its own, or the film's.
        own_take: the name that its shots and settings give it; ``take`` differs while another one
            is kept.
        footage: what it goes on from and what it leads into.
        content: hash of the shots, and the footage, that it is made from.
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
    footage: tuple[FootageSpec, ...] = ()
    content: str = ""

    @property
    def first_frame(self) -> int:
        """The first film frame that it makes."""
        return self.start + self._given_at(is_start=True)

    @property
    def end(self) -> int:
        """Film frame after the last one that it makes."""
        return self.start + self.plan.num_frames_requested - self._given_at(is_start=False)

    def _given_at(self, *, is_start: bool) -> int:
        """Return how many frames of footage it sees at its start or at its end."""
        clips = (clip for clip in self.footage if (clip.frame == 0) == is_start)
        return sum(clip.stop - clip.start for clip in clips)

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
    return tuple(
        _film_pass(project, part)
        for part in split_into_passes(specs, max_frames, given_shots(project))
    )


def _film_pass(project: Project, part: PassRange) -> FilmPass:
    border = part.next_keyframe
    plan = plan_shots(part.shots, shares_border=border is not None, footage=part.footage)
    holder = _holder(project, part.start + part.lead)
    choice = holder[1] or holder[0]
    seed = project.seed if choice.seed is None else choice.seed
    content = PassContent(part.shots, border, part.footage)
    own = take_name(project, content, seed)
    hashed = shots_hash(content)
    is_kept = choice.kept is not None and choice.kept.shots == hashed
    return FilmPass(
        first=part.first,
        stop=part.stop,
        start=part.start,
        shots=part.shots,
        plan=plan,
        take=choice.kept.take if choice.kept is not None and is_kept else own,
        next_keyframe=border,
        anchor=PassAnchor(holder[0].id, holder[1] and holder[1].id),
        seed=seed,
        own_take=own,
        footage=part.footage,
        content=hashed,
    )


def given_shots(project: Project) -> dict[int, FootageSpec]:
    """Return what the shots of footage show, by index."""
    return {
        index: FootageSpec(
            path=project.footage_item(shot.footage.footage).path,
            start=shot.footage.start,
            stop=shot.footage.start + shot.num_frames,
            fit=shot.footage.fit,
            bars=shot.footage.bars,
        )
        for index, shot in enumerate(project.shots)
        if shot.footage is not None
    }


def draft_job(project: Project, folder: Path, film_pass: FilmPass) -> DraftJob:
    """Return the job that makes a pass's draft."""
    return DraftJob(
        job_id=f"draft-{film_pass.take}",
        folder=str(film_pass.folder(folder)),
        shots=film_pass.shots,
        footage=film_pass.footage,
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


@dataclass(frozen=True, slots=True)
class PassContent:
    """What a pass is made from."""

    shots: Sequence[ShotSpec]
    next_keyframe: KeyframeSpec | None = None
    footage: Sequence[FootageSpec] = ()

    @classmethod
    def of_job(cls, job: DraftJob) -> PassContent:
        """Return what a take was made from."""
        return cls(job.shots, job.next_keyframe, job.footage)

    def added_to(self, digest: hashlib._Hash, prints: Mapping[str, str]) -> None:
        """Add all of it to a hash; movies go by their fingerprints, else by their names."""
        for shot in self.shots:
            named = shot.model_copy(update={"keyframes": tuple(map(_named, shot.keyframes))})
            digest.update(named.model_dump_json().encode())
        if self.next_keyframe is not None:  # a pass that shares no border keeps its old name
            digest.update(_named(self.next_keyframe).model_dump_json().encode())
        for clip in self.footage:
            name = prints.get(clip.path, Path(clip.path).name)
            digest.update(clip.model_copy(update={"path": name}).model_dump_json().encode())


def take_name(project: Project, content: PassContent, seed: int) -> str:
    """Return the name of the take of these shots with the film's settings and a seed."""
    digest = hashlib.sha256()
    for part in (project.caption, project.format.model_dump_json(), project.model, seed):
        digest.update(f"{part}\0".encode())
    # Nothing is added where nothing is set: takes made before there were settings keep their names.
    digest.update(project.drafting.identity().encode())
    content.added_to(digest, {item.path: item.fingerprint for item in project.footage})
    return digest.hexdigest()[:16]


def shots_hash(content: PassContent) -> str:
    """Return a hash of the shots alone: takes that share it can stand for one another."""
    digest = hashlib.sha256()
    content.added_to(digest, {})
    return digest.hexdigest()[:16]


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
