"""Connects the commands about footage, and keeps them in line with the state."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PySide6.QtGui import QAction

from app.state.language import said
from app.state.workspace import Workspace
from app.timeline.footage_edits import neighbours
from app.views.dialogs import Dialogs
from app.views.inspector.footage import FootageSection

MOVIES = (
    "Movies (*.mp4 *.mov *.m4v *.mkv *.webm *.avi *.mxf *.mpg *.mpeg *.ts *.mts *.m2ts *.wmv "
    "*.flv *.3gp *.ogv);;All files (*)"
)
MEDIA = (
    "Movies, pictures and sounds (*.mp4 *.mov *.m4v *.mkv *.webm *.avi *.mxf *.mpg *.mpeg *.ts "
    "*.mts *.m2ts *.wmv *.png *.jpg *.jpeg *.webp *.tif *.tiff *.bmp *.gif *.avif *.wav *.mp3 "
    "*.flac *.ogg *.opus *.m4a *.aac *.aif *.aiff);;All files (*)"
)

FOOTAGE_COMMANDS = (
    *("extend_after", "extend_before", "bridge", "slip_left", "slip_right", "split_shots"),
    *("upscale", "replace_footage", "reveal", "grab_next", "grab_before"),
)


class _Commands(Protocol):
    def __getitem__(self, name: str) -> QAction: ...

    def connect_to(self, name: str, call: Callable[[], object]) -> None: ...


def connect_footage(commands: _Commands, workspace: Workspace) -> None:
    """Connect what needs no window: one call each."""
    footage, work = workspace.footage, workspace.footage_work
    calls: dict[str, Callable[[], object]] = {
        "extend_after": footage.extend_after,
        "extend_before": footage.extend_before,
        "bridge": footage.bridge,
        "slip_left": lambda: footage.slip(-1),
        "slip_right": lambda: footage.slip(1),
        "split_shots": work.split_into_shots,
        "upscale": work.upscale,
        "reveal": workspace.relinking.reveal,
    }
    for name, call in calls.items():
        commands.connect_to(name, call)

    def show(_change: object = None) -> None:
        chosen = footage.selected
        for name in FOOTAGE_COMMANDS:
            commands[name].setEnabled(chosen is not None)
        if chosen is not None:
            is_offline = workspace.copies.is_offline(chosen[1])
            before, after = neighbours(workspace.editor.project, chosen[0].id)
            commands["grab_before"].setEnabled(before is not None and not is_offline)
            commands["grab_next"].setEnabled(after is not None and not is_offline)
            for name in ("split_shots", "upscale", "reveal"):
                commands[name].setEnabled(not is_offline)

    workspace.editor.changed.connect(show)
    workspace.copies.changed.connect(show)
    show()


def connect_footage_panel(
    section: FootageSection, commands: _Commands, workspace: Workspace
) -> None:
    """Let the inspector's buttons press the commands."""

    def press(name: str) -> None:
        commands[name].trigger()

    section.wanted.connect(press)

    def show(_change: object = None) -> None:
        section.follow_commands(lambda name: commands[name].isEnabled())

    workspace.editor.changed.connect(show)
    workspace.copies.changed.connect(show)
    show()


def connect_footage_dialogs(
    commands: _Commands,
    workspace: Workspace,
    dialogs: Dialogs,
    add: Callable[[list[Path]], object],
) -> None:
    """Let movies be chosen from the disk."""

    def one(title: str, then: Callable[[Path], object]) -> Callable[[], None]:
        filters = said("Window", MOVIES).split(";;")
        return lambda: dialogs.file(title, filters, then)

    relinking = workspace.relinking
    commands.connect_to(
        "replace_footage", one(said("Window", "Show another movie"), relinking.replace)
    )
    commands.connect_to(
        "import_media",
        lambda: dialogs.files(
            said("Window", "Import movies, pictures and sounds"),
            said("Window", MEDIA).split(";;"),
            add,
        ),
    )
