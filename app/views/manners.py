"""What belongs to no part of the film: the palette, the keyboard, the tour, help, the task bar."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.state.workspace import Workspace
from app.views.cinema import Cinema
from app.views.commands import Commands
from app.views.diagnosis import DiagnosisWindow
from app.views.help import AboutWindow, KeysWindow
from app.views.keyboard.window import KeyboardWindow
from app.views.palette.panel import Palette
from app.views.taskbar import TaskBar
from app.views.tour.overlay import Tour
from app.views.tour.targets import Target
from app.views.tour.welcome import Welcome


class Manners(QObject):
    """Makes these things for a window and connects their commands.

    Args:
        cinema: the full screen; what lies over the window is seen once it is left.
        targets: the places that the tour shows.
        home: where the offer of the tour lies while the film is empty.
        after_unsaved: does something once unsaved changes are settled.
    """

    def __init__(
        self,
        window: QWidget,
        workspace: Workspace,
        commands: Commands,
        cinema: Cinema,
        targets: Mapping[str, Target],
        home: QWidget,
        after_unsaved: Callable[[Callable[[], object]], object],
    ) -> None:
        super().__init__(window)
        keymap, tour = workspace.keymap, workspace.tour
        self.palette = Palette(commands, workspace.finder, keymap, window)
        self.keyboard = KeyboardWindow(workspace, commands, window)
        self.keys = KeysWindow(keymap, self.keyboard.open, window)
        self.about = AboutWindow(window)
        self.diagnosis = DiagnosisWindow(workspace.diagnosis, window)
        self.tour = Tour(tour, keymap, targets, window)
        self.task_bar = TaskBar(workspace.jobs, self)

        def show_round() -> None:
            if workspace.editor.project.shots:
                tour.begin()
            else:
                after_unsaved(tour.begin)

        self.welcome = Welcome(tour, show_round, home)
        calls = {
            "palette": self.palette.open,
            "keyboard": self.keyboard.open,
            "shortcuts": self.keys.open,
            "diagnosis": self.diagnosis.open,
            "about": self.about.open,
            "tour": show_round,
        }
        for name, call in calls.items():
            commands.connect_to(name, cinema.leave)
            commands.connect_to(name, call)
