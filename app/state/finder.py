"""What the palette can go to in the film, and which commands were used last."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from app.state.editor import EditorState
from app.state.finding import Entry, Found, rank
from app.state.selection import MarkerSelected, ShotSelected
from app.state.settings import SettingsState
from app.state.timecode import timecode
from app.timeline.marks import find_marker

MAX_RECENT_COMMANDS = 8


class FinderState(QObject):
    """Finds commands, shots and markers by what is typed."""

    def __init__(
        self, editor: EditorState, settings: SettingsState, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self._settings = settings

    def find(self, query: str, commands: Sequence[Entry]) -> list[Found]:
        """Return what fits a query, the best first."""
        entries = [*commands, *self._places()] if query.strip() else commands
        return rank(query, entries, self.recent)

    @property
    def recent(self) -> tuple[str, ...]:
        """The commands that were run from here last, the latest first."""
        return self._settings.values.recent_commands

    def remember(self, command: str) -> None:
        """Put a command before the other recent ones."""
        others = [name for name in self.recent if name != command]
        self._settings.update(recent_commands=(command, *others)[:MAX_RECENT_COMMANDS])

    def go(self, entry: Entry) -> None:
        """Put the playhead on a shot or a marker and select it."""
        project = self._editor.project
        try:
            if entry.kind == "marker":
                self._editor.seek(find_marker(project, entry.name).frame)
                self._editor.select(MarkerSelected(entry.name))
                return
        except KeyError:
            return  # it went away meanwhile
        for start, shot in project.shot_starts():
            if shot.id == entry.name:
                self._editor.seek(start)
                self._editor.select(ShotSelected(shot.id))

    def _places(self) -> list[Entry]:
        project = self._editor.project
        rate = project.format.rate
        shots = [
            Entry(
                "shot",
                shot.id,
                f"Shot {number}",
                _first_line(shot.caption) or timecode(start, rate),
                shot.caption,
            )
            for number, (start, shot) in enumerate(project.shot_starts(), 1)
        ]
        markers = [
            Entry(
                "marker",
                marker.id,
                marker.name or "Marker",
                timecode(marker.frame, rate),
                f"marker {marker.color}",
            )
            for marker in project.markers
        ]
        return [*shots, *markers]


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]
