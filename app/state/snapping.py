"""What a drag snaps to: the playhead, markers, in and out points, cuts, and heads of the grid."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.state.editor import EditorState
from app.state.language import said
from app.state.settings import SettingsState


@dataclass(frozen=True, slots=True)
class SnapPoint:
    """A film frame that pulls, and what stands there."""

    frame: int
    text: str


class SnapPoints:
    """The points that pull during one drag."""

    def __init__(self, points: Mapping[int, str]) -> None:
        self._points = dict(points)
        self._frames = sorted(self._points)

    def nearest(self, wish: int, reach: float) -> SnapPoint | None:
        """Return the point nearest to a frame, no further away than ``reach`` frames."""
        at = bisect_left(self._frames, wish)
        around = self._frames[max(0, at - 1) : at + 1]
        best = min(around, key=lambda frame: abs(frame - wish), default=None)
        if best is None or abs(best - wish) > reach:
            return None
        return SnapPoint(best, self._points[best])


NO_POINTS = SnapPoints({})


class SnappingState(QObject):
    """How drags behave: whether they snap, and whether trims ripple or overwrite.

    Signals:
        changed: one of the two was switched.
    """

    changed = Signal()

    def __init__(
        self, editor: EditorState, settings: SettingsState, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self._settings = settings

    @property
    def is_on(self) -> bool:
        """Whether drags snap."""
        return self._settings.values.snaps

    @property
    def overwrites(self) -> bool:
        """Whether a trim takes from the neighbour instead of moving what comes later."""
        return self._settings.values.overwrites

    def switch(self, is_on: bool) -> None:
        """Switch snapping on or off."""
        self._settings.update(snaps=is_on)
        self.changed.emit()

    def switch_overwrite(self, overwrites: bool) -> None:
        """Choose between ripple and overwrite."""
        self._settings.update(overwrites=overwrites)
        self.changed.emit()

    def points(self, *, without: Collection[int] = ()) -> SnapPoints:
        """Return the film's points as they are; the frames in ``without`` do not pull."""
        editor = self._editor
        project = editor.project
        points: dict[int, str] = {}
        for part in editor.grid.passes:
            for chunk in part.plan.chunks:
                if part.start + chunk.start < part.first_frame:
                    continue  # footage has no grid
                points[part.start + chunk.start] = said("Timeline", "head")
        for start, _ in project.shot_starts():
            points[start] = said("Timeline", "cut") if start else said("Timeline", "start")
        points[project.num_frames] = said("Timeline", "end")
        for marker in project.markers:
            points[marker.frame] = marker.name or said("Timeline", "marker")
        if project.in_point is not None:
            points[project.in_point] = said("Timeline", "in point")
        if project.out_point is not None:
            points[project.out_point] = said("Timeline", "out point")
        points[editor.playhead] = said("Timeline", "playhead")
        return SnapPoints({f: text for f, text in points.items() if f not in without})
