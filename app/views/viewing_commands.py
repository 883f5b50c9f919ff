"""Connects the commands of looking: loop, comparison, overlays; their marks follow the state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

from PySide6.QtGui import QAction

from app.state.viewing import Comparison, Overlay, Side
from app.state.workspace import Workspace

T = TypeVar("T")

COMPARISONS: Mapping[str, Comparison] = {
    "compare_wipe": "wipe",
    "compare_side": "side",
    "compare_difference": "difference",
}
SIDES: Mapping[str, Side] = {
    "compare_board": "board",
    "compare_draft": "draft",
    "compare_master": "master",
}
OVERLAYS: tuple[Overlay, ...] = ("safe_areas", "thirds", "captions", "dissolves")


class _Commands(Protocol):
    def __getitem__(self, name: str) -> QAction: ...

    def connect_to(self, name: str, call: Callable[[], object]) -> None: ...


def connect_viewing(commands: _Commands, workspace: Workspace) -> None:
    """Connect what needs no window, and keep the marks in the menus true."""
    viewing, playback = workspace.viewing, workspace.playback
    commands.connect_to("loop", lambda: playback.set_looping(commands["loop"].isChecked()))
    for name, comparison in COMPARISONS.items():
        commands.connect_to(name, _calling(viewing.compare, comparison))
    for name, side in SIDES.items():
        commands.connect_to(name, _calling(viewing.compare_with, side))
    for overlay in OVERLAYS:
        commands[overlay].triggered.connect(_switching(workspace, overlay))

    def show() -> None:
        states = {"loop": playback.is_looping}
        compares = viewing.comparison != "off"
        states |= {name: viewing.comparison == kind for name, kind in COMPARISONS.items()}
        states |= {name: compares and viewing.other == side for name, side in SIDES.items()}
        states |= {overlay: viewing.shows(overlay) for overlay in OVERLAYS}
        for name, is_on in states.items():
            commands[name].setChecked(is_on)

    viewing.changed.connect(show)
    playback.changed.connect(show)
    show()


def _calling(call: Callable[[T], object], value: T) -> Callable[[], object]:
    return lambda: call(value)


def _switching(workspace: Workspace, overlay: Overlay) -> Callable[[bool], object]:
    return lambda shown: workspace.viewing.show_overlay(overlay, shown)
