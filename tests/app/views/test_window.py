"""The window as a whole: every command in a menu, names for every control, nothing left behind."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QComboBox,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QSpinBox,
    QWidget,
)

from app.state.selection import KeyframeSelected, ShotSelected
from app.views.commands import SPECS
from app.views.menus import MENUS, context_menu
from app.views.timeline.hits import OnNothing, OnPin, OnShot
from tests.app.conftest import Studio


def test_every_command_is_in_a_menu() -> None:
    listed = {name for names in MENUS.values() for name in names} - {"-", "recent"}
    assert listed == set(SPECS)


def test_no_key_means_two_things() -> None:
    keys = [key for spec in SPECS.values() for key in spec.keys]
    assert len(set(keys)) == len(keys)


def test_every_command_that_has_a_key_shows_it_in_its_tip(studio: Studio) -> None:
    async def story() -> None:
        for name, action in studio.app.window.commands.all().items():
            if SPECS[name].keys:
                assert f"({SPECS[name].keys[0]})" in action.toolTip()

    studio.play(story)


def test_every_control_has_a_name_for_screen_readers(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0, 20)))
        shot = studio.app.editor.project.shots[0]
        studio.app.editor.select(KeyframeSelected(shot.keyframes[0].id))
        kinds = (QAbstractButton, QComboBox, QSpinBox, QPlainTextEdit, QAbstractSlider)
        nameless: list[QWidget] = []
        for kind in kinds:
            for control in studio.app.window.findChildren(kind):
                text = control.text() if isinstance(control, QAbstractButton) else ""
                inner = control.objectName().startswith("qt_") or isinstance(
                    control.parent(), QMenu
                )
                bar = control.metaObject().className() == "QScrollBar"
                if not (control.accessibleName() or text or inner or bar):
                    nameless.append(control)
        assert nameless == []

    studio.play(story)


def test_inspector_edits_are_one_step_each(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((96, (0, 38)), (48, ()))
        app, inspector = studio.app, studio.app.window.inspector
        app.editor.select(ShotSelected(app.editor.project.shots[0].id))
        caption = inspector.shot.findChild(QPlainTextEdit)
        assert caption is not None
        caption.setFocus()
        QTest.keyClicks(caption, "Dawn")
        await studio.until(lambda: app.editor.project.shots[0].caption == "Dawn")
        QTest.keyClicks(caption, " light")
        inspector.flush()
        assert app.editor.project.shots[0].caption == "Dawn light"
        app.editor.undo()
        assert app.editor.project.shots[0].caption == ""
        assert caption.toPlainText() == ""
        length = inspector.shot.findChild(QSpinBox)
        assert length is not None
        length.setValue(30)  # the keyframe on frame 38 is in the way
        assert app.editor.project.shots[0].num_frames == 96
        assert length.value() == 96
        assert "past the shot's end" in app.window.banner.text

    studio.play(story)


def test_captions_of_two_shots_are_two_steps(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, ()), (48, ()))
        app = studio.app
        first, second = app.editor.project.shots
        app.workspace.shots.set_caption(first.id, "a")
        app.workspace.shots.set_caption(second.id, "b")
        app.editor.undo()
        assert [shot.caption for shot in app.editor.project.shots] == ["a", ""]

    studio.play(story)


def test_keyframe_inspector_says_asked_used_and_price(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((96, (0, 38)))
        app, section = studio.app, studio.app.window.inspector.keyframe
        keyframe = app.editor.project.shots[0].keyframes[1]
        app.editor.select(KeyframeSelected(keyframe.id))
        assert section.isVisible()
        assert section._used.text().startswith("asked 38, used 37")
        section._exact.click()
        assert app.editor.grid.used[keyframe.id] == 38
        assert app.editor.undo_name == "Place exactly"
        section._frame.setValue(0)
        assert "Frame 0 already has a keyframe" in app.window.banner.text
        assert section._frame.value() == 38
        section._frame.setValue(500)
        assert "Frame 500 lies outside the shot" in app.window.banner.text
        assert app.editor.project.shots[0].keyframes[1].frame == 38

    studio.play(story)


def test_crop_pad_moves_the_anchor_as_one_step(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)))
        app = studio.app
        app.workspace.shots.set_size(1080, 1080)
        pad = app.window.inspector.keyframe._crop
        keyframe = app.editor.project.shots[0].keyframes[0]
        app.editor.select(KeyframeSelected(keyframe.id))
        await studio.until(lambda: pad._image is not None)
        centre = pad.rect().center()
        QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=centre)
        for step in (5, 20, 200):
            QTest.mouseMove(pad, centre + QPoint(step, 0))
            await studio.settle()
        QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=centre)
        assert app.editor.project.shots[0].keyframes[0].anchor_x == 1.0
        app.editor.undo()
        assert app.editor.project.shots[0].keyframes[0].anchor_x == 0.5

    studio.play(story)


def test_film_format_seed_and_size_from_the_inspector(studio: Studio) -> None:
    async def story() -> None:
        app, film = studio.app, studio.app.window.inspector.film
        film._size.setEditText("1280x720")
        QTest.keyClick(film._size.lineEdit(), Qt.Key.Key_Return)
        assert (app.editor.project.format.width, app.editor.project.format.height) == (1280, 720)
        film._size.setEditText("9 × 9")
        QTest.keyClick(film._size.lineEdit(), Qt.Key.Key_Return)
        assert "64 to 8192" in app.window.banner.text
        assert film._size.currentText() == "1280 × 720"
        film._seed.setFocus()
        film._seed.setText("4711")
        QTest.keyClick(film._seed, Qt.Key.Key_Return)
        assert app.editor.project.seed == 4711
        app.window.commands["reroll"].trigger()
        assert app.editor.project.seed != 4711
        assert film._seed.text() == str(app.editor.project.seed)
        film._rate.activated.emit(2)
        assert app.editor.project.format.rate.num == 25

    studio.play(story)


def test_picture_is_letterboxed_never_stretched(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)))
        for size in ((1920, 1080), (1080, 1920), (2048, 858)):
            studio.app.workspace.shots.set_size(*size)
            rect = studio.app.window.viewer.picture_rect()
            assert abs(rect.width() / rect.height() - size[0] / size[1]) < 0.02
            assert studio.app.window.viewer.rect().contains(rect.toRect())

    studio.play(story)


def test_typing_in_a_field_triggers_no_command(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, ()))
        app = studio.app
        app.editor.select(ShotSelected(app.editor.project.shots[0].id))
        caption = app.window.inspector.shot.findChild(QPlainTextEdit)
        assert caption is not None
        app.window.activateWindow()
        caption.setFocus()
        await studio.settle(0.05)
        QTest.keyClicks(caption, "n d x jkl 123")
        QTest.keyClick(caption, Qt.Key.Key_Backspace)
        app.window.inspector.flush()
        assert app.editor.project.shots[0].caption == "n d x jkl 12"
        assert len(app.editor.project.shots) == 1
        assert not app.playback.is_playing

    studio.play(story)


def test_keys_reach_their_commands(studio: Studio) -> None:
    async def story() -> None:
        window, editor = studio.app.window, studio.app.editor
        window.activateWindow()
        window.timeline.setFocus()
        await studio.settle(0.05)
        for key in (Qt.Key.Key_N, Qt.Key.Key_N, Qt.Key.Key_D):
            QTest.keyClick(window.timeline, key)
        assert len(editor.project.shots) == 3
        QTest.keyClick(window.timeline, Qt.Key.Key_X)
        assert editor.selected_shot is not None
        assert editor.selected_shot.join == "continue"
        QTest.keyClick(window.timeline, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
        assert editor.project.shots.index(editor.selected_shot) == 1
        QTest.keyClick(window.timeline, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert editor.redo_name == "Move shot"
        QTest.keyClick(window.timeline, Qt.Key.Key_Right)
        assert editor.playhead == 1
        QTest.keyClick(window.timeline, Qt.Key.Key_Space)
        assert studio.app.playback.is_playing
        QTest.keyClick(window.timeline, Qt.Key.Key_K)
        assert not studio.app.playback.is_playing
        QTest.keyClick(window.timeline, Qt.Key.Key_Delete)
        assert len(editor.project.shots) == 2

    studio.play(story)


@pytest.mark.parametrize("found", [OnNothing(), OnShot("a"), OnPin("b")])
def test_context_menus_hold_real_commands(studio: Studio, found: object) -> None:
    async def story() -> None:
        menu = context_menu(found, studio.app.window.commands, studio.app.window)
        assert len([a for a in menu.actions() if a.text()]) >= 3
        menu.deleteLater()

    studio.play(story)


def test_add_images_goes_to_the_selected_shot_at_the_playhead(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, ()))
        app = studio.app
        app.editor.select(ShotSelected(app.editor.project.shots[0].id))
        app.editor.seek(17)
        app.window.add_images([studio.board(2)])
        await studio.until(lambda: app.editor.project.shots[0].keyframes)
        assert app.editor.project.shots[0].keyframes[0].frame == 17

    studio.play(story)


def test_shape_of_the_window_is_remembered(studio: Studio) -> None:
    async def story() -> None:
        window = studio.app.window
        window._main.setSizes([300, 380])
        window.close()
        sizes = studio.app.settings.values.splitters["main"]
        assert sizes == tuple(window._main.sizes())
        assert studio.app.settings.values.window_geometry

    studio.play(story)


def test_nothing_of_a_window_is_left_behind(loop: object, tmp_path: Path) -> None:
    studio = Studio(loop, tmp_path)  # type: ignore[arg-type]
    watched: list[weakref.ref[object]] = []

    async def story() -> None:
        await studio.fill((48, (0, 20)), (48, (0,)))
        studio.app.jobs.generate()
        await studio.until(lambda: not studio.app.jobs.is_active)
        app = studio.app
        window = app.window
        things = (app, window, window.timeline, window.inspector, app.editor, app.jobs)
        watched.extend(weakref.ref(thing) for thing in (*things, app.editor.project))

    studio.play(story)
    studio.app.window.deleteLater()
    studio.app.deleteLater()
    del studio.app, story
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()
        gc.collect()
    assert [ref() for ref in watched if ref() is not None] == []


def test_line_edits_have_names(studio: Studio) -> None:
    async def story() -> None:
        for field in studio.app.window.findChildren(QLineEdit):
            owner = field.parent()
            named = field.accessibleName() or (
                isinstance(owner, QWidget) and owner.accessibleName()
            )
            assert named

    studio.play(story)
