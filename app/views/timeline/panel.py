"""The timeline with the bar above it: film length, add, zoom."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QSignalBlocker, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QToolButton, QVBoxLayout, QWidget

from app.state.language import counted, said
from app.state.timecode import rate_text, timecode
from app.state.workspace import Workspace
from app.views.key_tips import plain
from app.views.theme import color, is_look_change
from app.views.timeline.layout import MAX_PIXELS_PER_FRAME, MIN_PIXELS_PER_FRAME
from app.views.timeline.view import TimelineView

_STEPS = 100


class TimelinePanel(QWidget):
    """Bar and timeline."""

    def __init__(self, workspace: Workspace, view: TimelineView, actions: list[QAction]) -> None:
        super().__init__()
        self._workspace = workspace
        self._view = view
        bar = QWidget()
        bar.setObjectName("timelineBar")
        self._summary = QLabel()
        self._summary.setProperty("dim", "true")
        self._summary.setAccessibleName(said("Timeline", "Summary of the film"))
        row = QHBoxLayout(bar)
        row.setContentsMargins(8, 2, 8, 2)
        row.setSpacing(4)
        for action in actions:
            row.addWidget(tool_button(action))
        row.addSpacing(8)
        row.addWidget(self._summary)
        row.addSpacing(16)
        self._legend = _Legend()
        row.addWidget(self._legend)
        row.addStretch(1)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, _STEPS)
        self._slider.setFixedWidth(120)
        self._slider.setAccessibleName(said("Timeline", "Zoom of the timeline"))
        self._slider.setToolTip(said("Timeline", "Zoom (Ctrl+wheel on the timeline)"))
        self._slider.valueChanged.connect(self._zoom)
        self._zoom_row = row
        row.addWidget(self._slider)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(view, 1)
        view.zoom_changed.connect(self._show_zoom)
        workspace.editor.changed.connect(self._show_summary)
        self._show_summary(None)

    def add_zoom_action(self, action: QAction) -> None:
        """Put a zoom command at the right end of the bar."""
        self._zoom_row.addWidget(tool_button(action))

    def _zoom(self, value: int) -> None:
        span = math.log(MAX_PIXELS_PER_FRAME / MIN_PIXELS_PER_FRAME)
        self._view.zoom_to(MIN_PIXELS_PER_FRAME * math.exp(span * value / _STEPS))

    def _show_zoom(self, pixels_per_frame: float) -> None:
        span = math.log(MAX_PIXELS_PER_FRAME / MIN_PIXELS_PER_FRAME)
        value = round(_STEPS * math.log(pixels_per_frame / MIN_PIXELS_PER_FRAME) / span)
        with QSignalBlocker(self._slider):
            self._slider.setValue(value)

    def _show_summary(self, _change: object) -> None:
        project = self._workspace.editor.project
        count = len(project.shots)
        self._legend.setVisible(count > 0)
        film = project.format
        self._summary.setText(
            said(
                "Timeline",
                "{shots}  ·  {time}  ·  {width}×{height}  ·  {rate} fps",
                shots=counted("Timeline", "%n shots", "1 shot", n=count),
                time=timecode(project.num_frames, film.rate),
                width=film.width,
                height=film.height,
                rate=rate_text(film.rate),
            )
            if count
            else said("Timeline", "No shots yet")
        )


class _Legend(QLabel):
    """Names the colours of the heads in the grid lane."""

    def __init__(self) -> None:
        super().__init__()
        self._write()
        self.setProperty("faint", "true")
        self.setToolTip(
            said(
                "Timeline",
                "Heads in the grid lane. Chunks are 4n+1 frames long, so a head stands only on "
                "every fourth frame; an image is seen exactly on its head.",
            )
        )

    def changeEvent(self, event: QEvent) -> None:
        """Another theme has other colours."""
        super().changeEvent(event)
        if is_look_change(event):
            self._write()

    def _write(self) -> None:
        names = (
            ("keyframe", said("Timeline", "keyframe")),
            ("cut", said("Timeline", "cut")),
            ("free", said("Timeline", "free head")),
        )
        parts = [
            f'<span style="color:{color(tint).name()}">■</span>&nbsp;{text}' for tint, text in names
        ]
        self.setText("&nbsp;&nbsp;&nbsp;".join(parts))


def tool_button(action: QAction) -> QToolButton:
    """Return a flat icon button for a command, with its shortcut in the tip."""
    button = QToolButton()
    button.setDefaultAction(action)
    button.setAccessibleName(plain(action.text()))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
