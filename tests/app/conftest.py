"""Fixtures for everything that needs Qt: no screen, a loop for both worlds, a whole editor."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.application.editor import EditorApp, Places
from app.client.client import EngineClient
from app.state.drops import DropTarget
from app.timeline.project import Keyframe, Project, Shot
from app.views.theme import apply_theme
from tests.app.boards import draw_board
from tests.app.fake_engine import FakeEngine
from tests.app.fake_sound import FakeDevice


class Studio:
    """A whole editor with a fake engine, or with ``client``, and hands to use it."""

    def __init__(
        self, loop: qasync.QEventLoop, root: Path, client: EngineClient | None = None
    ) -> None:
        self.loop = loop
        self.root = root
        self.engine = FakeEngine()
        self.places = Places(
            root / "config" / "settings.json", root / "data" / "untitled", logs=root / "logs"
        )
        self.devices: list[FakeDevice] = []
        self.has_device, self.device_speed = True, 1.0
        self.app = EditorApp(client or self.engine, self.places, self._make_device)

    def _make_device(self) -> FakeDevice:
        device = FakeDevice(self.device_speed, is_missing=not self.has_device)
        self.devices.append(device)
        return device

    def play(self, story: Callable[[], Awaitable[None]], path: Path | None = None) -> None:
        """Open the window, run a story in it, and close everything."""
        self.loop.run_until_complete(asyncio.wait_for(self._whole(story, path), 30))

    async def _whole(self, story: Callable[[], Awaitable[None]], path: Path | None) -> None:
        self.app.begin(path)
        self.app.window.resize(1280, 720)
        self.app.window.show()
        self.app.jobs.start()
        await self.settle()
        try:
            await story()
        finally:
            await self.app.end()
            self.app.window.hide()

    async def settle(self, seconds: float = 0.0) -> None:
        """Let Qt and asyncio do what is pending."""
        for _ in range(3):
            await asyncio.sleep(seconds / 3)

    async def until(self, condition: Callable[[], object], seconds: float = 10.0) -> None:
        """Wait for something to become true."""
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 - any state may be waited for
                await asyncio.sleep(0.005)

    def board(self, number: int = 0, size: tuple[int, int] = (192, 108)) -> Path:
        """Draw a board on disk, outside of the project."""
        return draw_board(self.root / "boards" / f"board {number + 1}.png", number, size)

    async def drop(self, count: int, target: DropTarget, first: int = 0) -> None:
        """Drop boards on the timeline and wait until they are there."""
        paths = [self.board(first + index) for index in range(count)]
        before = self.app.editor.project
        self.app.workspace.keyframes.drop(paths, target)
        keyframes = self.app.workspace.keyframes
        await self.until(
            lambda: (
                self.app.editor.project is not before
                or keyframes.offer is not None
                or self.app.notices.current is not None
            )
        )
        await self.settle()

    async def fill(self, *shots: tuple[int, tuple[int, ...]]) -> None:
        """Make shots of (length, frames of keyframes), all with the same board."""
        from app.timeline.edits import add_media, add_shot
        from app.timeline.storage import import_image

        folder = self.app.editor.folder
        item = import_image(folder, self.board(), 192, 108)

        def edit(film: Project) -> Project:
            film = add_media(film, [item])
            for num_frames, frames in shots:
                keyframes = tuple(Keyframe(media=item.id, frame=frame) for frame in frames)
                film = add_shot(film, Shot(num_frames=num_frames, keyframes=keyframes))
            return film

        self.app.editor.do("Fill", edit)
        await self.settle()

    # The mouse on the timeline.

    def at(self, frame: float, y: float) -> QPoint:
        """Return a place on the timeline."""
        return QPoint(round(self.app.window.timeline.scale.x(frame)), round(y))

    def press(self, place: QPoint) -> None:
        """Press the left button."""
        QTest.mousePress(self._surface(), Qt.MouseButton.LeftButton, pos=place)

    def move(self, place: QPoint) -> None:
        """Move the mouse."""
        QTest.mouseMove(self._surface(), place)
        # QTest moves without buttons on some platforms; the view looks only at its own state.

    def release(self, place: QPoint) -> None:
        """Release the left button."""
        QTest.mouseRelease(self._surface(), Qt.MouseButton.LeftButton, pos=place)

    def click(self, place: QPoint) -> None:
        """Click."""
        QTest.mouseClick(self._surface(), Qt.MouseButton.LeftButton, pos=place)

    def double_click(self, place: QPoint) -> None:
        """Double-click."""
        QTest.mouseDClick(self._surface(), Qt.MouseButton.LeftButton, pos=place)

    async def drag(self, start: QPoint, stop: QPoint, steps: int = 4) -> None:
        """Press, move in some steps, release."""
        self.press(start)
        await self.drag_only(start, stop, steps)
        self.release(stop)
        await self.settle()

    async def drag_only(self, start: QPoint, stop: QPoint, steps: int = 4) -> None:
        """Move from one place to another with the button held."""
        for step in range(1, steps + 1):
            self.move(start + (stop - start) * (step / steps))
            await asyncio.sleep(0)

    def _surface(self):
        return self.app.window.timeline.viewport()


def pytest_runtest_logfinish() -> None:
    """Collect what a test with Qt in it left: only now has pytest itself let go of its loop.

    The loop holds timers, and itself in a cycle; a worker thread of a later test would end them.
    """
    if not gc.isenabled():
        gc.collect()
        gc.enable()


@pytest.fixture(scope="session")
def qapp_themed(qapp: QApplication) -> QApplication:
    """The application with its look, as the user has it."""
    apply_theme(qapp)
    qapp.setQuitOnLastWindowClosed(False)
    return qapp


@pytest.fixture
def loop(qapp_themed: QApplication) -> Iterator[qasync.QEventLoop]:
    """One event loop for Qt and asyncio."""
    gc.disable()  # a worker thread must not be the one to collect timers: see Collecting
    event_loop = qasync.QEventLoop(qapp_themed, already_running=False)
    asyncio.set_event_loop(event_loop)
    with event_loop:
        yield event_loop
    asyncio.set_event_loop(None)


@pytest.fixture
def studio(loop: qasync.QEventLoop, tmp_path: Path) -> Iterator[Studio]:
    """A whole editor."""
    made = Studio(loop, tmp_path)
    yield made
    window, app = made.app.window, made.app
    window.deleteLater()
    app.deleteLater()
    del made.app, window, app
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()
    gc.collect()


@pytest.fixture
def sessions(loop: qasync.QEventLoop, tmp_path: Path) -> Iterator[Callable[[], Studio]]:
    """Begin a session after another on the same machine."""
    made: list[Studio] = []

    def begin() -> Studio:
        made.append(Studio(loop, tmp_path))
        return made[-1]

    yield begin
    for studio in made:
        studio.app.window.deleteLater()
        studio.app.deleteLater()
    made.clear()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()
    gc.collect()
