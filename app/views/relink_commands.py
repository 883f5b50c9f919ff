"""Connects the commands that find boards, sounds and movies which are not where they were."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtGui import QAction

from app.state.language import said
from app.state.workspace import Workspace
from app.timeline.sources import SourceKind
from app.views.dialogs import IMAGES, Dialogs
from app.views.footage_commands import MOVIES
from app.views.sound_commands import SOUNDS

_FILTERS: dict[SourceKind, str] = {"board": IMAGES, "sound": SOUNDS, "movie": MOVIES}


class _Commands(Protocol):
    def __getitem__(self, name: str) -> QAction: ...

    def connect_to(self, name: str, call: Callable[[], object]) -> None: ...


def connect_relinking(commands: _Commands, workspace: Workspace) -> None:
    """Let them be given where there is something to relink."""
    relinking = workspace.relinking

    def show(_change: object = None) -> None:
        commands["relink"].setEnabled(relinking.has_selected)
        commands["find_missing"].setEnabled(bool(workspace.editor.project.shots))

    workspace.editor.changed.connect(show)
    relinking.changed.connect(show)
    show()


def connect_relink_dialogs(commands: _Commands, workspace: Workspace, dialogs: Dialogs) -> None:
    """Ask where a file lies now, or in which folder to look."""
    relinking = workspace.relinking

    def ask_file() -> None:
        source = relinking.selected
        if source is not None:
            title = _title(source.kind)
            filters = said("Window", _FILTERS[source.kind]).split(";;")
            dialogs.file(title, filters, relinking.relink)

    def ask_folder() -> None:
        dialogs.folder(said("Window", "Look for missing media in this folder"), relinking.find)

    commands.connect_to("relink", ask_file)
    commands.connect_to("find_missing", ask_folder)
    relinking.find_wanted.connect(ask_folder)


def _title(kind: SourceKind) -> str:
    match kind:
        case "board":
            return said("Window", "Where is the picture now?")
        case "sound":
            return said("Window", "Where is the sound now?")
        case "movie":
            return said("Window", "Where is the movie now?")
