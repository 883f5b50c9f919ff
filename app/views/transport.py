"""The row under the picture: timecode, transport, and what is shown."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.state.monitor import Source
from app.state.timecode import timecode
from app.state.workspace import Workspace
from app.views.segments import Segments
from app.views.theme import mono_font
from app.views.timeline.panel import tool_button

SOURCES: tuple[tuple[Source, str, str], ...] = (
    ("auto", "Best", "The best there is: master, else draft, else board"),
    ("board", "Board", "The boards as an animatic"),
    ("draft", "Draft", "The draft takes"),
    ("master", "Master", "The masters"),
)


class Transport(QWidget):
    """Timecode, transport and the choice of source."""

    def __init__(self, workspace: Workspace, actions: Sequence[QAction]) -> None:
        super().__init__()
        self.setObjectName("transport")
        self._workspace = workspace
        self._now = QLabel()
        self._now.setObjectName("timecode")
        self._now.setFont(mono_font(14))
        self._now.setAccessibleName("Timecode at the playhead")
        self._total = QLabel()
        self._total.setObjectName("timecodeTotal")
        self._total.setFont(mono_font(12))
        self._total.setAccessibleName("Frame at the playhead")
        self._sources = Segments([(name, text, tip) for name, text, tip in SOURCES])
        self._sources.setAccessibleName("What the viewer shows")
        self._sources.chosen.connect(self._choose)
        left = QHBoxLayout()
        left.setSpacing(8)
        left.addWidget(self._now)
        left.addWidget(self._total)
        left.addStretch(1)
        middle = QHBoxLayout()
        middle.setSpacing(2)
        for action in actions:
            middle.addWidget(tool_button(action))
        right = QHBoxLayout()
        right.addStretch(1)
        right.addWidget(self._sources)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 8, 4)
        row.addLayout(left, 1)
        row.addLayout(middle)
        row.addLayout(right, 1)
        workspace.editor.changed.connect(self._show)
        workspace.monitor.changed.connect(self._show_source)
        self._show(None)
        self._show_source()

    def _choose(self, name: str) -> None:
        for source, _, _ in SOURCES:
            if source == name:
                self._workspace.monitor.set_source(source)

    def _show(self, _change: object) -> None:
        editor = self._workspace.editor
        rate = editor.project.format.rate
        self._now.setText(timecode(editor.playhead, rate))
        last = max(0, editor.project.num_frames - 1)
        self._total.setText(f"frame {editor.playhead} of {last}")

    def _show_source(self) -> None:
        self._sources.show_choice(self._workspace.monitor.source)
