"""The layout is remembered, comes back on other screens, and can be reset."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest

from app.views.shape import seen_place
from tests.app.conftest import Studio

LEAST = QSize(960, 600)
LAPTOP = QRect(0, 0, 1280, 720)
BESIDE = QRect(1280, 0, 2560, 1440)


def test_a_window_that_is_seen_stays_where_it_is() -> None:
    place = QRect(1400, 80, 1700, 1000)
    assert seen_place(place, [LAPTOP, BESIDE], LEAST) == place


@pytest.mark.parametrize(
    "gone",
    [QRect(1400, 80, 1700, 1000), QRect(-2000, 10, 1000, 700), QRect(40, -900, 1000, 700)],
)
def test_a_window_of_a_screen_that_is_gone_comes_back(gone: QRect) -> None:
    found = seen_place(gone, [LAPTOP], LEAST)
    assert LAPTOP.contains(found)
    assert found.width() >= 960
    assert found.height() >= 600


def test_a_screen_smaller_than_the_window_still_shows_its_corner() -> None:
    tiny = QRect(0, 0, 800, 480)
    found = seen_place(QRect(5000, 5000, 1200, 900), [tiny], LEAST)
    assert found.topLeft() == tiny.topLeft()
    assert found.size() == LEAST


def _again(studio: Studio, root: Path) -> Studio:
    """Start the editor again, with the same settings."""
    return Studio(studio.loop, root)


def test_sizes_and_hidden_panels_come_back(studio: Studio, tmp_path: Path) -> None:
    widths: list[int] = []

    async def first() -> None:
        window = studio.app.window
        window.commands["show_joins"].setChecked(True)
        window._main.setSizes([300, 380])
        window.resize(1680, 900)
        await studio.settle()
        before = window._upper.sizes()[2]
        grip = window._upper.handle(2)
        QTest.mousePress(grip, Qt.MouseButton.LeftButton)
        QTest.mouseMove(grip, grip.rect().center() - QPoint(80, 0))
        QTest.mouseRelease(grip, Qt.MouseButton.LeftButton)
        await studio.settle()
        widths.append(window._upper.sizes()[2])
        assert widths[0] > before + 60
        window.commands["show_inspector"].setChecked(False)
        await studio.settle()
        window.close()

    studio.play(first)
    again = _again(studio, tmp_path)

    async def second() -> None:
        window = again.app.window
        window.resize(1680, 900)
        assert not window.inspector.isVisible()
        assert window.bench.shown == "joins"
        assert window.bench.isVisible()
        window.commands["show_inspector"].setChecked(True)
        await again.settle()
        assert window.inspector.isVisible()
        assert window._upper.sizes()[2] == widths[0]
        assert abs(window._main.sizes()[1] - 380) < 4

    again.play(second)


def test_sizes_that_make_no_sense_are_passed_over(studio: Studio, tmp_path: Path) -> None:
    studio.app.settings.update(
        splitters={"main": (0, 5, 7), "columns": (100, -4, 20)}, window_geometry="bm9uc2Vuc2U="
    )
    again = _again(studio, tmp_path)

    async def story() -> None:
        window = again.app.window
        assert all(size > 100 for size in window._main.sizes())
        assert window.width() >= 960

    again.play(story)


def test_everything_fits_at_the_smallest_size(studio: Studio) -> None:
    async def story() -> None:
        window = studio.app.window
        await studio.fill((48, (0, 20)))
        window.bench.bring("takes")
        window.resize(960, 600)
        await studio.settle()
        assert (window.width(), window.height()) == (960, 600)
        for part in (window.viewer, window.bench, window.inspector, window.timeline, window.strip):
            place = QRect(part.mapTo(window, part.rect().topLeft()), part.size())
            assert window.rect().contains(place), part.accessibleName()
            assert part.width() >= part.minimumWidth()
        assert window.timeline.height() >= window.timeline.minimumHeight()

    studio.play(story)


def test_reset_layout_puts_panels_back(studio: Studio) -> None:
    async def story() -> None:
        window = studio.app.window
        window.bench.bring("jobs")
        window._main.setSizes([200, 480])
        window._upper.setSizes([400, 500, 370])
        window.commands["show_inspector"].setChecked(False)
        await studio.settle()
        window.commands["reset_layout"].trigger()
        await studio.settle()
        assert window.inspector.isVisible()
        assert abs(window._upper.sizes()[2] - 308) < 16
        assert abs(window._main.sizes()[1] - 250) < 30
        assert studio.app.settings.values.shows_inspector

    studio.play(story)
