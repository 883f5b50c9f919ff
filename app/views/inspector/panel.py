"""The inspector: the selected keyframe, its shot, and the film."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from app.media.thumbnails import ThumbnailCache
from app.state.editor import Change
from app.state.language import said
from app.state.workspace import Workspace
from app.views.inspector.fields import Rule
from app.views.inspector.film import FilmSection
from app.views.inspector.footage import FootageSection
from app.views.inspector.generation import DraftingSection, RefiningSection
from app.views.inspector.hardware import HardwareSection
from app.views.inspector.keyframe import KeyframeSection
from app.views.inspector.shot import ShotSection
from app.views.inspector.sound import SoundSection

_MIN_WIDTH = 308
"""What the widest row needs, the price of an exact frame: narrower, all rows would be cut."""


class Inspector(QScrollArea):
    """Shows the sections that the selection calls for."""

    def __init__(self, workspace: Workspace, thumbnails: ThumbnailCache) -> None:
        super().__init__()
        self.setObjectName("inspector")
        self.setAccessibleName(said("Inspector", "Inspector"))
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(_MIN_WIDTH)
        self._workspace = workspace
        self.keyframe = KeyframeSection(workspace, thumbnails)
        self.shot = ShotSection(workspace)
        self.footage = FootageSection(workspace)
        self.film = FilmSection(workspace)
        self.sound = SoundSection(workspace)
        self.drafting = DraftingSection(workspace)
        self.refining = RefiningSection(workspace)
        self.hardware = HardwareSection(workspace)
        self._keyframe_rule = Rule()
        self._shot_rule = Rule()
        body = QWidget()
        body.setObjectName("inspectorBody")
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (
            self.sound,
            self.keyframe,
            self._keyframe_rule,
            self.footage,
            self.shot,
            self._shot_rule,
            self.film,
            Rule(),
            self.drafting,
            Rule(),
            self.refining,
            Rule(),
            self.hardware,
        ):
            column.addWidget(widget)
        column.addStretch(1)
        self.setWidget(body)
        workspace.editor.changed.connect(self._follow)
        self._show()

    def flush(self) -> None:
        """Hand on what was typed and not yet kept."""
        self.shot.flush()
        self.film.flush()
        self.drafting.flush()

    def _follow(self, change: Change) -> None:
        if change & (Change.PROJECT | Change.SELECTION | Change.FOLDER):
            self._show()

    def _show(self) -> None:
        editor = self._workspace.editor
        pair = editor.selected_keyframe
        shot = editor.selected_shot
        for widget in (self.keyframe, self._keyframe_rule):
            widget.setVisible(pair is not None)
        for widget in (self.shot, self._shot_rule):
            widget.setVisible(shot is not None)
        if pair is not None:
            self.keyframe.show_keyframe(*pair)
        if shot is not None:
            self.shot.show_shot(shot)
        self.film.show_film()
        self.drafting.show_film()
        self.refining.show_film()
