"""Where dropped pictures go: pure arithmetic over frames."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OntoShot:
    """Onto a frame of a shot."""

    shot_id: str
    frame: int


@dataclass(frozen=True, slots=True)
class OntoEmpty:
    """Onto no shot: new shots are made, before the shot at ``index``."""

    index: int


DropTarget = OntoShot | OntoEmpty


def spread(count: int, frame: int, num_frames: int, taken: Collection[int]) -> tuple[int, ...]:
    """Return the frames for ``count`` pictures in a shot.

    One picture goes to ``frame``. Several share the shot so that each holds equally long; a frame
    that is taken gives way to the nearest free one. Fewer come back when the shot is too short.
    """
    if count == 1:
        return (frame,)
    occupied = set(taken)
    frames: list[int] = []
    for index in range(count):
        wish = index * num_frames // count
        free = nearest_free(wish, num_frames, occupied)
        if free is None:
            break
        occupied.add(free)
        frames.append(free)
    return tuple(sorted(frames))


def nearest_free(wish: int, num_frames: int, taken: Collection[int]) -> int | None:
    """Return the free frame nearest to ``wish``, ties to the later; None when there is none."""
    for distance in range(num_frames):
        for frame in (wish + distance, wish - distance):
            if 0 <= frame < num_frames and frame not in taken:
                return frame
    return None
