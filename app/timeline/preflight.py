"""What can be known of a film before anything is computed: what the grid does, what will not work.

A shot that did not change is not looked at again. Pure: whether a file is there is told from
outside.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.timeline.findings import (
    BoardCropped,
    BoardMissing,
    BoardMoved,
    BoardsClose,
    BoardSoft,
    CutWithoutBoard,
    ExactPaid,
    Finding,
    FootageMissing,
    PassLong,
    PassWithoutBoard,
    Place,
    SoundMissing,
)
from app.timeline.parts import MediaItem
from app.timeline.project import Format, Keyframe, Project, Shot
from engine.planning.grid import FRAMES_PER_GROUP
from engine.planning.plan import ChunkPlan
from engine.planning.resolution import FrameSize, fit_picture
from engine.protocol.jobs import Fit

LIGHT_CROP = 0.03
"""Below this nobody sees what is missing."""

SOFT_BELOW = 0.5
"""A board with fewer pixels than this for each of the film comes out soft."""

CLOSE_FRAMES = 4


def crop_of(keyframe: Keyframe, item: MediaItem, film: Format) -> tuple[float, bool, float]:
    """Return what fitting a board costs: share lost, whether at the sides, pixels per pixel."""
    image, frame = FrameSize(item.width, item.height), FrameSize(film.width, film.height)
    return _crop(image, frame, keyframe.fit, keyframe.anchor_x, keyframe.anchor_y)


@lru_cache(maxsize=4096)
def _crop(
    image: FrameSize, frame: FrameSize, fit: Fit, anchor_x: float, anchor_y: float
) -> tuple[float, bool, float]:
    fitting = fit_picture(image, frame, fit, anchor_x, anchor_y)
    box = fitting.source
    lost = 1 - box.width * box.height / (image.width * image.height)
    return lost, box.width < image.width, box.width / fitting.target.width


@dataclass(frozen=True, slots=True)
class PlacedPass:
    """A pass on the grid: shots ``[first, stop)``; its plan begins on film frame ``start``.

    Attributes:
        lead: frames of footage that it goes on from, at its start.
    """

    first: int
    stop: int
    start: int
    plan: ChunkPlan
    keyframe_ids: tuple[str, ...]
    lead: int = 0


@dataclass(frozen=True, slots=True)
class _OnGrid:
    """Where a keyframe stands: frame used, price of exactness, free heads paid for it."""

    frame: int
    price: int
    num_free: int


@dataclass(frozen=True, eq=False, slots=True)
class _Seen:
    """A shot that was checked: the very objects it was checked with, and what was found."""

    shot: Shot
    facts: tuple[object, ...]
    found: tuple[Finding, ...]

    def is_of(self, shot: Shot, facts: tuple[object, ...]) -> bool:
        """Whether nothing differs; comparing whole shots would take as long as checking them."""
        return self.shot is shot and self.facts == facts


class Preflight:
    """Checks films that differ little from one another: a shot that did not change is remembered.

    Args:
        max_frames: the longest that a pass should be.
    """

    def __init__(self, max_frames: int) -> None:
        self._max_frames = max_frames
        self._seen: dict[str, _Seen] = {}

    def check(
        self,
        project: Project,
        passes: Sequence[PlacedPass],
        missing: Collection[str],
        *,
        is_weak: bool,
    ) -> tuple[Finding, ...]:
        """Return what is to be said of a film, in its order.

        Args:
            project: the film.
            passes: as the grid has them.
            missing: ids of boards, sounds and movies whose files are not there.
            is_weak: whether the model needs boards to make anything of a shot.
        """
        media = {item.id: item for item in project.media}
        on_grid = _on_grid(passes)
        openings = {part.first: part for part in reversed(passes)}
        findings: list[Finding] = []
        seen: dict[str, _Seen] = {}
        before: Shot | None = None
        for index, (start, shot) in enumerate(project.shot_starts()):
            part = openings.get(index)
            if part is not None:
                findings.extend(
                    self._of_pass(Place(shot.id, part.start + part.lead - start), part, is_weak)
                )
            placed = tuple(_within(shot, k, start, on_grid) for k in shot.keyframes)
            gone = tuple(k.media in missing for k in shot.keyframes)
            if shot.footage is not None and shot.footage.footage in missing:
                movie = project.footage_item(shot.footage.footage)
                findings.append(FootageMissing(Place(shot.id), movie.name))
            is_bare_cut = before is not None and before.join == "cut" and part is None
            boards = tuple(media.get(k.media) for k in shot.keyframes)
            facts = (placed, gone, boards, project.format, is_bare_cut, is_weak)
            known = self._seen.get(shot.id)
            if known is None or not known.is_of(shot, facts):
                found = _of_keyframes(shot, placed, gone, media, project.format)
                if is_bare_cut and not shot.keyframes and shot.footage is None:
                    found.append(CutWithoutBoard(Place(shot.id), is_weak))
                known = _Seen(shot, facts, tuple(found))
            seen[shot.id] = known
            findings.extend(known.found)
            before = shot
        self._seen = seen
        return (*findings, *_of_sounds(project, missing))

    def _of_pass(self, place: Place, part: PlacedPass, is_weak: bool) -> list[Finding]:
        findings: list[Finding] = []
        length = part.plan.num_frames_requested
        if length > self._max_frames:
            findings.append(PassLong(place, length, self._max_frames))
        if not part.plan.keyframe_frames and not part.plan.footage_spans:
            findings.append(PassWithoutBoard(place, is_weak))
        return findings


def _of_sounds(project: Project, missing: Collection[str]) -> list[SoundMissing]:
    """Return the sounds that are not there, each where it is heard first."""
    findings: dict[str, SoundMissing] = {}
    for clip in sorted(project.sound_clips, key=lambda clip: clip.frame):
        if clip.is_muted or clip.sound not in missing or clip.sound in findings:
            continue
        found = project.shot_at(clip.frame)
        place = Place(found[1].id, clip.frame - found[0]) if found else Place()
        name = project.sound_item(clip.sound).name
        findings[clip.sound] = SoundMissing(place, name, clip.id)
    return list(findings.values())


def _on_grid(passes: Sequence[PlacedPass]) -> dict[str, _OnGrid]:
    """Return where every keyframe stands, in film frames."""
    found: dict[str, _OnGrid] = {}
    for part in passes:
        asked = part.plan.keyframe_requests
        num_free = 0
        for head, chunk in enumerate(part.plan.chunks):
            placement = chunk.placement
            if placement is None:
                num_free += head > 0
                continue
            index = placement.keyframe
            if index is not None and index < len(part.keyframe_ids):
                price = (asked[index] - (head - num_free)) % FRAMES_PER_GROUP
                name = part.keyframe_ids[index]
                found[name] = _OnGrid(part.start + chunk.start, price, num_free)
            num_free = 0
    return found


def _within(shot: Shot, keyframe: Keyframe, start: int, on_grid: Mapping[str, _OnGrid]) -> _OnGrid:
    """Return where a keyframe stands, counted from its shot's start."""
    placed = on_grid.get(keyframe.id)
    if placed is None:
        return _OnGrid(keyframe.frame, 0, 0)
    return _OnGrid(placed.frame - start, placed.price, placed.num_free)


def _of_keyframes(
    shot: Shot,
    placed: Sequence[_OnGrid],
    gone: Sequence[bool],
    media: Mapping[str, MediaItem],
    film: Format,
) -> list[Finding]:
    findings: list[Finding] = []
    for keyframe, where, is_gone in zip(shot.keyframes, placed, gone, strict=True):
        item = media.get(keyframe.media)
        place = Place(shot.id, keyframe.frame, keyframe.id)
        if item is None:
            continue  # the ghost of a drop that hovers: its picture is not in the project yet
        if is_gone:
            findings.append(BoardMissing(place, item.name))
        if where.frame != keyframe.frame:
            findings.append(BoardMoved(place, where.frame - keyframe.frame, where.price))
        elif keyframe.exact and where.num_free:
            findings.append(ExactPaid(place, where.num_free))
        lost, at_sides, sharpness = crop_of(keyframe, item, film)
        if lost > LIGHT_CROP:
            findings.append(BoardCropped(place, lost, at_sides))
        if sharpness < SOFT_BELOW:
            findings.append(BoardSoft(place, item.width, item.height))
    for (earlier, first), (later, second) in itertools.pairwise(
        zip(shot.keyframes, placed, strict=True)
    ):
        gap = second.frame - first.frame
        if gap < CLOSE_FRAMES and earlier.media != later.media:
            findings.append(BoardsClose(Place(shot.id, later.frame, later.id), gap))
    return findings
