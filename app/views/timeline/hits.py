"""What lies under the mouse in the timeline."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF

from app.state.drops import DropTarget, OntoEmpty, OntoShot
from app.state.selection import KeyframeSelected
from app.views.timeline.layout import Pin
from app.views.timeline.paint_shots import join_rect, shows_join
from app.views.timeline.scene import Scene

_EDGE_REACH = 5
_STEM_REACH = 4


@dataclass(frozen=True, slots=True)
class OnRuler:
    """The ruler: scrub."""


@dataclass(frozen=True, slots=True)
class OnPin:
    """A keyframe."""

    keyframe_id: str


@dataclass(frozen=True, slots=True)
class OnEdge:
    """The right edge of a shot."""

    shot_id: str


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
class OnNothing:
    """No part of the film."""


Hit = OnRuler | OnPin | OnEdge | OnJoin | OnTitle | OnShot | OnGrid | OnNothing


def hit(scene: Scene, at: QPointF) -> Hit:
    """Return what lies at a place."""
    lanes = scene.lanes
    if at.y() < lanes.ruler_height:
        return OnRuler()
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
            return OnEdge(edge)
        span = scene.layout.span_at(frame)
        if span is not None:
            name = span.shot.id
            return OnTitle(name) if at.y() < lanes.strip_top else OnShot(name)
    in_film = 0 <= frame < scene.layout.num_frames
    if in_film and lanes.grid_top <= at.y() < lanes.grid_bottom:
        return OnGrid(frame)
    return OnNothing()


def drop_target(scene: Scene, at: QPointF) -> DropTarget:
    """Return where files dropped at a place would go."""
    frame = scene.scale.frame(at.x())
    span = scene.layout.span_at(frame)
    if span is None:
        return OntoEmpty(len(scene.layout.spans))
    return OntoShot(span.shot.id, frame - span.start)


def _edge_at(scene: Scene, x: float) -> str | None:
    frame = scene.scale.frame(x - _EDGE_REACH)
    span = scene.layout.span_at(frame)
    if span is None:
        return None
    # A shot narrower than the reach must still be selectable on its left.
    reach = min(_EDGE_REACH, scene.scale.width(span.shot.num_frames) / 3)
    return span.shot.id if abs(scene.scale.x(span.stop) - x) <= reach else None


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
            if scene.selection == KeyframeSelected(pin.keyframe.id):
                return pin
            found = pin
    return found
