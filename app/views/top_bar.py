"""The bar above the picture: undo, the film's name, and what makes it, with what that takes."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from app.state.language import said, told
from app.state.workspace import Workspace
from app.views.commands import Commands
from app.views.early import Early
from app.views.icons import icon
from app.views.key_tips import follow_action
from app.views.timeline.panel import tool_button
from app.views.timeline.view import TimelineView
from app.views.viewer import Viewer


class TopBar(QWidget):
    """Its buttons press the window's commands; it follows the queue and the document.

    Args:
        stage: where what forms is told: the timeline and the viewer.
    """

    def __init__(
        self, workspace: Workspace, commands: Commands, stage: tuple[TimelineView, Viewer]
    ) -> None:
        super().__init__()
        self.setObjectName("topBar")
        self._workspace = workspace
        self._title = QLabel()
        self._title.setObjectName("filmTitle")
        self.generate = _button(commands, "generate", said("Window", "Generate"), "on_accent")
        self.generate.setProperty("primary", "true")
        self.stop = _button(commands, "stop", said("Window", "Stop"), "on_accent")
        self.stop.setProperty("danger", "true")
        self.export = _button(commands, "render", said("Window", "Export…"), "text")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(6)
        for name in ("undo", "redo"):
            row.addWidget(tool_button(commands[name]))
        row.addStretch(1)
        row.addWidget(self._title)
        row.addStretch(1)
        for button in (self.stop, self.generate, self.export):
            row.addWidget(button)
        self.early = Early(workspace, commands, stage, row, (self.generate, self.export))
        row.addWidget(tool_button(commands["show_inspector"]))
        workspace.document.changed.connect(self._show_title)
        workspace.jobs.changed.connect(self._show_buttons)
        workspace.editor.changed.connect(self._show_buttons)
        self._show_buttons()
        self._show_title()

    def _show_buttons(self, _change: object = None) -> None:
        is_active = self._workspace.jobs.is_making
        has_film = bool(self._workspace.editor.project.shots)
        self.stop.setVisible(is_active)
        self.generate.setVisible(not is_active)
        self.generate.setEnabled(has_film)
        self.export.setEnabled(has_film)

    def _show_title(self) -> None:
        document = self._workspace.document
        mark = " •" if document.is_modified else ""
        if document.is_read_only:
            mark = f" ({said('Window', 'read-only')}){mark}"
        name = told(document.name) if document.is_untitled else document.name
        self._title.setText(f"{name}{mark}")


def _button(commands: Commands, name: str, words: str, tint: str) -> QPushButton:
    button = QPushButton(words)
    button.setIcon(icon(name, tint))
    button.clicked.connect(commands[name].trigger)
    button.setAccessibleName(words.rstrip("…"))
    follow_action(button, commands[name])
    return button
