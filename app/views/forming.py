"""The bar on a clip that is being made: how far it is, and stop, keep, re-roll.

It stands on the clip itself, in the timeline and in the viewer.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget

from app.state.deciding import Deciding, Forming
from app.state.language import said, told
from app.state.workspace import Workspace
from app.views.commands import Commands
from app.views.timeline.canvas import TimelineCanvas
from app.views.viewer import Viewer

_BAR_STEPS = 1000
_GAP = 6


class FormingBar(QFrame):
    """Progress and three buttons; hidden while nothing forms."""

    def __init__(self, deciding: Deciding, commands: Commands, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("formingBar")
        self._deciding = deciding
        self._text = QLabel()
        self._bar = QProgressBar()
        self._bar.setRange(0, _BAR_STEPS)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(56)
        self.stop = _button(
            commands["stop_pass"], said("Forming", "Stop this pass; what was computed stays")
        )
        self.keep = _button(commands["keep_take"], said("Forming", "Keep it as it is going"))
        self.reroll = _button(
            commands["reroll_pass"], said("Forming", "Re-roll: stop now, and begin anew")
        )
        self.stop.clicked.connect(deciding.stop)
        self.keep.clicked.connect(deciding.keep)
        self.reroll.clicked.connect(deciding.reroll)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 3, 2)
        row.setSpacing(3)
        row.addWidget(self._text)
        row.addWidget(self._bar)
        for button in (self.stop, self.keep, self.reroll):
            row.addWidget(button)
        self.hide()
        deciding.changed.connect(self.refresh)

    def refresh(self) -> None:
        """Show what forms, if something does."""
        forming = self._deciding.forming
        if forming is None:
            self.hide()
            return
        self._bar.setValue(round(forming.fraction * _BAR_STEPS))
        self._text.setText(_words(forming))
        self.keep.setVisible(forming.can_choose)
        self.reroll.setVisible(forming.can_choose)
        self.stop.setEnabled(not forming.is_stopping)
        self.setAccessibleName(f"{forming.title}: {_words(forming)}")
        self.adjustSize()
        self.setVisible(self.place(forming))
        self.raise_()

    def place(self, forming: Forming) -> bool:
        """Move to where the clip is; whether it is in sight."""
        raise NotImplementedError

    def show_words(self, shown: bool) -> None:
        """Leave out the words and the bar where there is no room for them."""
        if self._text.isHidden() == shown:
            self._text.setVisible(shown)
            self._bar.setVisible(shown)
            self.adjustSize()


class TimelineForming(FormingBar):
    """The bar on the filmstrip of the pass that forms."""

    def __init__(self, deciding: Deciding, commands: Commands, canvas: TimelineCanvas) -> None:
        super().__init__(deciding, commands, canvas.viewport())
        self._canvas = canvas
        canvas.scrolled.connect(self.refresh)

    def place(self, forming: Forming) -> bool:
        """Stand at the left of what is in sight of the pass."""
        surface, scale = self._canvas.viewport(), self._canvas.scale
        start, stop = forming.frames
        left = max(0.0, scale.x(start)) + _GAP
        right = min(float(surface.width()), scale.x(stop)) - _GAP
        self.show_words(True)
        if right - left < self.sizeHint().width():
            self.show_words(False)
        if right - left < self.sizeHint().width():
            return False
        lanes = self._canvas.lanes()
        self.move(round(left), lanes.strip_top + 4)
        return True


class ViewerForming(FormingBar):
    """The bar in the corner of the picture, while the playhead is on what forms."""

    def __init__(self, workspace: Workspace, commands: Commands, viewer: Viewer) -> None:
        super().__init__(workspace.deciding, commands, viewer)
        self._editor = workspace.editor
        self._viewer = viewer
        viewer.installEventFilter(self)
        viewer.framing_changed.connect(self.refresh)
        workspace.editor.changed.connect(self._follow)

    def place(self, forming: Forming) -> bool:
        """Stand in the upper right corner of the picture."""
        start, stop = forming.frames
        seen = self._viewer.picture_rect() & QRectF(self._viewer.rect())
        self.move(round(seen.right()) - self.width() - 8, round(seen.top()) + 8)
        return start <= self._editor.playhead < stop

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the corner when the viewer gets another size."""
        if event.type() == QEvent.Type.Resize:
            self.refresh()
        return super().eventFilter(watched, event)

    def _follow(self, _change: object) -> None:
        forming = self._deciding.forming
        if forming is not None:
            start, stop = forming.frames
            if self.isVisible() != (start <= self._editor.playhead < stop):
                self.refresh()


def _words(forming: Forming) -> str:
    if forming.is_stopping:
        return said("Forming", "Stopping…")
    kept = said("Forming", "Kept · ") if forming.is_kept else ""
    left = f" · {told(forming.left)}" if forming.left else ""
    return f"{kept}{forming.fraction:.0%}{left}"


def _button(action: QAction, words: str) -> QToolButton:
    """Return a button with a command's icon and key; it acts on what forms, wherever one looks."""
    button = QToolButton()
    button.setIcon(action.icon())
    button.setIconSize(QSize(14, 14))
    key = action.shortcut().toString()
    button.setToolTip(f"{words} ({key})" if key else words)
    button.setAccessibleName(words)
    button.setFixedSize(22, 22)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setCursor(Qt.CursorShape.ArrowCursor)
    return button
