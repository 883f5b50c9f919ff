"""The timeline in words: a painted surface tells a screen reader nothing by itself."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from app.state.editor import Change, EditorState
from app.state.language import counted, said
from app.state.playback import PlaybackState
from app.state.selection import MarkerSelected, selected_keyframe_ids, selected_shot_ids
from app.state.timecode import seconds_text, timecode
from app.state.workspace import Workspace
from app.timeline.marks import find_marker

PAUSE_MS = 250
"""Nobody can listen faster: what changes quicker is told once it rests."""


def selection_text(editor: EditorState) -> str:
    """Say what is selected."""
    project, selection = editor.project, editor.selection
    if isinstance(selection, MarkerSelected):
        marker = find_marker(project, selection.marker_id)
        return said(
            "Timeline",
            "Marker {name} at {time}",
            name=marker.name,
            time=timecode(marker.frame, project.format.rate),
        )
    keyframes = selected_keyframe_ids(selection)
    shots = selected_shot_ids(selection)
    pair = editor.selected_keyframe
    if len(keyframes) == 1 and pair is not None:
        shot, keyframe = pair
        number = project.shots.index(shot) + 1
        start = next(start for start, known in project.shot_starts() if known.id == shot.id)
        asked, used = start + keyframe.frame, editor.grid.used[keyframe.id]
        name = project.media_item(keyframe.media).name
        return said(
            "Timeline",
            "Keyframe {name} in shot {number}, asked on frame {asked}, used on {used}",
            name=name,
            number=number,
            asked=asked,
            used=used,
        )
    if len(shots) == 1:
        shot = project.shot(next(iter(shots)))
        number = project.shots.index(shot) + 1
        parts = [
            said("Timeline", "Shot {number} of {count}", number=number, count=len(project.shots)),
            seconds_text(shot.num_frames, project.format.rate),
            counted("Timeline", "%n keyframes", "1 keyframe", n=len(shot.keyframes)),
            shot.caption or said("Timeline", "no caption"),
        ]
        if shot.footage is not None:
            name = project.footage_item(shot.footage.footage).name
            parts[2:3] = [said("Timeline", "shows the movie {name}", name=name)]
        return ", ".join(parts)
    if keyframes:
        return said("Timeline", "{count} keyframes selected", count=len(keyframes))
    return (
        said("Timeline", "{count} shots selected", count=len(shots))
        if shots
        else said("Timeline", "Nothing selected")
    )


def playhead_text(editor: EditorState) -> str:
    """Say where the playhead is."""
    project = editor.project
    found = project.shot_at(editor.playhead)
    if found is None:
        return said("Timeline", "No shots yet")
    number = project.shots.index(found[1]) + 1
    return said(
        "Timeline",
        "Playhead {time}, shot {number}",
        time=timecode(editor.playhead, project.format.rate),
        number=number,
    )


class TimelineSpeech(QObject):
    """Keeps the timeline's description true, and announces what changed."""

    def __init__(self, workspace: Workspace, view: QWidget) -> None:
        super().__init__(view)
        self._editor: EditorState = workspace.editor
        self._playback: PlaybackState = workspace.playback
        self._view = view
        self._told = (selection_text(self._editor), playhead_text(self._editor))
        self._soon = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._soon.timeout.connect(self._tell)
        workspace.editor.changed.connect(self._note)
        workspace.playback.changed.connect(self._note)
        self._describe()

    def _note(self, change: object = None) -> None:
        wanted = Change.SELECTION | Change.PLAYHEAD | Change.PROJECT | Change.FOLDER
        if isinstance(change, Change) and not change & wanted:
            return
        if not self._playback.is_playing:  # while it plays the film itself is heard
            self._soon.start()

    def _tell(self) -> None:
        before, now = self._told, (selection_text(self._editor), playhead_text(self._editor))
        news = [text for was, text in zip(before, now, strict=True) if text != was]
        if not news:
            return
        self._told = now
        self._describe()
        if QAccessible.isActive():
            event = QAccessibleAnnouncementEvent(self._view, ". ".join(news))
            QAccessible.updateAccessibility(event)

    def _describe(self) -> None:
        self._view.setAccessibleDescription(". ".join(self._told))
