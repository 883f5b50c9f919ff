"""The film on the 4n + 1 grid, in film frames: chunks, latent cells, heads, and who stands where.

Derived from the document alone and quick enough to be made anew at every step of a drag: the plan
of a pass that did not change is remembered.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from app.state.language import said
from app.timeline.edits import find_keyframe, set_exact
from app.timeline.project import Project, Shot
from app.timeline.takes import MAX_PASS_FRAMES, given_shots
from engine.planning.film import plan_shots
from engine.planning.passes import split_into_passes
from engine.planning.plan import Chunk, ChunkPlan
from engine.protocol.jobs import FootageSpec, Join, KeyframeSpec, ShotSpec

HeadKind = Literal["start", "keyframe", "cut", "free"]

_ShotKey = tuple[int, Join, tuple[tuple[int, bool], ...]]


@dataclass(frozen=True, slots=True)
class GridPass:
    """One pass: the shots ``[first, stop)``, or parts of them, and the footage beside them.

    Attributes:
        start: film frame that the plan begins on: of the footage that the pass goes on from, if it
            does.
        lead, tail: frames of footage that it sees at its start and at its end.
        keyframe_ids: of its own keyframes in the plan's order; the plan may end with one more,
            which the next pass begins on.
    """

    first: int
    stop: int
    start: int
    plan: ChunkPlan
    keyframe_ids: tuple[str, ...]
    lead: int = 0
    tail: int = 0

    @property
    def first_frame(self) -> int:
        """The first film frame that it makes."""
        return self.start + self.lead

    @property
    def end(self) -> int:
        """Film frame after the last one that it makes."""
        return self.start + self.plan.num_frames_requested - self.tail


@dataclass(frozen=True, slots=True)
class FilmGrid:
    """All passes of the film; ``used`` maps each keyframe to the film frame it stands on."""

    passes: tuple[GridPass, ...]
    used: dict[str, int]

    def passes_of_shot(self, index: int) -> tuple[GridPass, ...]:
        """Return the passes that hold a part of a shot, by the shot's index: most often one."""
        return tuple(part for part in self.passes if part.first <= index < part.stop)

    @property
    def num_latents(self) -> int:
        """Latent frames of the whole film: what generating it costs."""
        return sum(part.plan.num_latents for part in self.passes)


def film_grid(project: Project, max_frames: int = MAX_PASS_FRAMES) -> FilmGrid:
    """Return where the grid puts everything."""
    specs = [_spec(_shot_key(shot)) for shot in project.shots]
    # Passes cut the film into consecutive stretches, so its keyframes come by in their order.
    keyframes = (keyframe.id for shot in project.shots for keyframe in shot.keyframes)
    passes: list[GridPass] = []
    used: dict[str, int] = {}
    for part in split_into_passes(specs, max_frames, given_shots(project)):
        clips = tuple((clip.frame, clip.stop - clip.start) for clip in part.footage)
        keys = tuple(_shot_key(spec) for spec in part.shots)
        plan = _plan(keys, part.next_keyframe is not None, clips)
        num_keyframes = sum(len(spec.keyframes) for spec in part.shots)
        ids = tuple(itertools.islice(keyframes, num_keyframes))
        sides = (part.lead, part.tail)
        passes.append(GridPass(part.first, part.stop, part.start, plan, ids, *sides))
        frames = plan.keyframe_frames
        used.update({name: part.start + frames[index] for index, name in enumerate(ids)})
    return FilmGrid(tuple(passes), used)


def requested_frames(project: Project) -> dict[str, int]:
    """Return the film frame that each keyframe asks for."""
    return {
        keyframe.id: start + keyframe.frame
        for start, shot in project.shot_starts()
        for keyframe in shot.keyframes
    }


def head_kind(chunk: Chunk, is_first: bool) -> HeadKind:
    """Say what a chunk's head stands for."""
    if chunk.placement is not None and chunk.placement.keyframe is not None:
        return "keyframe"
    if is_first:
        return "start"
    return "cut" if chunk.placement is not None else "free"


def placement_text(requested: int, used: int) -> str:
    """Return what is said of a keyframe: where it was wanted, where it stands."""
    return said("State", "asked {requested}, used {used}", requested=requested, used=used)


def exact_price(project: Project, keyframe_id: str) -> int:
    """Return how many latent frames more the film costs with this keyframe placed exactly."""
    find_keyframe(project, keyframe_id)
    exact = film_grid(set_exact(project, keyframe_id, True)).num_latents
    return exact - film_grid(set_exact(project, keyframe_id, False)).num_latents


def _shot_key(shot: Shot | ShotSpec) -> _ShotKey:
    keyframes = tuple((keyframe.frame, keyframe.exact) for keyframe in shot.keyframes)
    return (shot.num_frames, shot.join, keyframes)


@lru_cache(maxsize=4096)
def _spec(key: _ShotKey) -> ShotSpec:
    num_frames, join, keyframes = key
    specs = tuple(KeyframeSpec(image="", frame=frame, exact=exact) for frame, exact in keyframes)
    return ShotSpec(num_frames=num_frames, join=join, keyframes=specs)


@lru_cache(maxsize=1024)
def _plan(
    keys: Sequence[_ShotKey], shares_border: bool, clips: Sequence[tuple[int, int]]
) -> ChunkPlan:
    footage = [FootageSpec(path="", stop=length, frame=frame) for frame, length in clips]
    shots = [_spec(key) for key in keys]
    return plan_shots(shots, shares_border=shares_border, footage=footage)
