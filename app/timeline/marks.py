"""Edits of the markers and of the in and out points. Pure."""

from __future__ import annotations

from app.timeline.edits import EditError, with_changes
from app.timeline.project import Marker, MarkerColor, Project


def add_marker(project: Project, marker: Marker) -> Project:
    """Put a marker on a free frame."""
    _check_free(project, marker)
    return _set(project, (*project.markers, marker))


def remove_marker(project: Project, marker_id: str) -> Project:
    """Take a marker away."""
    marker = find_marker(project, marker_id)
    return _set(project, tuple(known for known in project.markers if known is not marker))


def move_marker(project: Project, marker_id: str, frame: int) -> Project:
    """Put a marker on another frame."""
    return _change(project, marker_id, frame=max(0, frame))


def rename_marker(project: Project, marker_id: str, name: str) -> Project:
    """Write what a marker notes."""
    return _change(project, marker_id, name=name.strip())


def color_marker(project: Project, marker_id: str, color: MarkerColor) -> Project:
    """Give a marker another colour."""
    return _change(project, marker_id, color=color)


def set_in_point(project: Project, frame: int) -> Project:
    """Begin the marked range on a frame; an out point that lies before it goes away."""
    out = project.out_point
    return with_changes(
        project, in_point=frame, out_point=out if out is not None and out > frame else None
    )


def set_out_point(project: Project, stop: int) -> Project:
    """End the marked range before a frame; an in point that lies after it goes away."""
    start = project.in_point
    return with_changes(
        project, out_point=stop, in_point=start if start is not None and start < stop else None
    )


def clear_in_out(project: Project) -> Project:
    """Mark no range."""
    return with_changes(project, in_point=None, out_point=None)


def find_marker(project: Project, marker_id: str) -> Marker:
    """Return a marker by its id.

    Raises:
        KeyError: no marker has it.
    """
    for marker in project.markers:
        if marker.id == marker_id:
            return marker
    raise KeyError(marker_id)


def marker_on(project: Project, frame: int) -> Marker | None:
    """Return the marker that stands on a film frame."""
    return next((marker for marker in project.markers if marker.frame == frame), None)


def _change(project: Project, marker_id: str, **changes: object) -> Project:
    old = find_marker(project, marker_id)
    new = with_changes(old, **changes)
    _check_free(project, new)
    return _set(project, tuple(new if known is old else known for known in project.markers))


def _check_free(project: Project, marker: Marker) -> None:
    other = marker_on(project, marker.frame)
    if other is not None and other.id != marker.id:
        raise EditError(f"Frame {marker.frame} already has a marker; choose another frame.")


def _set(project: Project, markers: tuple[Marker, ...]) -> Project:
    ordered = tuple(sorted(markers, key=lambda marker: marker.frame))
    return with_changes(project, markers=ordered)
