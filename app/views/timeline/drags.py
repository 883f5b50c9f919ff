"""What a held mouse button is doing to the timeline: one frozen value per kind of drag."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt

from app.state.selection import Selection
from app.state.shots import Side
from app.state.snapping import NO_POINTS, SnapPoint, SnapPoints
from app.timeline.project import Project
from app.views.timeline.slip_gestures import SlipDrag
from app.views.timeline.sound_gestures import SoundDrag

DRAG_THRESHOLD = 4


@dataclass(frozen=True, slots=True)
class Touch:
    """Where the mouse is, and which keys are held.

    Attributes:
        extends: Shift; selects a range, or trims the other way.
        toggles: Ctrl; adds to the selection.
        is_free: Alt; nothing snaps, and footage is slipped.
    """

    at: QPointF
    extends: bool = False
    toggles: bool = False
    is_free: bool = False

    @staticmethod
    def of(at: QPointF, keys: Qt.KeyboardModifier) -> Touch:
        """Return a touch from what an event says."""
        return Touch(
            at,
            bool(keys & Qt.KeyboardModifier.ShiftModifier),
            bool(keys & Qt.KeyboardModifier.ControlModifier),
            bool(keys & Qt.KeyboardModifier.AltModifier),
        )

    @property
    def x(self) -> float:
        """The place on the film's axis, in pixels."""
        return self.at.x()


@dataclass(frozen=True, slots=True)
class Idle:
    """No button is held."""


@dataclass(frozen=True, slots=True)
class Scrubbing:
    """The playhead follows the mouse."""


@dataclass(frozen=True, slots=True)
class PinDrag:
    """Keyframes follow the mouse.

    Attributes:
        keyframe_id: the one that was grabbed.
        group: all that move along, itself included.
        grab: distance from the keyframe to the mouse when it was grabbed.
        origin: film frame it was grabbed on.
        frame: film frame it would go to; None until the mouse has really moved.
        candidate: the film as it would be; None on a taken frame.
        collapses: a click without a drag selects this one alone.
    """

    keyframe_id: str
    group: frozenset[str]
    grab: float
    pressed_x: float
    origin: int
    points: SnapPoints = NO_POINTS
    frame: int | None = None
    candidate: Project | None = None
    snap: SnapPoint | None = None
    collapses: bool = False


@dataclass(frozen=True, slots=True)
class EdgeDrag:
    """An edge of a shot follows the mouse.

    Attributes:
        origin: film frame of the edge when it was grabbed.
        delta: by how many frames it is moved.
        is_stopped: a keyframe or the end is in the way of more.
        overwrites: the neighbour gives or takes.
    """

    shot_id: str
    side: Side
    origin: int
    grab: float
    points: SnapPoints
    delta: int = 0
    overwrites: bool = False
    is_stopped: bool = False
    candidate: Project | None = None
    snap: SnapPoint | None = None


@dataclass(frozen=True, slots=True)
class JoinDrag:
    """The join after a shot follows the mouse; a click alone switches cut and continue."""

    shot_id: str
    origin: int
    pressed_x: float
    points: SnapPoints
    delta: int | None = None
    is_stopped: bool = False
    candidate: Project | None = None
    snap: SnapPoint | None = None


@dataclass(frozen=True, slots=True)
class ShotDrag:
    """Shots are carried elsewhere; ``index`` is where they would be put."""

    shot_id: str
    group: frozenset[str]
    pressed_x: float
    index: int | None = None
    collapses: bool = False


@dataclass(frozen=True, slots=True)
class MarkerDrag:
    """A marker follows the mouse."""

    marker_id: str
    pressed_x: float
    points: SnapPoints
    frame: int | None = None
    snap: SnapPoint | None = None


@dataclass(frozen=True, slots=True)
class RangeDrag:
    """The in or the out point follows the mouse."""

    is_in: bool
    points: SnapPoints
    frame: int | None = None
    snap: SnapPoint | None = None


@dataclass(frozen=True, slots=True)
class BandDrag:
    """A rubber band; ``base`` is what stays selected under it.

    Attributes:
        origin: film frame (a fraction) and height where it began: it holds when the film scrolls.
    """

    origin_frame: float
    origin_y: float
    base: Selection
    at: QPointF | None = None
    rect: QRectF | None = None


Gesture = (
    Idle
    | Scrubbing
    | PinDrag
    | EdgeDrag
    | JoinDrag
    | ShotDrag
    | MarkerDrag
    | RangeDrag
    | BandDrag
    | SoundDrag
    | SlipDrag
)
