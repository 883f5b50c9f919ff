"""The tour: offered once, never in the way, always on the real widget."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.state.drops import OntoEmpty
from app.state.tour import STEPS
from app.views.tour.overlay import card_place
from tests.app.conftest import Studio

KEYS = Qt.Key


@pytest.fixture
def sample_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's data folder that is not the user's."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    return tmp_path / "share"


def click(button) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_somebody_new_is_shown_the_sample(studio: Studio, sample_home: Path) -> None:
    async def story() -> None:
        manners, window = studio.app.window.manners, studio.app.window
        assert manners.welcome.isVisible()
        click(manners.welcome.begin_button)
        await studio.settle(0.05)
        assert studio.app.document.name == "harbour"
        assert not manners.welcome.isVisible()
        seen: list[str] = []
        for step in STEPS:
            assert manners.tour.isVisible()
            assert manners.tour.title == step.title
            hole = manners.tour.spotlight.hole
            assert hole.width() > 40
            assert hole.height() > 10
            assert window.rect().contains(manners.tour.geometry())
            assert not manners.tour.geometry().intersects(hole) or step.name == "viewer"
            seen.append(step.name)
            click(manners.tour.next_button)
            await studio.settle(0.02)
        assert len(set(seen)) == 7
        assert not manners.tour.isVisible()
        assert not manners.tour.spotlight.isVisible()
        assert studio.app.editor.undo_name is None  # nothing of the film was touched

    studio.play(story)


def test_the_light_falls_on_the_real_widgets(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0, 22)), (48, (0,)))
        window = studio.app.window
        window.commands["tour"].trigger()
        tour = window.manners.tour
        lanes = window.timeline.scene().lanes
        surface = window.timeline.viewport()

        def top_of(lane: int) -> int:
            return surface.mapTo(window, QPoint(0, lane)).y()

        assert tour.spotlight.hole.top() == top_of(lanes.title_top)
        click(tour.next_button)
        assert tour.spotlight.hole.top() == top_of(lanes.grid_top)
        assert studio.app.editor.selected_keyframe is not None  # asked and used are to be seen
        assert window.inspector.keyframe.isVisible()
        click(tour.next_button)
        window.commands["show_inspector"].setChecked(False)
        click(tour.back_button)
        click(tour.next_button)
        await studio.settle(0.02)
        assert window.inspector.isVisible()  # what is shown is brought to sight
        for _ in range(2):
            click(tour.next_button)
        generate = window.top_bar.generate
        assert tour.spotlight.hole.center() == generate.mapTo(window, generate.rect().center())
        click(tour.next_button)
        await studio.settle(0.02)
        assert window.takes_panel.isVisible()
        click(tour.skip_button)
        await studio.settle(0.02)
        assert not window.takes_panel.isVisible()  # the panels are as they were
        assert not window.inspector.isVisible()

    studio.play(story)


def test_the_timeline_stays_usable_under_it(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)), (48, (0,)))
        window, editor = studio.app.window, studio.app.editor
        window.commands["tour"].trigger()
        await studio.settle(0.02)
        assert QApplication.activeModalWidget() is None
        surface = window.timeline.viewport()
        lanes = window.timeline.scene().lanes
        place = studio.at(60, lanes.title_top + 8)
        # The spotlight lies above everything, but the mouse finds the timeline.
        assert window.childAt(surface.mapTo(window, place)) is surface
        studio.click(place)
        assert editor.selected_shot is editor.project.shots[1]
        QTest.keyClick(window.timeline, KEYS.Key_D)
        assert len(editor.project.shots) == 3
        assert window.manners.tour.isVisible()

    studio.play(story)


def test_keys_turn_its_pages_and_esc_ends_it(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)))
        window, state = studio.app.window, studio.app.workspace.tour
        window.activateWindow()
        await studio.settle(0.05)
        window.commands["tour"].trigger()
        tour = window.manners.tour
        assert tour.hasFocus()
        QTest.keyClick(tour, KEYS.Key_Right)
        QTest.keyClick(tour, KEYS.Key_Return)
        assert state.index == 2
        QTest.keyClick(tour, KEYS.Key_Left)
        assert state.index == 1
        assert studio.app.editor.playhead == 0
        QTest.keyClick(tour, KEYS.Key_Space)  # plays, as ever
        assert studio.app.playback.is_playing
        studio.app.playback.pause()
        QTest.keyClick(tour, KEYS.Key_Escape)
        assert state.index is None
        window.commands["tour"].trigger()
        window.timeline.setFocus()
        QTest.keyClick(window.timeline, KEYS.Key_Escape)
        assert state.index is None

    studio.play(story)


def test_it_follows_the_window_when_that_is_resized(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)))
        window = studio.app.window
        window.commands["tour"].trigger()
        tour = window.manners.tour
        for _ in range(len(STEPS)):
            for size in ((960, 600), (2560, 1440), (1280, 720)):
                window.resize(*size)
                await studio.settle(0.03)
                assert tour.spotlight.size() == window.size()
                assert window.rect().contains(tour.geometry())
                assert window.rect().contains(tour.spotlight.hole)
            window._main.setSizes([300, 380])
            await studio.settle(0.03)
            assert window.rect().contains(tour.spotlight.hole)
            click(tour.next_button)

    studio.play(story)


def test_the_offer_is_made_once_and_goes_with_the_first_board(studio: Studio) -> None:
    async def story() -> None:
        welcome, settings = studio.app.window.manners.welcome, studio.app.settings
        assert welcome.isVisible()
        await studio.drop(1, OntoEmpty(0))
        assert not welcome.isVisible()
        studio.app.editor.undo()
        assert welcome.isVisible()
        click(welcome.decline_button)
        assert not welcome.isVisible()
        assert settings.values.tour_offered
        studio.app.document.new()
        await asyncio.sleep(0)
        assert not welcome.isVisible()

    studio.play(story)


def test_it_ends_with_the_film_it_shows(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)))
        studio.app.window.commands["tour"].trigger()
        studio.app.document.new()
        assert not studio.app.window.manners.tour.isVisible()

    studio.play(story)


@pytest.mark.parametrize(
    "hole",
    [
        QRect(0, 520, 1280, 120),
        QRect(0, 660, 1280, 30),
        QRect(990, 80, 290, 370),
        QRect(0, 80, 300, 640),
        QRect(1090, 50, 140, 30),
    ],
)
def test_the_card_stands_beside_the_light(hole: QRect) -> None:
    room = QRect(0, 0, 1280, 720)
    card = card_place(room, hole, QSize(330, 180))
    assert room.contains(card)
    assert not card.intersects(hole)


def test_the_card_finds_a_place_where_there_is_none() -> None:
    room = QRect(0, 0, 800, 500)
    assert room.contains(card_place(room, room, QSize(330, 180)))
    assert room.contains(card_place(room, QRect(), QSize(330, 180)))
