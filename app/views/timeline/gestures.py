"""The mouse on the timeline as a small state machine: what a press begins, moves and releases.

While a drag is under way the view draws the film as it would be; only the release makes the edit,
and Esc leaves everything as it was.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from PySide6.QtCore import QPointF, QRectF

from app.state.selecting import How
from app.state.selection import (
    NOTHING,
    MarkerSelected,
    selected_keyframe_ids,
    selected_shot_ids,
    selected_sound_ids,
)
from app.state.snapping import NO_POINTS, SnapPoint, SnapPoints
from app.state.workspace import Workspace
from app.timeline.marks import find_marker
from app.timeline.project import Project
from app.views.timeline.drags import (
    DRAG_THRESHOLD,
    BandDrag,
    EdgeDrag,
    Gesture,
    Idle,
    JoinDrag,
    MarkerDrag,
    PinDrag,
    RangeDrag,
    Scrubbing,
    ShotDrag,
    Touch,
)
from app.views.timeline.hits import (
    Hit,
    OnEdge,
    OnGrid,
    OnJoin,
    OnMarker,
    OnNothing,
    OnPin,
    OnRangeEnd,
    OnRuler,
    OnShot,
    OnSound,
    OnSoundLane,
    OnTitle,
    insertion_index,
)
from app.views.timeline.scene import Scene
from app.views.timeline.slip_gestures import SlipDrag, move_slip, press_slip, release_slip
from app.views.timeline.sound_gestures import SoundDrag, move_sound, press_sound, release_sound

_SNAP_REACH = 8
"""How near, in pixels, a drag must come to be pulled."""


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
            case PinDrag() | EdgeDrag() | JoinDrag() | SoundDrag() | SlipDrag():
                return self._gesture.candidate
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

    @property
    def snap(self) -> SnapPoint | None:
        """The point that pulls what is dragged."""
        match self._gesture:
            case PinDrag() | EdgeDrag() | JoinDrag() | MarkerDrag() | RangeDrag() | SoundDrag():
                return self._gesture.snap
            case _:
                return None

    @property
    def carried(self) -> frozenset[str]:
        """The shots that are being carried elsewhere."""
        match self._gesture:
            case ShotDrag(group=group, index=int()):
                return group
            case _:
                return frozenset()

    # Presses.

    def press(self, scene: Scene, found: Hit, touch: Touch) -> None:
        """Begin what the place suggests."""
        editor = self._workspace.editor
        match found:
            case OnRuler() | OnGrid():
                self._gesture = Scrubbing()
                self._scrub(scene, touch)
            case OnMarker(marker_id):
                editor.select(MarkerSelected(marker_id))
                frame = find_marker(editor.project, marker_id).frame
                points = self._points({frame})
                editor.seek(frame)
                self._gesture = MarkerDrag(marker_id, touch.x, points)
            case OnRangeEnd(is_in):
                project = editor.project
                own = project.in_point if is_in else project.out_point
                self._gesture = RangeDrag(is_in, self._points({own if own is not None else -1}))
            case OnPin(keyframe_id):
                self._press_pin(scene, keyframe_id, touch)
            case OnEdge() as edge:
                self._press_edge(scene, edge, touch)
            case OnJoin(shot_id):
                span = scene.layout.span_of(shot_id)
                if span is not None:
                    points = self._points({span.stop})
                    self._gesture = JoinDrag(shot_id, span.stop, touch.x, points)
            case OnTitle(shot_id) | OnShot(shot_id):
                wants = touch.is_free or (touch.extends and touch.toggles)
                slips = press_slip(self._workspace, shot_id, touch.x) if wants else None
                if slips is None:
                    self._press_shot(shot_id, touch)
                else:
                    self._gesture = slips
            case OnSound(clip_id, grip):
                at = (touch.x, touch.at.y())
                drag = press_sound(
                    self._workspace, scene, (clip_id, grip), at, toggles=touch.toggles
                )
                self._gesture = drag or Idle()
            case OnNothing() | OnSoundLane():
                keeps = touch.extends or touch.toggles
                base = editor.selection if keeps else NOTHING
                frame = (touch.x - scene.scale.x(0)) / scene.scale.pixels_per_frame
                self._gesture = BandDrag(frame, touch.at.y(), base)
            case _:
                assert_never(found)

    def point_at(self, found: Hit) -> None:
        """Select what a menu is asked for, unless it is selected among others already."""
        editor, selecting = self._workspace.editor, self._workspace.selecting
        match found:
            case OnPin(keyframe_id) if keyframe_id not in selected_keyframe_ids(editor.selection):
                selecting.keyframe(keyframe_id)
            case OnShot(shot_id) | OnTitle(shot_id) if shot_id not in selected_shot_ids(
                editor.selection
            ):
                selecting.shot(shot_id)
            case OnMarker(marker_id):
                editor.select(MarkerSelected(marker_id))
            case OnSound(clip_id) if clip_id not in selected_sound_ids(editor.selection):
                self._workspace.sounds.select(clip_id)
            case _:
                return

    def _press_pin(self, scene: Scene, keyframe_id: str, touch: Touch) -> None:
        editor = self._workspace.editor
        how = _how(touch)
        held = keyframe_id in selected_keyframe_ids(editor.selection)
        if how != "only" or not held:
            self._workspace.selecting.keyframe(keyframe_id, how)
        group = selected_keyframe_ids(editor.selection)
        pin = scene.layout.pin_of(keyframe_id)
        if pin is None or keyframe_id not in group:
            return
        grab = touch.x - scene.scale.x(pin.requested)
        others = {
            p.requested for p in scene.layout.pins if p.keyframe.id not in group
        }  # a taken frame must not pull
        self._gesture = PinDrag(
            keyframe_id,
            group,
            grab,
            touch.x,
            pin.requested,
            self._points(others),
            collapses=how == "only" and len(group) > 1,
        )

    def _press_edge(self, scene: Scene, edge: OnEdge, touch: Touch) -> None:
        self._workspace.selecting.shot(edge.shot_id)
        span = scene.layout.span_of(edge.shot_id)
        if span is None:
            return
        origin = span.stop if edge.side == "tail" else span.start
        grab = touch.x - scene.scale.x(origin)
        points = self._points({origin})
        self._gesture = EdgeDrag(edge.shot_id, edge.side, origin, grab, points)

    def _press_shot(self, shot_id: str, touch: Touch) -> None:
        editor = self._workspace.editor
        how = _how(touch)
        held = shot_id in selected_shot_ids(editor.selection)
        if how != "only" or not held:
            self._workspace.selecting.shot(shot_id, how)
        group = selected_shot_ids(editor.selection)
        if shot_id in group:
            collapses = how == "only" and len(group) > 1
            self._gesture = ShotDrag(shot_id, group, touch.x, collapses=collapses)

    # Moves.

    def move(self, scene: Scene, film: Scene, touch: Touch) -> None:
        """Go on with what is under way.

        Args:
            scene: what is drawn.
            film: the film as it is, without the drag.
        """
        match self._gesture:
            case Scrubbing():
                self._scrub(scene, touch)
            case PinDrag() as drag:
                self._drag_pin(scene, drag, touch)
            case EdgeDrag() as drag:
                self._drag_edge(scene, drag, touch)
            case JoinDrag() as drag:
                self._drag_join(scene, drag, touch)
            case ShotDrag() as drag:
                if drag.index is not None or abs(touch.x - drag.pressed_x) >= DRAG_THRESHOLD:
                    self._gesture = replace(drag, index=insertion_index(film, touch.x))
            case MarkerDrag() as drag:
                if drag.frame is not None or abs(touch.x - drag.pressed_x) >= DRAG_THRESHOLD:
                    frame, snap = self._snapped(scene, drag.points, touch, touch.x)
                    self._gesture = replace(drag, frame=max(0, frame), snap=snap)
            case RangeDrag() as drag:
                frame, snap = self._snapped(scene, drag.points, touch, touch.x)
                last = self._workspace.editor.project.num_frames
                low, high = (0, last - 1) if drag.is_in else (1, last)
                self._gesture = replace(drag, frame=max(low, min(frame, high)), snap=snap)
            case SoundDrag() as drag:
                at = (touch.x, touch.at.y())
                self._gesture = move_sound(self._workspace, scene, drag, at, is_free=touch.is_free)
            case SlipDrag() as drag:
                self._gesture = move_slip(self._workspace, scene, drag, touch.x)
            case BandDrag() as drag:
                self._drag_band(film, drag, touch)
            case Idle():
                return

    def _drag_pin(self, scene: Scene, drag: PinDrag, touch: Touch) -> None:
        if drag.frame is None and abs(touch.x - drag.pressed_x) < DRAG_THRESHOLD:
            return
        keyframes = self._workspace.keyframes
        wish, snap = self._snapped(scene, drag.points, touch, touch.x - drag.grab)
        frame = drag.origin + keyframes.clamp_shift(drag.group, wish - drag.origin)
        snap = snap if snap is not None and snap.frame == frame else None
        if frame == drag.frame:
            self._gesture = replace(drag, snap=snap)
            return
        if len(drag.group) == 1:
            candidate = keyframes.preview_move(drag.keyframe_id, frame)
        else:
            candidate = keyframes.preview_shift(drag.group, frame - drag.origin)
        self._gesture = replace(drag, frame=frame, candidate=candidate, snap=snap)

    def _drag_edge(self, scene: Scene, drag: EdgeDrag, touch: Touch) -> None:
        wish, snap = self._snapped(scene, drag.points, touch, touch.x - drag.grab)
        overwrites = self._workspace.snapping.overwrites != touch.extends
        candidate, delta = self._workspace.shots.preview_trim(
            drag.shot_id, drag.side, wish - drag.origin, overwrites=overwrites
        )
        self._gesture = replace(
            drag,
            delta=delta,
            overwrites=overwrites,
            is_stopped=delta != wish - drag.origin,
            candidate=candidate,
            snap=snap if snap is not None and snap.frame == drag.origin + delta else None,
        )

    def _drag_join(self, scene: Scene, drag: JoinDrag, touch: Touch) -> None:
        if drag.delta is None and abs(touch.x - drag.pressed_x) < DRAG_THRESHOLD:
            return
        grab = drag.pressed_x - scene.scale.x(drag.origin)
        grab = 0.0 if abs(grab) > 20 else grab  # the view scrolled meanwhile
        wish, snap = self._snapped(scene, drag.points, touch, touch.x - grab)
        candidate, delta = self._workspace.shots.preview_roll(drag.shot_id, wish - drag.origin)
        self._gesture = replace(
            drag,
            delta=delta,
            is_stopped=delta != wish - drag.origin,
            candidate=candidate,
            snap=snap if snap is not None and snap.frame == drag.origin + delta else None,
        )

    def _drag_band(self, film: Scene, drag: BandDrag, touch: Touch) -> None:
        start = QPointF(film.scale.x(drag.origin_frame), drag.origin_y)
        rect = QRectF(start, touch.at).normalized()
        if drag.rect is None and max(rect.width(), rect.height()) < DRAG_THRESHOLD:
            return
        self._gesture = replace(drag, at=touch.at, rect=rect)
        lanes, scale = film.lanes, film.scale
        first, last = scale.frame(rect.left()), scale.frame(rect.right())
        keyframe_ids: set[str] = set()
        if rect.bottom() >= lanes.pin_top and rect.top() <= lanes.grid_top:
            width = int(lanes.pin_picture_height * film.aspect / scale.pixels_per_frame) + 1
            keyframe_ids = {
                pin.keyframe.id
                for pin in film.layout.pins_between(first - width, last)
                if film.pin_rect(pin).intersects(rect)
            }
        shot_ids: set[str] = set()
        if rect.bottom() >= lanes.title_top and rect.top() <= lanes.strip_bottom:
            shot_ids = {span.shot.id for span in film.layout.spans_between(first, last)}
            shot_ids = shot_ids if first < film.layout.num_frames else set()
        self._workspace.selecting.band(shot_ids, keyframe_ids, drag.base)

    # The end.

    def release(self) -> None:
        """Make the edit that the drag has shown."""
        gesture, self._gesture = self._gesture, Idle()
        ws = self._workspace
        match gesture:
            case PinDrag(keyframe_id=name, frame=None, collapses=True):
                ws.selecting.keyframe(name)
            case PinDrag(frame=int() as frame) if len(gesture.group) == 1:
                ws.keyframes.move(gesture.keyframe_id, frame)
            case PinDrag(frame=int() as frame):
                ws.keyframes.shift(gesture.group, frame - gesture.origin)
            case EdgeDrag(candidate=Project() as candidate):
                ws.shots.trim(
                    "Roll join" if gesture.overwrites else "Trim shot",
                    candidate,
                )
            case JoinDrag(shot_id=shot_id, delta=None):
                ws.shots.toggle_join(shot_id)
            case JoinDrag(candidate=Project() as candidate):
                ws.shots.trim("Roll join", candidate)
            case ShotDrag(shot_id=shot_id, index=None, collapses=True):
                ws.selecting.shot(shot_id)
            case ShotDrag(group=group, index=int() as index):
                ws.shots.move_to(group, index)
            case MarkerDrag(marker_id=marker_id, frame=int() as frame):
                ws.marks.move(marker_id, frame)
            case RangeDrag(is_in=True, frame=int() as frame):
                ws.marks.set_in(frame)
            case RangeDrag(is_in=False, frame=int() as frame):
                ws.marks.set_out(frame)
            case SoundDrag():
                release_sound(ws, gesture)
            case SlipDrag():
                release_slip(ws, gesture)
            case BandDrag(rect=None, base=base):
                ws.editor.select(base)
            case _:
                return

    def cancel(self) -> bool:
        """Leave everything as it was; whether there was something to leave."""
        gesture, self._gesture = self._gesture, Idle()
        if isinstance(gesture, BandDrag):
            self._workspace.editor.select(gesture.base)
        self._workspace.monitor.try_out(None)
        return not isinstance(gesture, Idle)

    # How it works.

    def _points(self, without: set[int]) -> SnapPoints:
        return self._workspace.snapping.points(without=without)

    def _snapped(
        self, scene: Scene, points: SnapPoints, touch: Touch, x: float
    ) -> tuple[int, SnapPoint | None]:
        """Return the frame that is meant by a place, and the point that pulled it there."""
        wish = scene.scale.nearest_edge(x)
        snapping = self._workspace.snapping
        pulls = points if snapping.is_on and not touch.is_free else NO_POINTS
        point = pulls.nearest(wish, _SNAP_REACH / scene.scale.pixels_per_frame)
        return (wish, None) if point is None else (point.frame, point)

    def _scrub(self, scene: Scene, touch: Touch) -> None:
        self._workspace.editor.seek(scene.scale.frame(touch.x))


def _how(touch: Touch) -> How:
    return "toggle" if touch.toggles else "range" if touch.extends else "only"
