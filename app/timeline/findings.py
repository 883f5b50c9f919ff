"""What may be said of a film before anything is computed: one frozen value for each thing. Pure.

Frames are counted from the start of the shot, so that a shot that merely moves keeps its findings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["problem", "warning", "note"]

HEAVY_CROP = 0.25
"""A board that loses more of its picture than this is worth a warning."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the film: a shot, a frame of it, perhaps a keyframe; nothing is the whole film."""

    shot_id: str = ""
    offset: int = 0
    keyframe_id: str = ""


@dataclass(frozen=True, slots=True)
class BoardMoved:
    """The grid puts a board ``shift`` frames from where it was asked for.

    Attributes:
        price: at most so many latent frames more place it exactly.
    """

    place: Place
    shift: int
    price: int


@dataclass(frozen=True, slots=True)
class ExactPaid:
    """A board stands exactly, for ``num_free`` free heads before it."""

    place: Place
    num_free: int


@dataclass(frozen=True, slots=True)
class BoardCropped:
    """A board loses a share of its picture, above and below or at the sides."""

    place: Place
    lost: float
    at_sides: bool


@dataclass(frozen=True, slots=True)
class BoardSoft:
    """A board of ``width`` × ``height`` has far fewer pixels than the film."""

    place: Place
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class BoardMissing:
    """A board's file is not there."""

    place: Place
    name: str


@dataclass(frozen=True, slots=True)
class SoundMissing:
    """The file of a sound that is heard is not there; ``clip_id`` names where it is."""

    place: Place
    name: str
    clip_id: str


@dataclass(frozen=True, slots=True)
class FootageMissing:
    """The movie that a shot shows is not where or what it was."""

    place: Place
    name: str


@dataclass(frozen=True, slots=True)
class BoardsClose:
    """Two boards stand ``gap`` frames apart: between them nothing can move."""

    place: Place
    gap: int


@dataclass(frozen=True, slots=True)
class CutWithoutBoard:
    """A shot begins on a cut and has no board of its own."""

    place: Place
    is_weak: bool


@dataclass(frozen=True, slots=True)
class PassWithoutBoard:
    """No board leads a whole pass."""

    place: Place
    is_weak: bool


@dataclass(frozen=True, slots=True)
class PassLong:
    """A pass is longer than passes should be, and holds no keyframe to divide it at."""

    place: Place
    num_frames: int
    limit: int


@dataclass(frozen=True, slots=True)
class ModelTrouble:
    """A model cannot be used; ``sentence`` says why and what to do."""

    place: Place
    sentence: str
    is_refiner: bool = False


@dataclass(frozen=True, slots=True)
class DiskShort:
    """What will be made needs ``needed`` bytes and ``free`` are left."""

    place: Place
    needed: int
    free: int


@dataclass(frozen=True, slots=True)
class MemoryShort:
    """A job will be slower, or fail, for want of memory.

    Attributes:
        slowdown: by what factor it is slower when weights are streamed; None: it will not fit.
        nearest: the nearest setting that fits, as a sentence; empty where none is known.
    """

    place: Place
    title: str
    needed: int
    available: int
    slowdown: float | None
    nearest: str


Finding = (
    BoardMoved
    | ExactPaid
    | BoardCropped
    | BoardSoft
    | BoardMissing
    | SoundMissing
    | FootageMissing
    | BoardsClose
    | CutWithoutBoard
    | PassWithoutBoard
    | PassLong
    | ModelTrouble
    | DiskShort
    | MemoryShort
)


def severity(finding: Finding) -> Severity:
    """Say how much a finding matters."""
    match finding:
        case BoardMissing() | SoundMissing() | FootageMissing():
            return "problem"
        case ModelTrouble() | MemoryShort(slowdown=None):
            return "problem"
        case DiskShort(needed=needed, free=free):
            return "problem" if free < needed / 2 else "warning"
        case BoardCropped(lost=lost):
            return "warning" if lost > HEAVY_CROP else "note"
        case CutWithoutBoard(is_weak=is_weak) | PassWithoutBoard(is_weak=is_weak):
            return "warning" if is_weak else "note"
        case BoardSoft() | PassLong() | MemoryShort():
            return "warning"
        case BoardMoved() | ExactPaid() | BoardsClose():
            return "note"
