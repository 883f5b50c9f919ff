"""How the window is laid out: kept when it closes, restored on whatever screens there are then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QByteArray, QEvent, QObject, QRect, QSize, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMainWindow, QSplitter, QWidget

from app.state.settings import SettingsState
from app.views.takes.bench import Bench

FIRST_SIZE = QSize(1680, 1000)
PANEL_WIDTH = 308
_WIDE_SCREEN = 1440
_GRIP = QSize(120, 40)
"""So much of a window must be on a screen for a mouse to take hold of it."""


class WindowShape:
    """Sizes and visibility of a window and of its parts.

    Args:
        window: it is resized and moved.
        main: picture above, timeline below.
        columns: picture, bench, inspector.
        inspector: the command that shows the inspector.
    """

    def __init__(
        self,
        window: QMainWindow,
        main: PanelSplitter,
        columns: PanelSplitter,
        bench: Bench,
        inspector: QAction,
        settings: SettingsState,
    ) -> None:
        self._window = window
        self._splitters: Mapping[str, PanelSplitter] = {"main": main, "columns": columns}
        self._bench = bench
        self._inspector = inspector
        self._settings = settings

    def keep(self) -> None:
        """Write down how everything stands."""
        sizes = {name: splitter.wanted() for name, splitter in self._splitters.items()}
        geometry = bytes(self._window.saveGeometry().toBase64().data()).decode()
        self._settings.update(
            window_geometry=geometry,
            splitters=sizes,
            shows_inspector=self._inspector.isChecked(),
        )

    def restore(self) -> None:
        """Lay the window out as it was kept, or as it is for the first time."""
        values = self._settings.values
        room = self._window.screen().availableGeometry()
        self._window.resize(FIRST_SIZE.boundedTo(room.size()))
        if values.window_geometry:
            self._window.restoreGeometry(QByteArray.fromBase64(values.window_geometry.encode()))
            self._bring_into_sight()
        for name, splitter in self._splitters.items():
            splitter.share(self._fallback(name, values.splitters.get(name, ())))
        # An action that is on already tells nobody.
        self._inspector.setChecked(not values.shows_inspector)
        self._inspector.setChecked(values.shows_inspector)
        self._bench.restore(is_open=self._opens_bench(values.shows_jobs))

    def reset(self) -> None:
        """Lay the panels out as for the first time; the window itself stays where it is."""
        self._inspector.setChecked(True)
        self._bench.restore(is_open=self._opens_bench(None))
        for name, splitter in self._splitters.items():
            splitter.share(self._fallback(name, ()))
        self._settings.update(shows_jobs=None)
        self.keep()

    def _opens_bench(self, chosen: bool | None) -> bool:
        if chosen is not None:
            return chosen
        # Nobody has chosen: a small screen is for the picture.
        return self._window.screen().availableGeometry().width() >= _WIDE_SCREEN

    def _fallback(self, name: str, kept: Sequence[int]) -> Sequence[int]:
        """Return the sizes that were kept; where they make no sense, those of the first time."""
        size = self._window.size()
        if name == "main":
            timeline = max(250, min(340, size.height() // 3))
            first = (max(1, size.height() - timeline), timeline)
        else:
            first = (max(1, size.width() - 2 * PANEL_WIDTH), PANEL_WIDTH, PANEL_WIDTH)
        is_sane = len(kept) == len(first) and all(value > 0 for value in kept)
        return kept if is_sane else first

    def _bring_into_sight(self) -> None:
        """A screen may have gone since: bring the window back and make it fit."""
        window = self._window
        screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
        found = seen_place(window.geometry(), screens, window.minimumSize())
        if found != window.geometry() and not window.isMaximized() and not window.isFullScreen():
            window.setGeometry(found)


def seen_place(wanted: QRect, screens: Sequence[QRect], least: QSize) -> QRect:
    """Return ``wanted`` if its upper part can be taken hold of on a screen, else a place that can.

    Args:
        wanted: where a window was.
        screens: what the screens that there are have room for, the first one before others.
        least: the window's smallest size.
    """
    top = QRect(wanted.topLeft(), QSize(wanted.width(), _GRIP.height()))
    for screen in screens:
        part = screen.intersected(top)
        if part.width() >= _GRIP.width() and part.height() >= _GRIP.height() // 2:
            size = wanted.size().boundedTo(screen.size()).expandedTo(least)
            return QRect(wanted.topLeft(), size)
    if not screens:
        return wanted
    size = wanted.size().boundedTo(screens[0].size()).expandedTo(least)
    place = QRect(screens[0].topLeft(), size)
    if screens[0].contains(place):
        place.moveCenter(screens[0].center())
    return place


class PanelSplitter(QSplitter):
    """Parts beside or above each other; the first takes and gives room, the others keep theirs.

    A panel that was hidden comes back as large as it was.
    """

    def __init__(self, orientation: Qt.Orientation, *widgets: QWidget) -> None:
        super().__init__(orientation)
        self.setHandleWidth(3)
        self.setChildrenCollapsible(False)
        self._parts = widgets
        for widget in widgets:
            self.addWidget(widget)
            widget.installEventFilter(self)
        self.setStretchFactor(0, 1)
        self._wanted = [widget.minimumWidth() for widget in widgets]
        self.splitterMoved.connect(self._note)

    def share(self, sizes: Sequence[int]) -> None:
        """Give each part its size, hidden ones included; the first gets what is left over."""
        self._wanted = list(sizes)
        self._apply()

    def wanted(self) -> tuple[int, ...]:
        """Return the size of each part; of a hidden one, that with which it will come back."""
        self._note()
        return tuple(self._wanted)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A part comes or goes."""
        if event.type() in {QEvent.Type.ShowToParent, QEvent.Type.HideToParent}:
            self._apply()
        return super().eventFilter(watched, event)

    def _apply(self) -> None:
        whole = self.width() if self.orientation() == Qt.Orientation.Horizontal else self.height()
        shown = [not widget.isHidden() for widget in self._parts]
        rest = sum(size for size, seen in zip(self._wanted[1:], shown[1:], strict=True) if seen)
        handles = (sum(shown) - 1) * self.handleWidth()
        self.setSizes([max(1, whole - rest - handles), *self._wanted[1:]])

    def _note(self) -> None:
        pairs = zip(self.sizes(), self._wanted, strict=True)
        self._wanted = [now or before for now, before in pairs]
