"""Edits of what a pass uses: its seed, the take it stays with, takes thrown away. Pure.

A pass is no part of the document, so its choices stand on the shot, or on the dividing keyframe,
that it begins on.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from app.timeline.edits import EditError
from app.timeline.generation import Drafting, Refining
from app.timeline.parts import Part
from app.timeline.project import KeptTake, Keyframe, Project, Shot
from app.timeline.takes import FilmPass, PassAnchor, PassContent, take_name
from engine.protocol.jobs import DraftJob, KeyframeSpec, ShotSpec

P = TypeVar("P", bound=Part)


def set_pass_seed(project: Project, anchor: PassAnchor, seed: int | None) -> Project:
    """Give one pass a seed of its own; None is the film's. A kept take is let go of."""
    return _choose(project, anchor, seed=seed, kept=None)


def keep_take(project: Project, anchor: PassAnchor, kept: KeptTake | None) -> Project:
    """Let a pass stay with a take, or follow the film's settings again."""
    return _choose(project, anchor, kept=kept)


def use_take(
    project: Project, film_pass: FilmPass, name: str, job: DraftJob, shots: str
) -> Project:
    """Let a pass use a take that was made from the same shots.

    The seed is enough where nothing else differs; otherwise the take is kept as it is.
    """
    if shots != film_pass.content:
        raise EditError(
            "This take was made from other shots; restore its settings to use it again."
        )
    content = PassContent(film_pass.shots, film_pass.next_keyframe, film_pass.footage)
    if take_name(project, content, job.seed) == name:
        seed = None if job.seed == project.seed else job.seed
        return set_pass_seed(project, film_pass.anchor, seed)
    return keep_take(project, film_pass.anchor, KeptTake(take=name, shots=shots))


def discard_take(project: Project, name: str) -> Project:
    """Throw a take away; a pass that was kept on it follows the film's settings again."""
    return _replaced(
        _released(project, name),
        discarded=(*(known for known in project.discarded if known != name), name),
    )


def restore_settings(
    project: Project,
    film_pass: FilmPass,
    job: DraftJob,
    refining: tuple[str, Refining] | None = None,
) -> Project:
    """Bring back all that a take was made with: shots, captions, boards, models, settings, seed.

    Args:
        project: the film.
        film_pass: whose shots are replaced.
        job: that made the take's draft.
        refining: model and settings of its master, where it has one.
    """
    first, stop = film_pass.first, film_pass.stop
    if film_pass.anchor.keyframe_id or film_pass.next_keyframe or job.next_keyframe:
        raise EditError(
            "A divided shot takes no settings from a take; use a take that was made from it."
        )
    specs = _made_shots(job)
    if len(specs) != stop - first:
        raise EditError(
            f"This take has {len(specs)} shots and the pass has {stop - first}; "
            "add or delete shots first."
        )
    shots = list(project.shots)
    for index, spec in enumerate(specs):
        shots[first + index] = _restored(project, shots[first + index], spec)
    film_format = _replaced(project.format, width=job.width, height=job.height, rate=job.rate)
    changed = _replaced(
        project,
        shots=tuple(shots),
        caption=job.caption,
        model=job.model,
        format=film_format,
        drafting=Drafting.of_job(job),
    )
    if refining is not None:
        changed = _replaced(changed, refine_model=refining[0], refining=refining[1])
    seed = None if job.seed == project.seed else job.seed
    return set_pass_seed(changed, film_pass.anchor, seed)


def _made_shots(job: DraftJob) -> tuple[ShotSpec, ...]:
    """Return a job's shots without the footage at both ends that it only sees."""
    shots = list(job.shots)
    for clip in job.footage:
        at = 0 if clip.frame == 0 else -1
        num_seen = clip.stop - clip.start
        shift = num_seen if clip.frame == 0 else 0
        moved = tuple(
            keyframe.model_copy(update={"frame": keyframe.frame - shift})
            for keyframe in shots[at].keyframes
        )
        shorter = {"num_frames": shots[at].num_frames - num_seen, "keyframes": moved}
        shots[at] = shots[at].model_copy(update=shorter)
    return tuple(shots)


def _restored(project: Project, shot: Shot, spec: ShotSpec) -> Shot:
    keyframes = tuple(_keyframe(project, shot, wanted) for wanted in spec.keyframes)
    return _replaced(
        shot,
        caption=spec.caption,
        num_frames=spec.num_frames,
        join=spec.join,
        keyframes=keyframes,
    )


def _keyframe(project: Project, shot: Shot, spec: KeyframeSpec) -> Keyframe:
    name = Path(spec.image).name
    item = next((item for item in project.media if item.file == name), None)
    if item is None:
        raise EditError(f"The board {name} is not in the project any more; add it first.")
    there = next((k for k in shot.keyframes if k.frame == spec.frame), None)
    there = there or Keyframe(media=item.id, frame=spec.frame)
    return _replaced(
        there,
        media=item.id,
        exact=spec.exact,
        anchor_x=spec.anchor_x,
        anchor_y=spec.anchor_y,
        fit=spec.fit,
        bars=spec.bars,
        strength=spec.strength,
    )


def _released(project: Project, name: str) -> Project:
    def is_on_it(part: Shot | Keyframe) -> bool:
        return part.kept is not None and part.kept.take == name

    shots: list[Shot] = []
    for shot in project.shots:
        keyframes = tuple(_replaced(k, kept=None) if is_on_it(k) else k for k in shot.keyframes)
        kept = None if is_on_it(shot) else shot.kept
        shots.append(_replaced(shot, keyframes=keyframes, kept=kept))
    return _replaced(project, shots=tuple(shots))


def _choose(project: Project, anchor: PassAnchor, **choice: Any) -> Project:
    shot = project.shot(anchor.shot_id)
    if anchor.keyframe_id is None:
        changed = _replaced(shot, **choice)
    else:
        keyframes = tuple(
            _replaced(k, **choice) if k.id == anchor.keyframe_id else k for k in shot.keyframes
        )
        changed = _replaced(shot, keyframes=keyframes)
    return _replaced(project, shots=tuple(changed if s.id == shot.id else s for s in project.shots))


def _replaced(part: P, **changes: Any) -> P:
    values = {name: getattr(part, name) for name in type(part).model_fields}
    try:
        return type(part)(**{**values, **changes})
    except ValidationError as error:
        raise EditError(str(error.errors()[0]["msg"]).removeprefix("Value error, ")) from error
