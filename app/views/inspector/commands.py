"""Connects the commands about a shot's pacing, and the film's settings."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

from PySide6.QtGui import QAction

from app.state.workspace import Workspace
from app.timeline.pacing import BUILT_IN

PACE_COMMANDS = {f"pace_{pacing.name.lower()}": pacing.name for pacing in BUILT_IN}


class _Commands(Protocol):
    def __getitem__(self, name: str) -> QAction: ...

    def connect_to(self, name: str, call: Callable[[], object]) -> None: ...


def connect_inspector(commands: _Commands, workspace: Workspace) -> None:
    """Connect what needs no window: one call each."""
    pacing, editor = workspace.pacing, workspace.editor
    for command, name in PACE_COMMANDS.items():
        commands.connect_to(command, partial(pacing.apply, name))
    commands.connect_to("save_pacing", pacing.ask_for_name)

    def show() -> None:
        shot = editor.selected_shot
        for command in (*PACE_COMMANDS, "save_pacing"):
            commands[command].setEnabled(shot is not None and bool(shot.keyframes))

    editor.changed.connect(show)
    show()
