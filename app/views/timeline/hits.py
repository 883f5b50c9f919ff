"""What lies under the mouse in the timeline."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF

from app.state.drops import DropTarget, OntoEmpty, OntoShot
from app.state.shots import Side
from app.timeline.parts import MAX_SOUND_LANES
from app.views.timeline.layout import Pin
from app.views.timeline.paint_shots import join_rect, shows_join
from app.views.timeline.paint_sounds import clip_rect, fade_grips, has_grips
from app.views.timeline.scene import MARKER_REACH, Scene
from app.views.timeline.sound_gestures import SoundGrip

_EDGE_REACH = 5
_STEM_REACH = 4


@dataclass(frozen=True, slots=True)
class OnRuler:
    """The ruler: scrub."""


@dataclass(frozen=True, slots=True)
class OnMarker:
    """A marker's flag in the ruler."""

    marker_id: str


@dataclass(frozen=True, slots=True)
class OnRangeEnd:
    """The in point, or the out point, in the ruler."""

    is_in: bool


@dataclass(frozen=True, slots=True)
class OnPin:
    """A keyframe."""

    keyframe_id: str


@dataclass(frozen=True, slots=True)
class OnEdge:
    """The left or the right edge of a shot."""

    shot_id: str
    side: Side


@dataclass(frozen=True, slots=True)
class OnJoin:
    """The switch between a shot and the next one."""

    shot_id: str


@dataclass(frozen=True, slots=True)
class OnTitle:
    """A shot's number and caption."""

    shot_id: str


@dataclass(frozen=True, slots=True)
class OnShot:
    """A shot's filmstrip."""

    shot_id: str


@dataclass(frozen=True, slots=True)
class OnGrid:
    """The grid lane."""

    frame: int


@dataclass(frozen=True, slots=True)
class OnSound:
    """A sound clip, one of its edges, or one of its fades."""

    clip_id: str
    grip: SoundGrip


@dataclass(frozen=True, slots=True)
class OnSoundLane:
    """An empty place on a sound lane."""

    frame: int
    lane: int


@dataclass(frozen=True, slots=True)
class OnNothing:
    """No part of the film."""


Hit = (
    OnRuler
    | OnMarker
    | OnRangeEnd
    | OnPin
    | OnEdge
    | OnJoin
    | OnTitle
    | OnShot
    | OnGrid
    | OnSound
    | OnSoundLane
    | OnNothing
)


def hit(scene: Scene, at: QPointF) -> Hit:
    """Return what lies at a place."""
    lanes = scene.lanes
    if at.y() < lanes.ruler_height:
        return _in_ruler(scene, at)
    if scene.layout.spans and at.y() >= lanes.sound_lane_top(0):
        return _on_sounds(scene, at)
    for span in scene.layout.spans_between(scene.first_frame - 1, scene.last_frame):
        if shows_join(scene, span) and join_rect(scene, span).contains(at):
            return OnJoin(span.shot.id)
    pin = _pin_at(scene, at)
    if pin is not None:
        return OnPin(pin.keyframe.id)
    frame = scene.scale.frame(at.x())
    if lanes.title_top <= at.y() < lanes.strip_bottom:
        edge = _edge_at(scene, at.x())
        if edge is not None:
            return edge
        span = scene.layout.span_at(frame)
        if span is not None:
            name = span.shot.id
            return OnTitle(name) if at.y() < lanes.strip_top else OnShot(name)
    in_film = 0 <= frame < scene.layout.num_frames
    if in_film and lanes.grid_top <= at.y() < lanes.grid_bottom:
        return OnGrid(frame)
    return OnNothing()


def _on_sounds(scene: Scene, at: QPointF) -> Hit:
    """Return the clip, the edge or the fade at a place on the lanes; what is selected first."""
    clips = sorted(scene.project.sound_clips, key=lambda c: c.id not in scene.selected_sounds)
    for clip in clips:
        if has_grips(scene, clip):
            for grip, area in zip(("fade_in", "fade_out"), fade_grips(scene, clip), strict=True):
                if area.adjusted(-3, -2, 3, 4).contains(at):
                    return OnSound(clip.id, grip)
    for clip in clips:
        area = clip_rect(scene, clip)
        reach = min(_EDGE_REACH, area.width() / 4)
        if area.adjusted(-2, 0, 2, 0).contains(at):
            if at.x() <= area.left() + reach:
                return OnSound(clip.id, "head")
            return OnSound(clip.id, "tail" if at.x() >= area.right() - reach else "body")
    lane = min(scene.lanes.sound_lane_at(at.y()), scene.lanes.num_sounds - 1)
    frame = scene.scale.frame(at.x())
    return OnSoundLane(frame, lane) if frame >= 0 else OnNothing()


def sound_target(scene: Scene, at: QPointF) -> tuple[int, int] | None:
    """Return the (frame, lane) on which dropped sounds would begin; None off the lanes."""
    lane = scene.lanes.sound_lane_at(at.y())
    if not scene.layout.spans or lane < 0:
        return None
    return max(0, scene.scale.frame(at.x())), min(lane, MAX_SOUND_LANES - 1)


def drop_target(scene: Scene, at: QPointF) -> DropTarget:
    """Return where files dropped at a place would go."""
    frame = scene.scale.frame(at.x())
    span = scene.layout.span_at(frame)
    if span is None:
        return OntoEmpty(len(scene.layout.spans) if frame >= 0 else 0)
    if at.y() < scene.lanes.strip_top:
        after = frame - span.start >= span.shot.num_frames / 2
        return OntoEmpty(span.index + after)
    return OntoShot(span.shot.id, frame - span.start)


def insertion_index(scene: Scene, x: float) -> int:
    """Return the index before which shots dropped at a place would stand."""
    frame = scene.scale.frame(x)
    span = scene.layout.span_at(frame)
    if span is None:
        return len(scene.layout.spans) if frame >= 0 else 0
    return span.index + (frame - span.start >= span.shot.num_frames / 2)


def _in_ruler(scene: Scene, at: QPointF) -> Hit:
    if at.y() < scene.lanes.marks_top:
        return OnRuler()
    for marker in reversed(scene.project.markers):
        left = scene.scale.x(marker.frame) - MARKER_REACH
        if left <= at.x() <= left + 2 * MARKER_REACH:
            return OnMarker(marker.id)
    for is_in, point in ((True, scene.project.in_point), (False, scene.project.out_point)):
        if point is not None and abs(scene.scale.x(point) - at.x()) <= _EDGE_REACH:
            return OnRangeEnd(is_in)
    return OnRuler()


def _edge_at(scene: Scene, x: float) -> OnEdge | None:
    for side, frame in (
        ("tail", scene.scale.frame(x)),
        ("head", scene.scale.frame(x)),
        ("tail", scene.scale.frame(x - _EDGE_REACH)),
        ("head", scene.scale.frame(x + _EDGE_REACH)),
    ):
        span = scene.layout.span_at(frame)
        if span is None:
            continue
        # A shot narrower than the reach must still be selectable in its middle.
        reach = min(_EDGE_REACH, scene.scale.width(span.shot.num_frames) / 4)
        if side == "tail" and abs(scene.scale.x(span.stop) - x) <= reach:
            return OnEdge(span.shot.id, "tail")
        if side == "head" and abs(scene.scale.x(span.start) - x) <= reach:
            return OnEdge(span.shot.id, "head")
    return None


def _pin_at(scene: Scene, at: QPointF) -> Pin | None:
    lanes = scene.lanes
    if not lanes.strip_top <= at.y() < lanes.grid_top:
        return None
    width = int(lanes.pin_picture_height * scene.aspect)
    first = scene.scale.frame(at.x() - width) - 1
    last = scene.scale.frame(at.x() + _STEM_REACH) + 1
    found: Pin | None = None
    for pin in scene.layout.pins_between(first, last):
        on_picture = scene.pin_rect(pin).contains(at)
        near = abs(scene.scale.x(pin.requested) - at.x()) <= _STEM_REACH
        on_stem = near and at.y() >= lanes.strip_bottom - 6
        if on_picture or on_stem:
            if pin.keyframe.id in scene.selected_keyframes:
                return pin
            found = pin
    return found
