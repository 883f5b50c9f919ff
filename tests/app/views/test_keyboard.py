"""Keys under the hands: presets and changes hold at once, everywhere, and never while one types."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFileDialog,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
)

from app.state.key_presets import PRESETS
from app.state.selection import ShotSelected
from app.views.help import keys_text
from tests.app.conftest import Studio

KEYS = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


async def at_the_timeline(studio: Studio) -> None:
    studio.app.window.activateWindow()
    studio.app.window.timeline.setFocus()
    await studio.settle(0.05)


async def open_keyboard(studio: Studio):
    await at_the_timeline(studio)
    both = CTRL | Qt.KeyboardModifier.AltModifier
    QTest.keyClick(studio.app.window.timeline, KEYS.Key_K, both)
    keyboard = studio.app.window.manners.keyboard
    assert keyboard.isVisible()
    assert not keyboard.isModal()
    return keyboard


def test_a_preset_holds_at_once(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0, 20)))
        app, window = studio.app, studio.app.window
        app.editor.seek(20)
        keyboard = await open_keyboard(studio)
        keyboard.preset.setCurrentIndex(keyboard.preset.findData("premiere"))
        keyboard.preset.activated.emit(keyboard.preset.currentIndex())
        assert window.commands["split"].toolTip() == "Split at playhead (Ctrl+K)"
        assert "Ctrl+K , Ctrl+Shift+K" in keys_text(app.workspace.keymap)
        await at_the_timeline(studio)
        QTest.keyClick(window.timeline, KEYS.Key_B, CTRL)
        assert len(app.editor.project.shots) == 1
        QTest.keyClick(window.timeline, KEYS.Key_K, CTRL)
        assert len(app.editor.project.shots) == 2
        QTest.keyClick(window.timeline, KEYS.Key_F3)
        palette = window.manners.palette
        QTest.keyClicks(palette.field, "split")
        assert palette.found[0].key == "Ctrl+K"

    studio.play(story)


def test_a_command_gets_a_free_key(studio: Studio) -> None:
    async def story() -> None:
        app, keyboard = studio.app, await open_keyboard(studio)
        QTest.keyClicks(keyboard.search, "fit film")
        assert keyboard.listed[0] == "fit"
        keyboard.editor.catcher.setFocus()
        QTest.keyClick(keyboard.editor.catcher, KEYS.Key_Q)
        assert app.workspace.keymap.keys("fit") == ("Q", "Shift+Z", "Ctrl+0")
        assert app.window.commands["fit"].toolTip() == "Fit film in timeline (Q)"
        chips = keyboard.editor.findChildren(QPushButton)
        take_off = next(chip for chip in chips if chip.toolTip().startswith("Take Q off"))
        take_off.click()
        assert app.workspace.keymap.keys("fit") == ("Shift+Z", "Ctrl+0")

    studio.play(story)


def test_a_conflict_is_shown_and_settled_with_one_click(studio: Studio) -> None:
    async def story() -> None:
        keymap, keyboard = studio.app.workspace.keymap, await open_keyboard(studio)
        keyboard.select("fit")
        editor = keyboard.editor
        editor.catcher.setFocus()
        QTest.keyClick(editor.catcher, KEYS.Key_B, CTRL)
        assert editor.question == "Ctrl+B is the key of “Split at playhead”."
        assert keymap.owner_of("Ctrl+B") == "split"  # nothing happened yet
        QTest.mouseClick(editor.keep, Qt.MouseButton.LeftButton)
        assert editor.question == ""
        assert keymap.owner_of("Ctrl+B") == "split"
        QTest.keyClick(editor.catcher, KEYS.Key_B, CTRL)
        QTest.mouseClick(editor.take, Qt.MouseButton.LeftButton)
        assert keymap.owner_of("Ctrl+B") == "fit"
        assert keymap.keys("split") == ()
        QTest.mouseClick(editor.reset, Qt.MouseButton.LeftButton)
        assert keymap.owner_of("Ctrl+B") == "split"  # it went home
        assert not keymap.is_changed
        assert not keyboard._reset_all.isEnabled()
        keymap.remove("split", "Ctrl+B")
        keyboard._reset_all.click()
        assert keymap.owner_of("Ctrl+B") == "split"

    studio.play(story)


def test_a_command_is_found_by_its_key(studio: Studio) -> None:
    async def story() -> None:
        keyboard = await open_keyboard(studio)
        everything = len(keyboard.listed)
        keyboard.key_search.setFocus()
        QTest.keyClick(keyboard.key_search, KEYS.Key_Less, SHIFT)  # Shift and the comma's key
        assert keyboard.listed == ["nudge_left_10"]
        QTest.keyClick(keyboard.key_search, KEYS.Key_S, CTRL | SHIFT)
        assert keyboard.listed == ["save_as"]
        assert studio.app.notices.current is None  # it was looked for, not run
        QTest.keyClick(keyboard.key_search, KEYS.Key_Escape)
        assert len(keyboard.listed) == everything
        assert keyboard.isVisible()

    studio.play(story)


def test_a_map_is_exported_and_imported(studio: Studio, tmp_path: Path) -> None:
    async def story() -> None:
        keymap, keyboard = studio.app.workspace.keymap, await open_keyboard(studio)
        keymap.add("fit", "Q")
        path = tmp_path / "mine.json"
        for word, name in (("Export", str(path)), ("Import", str(path))):
            buttons = keyboard.findChildren(QPushButton)
            next(button for button in buttons if button.text().startswith(word)).click()
            await studio.settle(0.02)
            dialog = keyboard.findChild(QFileDialog)
            assert dialog is not None
            dialog.filesSelected.emit([name])
            dialog.close()
            await studio.settle(0.02)
            if word == "Export":
                keymap.reset_all()
        assert keymap.owner_of("Q") == "fit"
        assert "keys are those of mine.json" in keyboard._said.text()

    studio.play(story)


@pytest.mark.parametrize("preset", PRESETS)
def test_no_letter_key_fires_while_a_caption_is_typed(studio: Studio, preset: str) -> None:
    async def story() -> None:
        await studio.fill((48, (0, 20)), (48, ()))
        app, window = studio.app, studio.app.window
        app.workspace.keymap.choose(preset)
        app.workspace.keymap.add("delete", "Z")
        app.workspace.keymap.add("play", "Return")
        app.workspace.keymap.add("to_end", "Shift+Home")
        app.editor.select(ShotSelected(app.editor.project.shots[0].id))
        film = app.editor.project
        fired: list[str] = []
        for name, action in window.commands.all().items():
            action.triggered.connect(lambda _checked=False, name=name: fired.append(name))
        caption = window.inspector.shot.findChild(QPlainTextEdit)
        assert caption is not None
        await at_the_timeline(studio)
        caption.setFocus()
        await studio.settle(0.05)
        typed = "abcdefghijklmnopqrstuvwxyz ABCMSTCD 0123456789,.<>[]\\=+-`"
        QTest.keyClicks(caption, typed)
        for key in (KEYS.Key_Left, KEYS.Key_Up, KEYS.Key_Down, KEYS.Key_Home, KEYS.Key_End):
            QTest.keyClick(caption, key)
            QTest.keyClick(caption, key, SHIFT)
        QTest.keyClick(caption, KEYS.Key_Return)
        QTest.keyClick(caption, KEYS.Key_Backspace)
        window.inspector.flush()
        second = app.editor.project.shots[1].id
        window.timeline.edit_caption(second)
        await studio.settle(0.05)
        field = QApplication.focusWidget()
        assert isinstance(field, QLineEdit)
        QTest.keyClicks(field, typed)
        for key in (KEYS.Key_Up, KEYS.Key_Down, KEYS.Key_Home, KEYS.Key_End):
            QTest.keyClick(field, key)
            QTest.keyClick(field, key, SHIFT)
        QTest.keyClick(field, KEYS.Key_Return)
        assert app.editor.project.shots[1].caption == typed
        assert fired == []
        assert app.editor.project.shots[0].caption == typed
        assert app.editor.playhead == 0
        assert app.editor.project.shots[0].keyframes == film.shots[0].keyframes

    studio.play(story)


def test_k_is_held_wherever_the_user_put_it(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)))
        app, window = studio.app, studio.app.window
        app.workspace.keymap.add("pause", "Q")
        app.workspace.keymap.remove("pause", "K")
        await at_the_timeline(studio)
        QTest.keyPress(window.timeline, KEYS.Key_Q)
        QTest.keyClick(window.timeline, KEYS.Key_L)
        QTest.keyClick(window.timeline, KEYS.Key_L)
        assert app.editor.playhead == 2
        assert not app.playback.is_playing
        QTest.keyRelease(window.timeline, KEYS.Key_Q)
        QTest.keyClick(window.timeline, KEYS.Key_L)
        assert app.playback.is_playing
        app.playback.pause()

    studio.play(story)


def test_every_tip_of_the_window_follows_the_map(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0, 20)))
        window, keymap = studio.app.window, studio.app.workspace.keymap
        old = "Ctrl+Shift+F12"
        changed = ("generate", "reroll", "delete", "source_draft", "go_to", "show_takes", "undo")
        for name in changed:
            for key in keymap.keys(name):
                keymap.remove(name, key)
        keymap.add("generate", old)
        tips = {b.toolTip() for b in window.findChildren(QAbstractButton) if b.isVisibleTo(window)}
        assert f"Make the drafts of all shots ({old})" in tips
        for gone in ("(Ctrl+G)", "(Ctrl+R)", "(Del)", "(3)", "(Ctrl+J)", "(F7)", "(Ctrl+Z)"):
            assert not [tip for tip in tips if gone in tip], gone

    studio.play(story)


def test_the_list_of_keys_is_a_window_that_follows(studio: Studio) -> None:
    async def story() -> None:
        window = studio.app.window
        await at_the_timeline(studio)
        QTest.keyClick(window.timeline, KEYS.Key_F1)
        keys = window.manners.keys
        assert keys.isVisible()
        assert not keys.isModal()
        assert "Ctrl+B" in keys.text.toPlainText()
        studio.app.workspace.keymap.remove("split", "Ctrl+B")
        assert "Ctrl+B" not in keys.text.toPlainText()
        QTest.keyClick(keys, KEYS.Key_Escape)
        assert not keys.isVisible()

    studio.play(story)
