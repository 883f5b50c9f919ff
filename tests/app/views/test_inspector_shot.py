"""The shot in the inspector, with mouse and keys: pacing, its own pacings, seed and lock."""

from __future__ import annotations

import json

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.state.selection import ShotSelected
from tests.app.conftest import Studio


async def _paced_shot(studio: Studio):
    await studio.fill((100, (0, 20, 40)), (48, (0,)))
    shot = studio.app.editor.project.shots[0]
    studio.app.editor.select(ShotSelected(shot.id))
    await studio.settle()
    return studio.app.window.inspector.shot


def _frames(studio: Studio) -> list[int]:
    return [k.frame for k in studio.app.editor.project.shots[0].keyframes]


def test_a_pacing_is_seen_while_hovered_and_is_one_step(studio: Studio) -> None:
    async def story() -> None:
        section = await _paced_shot(studio)
        app, choice = studio.app, section.pacing.choice
        assert choice.currentIndex() == -1
        before = app.editor.project
        choice.highlighted.emit(0)
        tried = app.window.timeline.candidate()
        assert tried is not None
        assert [k.frame for k in tried.shots[0].keyframes] == [0, 72, 101]
        assert app.window.timeline.scene().project is tried
        assert app.editor.project is before
        choice.closed.emit()  # the list itself cannot open without a screen
        assert app.window.timeline.candidate() is None
        choice.setCurrentIndex(0)
        choice.activated.emit(0)
        assert _frames(studio) == [0, 72, 101]
        assert app.editor.project.shots[0].num_frames == 130
        assert app.editor.undo_name == "Pace shot: Suspense"
        assert choice.currentText() == "Suspense"
        app.editor.undo()
        assert app.editor.project == before
        assert choice.currentIndex() == -1

    studio.play(story)


def test_pacing_by_menu_keeps_the_shots_length_if_asked(studio: Studio) -> None:
    async def story() -> None:
        section = await _paced_shot(studio)
        section.pacing.fill_menu()
        keep = section.pacing.menu.actions()[0]
        keep.trigger()
        assert studio.app.settings.values.pacing_keeps_length
        studio.app.window.commands["pace_action"].trigger()
        assert studio.app.editor.project.shots[0].num_frames == 100
        assert _frames(studio) == [0, 29, 65]
        assert section.pacing.choice.currentText() == "Action"
        studio.app.editor.select(ShotSelected(studio.app.editor.project.shots[1].id))
        assert section.pacing.choice.currentIndex() == -1, "one board has no rhythm"

    studio.play(story)


def test_a_shots_pacing_is_saved_used_renamed_and_deleted(studio: Studio) -> None:
    async def story() -> None:
        section = await _paced_shot(studio)
        field, app = section.pacing, studio.app
        app.window.commands["save_pacing"].trigger()
        assert field.name.isVisible()
        QTest.keyClicks(field.name, "Ours")
        QTest.keyClick(field.name, Qt.Key.Key_Return)
        assert not field.name.isVisible()
        saved = json.loads(studio.places.settings.read_text())["pacings"]
        assert [entry["name"] for entry in saved] == ["Ours"]
        assert field.choice.currentText() == "Ours"
        app.workspace.pacing.apply("Action")
        app.workspace.pacing.apply("Ours")
        assert _frames(studio) == [0, 20, 40]
        assert app.editor.project.shots[0].num_frames == 100
        field.fill_menu()
        own = next(a.menu() for a in field.menu.actions() if a.text() == "Ours")
        own.actions()[0].trigger()
        assert field.name.text() == "Ours"
        QTest.keyClicks(field.name, "Even")
        QTest.keyClick(field.name, Qt.Key.Key_Return)
        assert "named Even already" in app.window.banner.text
        assert field.name.isVisible()
        field.name.selectAll()
        QTest.keyClicks(field.name, "Walk")
        QTest.keyClick(field.name, Qt.Key.Key_Return)
        assert field.choice.currentText() == "Walk"
        app.workspace.pacing.delete("Walk")
        assert field.choice.currentIndex() == -1
        assert app.workspace.pacing.own == ()

    studio.play(story)


def test_escape_gives_up_naming(studio: Studio) -> None:
    async def story() -> None:
        section = await _paced_shot(studio)
        studio.app.workspace.pacing.ask_for_name()
        QTest.keyClick(section.pacing.name, Qt.Key.Key_Escape)
        assert not section.pacing.name.isVisible()
        assert studio.app.workspace.pacing.own == ()

    studio.play(story)


def test_these_shots_have_a_seed_and_a_lock_of_their_own(studio: Studio) -> None:
    async def story() -> None:
        section = await _paced_shot(studio)
        app, field = studio.app, section.seed
        assert field.seed.text() == ""
        assert str(app.editor.project.seed) in field.seed.placeholderText()
        field.seed.setFocus()
        QTest.keyClicks(field.seed, "77")
        QTest.keyClick(field.seed, Qt.Key.Key_Return)
        assert app.editor.project.shots[0].seed == 77
        field.seed.clear()
        QTest.keyClick(field.seed, Qt.Key.Key_Return)
        assert app.editor.project.shots[0].seed is None
        QTest.mouseClick(field.dice, Qt.MouseButton.LeftButton)
        own = app.editor.project.shots[0].seed
        assert own is not None
        app.jobs.generate()
        await studio.until(lambda: not app.jobs.is_active)
        QTest.mouseClick(field.lock, Qt.MouseButton.LeftButton)
        assert app.editor.project.shots[0].kept is not None
        assert field.lock.isChecked()
        assert not field.seed.isEnabled()
        QTest.mouseClick(field.lock, Qt.MouseButton.LeftButton)
        assert app.editor.project.shots[0].kept is None
        assert field.seed.text() == str(own)

    studio.play(story)
