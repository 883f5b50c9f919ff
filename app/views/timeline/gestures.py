"""The mouse on the timeline as a small state machine: nothing, scrubbing, dragging, resizing.

While a drag is under way the view draws the film as it would be; only the release makes the edit,
and Esc leaves everything as it was.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, Qt

from app.state.grid import placement_text
from app.state.selection import NOTHING, KeyframeSelected, ShotSelected
from app.state.timecode import seconds_text
from app.state.workspace import Workspace
from app.timeline.project import Project
from app.views.timeline.hits import (
    Hit,
    OnEdge,
    OnGrid,
    OnJoin,
    OnNothing,
    OnPin,
    OnRuler,
    OnShot,
    OnTitle,
)
from app.views.timeline.scene import Marker, Scene

_DRAG_THRESHOLD = 4


@dataclass(frozen=True, slots=True)
class Idle:
    """No button is held."""


@dataclass(frozen=True, slots=True)
class Scrubbing:
    """The playhead follows the mouse."""


@dataclass(frozen=True, slots=True)
class PinDrag:
    """A keyframe follows the mouse.

    Attributes:
        grab: distance from the keyframe to the mouse when it was grabbed.
        frame: film frame it would go to; None until the mouse has really moved.
        candidate: the film as it would be; None on a taken frame.
    """

    keyframe_id: str
    grab: float
    pressed_x: float
    frame: int | None = None
    candidate: Project | None = None


@dataclass(frozen=True, slots=True)
class EdgeDrag:
    """The end of a shot follows the mouse."""

    shot_id: str
    start: int
    grab: float
    candidate: Project | None = None


Gesture = Idle | Scrubbing | PinDrag | EdgeDrag


class TimelineGestures:
    """Turns presses, moves and releases into one call per gesture."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._gesture: Gesture = Idle()

    @property
    def gesture(self) -> Gesture:
        """What is under way."""
        return self._gesture

    @property
    def candidate(self) -> Project | None:
        """The film as it would be if the button were released now."""
        match self._gesture:
            case PinDrag(candidate=candidate) | EdgeDrag(candidate=candidate):
                return candidate
            case _:
                return None

    @property
    def dragged_id(self) -> str:
        """The keyframe that is being dragged."""
        match self._gesture:
            case PinDrag(keyframe_id=keyframe_id, frame=int()):
                return keyframe_id
            case _:
                return ""

    def press(self, scene: Scene, found: Hit, at: QPointF) -> None:
        """Begin what the place suggests."""
        editor = self._workspace.editor
        match found:
            case OnRuler() | OnGrid():
                self._gesture = Scrubbing()
                self._scrub(scene, at)
            case OnPin(keyframe_id):
                editor.select(KeyframeSelected(keyframe_id))
                pin = scene.layout.pin_of(keyframe_id)
                if pin is not None:
                    grab = at.x() - scene.scale.x(pin.requested)
                    self._gesture = PinDrag(keyframe_id, grab, at.x())
            case OnEdge(shot_id):
                editor.select(ShotSelected(shot_id))
                span = scene.layout.span_of(shot_id)
                if span is not None:
                    grab = at.x() - scene.scale.x(span.stop)
                    self._gesture = EdgeDrag(shot_id, span.start, grab)
            case OnJoin(shot_id):
                self._workspace.shots.toggle_join(shot_id)
            case OnTitle(shot_id) | OnShot(shot_id):
                editor.select(ShotSelected(shot_id))
            case OnNothing():
                editor.select(NOTHING)

    def move(self, scene: Scene, at: QPointF) -> None:
        """Go on with what is under way."""
        match self._gesture:
            case Scrubbing():
                self._scrub(scene, at)
            case PinDrag() as drag:
                self._drag_pin(scene, drag, at)
            case EdgeDrag() as drag:
                stop = scene.scale.nearest_edge(at.x() - drag.grab)
                candidate = self._workspace.shots.preview_resize(drag.shot_id, stop - drag.start)
                self._gesture = replace(drag, candidate=candidate)
            case Idle():
                return

    def release(self) -> None:
        """Make the edit that the drag has shown."""
        gesture, self._gesture = self._gesture, Idle()
        match gesture:
            case PinDrag(keyframe_id=keyframe_id, frame=int() as frame):
                self._workspace.keyframes.move(keyframe_id, frame)
            case EdgeDrag(shot_id=shot_id, candidate=Project() as candidate):
                self._workspace.shots.resize(shot_id, candidate.shot(shot_id).num_frames)
            case _:
                return

    def cancel(self) -> bool:
        """Leave everything as it was; whether there was something to leave."""
        was_active = not isinstance(self._gesture, Idle)
        self._gesture = Idle()
        return was_active

    def marker(self) -> Marker | None:
        """Return what is said about the drag that is under way."""
        project = self._workspace.editor.project
        match self._gesture:
            case PinDrag(frame=int() as frame, candidate=None):
                return Marker(frame, f"frame {frame} is taken: drop to replace", is_taken=True)
            case EdgeDrag(shot_id=shot_id, start=start, candidate=Project() as candidate):
                count = candidate.shot(shot_id).num_frames
                length = seconds_text(count, project.format.rate)
                return Marker(start + count, f"{count} frames · {length}")
            case _:
                return None

    def cursor(self, found: Hit) -> Qt.CursorShape:
        """Return the pointer that tells what a press would do."""
        match self._gesture, found:
            case (EdgeDrag(), _) | (Idle(), OnEdge()):
                return Qt.CursorShape.SizeHorCursor
            case (PinDrag(frame=int()), _):
                return Qt.CursorShape.ClosedHandCursor
            case (_, OnPin()):
                return Qt.CursorShape.OpenHandCursor
            case (_, OnJoin()):
                return Qt.CursorShape.PointingHandCursor
            case (_, OnTitle()):
                return Qt.CursorShape.IBeamCursor
            case _:
                return Qt.CursorShape.ArrowCursor

    def _scrub(self, scene: Scene, at: QPointF) -> None:
        self._workspace.editor.seek(scene.scale.frame(at.x()))

    def _drag_pin(self, scene: Scene, drag: PinDrag, at: QPointF) -> None:
        if drag.frame is None and abs(at.x() - drag.pressed_x) < _DRAG_THRESHOLD:
            return
        last = self._workspace.editor.project.num_frames - 1
        wish = scene.scale.nearest_edge(at.x() - drag.grab)
        frame = max(0, min(wish, last))
        if frame == drag.frame:
            return
        candidate = self._workspace.keyframes.preview_move(drag.keyframe_id, frame)
        self._gesture = replace(drag, frame=frame, candidate=candidate)


def drag_text(scene: Scene, keyframe_id: str) -> str:
    """Return what is said of a dragged keyframe: asked and used frame."""
    pin = scene.layout.pin_of(keyframe_id)
    return placement_text(pin.requested, pin.used) if pin is not None else ""
