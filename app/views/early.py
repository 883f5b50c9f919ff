"""Puts pre-flight, forecast and the bars on forming clips into the window, and connects them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtWidgets import QHBoxLayout, QPushButton

from app.state.workspace import Workspace
from app.views.commands import Commands
from app.views.forming import TimelineForming, ViewerForming
from app.views.outlook_label import OutlookLabel
from app.views.timeline.check_lane import CheckLane
from app.views.timeline.view import TimelineView
from app.views.viewer import Viewer


class _Asking(Protocol):
    """Who can ask the user for files: the window."""

    def ask_image_for(self, keyframe_id: str) -> None: ...

    def ask_image_here(self) -> None: ...

    def ask_model(self) -> None: ...

    def ask_relink(self) -> None: ...


class Early:
    """What tells and decides before a film is made.

    Args:
        row: of the top bar, where the forecast stands before the first of ``buttons``.
        buttons: Generate and Render.
    """

    def __init__(
        self,
        workspace: Workspace,
        commands: Commands,
        stage: tuple[TimelineView, Viewer],
        row: QHBoxLayout,
        buttons: tuple[QPushButton, QPushButton],
    ) -> None:
        timeline, viewer = stage
        self.label = OutlookLabel(workspace, buttons)
        self.label.clicked.connect(_opener(commands))
        row.insertWidget(row.indexOf(buttons[0]), self.label)
        self.lane = CheckLane(workspace.preflight, timeline)
        self.on_timeline = TimelineForming(workspace.deciding, commands, timeline)
        self.on_viewer = ViewerForming(workspace, commands, viewer)
        commands.connect_to("stop_pass", workspace.deciding.stop)
        stop = commands["stop_pass"]
        workspace.jobs.changed.connect(
            lambda: stop.setEnabled(workspace.deciding.forming is not None)
        )
        stop.setEnabled(False)


def connect_fixes(workspace: Workspace, window: _Asking) -> None:
    """Let fixes of the pre-flight ask their questions."""

    def ask(fix: str, keyframe_id: str) -> None:
        match fix:
            case "replace":
                window.ask_image_for(keyframe_id)
            case "board":
                window.ask_image_here()
            case "model":
                window.ask_model()
            case "relink":
                window.ask_relink()
            case _:
                raise AssertionError(f"No question is known for the fix {fix}.")

    workspace.preflight.fix_wanted.connect(ask)


def _opener(commands: Commands) -> Callable[[], None]:
    def bring() -> None:
        if not commands["show_preflight"].isChecked():
            commands["show_preflight"].trigger()

    return bring
