"""Menus, recent films, help, dialogs, the desktop: all is in its place and nothing blocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMenu, QToolButton

from app.application.editor import EditorApp
from app.state.settings import SettingsState
from app.views.commands import SPECS
from app.views.desktop import DesktopMessages
from app.views.recent import RecentMenu
from app.views.taskbar import TaskBar
from app.views.timeline.hits import OnNothing, OnShot
from tests.app.conftest import Studio


def leaves(menu: QMenu) -> list[QAction]:
    found: list[QAction] = []
    for action in menu.actions():
        below = action.menu()
        if isinstance(below, RecentMenu):
            continue
        if isinstance(below, QMenu):
            found += leaves(below)
        elif not action.isSeparator():
            found.append(action)
    return found


def test_every_command_is_in_exactly_one_place_of_the_menu_bar(studio: Studio) -> None:
    async def story() -> None:
        window = studio.app.window
        menus = [action.menu() for action in window.menuBar().actions()]
        there = Counter(a for menu in menus if isinstance(menu, QMenu) for a in leaves(menu))
        named = {action: name for name, action in window.commands.all().items()}
        assert {named.get(action, action.text()) for action in there} == set(SPECS)
        assert set(there.values()) == {1}

    studio.play(story)


def test_letters_of_a_menu_are_not_given_twice(studio: Studio) -> None:
    async def story() -> None:
        window = studio.app.window
        titles = [action.text() for action in window.menuBar().actions()]
        letters = [title[title.index("&") + 1].upper() for title in titles]
        assert len(set(letters)) == len(letters), titles

    studio.play(story)


def test_every_command_does_something(studio: Studio) -> None:
    async def story() -> None:
        for name, action in studio.app.window.commands.all().items():
            signals = ("2triggered(bool)", "2toggled(bool)")
            assert any(action.receivers(signal) for signal in signals), name

    studio.play(story)


def test_every_icon_says_what_it_is(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0, 20)))
        for button in studio.app.window.findChildren(QToolButton):
            if button.text() and button.toolButtonStyle() != Qt.ToolButtonStyle.ToolButtonIconOnly:
                continue
            if button.objectName().startswith("qt_"):
                continue
            assert button.accessibleName(), button.toolTip()
            assert button.toolTip(), button.accessibleName()

    studio.play(story)


def test_recent_films_that_are_gone_are_dim_and_can_be_forgotten(studio: Studio) -> None:
    async def story() -> None:
        settings: SettingsState = studio.app.settings
        here = studio.root / "here.sdproj"
        twin = studio.root / "other" / "here.sdproj"
        for folder in (here, twin):
            folder.mkdir(parents=True)
        gone = studio.root / "gone & lost.sdproj"
        for folder in (gone, twin, here):
            settings.remember_project(folder)
        menu = studio.app.window.findChild(RecentMenu)
        assert menu is not None
        menu.aboutToShow.emit()
        shown = {a.text(): a.isEnabled() for a in menu.actions() if a.text()}
        assert shown == {
            f"here – {studio.root.name}": True,
            "here – other": True,
            "gone && lost (not found)": False,
            "Forget those that are not found": True,
            "Clear the list": True,
        }
        next(a for a in menu.actions() if a.text().startswith("Forget")).trigger()
        assert settings.values.recent == (str(here), str(twin))
        next(a for a in menu.actions() if a.text().startswith("Clear")).trigger()
        assert settings.values.recent == ()
        assert not menu.menuAction().isEnabled()

    studio.play(story)


def test_no_window_of_help_blocks_the_timeline(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)), (48, (0,)))
        window, editor = studio.app.window, studio.app.editor
        for name in ("shortcuts", "about", "keyboard", "palette", "render", "tour"):
            window.commands[name].trigger()
            await studio.settle(0.02)
            assert QApplication.activeModalWidget() is None, name
            editor.seek(0)
            view = window.timeline
            studio.click(studio.at(60, view.scene().lanes.title_top + 8))
            assert editor.selected_shot is editor.project.shots[1], name
            editor.select(type(editor.selection)(editor.project.shots[0].id))

    studio.play(story)


def test_questions_are_sheets_that_stop_no_job(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)))
        window, jobs = studio.app.window, studio.app.jobs
        commands = ("open", "save_as", "add_images", "pin_here", "grab_save", "new")
        for name in commands:
            window.commands[name].trigger()
            await studio.settle(0.02)
            dialogs = [d for d in window.findChildren(QDialog) if d.isVisible()]
            assert len(dialogs) == 1, name
            assert dialogs[0].windowModality() == Qt.WindowModality.WindowModal, name
            assert dialogs[0].parent() is window
            if name == "grab_save":
                jobs.generate()  # the loop goes on under the sheet
                await studio.until(lambda: not jobs.is_active)
            dialogs[0].reject()
            await studio.settle(0.02)
        assert not [d for d in window.findChildren(QFileDialog) if d.isVisible()]

    studio.play(story)


def test_context_menus_show_the_key_of_the_map(studio: Studio) -> None:
    async def story() -> None:
        from app.views.menus import context_menu

        studio.app.workspace.keymap.add("split", "Q", first=True)
        for found in (OnNothing(), OnShot("a")):
            menu = context_menu(found, studio.app.window.commands, studio.app.window)
            split = [a for a in menu.actions() if a.text() == "&Split at playhead"]
            assert [a.shortcut().toString() for a in split] == ["Q"] * len(split)
            menu.deleteLater()

    studio.play(story)


def test_the_task_bar_shows_the_queue_and_lets_go_of_it(studio: Studio) -> None:
    async def story() -> None:
        app: EditorApp = studio.app
        told: list[Mapping[str, object]] = []

        def send(application: str, properties: Mapping[str, object]) -> None:
            assert application.startswith("application://")
            assert application.endswith(".desktop")
            told.append(properties)

        TaskBar(app.jobs, app, send)
        await studio.fill((48, (0,)))
        assert told == []
        app.jobs.generate()
        await studio.until(lambda: not app.jobs.is_active)
        assert told[-1] == {"progress": 0.0, "progress-visible": False}
        steps = [entry["progress"] for entry in told[:-1]]
        assert len(steps) > 1
        assert steps == sorted(set(steps))  # it goes up, and says nothing twice
        assert all(entry["progress-visible"] for entry in told[:-1])

    studio.play(story)


def test_the_title_tells_the_progress(studio: Studio) -> None:
    async def story() -> None:
        app = studio.app
        titles: list[str] = []
        app.window.windowTitleChanged.connect(titles.append)
        await studio.fill((48, (0,)))
        app.jobs.generate()
        await studio.until(lambda: not app.jobs.is_active)
        assert any("% · " in title for title in titles)
        assert "%" not in app.window.windowTitle()

    studio.play(story)


@pytest.mark.parametrize(("in_front", "long_s"), [(False, 0.0), (True, 0.0), (False, 60.0)])
def test_a_message_comes_when_a_long_batch_ends_behind_other_windows(
    studio: Studio, in_front: bool, long_s: float
) -> None:
    async def story() -> None:
        app, told = studio.app, list[str]()
        await studio.fill((48, (0,)))
        DesktopMessages(app.jobs, app.window, told.append, long_s)
        if in_front:
            app.window.activateWindow()
            await studio.until(app.window.isActiveWindow)
        else:
            app.window.hide()
            await studio.until(lambda: QApplication.activeWindow() is None)
        app.jobs.generate()
        await studio.until(lambda: not app.jobs.is_active)
        expected = [] if in_front or long_s else ["Shot 1: the take is ready."]
        assert told == expected

    studio.play(story)
