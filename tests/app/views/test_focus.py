"""The window by keyboard and for screen readers: every control has a name, a place, and a ring."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QMenu,
    QPushButton,
    QScrollArea,
    QSlider,
    QWidget,
)

from app.state.selection import KeyframeSelected, MarkerSelected, ShotSelected
from app.views.focus import in_reading_order
from tests.app.conftest import Studio

TABS = ("takes", "joins", "jobs")


async def _ready(studio: Studio) -> None:
    """A film with takes, and everything on the screen."""
    await studio.fill((48, (0, 20)), (48, (0,)))
    studio.app.jobs.generate()
    await studio.until(lambda: not studio.app.jobs.is_active)
    studio.app.playback.pause()
    shot = studio.app.editor.project.shots[0]
    studio.app.editor.select(KeyframeSelected(shot.keyframes[1].id))
    studio.app.editor.seek(10)
    studio.app.window.activateWindow()
    await studio.until(studio.app.window.isActiveWindow)


def _name(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return widget.accessibleName() or text


def _walk(window: QWidget, key: Qt.Key) -> list[QWidget]:
    """Press Tab until the focus is back where it began."""
    seen: list[QWidget] = []
    while (now := QApplication.focusWidget()) is not None and now not in seen:
        seen.append(now)
        assert len(seen) < 500
        QTest.keyClick(now, key)
    return seen


def _is_inner(widget: QWidget) -> bool:
    owner = widget.parent()
    return (
        isinstance(owner, QAbstractSpinBox | QComboBox | QLineEdit | QMenu)
        or widget.focusProxy() is not None
        or isinstance(widget, QScrollArea)
        or widget.objectName().startswith("qt_")
    )


@pytest.mark.parametrize("tab", TABS)
def test_tab_reaches_every_control_and_each_has_a_name(studio: Studio, tab: str) -> None:
    async def story() -> None:
        await _ready(studio)
        window = studio.app.window
        window.bench.bring(tab)
        await studio.settle(0.05)
        window.timeline.setFocus()
        stops = _walk(window, Qt.Key.Key_Tab)
        assert len(stops) > 40
        assert [stop for stop in stops if not _name(stop)] == []
        grouped = {
            button
            for stop in stops
            if isinstance(stop, QAbstractButton) and stop.group() is not None
            for button in stop.group().buttons()
        }
        lost = [
            widget
            for widget in window.findChildren(QWidget)
            if widget.isVisible()
            and widget.isEnabled()
            and (isinstance(widget, QAbstractButton) or widget.focusPolicy())
            and not _is_inner(widget)
            and widget not in stops
            and widget not in grouped
        ]
        assert [(type(widget).__name__, _name(widget)) for widget in lost] == []

    studio.play(story)


def test_tab_goes_as_one_reads_and_back_again(studio: Studio) -> None:
    async def story() -> None:
        await _ready(studio)
        window = studio.app.window
        window.bench.bring("takes")
        await studio.settle(0.05)
        window.timeline.setFocus()
        forward = _walk(window, Qt.Key.Key_Tab)
        window.timeline.setFocus()
        backward = _walk(window, Qt.Key.Key_Backtab)
        assert backward[1:] == forward[:0:-1]
        parts = (window.viewer, window.bench, window.inspector, window.timeline, window.strip)
        visited: list[int] = []
        for stop in in_reading_order(window):
            for number, part in enumerate(parts):
                if (stop is part or part.isAncestorOf(stop)) and number not in visited:
                    visited.append(number)
        assert visited == sorted(visited)
        assert len(visited) == len(parts)

    studio.play(story)


@pytest.mark.parametrize("tab", TABS)
def test_one_sees_where_the_keyboard_is(studio: Studio, tab: str) -> None:
    async def story() -> None:
        await _ready(studio)
        window = studio.app.window
        window.bench.bring(tab)
        await studio.settle(0.05)
        blind: list[str] = []
        for stop in list(in_reading_order(window)):
            if isinstance(stop, QLineEdit):
                stop.setCursorPosition(0)
            other = window.timeline if stop is not window.timeline else window.viewer
            other.setFocus(Qt.FocusReason.OtherFocusReason)
            before = stop.grab().toImage()
            stop.setFocus(Qt.FocusReason.TabFocusReason)
            if stop.grab().toImage() == before:
                blind.append(f"{type(stop).__name__} {_name(stop)}")
        assert blind == []

    studio.play(story)


def test_a_focused_control_keeps_its_keys(studio: Studio) -> None:
    async def story() -> None:
        await _ready(studio)
        app, window = studio.app, studio.app.window
        loop = next(
            button
            for button in window.findChildren(QAbstractButton)
            if button.accessibleName() == "Loop"
        )
        loop.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(loop, Qt.Key.Key_Space)
        assert app.playback.is_looping
        assert not app.playback.is_playing
        slider = window.findChild(QSlider)
        assert slider is not None
        slider.setFocus(Qt.FocusReason.TabFocusReason)
        value, playhead = slider.value(), app.editor.playhead
        QTest.keyClick(slider, Qt.Key.Key_Left)
        assert slider.value() == value - 1
        assert app.editor.playhead == playhead
        best = next(b for b in window.findChildren(QPushButton) if b.text() == "Best")
        best.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(best, Qt.Key.Key_Right)
        assert QApplication.focusWidget().text() == "Board"
        assert app.editor.playhead == playhead
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
        assert app.workspace.monitor.source == "board"
        window.timeline.setFocus()
        QTest.keyClick(window.timeline, Qt.Key.Key_Space)
        assert app.playback.is_playing

    studio.play(story)


def test_arrows_move_a_crop_and_not_the_playhead(studio: Studio) -> None:
    async def story() -> None:
        await _ready(studio)
        app, pad = studio.app, studio.app.window.inspector.keyframe._crop
        app.workspace.shots.set_size(1080, 1080)
        await studio.until(lambda: pad._image is not None)
        pad.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(pad, Qt.Key.Key_Right)
        assert app.editor.project.shots[0].keyframes[1].anchor_x == 0.55
        assert app.editor.playhead == 10

    studio.play(story)


def test_a_take_is_looked_at_and_used_by_keyboard(studio: Studio) -> None:
    async def story() -> None:
        await _ready(studio)
        app, window = studio.app, studio.app.window
        app.workspace.shots.reroll_seed()
        app.jobs.generate()
        await studio.until(lambda: not app.jobs.is_active)
        app.playback.pause()
        window.bench.bring("takes")
        await studio.until(lambda: len(window.takes_panel.cards) == 2)
        card = window.takes_panel.cards[1]
        card.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(card, Qt.Key.Key_Space)
        assert app.choices.selected.record.name == card.name
        assert not app.playback.is_playing

    studio.play(story)


def test_what_scrolls_comes_into_sight_with_the_focus(studio: Studio) -> None:
    async def story() -> None:
        await _ready(studio)
        window = studio.app.window
        window.resize(960, 600)
        await studio.settle(0.05)
        model = window.inspector.film._model
        stops = list(in_reading_order(window))
        stops[stops.index(model) - 1].setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert QApplication.focusWidget() is model
        top = model.mapTo(window.inspector.viewport(), QPoint(0, 0)).y()
        assert 0 <= top <= window.inspector.viewport().height() - model.height()

    studio.play(story)


def test_the_timeline_says_what_is_selected_and_where_the_playhead_is(studio: Studio) -> None:
    async def story() -> None:
        QAccessible.setActive(True)  # as with a screen reader; announcements are made, too
        try:
            await _ready(studio)
            app, view = studio.app, studio.app.window.timeline

            def says(words: str) -> bool:
                interface = QAccessible.queryAccessibleInterface(view)
                return words in interface.text(QAccessible.Text.Description)

            assert view.accessibleName() == "Timeline"
            await studio.until(lambda: says("in shot 1, asked on frame 20, used on 21"))
            app.editor.seek(50)
            await studio.until(lambda: says("Playhead 00:00:02:02, shot 2"))
            shot = app.editor.project.shots[1]
            app.workspace.shots.set_caption(shot.id, "A boat leaves")
            app.editor.select(ShotSelected(shot.id))
            await studio.until(lambda: says("Shot 2 of 2, 2.0 s, 1 keyframe, A boat leaves"))
            app.workspace.marks.add_here()
            marker = app.editor.project.markers[0]
            app.editor.select(MarkerSelected(marker.id))
            await studio.until(lambda: says(f"Marker {marker.name} at 00:00:02:02"))
        finally:
            QAccessible.setActive(False)

    studio.play(story)
