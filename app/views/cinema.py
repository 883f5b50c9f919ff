"""The picture alone on the whole screen: the viewer moves there and comes back.

The timeline stays where it is behind it; every key works as in the window. Esc, F or a double
click bring the viewer back.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QVBoxLayout, QWidget

from app.state.language import said
from app.views.commands import Commands
from app.views.viewer import Viewer

IDLE_MS = 2000


class Cinema(QWidget):
    """A window without a frame that borrows the viewer.

    Signals:
        left: the viewer is back in its window.
    """

    left = Signal()

    def __init__(self, viewer: Viewer, owner: QWidget) -> None:
        super().__init__(owner, Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        self.setAccessibleName(said("Viewer", "Full screen viewer"))
        self._viewer = viewer
        self._owner = owner
        self._home: QBoxLayout | None = None
        self._place = QLabel(
            said("Viewer", "The picture is on the full screen. Esc brings it back."), self
        )
        self._place.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._place.setProperty("faint", "true")
        self._place.hide()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._idle = QTimer(self, singleShot=True, interval=IDLE_MS)
        self._idle.timeout.connect(self._hide_mouse)

    @property
    def is_open(self) -> bool:
        """Whether the viewer is here."""
        return self._home is not None

    def take_keys(self, actions: list[QAction]) -> None:
        """Let the window's commands work here, too."""
        self.addActions(actions)

    def enter(self, home: QBoxLayout) -> None:
        """Take the viewer out of a column of its window and fill the screen with it."""
        if self.is_open:
            return
        self._home = home
        home.replaceWidget(self._viewer, self._place)
        home.setStretchFactor(self._place, 1)
        self._place.show()
        self._column.addWidget(self._viewer)
        self._viewer.show()
        screen = self._owner.screen()
        self.setWindowTitle(self._owner.windowTitle().replace("[*]", ""))
        self.setGeometry(screen.geometry())
        self.showFullScreen()
        self.activateWindow()
        self._viewer.setFocus()
        self._idle.start()

    def leave(self) -> None:
        """Give the viewer back."""
        home = self._home
        if home is None:
            return
        self._home = None
        self._idle.stop()
        self._viewer.unsetCursor()
        self._viewer.show_clock(False)
        home.replaceWidget(self._place, self._viewer)
        home.setStretchFactor(self._viewer, 1)
        self._viewer.show()
        self._place.hide()
        self.hide()
        # Where no window manager does it, the keys would go nowhere.
        self._owner.activateWindow()
        self.left.emit()

    def wake(self) -> None:
        """The mouse moved: show it for a while."""
        if self.is_open:
            if self._viewer.cursor().shape() == Qt.CursorShape.BlankCursor:
                self._viewer.unsetCursor()
            self._viewer.show_clock(True)
            self._idle.start()

    def event(self, event: QEvent) -> bool:
        """Esc is ours, whatever command it is a key of in the window."""
        if event.type() == QEvent.Type.ShortcutOverride:
            assert isinstance(event, QKeyEvent)
            if event.key() == Qt.Key.Key_Escape:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc ends it."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing the full screen gives the viewer back; the film stays open."""
        event.ignore()
        self.leave()

    def _hide_mouse(self) -> None:
        self._viewer.setCursor(Qt.CursorShape.BlankCursor)
        self._viewer.show_clock(False)


def connect_stage(commands: Commands, viewer: Viewer, cinema: Cinema, home: QBoxLayout) -> None:
    """Connect the commands of the picture: its zoom, and the full screen."""
    full = commands["viewer_full"]

    def turn(on: bool) -> None:
        if on:
            cinema.enter(home)
        else:
            cinema.leave()

    full.toggled.connect(turn)
    cinema.left.connect(lambda: full.setChecked(False))
    viewer.full_screen_wanted.connect(full.toggle)
    viewer.mouse_moved.connect(cinema.wake)
    commands.connect_to("go_to", cinema.leave)  # the place to type in is in the window
    commands.connect_to("viewer_fit", viewer.fit)
    commands.connect_to("viewer_100", lambda: viewer.zoom_to(1.0))
    commands.connect_to("viewer_200", lambda: viewer.zoom_to(2.0))
    commands.connect_to("viewer_in", lambda: viewer.zoom_by(1.25))
    commands.connect_to("viewer_out", lambda: viewer.zoom_by(1 / 1.25))
