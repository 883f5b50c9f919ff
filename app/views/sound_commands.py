"""Connects the commands about sound, and keeps them in line with the state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QAction

from app.state.language import counted
from app.state.selection import selected_sound_ids
from app.state.workspace import Workspace
from app.views.dialogs import Dialogs

SOUNDS = (
    "Sound and movies (*.wav *.mp3 *.flac *.ogg *.opus *.m4a *.aac *.aif *.aiff *.wma *.mp4 *.mov "
    "*.mkv *.webm *.m4v);;All files (*)"
)


class _Commands(Protocol):
    def __getitem__(self, name: str) -> QAction: ...

    def connect_to(self, name: str, call: Callable[[], object]) -> None: ...


def connect_sounds(commands: _Commands, workspace: Workspace) -> None:
    """Connect what needs no window: one call each."""
    sounds, editor = workspace.sounds, workspace.editor
    commands.connect_to("mute_sound", sounds.toggle_muted)

    def show(_change: object = None) -> None:
        names = selected_sound_ids(editor.selection)
        commands["add_sound"].setEnabled(bool(editor.project.shots))
        mute = commands["mute_sound"]
        mute.setEnabled(bool(names))
        with QSignalBlocker(mute):
            mute.setChecked(sounds.is_muted)
        if names:
            for name in ("cut", "copy", "duplicate"):
                commands[name].setEnabled(True)
            words = counted("Commands", "&Delete %n sounds", "&Delete sound", n=len(names))
            commands["delete"].setText(words)

    editor.changed.connect(show)
    show()


def connect_sound_dialog(commands: _Commands, workspace: Workspace, dialogs: Dialogs) -> None:
    """Let sounds be chosen from the disk."""
    commands.connect_to("add_sound", lambda: dialogs.sounds(SOUNDS, workspace.sounds.add_here))
