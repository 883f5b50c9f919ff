"""The palette under the hands: opened by a key, typed into, run with Enter; nothing is blocked."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.state.selection import MarkerSelected, ShotSelected
from app.views.commands import SPECS
from app.views.palette.entries import command_entries
from app.views.palette.rows import spoken
from tests.app.conftest import Studio

KEYS = Qt.Key
CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


async def open_palette(studio: Studio):
    window = studio.app.window
    window.activateWindow()
    window.timeline.setFocus()
    await studio.settle(0.05)
    QTest.keyClick(window.timeline, KEYS.Key_P, CTRL_SHIFT)
    palette = window.manners.palette
    assert palette.isVisible()
    assert palette.field.hasFocus()
    return palette


def titles(palette) -> list[str]:
    return [entry.title for entry in palette.found]


def test_every_command_is_in_the_palette_with_its_menu(studio: Studio) -> None:
    async def story() -> None:
        window = studio.app.window
        entries = command_entries(window.commands, studio.app.workspace.keymap)
        assert {entry.name for entry in entries} == set(SPECS) - {"palette"}
        assert len(entries) == len(SPECS) - 1
        assert all(entry.place for entry in entries)

    studio.play(story)


def test_a_command_is_found_and_run_with_the_keys(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0, 20)))
        editor, window = studio.app.editor, studio.app.window
        editor.seek(20)
        palette = await open_palette(studio)
        QTest.keyClicks(palette.field, "spl")
        assert titles(palette)[0] == "Split at playhead"
        assert palette.found[0].key == "Ctrl+B"
        QTest.keyClick(palette.field, KEYS.Key_Return)
        assert len(editor.project.shots) == 2
        assert not palette.isVisible()
        assert window.timeline.hasFocus()  # the keys are where they were
        palette = await open_palette(studio)
        assert palette.found[0].name == "split"  # the recent one is first

    studio.play(story)


def test_arrows_choose_and_do_not_move_the_playhead(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0, 20)), (48, (0,)))
        editor = studio.app.editor
        editor.seek(30)
        palette = await open_palette(studio)
        QTest.keyClick(palette.field, KEYS.Key_Up)  # round to the last
        last = palette.list.model().rowCount() - 1
        assert palette.list.currentIndex().row() == last
        for key in (KEYS.Key_Down, KEYS.Key_Down, KEYS.Key_PageDown):
            QTest.keyClick(palette.field, key)
        assert palette.list.currentIndex().row() == 13
        assert editor.playhead == 30
        QTest.keyClicks(palette.field, "jkl d")  # letters are letters here
        assert not studio.app.playback.is_playing
        assert len(editor.project.shots) == 2
        QTest.keyClick(palette.field, KEYS.Key_Escape)
        assert not palette.isVisible()

    studio.play(story)


def test_what_cannot_be_run_says_why_and_does_nothing(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, ()))
        studio.app.editor.select(ShotSelected(studio.app.editor.project.shots[0].id))
        palette = await open_palette(studio)
        QTest.keyClicks(palette.field, "exactly requested")
        entry = palette.found[0]
        assert entry.name == "toggle_exact"
        assert not entry.is_enabled
        assert entry.why_not == "select a keyframe first"
        assert "not now: select a keyframe first" in spoken(entry)
        assert palette.field.accessibleDescription() == spoken(entry)
        QTest.keyClick(palette.field, KEYS.Key_Return)
        assert palette.isVisible()
        QTest.keyClicks(palette.field, " xyzzy")
        assert palette.found == []
        QTest.keyClick(palette.field, KEYS.Key_Return)
        assert palette.isVisible()

    studio.play(story)


def test_every_disabled_command_of_a_film_says_what_it_needs(studio: Studio) -> None:
    async def story() -> None:
        window, keymap = studio.app.window, studio.app.workspace.keymap
        for fill in (False, True):
            if fill:
                await studio.fill((48, ()))
                studio.app.editor.select(ShotSelected(studio.app.editor.project.shots[0].id))
            entries = command_entries(window.commands, keymap)
            dumb = [e.name for e in entries if not e.is_enabled and not e.why_not]
            assert dumb == []

    studio.play(story)


def test_shots_and_markers_are_gone_to(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)), (30, (0,)), (40, (0,)))
        app, editor = studio.app, studio.app.editor
        second, third = editor.project.shots[1:]
        app.workspace.shots.set_caption(third.id, "A lighthouse in the rain")
        editor.seek(50)
        app.workspace.marks.add_here()
        marker = editor.project.markers[0]
        app.workspace.marks.rename(marker.id, "Chorus begins")
        palette = await open_palette(studio)
        QTest.keyClicks(palette.field, "lighthouse")
        QTest.keyClick(palette.field, KEYS.Key_Return)
        assert editor.playhead == 78
        assert editor.selection == ShotSelected(third.id)
        palette = await open_palette(studio)
        QTest.keyClicks(palette.field, "shot 2")
        QTest.keyClick(palette.field, KEYS.Key_Return)
        assert editor.playhead == 48
        assert editor.selection == ShotSelected(second.id)
        palette = await open_palette(studio)
        QTest.keyClicks(palette.field, "chorus")
        QTest.keyClick(palette.field, KEYS.Key_Return)
        assert editor.playhead == 50
        assert editor.selection == MarkerSelected(marker.id)

    studio.play(story)


def test_it_blocks_nothing_and_goes_with_a_click_elsewhere(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)), (48, (0,)))
        palette = await open_palette(studio)
        assert QApplication.activeModalWidget() is None
        view = studio.app.window.timeline
        studio.click(studio.at(60, view.scene().lanes.title_top + 8))
        await studio.settle()
        assert studio.app.editor.selected_shot is studio.app.editor.project.shots[1]
        assert not palette.isVisible()

    studio.play(story)


def test_it_stays_inside_a_window_of_any_size(studio: Studio) -> None:
    async def story() -> None:
        palette = await open_palette(studio)
        for size in ((960, 600), (1280, 720), (2560, 1440)):
            studio.app.window.resize(*size)
            await studio.settle(0.02)
            assert studio.app.window.rect().contains(palette.geometry())

    studio.play(story)


def test_the_mouse_runs_a_row(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)))
        palette = await open_palette(studio)
        QTest.keyClicks(palette.field, "safe areas")
        place = palette.list.visualRect(palette.list.model().index(0, 0)).center()
        QTest.mouseClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert studio.app.workspace.viewing.shows("safe_areas")
        palette = await open_palette(studio)
        assert palette.found[0].is_on

    studio.play(story)
