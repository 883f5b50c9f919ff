"""The row under the picture: timecode, transport, and what is shown."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QWidget

from app.state.language import said
from app.state.monitor import Source
from app.state.workspace import Workspace
from app.views.commands import Commands
from app.views.icons import icon
from app.views.key_tips import follow_keys
from app.views.segments import Segments
from app.views.theme import mono_font
from app.views.timecode_field import TimecodeField
from app.views.timeline.panel import tool_button

SOURCES: tuple[tuple[Source, str, str], ...] = (
    ("auto", "Best", "The best there is: master, else draft, else board"),
    ("board", "Board", "The boards as an animatic"),
    ("draft", "Draft", "The draft takes"),
    ("master", "Master", "The masters"),
)
_NARROW = 860
_LEAST = 430
_SPACING = 5
_BORDERS = 60
_TRANSPORT = ("to_start", "step_back", "play", "step_forward", "to_end", "loop")
_COMPARISON = ("compare_wipe", "compare_side", "compare_difference", "-")
_SIDES = ("compare_board", "compare_draft", "compare_master")
_OVERLAYS = ("safe_areas", "thirds", "captions", "-", "dissolves")


class Transport(QWidget):
    """Timecode, transport and the choice of source."""

    def __init__(self, workspace: Workspace, commands: Commands) -> None:
        super().__init__()
        self.setObjectName("transport")
        self._workspace = workspace
        self.timecode = TimecodeField(workspace)
        self._total = QLabel()
        self._total.setObjectName("timecodeTotal")
        self._total.setFont(mono_font(12))
        self._total.setAccessibleName(said("Viewer", "Frame at the playhead"))
        self._sources = Segments(
            [(name, said("Viewer", text), said("Viewer", tip)) for name, text, tip in SOURCES]
        )
        for name, _, words in SOURCES:
            follow_keys(
                self._sources.button(name),
                said("Viewer", words),
                workspace.keymap,
                f"source_{name}",
            )
        self._sources.setAccessibleName(said("Viewer", "What the viewer shows"))
        self._sources.chosen.connect(self._choose)
        left = QHBoxLayout()
        left.setSpacing(4)
        left.addWidget(self.timecode)
        # Words give way before buttons do.
        self._total.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._total.setMinimumWidth(self._total.fontMetrics().horizontalAdvance("1000/1000"))
        left.addWidget(self._total, 1)
        middle = QHBoxLayout()
        buttons: dict[str, QToolButton] = {}
        middle.setSpacing(2)
        for name in _TRANSPORT:
            buttons[name] = tool_button(commands[name])
            middle.addWidget(buttons[name])
        right = QHBoxLayout()
        right.setSpacing(2)
        right.addStretch(1)
        right.addWidget(self._sources)
        right.addSpacing(6)
        compare = tool_button(commands["compare_wipe"])
        compare.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        compare.setMenu(_menu(compare, commands, (*_COMPARISON, *_SIDES)))
        right.addWidget(compare)
        overlays = QToolButton()
        overlays.setIcon(icon("overlays"))
        overlays.setToolTip(
            said("Viewer", "What is drawn over the picture: safe areas, thirds, captions")
        )
        overlays.setAccessibleName(said("Viewer", "Overlays"))
        overlays.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        overlays.setMenu(_menu(overlays, commands, _OVERLAYS))
        right.addWidget(overlays)
        full = tool_button(commands["viewer_full"])
        right.addWidget(full)
        self._parts: tuple[QWidget, ...] = (
            *(self.timecode, self._total, *buttons.values()),
            *(self._sources, compare, overlays, full),
        )
        self._spare: tuple[tuple[QWidget, ...], ...] = (
            (self._total,),
            (buttons["to_start"], buttons["to_end"]),
            (buttons["step_back"], buttons["step_forward"]),
            (overlays,),
            (buttons["loop"],),
            (full,),
        )
        self.setMinimumWidth(_LEAST)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        row.addLayout(left, 1)
        row.addLayout(middle)
        row.addLayout(right, 1)
        commands.connect_to("go_to", self.timecode.begin)
        workspace.editor.changed.connect(self._show)
        workspace.playback.changed.connect(self._show)
        workspace.monitor.changed.connect(self._show_source)
        self._show()
        self._show_source()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say less where there is little room: no button is ever cut off."""
        super().resizeEvent(event)
        self._make_room()
        self._show()

    def _make_room(self) -> None:
        """Hide what can best be spared, as much of it as must be; its keys work all the same."""
        needed = _BORDERS + sum(part.sizeHint().width() + _SPACING for part in self._parts)
        hidden: set[QWidget] = set()
        for group in self._spare:
            if needed <= self.width():
                break
            hidden.update(group)
            needed -= sum(widget.sizeHint().width() + _SPACING for widget in group)
        for widget in self._parts:
            widget.setHidden(widget in hidden)

    def _choose(self, name: str) -> None:
        for source, _, _ in SOURCES:
            if source == name:
                self._workspace.monitor.set_source(source)

    def _show(self, _change: object = None) -> None:
        editor, playback = self._workspace.editor, self._workspace.playback
        last = max(0, editor.project.num_frames - 1)
        is_narrow = self.width() < _NARROW
        words = said("Viewer", "frame {playhead} of {last}", playhead=editor.playhead, last=last)
        self._total.setToolTip(words)
        if is_narrow:
            words = f"{editor.playhead}/{last}"
        if playback.speed not in {0, 1}:
            words = f"{playback.speed}×  {words}".replace("-", "−")
        if playback.is_playing and playback.num_dropped and not is_narrow:
            words += said("Viewer", "  ·  {num_dropped} dropped", num_dropped=playback.num_dropped)
        self._total.setText(words)

    def _show_source(self) -> None:
        self._sources.show_choice(self._workspace.monitor.source)


def _menu(parent: QWidget, commands: Commands, names: Sequence[str]) -> QMenu:
    menu = QMenu(parent)
    for name in names:
        if name == "-":
            menu.addSeparator()
        else:
            menu.addAction(commands[name])
    return menu
