"""Gestures on markers and on the in and out points."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.state.editor import EditorState
from app.state.language import said
from app.state.selection import MarkerSelected, selected_marker
from app.timeline import marks
from app.timeline.project import Marker, MarkerColor


class MarkEdits(QObject):
    """What can be done to markers and to the marked range.

    Signals:
        name_wanted: the marker with this id waits for a name.
    """

    name_wanted = Signal(str)

    def __init__(self, editor: EditorState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._editor = editor

    def add_here(self) -> None:
        """Put a marker at the playhead; one that stands there is named instead."""
        project, frame = self._editor.project, self._editor.playhead
        known = marks.marker_on(project, frame)
        if known is not None:
            self._editor.select(MarkerSelected(known.id))
            self.name_wanted.emit(known.id)
            return
        marker = Marker(
            frame=frame, name=said("State", "Marker {number}", number=len(project.markers) + 1)
        )
        self._editor.do(
            "Add marker",
            lambda film: marks.add_marker(film, marker),
            select=MarkerSelected(marker.id),
        )

    def rename(self, marker_id: str, name: str) -> None:
        """Write what a marker notes."""
        self._editor.do("Rename marker", lambda film: marks.rename_marker(film, marker_id, name))

    def rename_selected(self) -> None:
        """Ask for the selected marker's name."""
        marker = selected_marker(self._editor.project, self._editor.selection)
        if marker is not None:
            self.name_wanted.emit(marker.id)

    def color_selected(self, color: MarkerColor) -> None:
        """Give the selected marker another colour."""
        marker = selected_marker(self._editor.project, self._editor.selection)
        if marker is not None:
            self._editor.do(
                "Colour marker", lambda film: marks.color_marker(film, marker.id, color)
            )

    def move(self, marker_id: str, frame: int) -> None:
        """Put a marker on another frame."""
        self._editor.do("Move marker", lambda film: marks.move_marker(film, marker_id, frame))

    def remove(self, marker_id: str) -> None:
        """Take a marker away."""
        self._editor.do("Delete marker", lambda film: marks.remove_marker(film, marker_id))

    def seek(self, direction: int) -> None:
        """Put the playhead on the next marker in a direction."""
        here = self._editor.playhead
        ahead = [m for m in self._editor.project.markers if (m.frame - here) * direction > 0]
        if ahead:
            marker = min(ahead, key=lambda m: abs(m.frame - here))
            self._editor.seek(marker.frame)
            self._editor.select(MarkerSelected(marker.id))

    def set_in(self, frame: int | None = None) -> None:
        """Begin the marked range on a frame, the playhead's unless one is given."""
        start = self._editor.playhead if frame is None else frame
        self._editor.do("Set in point", lambda film: marks.set_in_point(film, start))

    def set_out(self, stop: int | None = None) -> None:
        """End the marked range with the playhead's frame, or before the frame that is given."""
        end = self._editor.playhead + 1 if stop is None else stop
        self._editor.do("Set out point", lambda film: marks.set_out_point(film, end))

    def clear_in_out(self) -> None:
        """Mark no range."""
        self._editor.do("Clear in and out points", marks.clear_in_out)
