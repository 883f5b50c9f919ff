"""The keyframe in the inspector, with mouse and keys: fit, bars, position, strength."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.media.grabs import BoardFrame
from app.state.selection import KeyframeSelected
from app.timeline.project import Keyframe
from app.timeline.takes import draft_job, film_passes
from app.views.inspector.keyframe import KeyframeSection
from tests.app.conftest import Studio


async def _tall_board(studio: Studio) -> KeyframeSection:
    """A square film with a wide board, selected."""
    await studio.fill((48, (0, 20)))
    studio.app.workspace.shots.set_size(1080, 1080)
    studio.app.editor.select(KeyframeSelected(_keyframe(studio).id))
    section = studio.app.window.inspector.keyframe
    await studio.until(lambda: section._crop._image is not None)
    studio.app.window.activateWindow()
    await studio.until(studio.app.window.isActiveWindow)
    return section


def _keyframe(studio: Studio) -> Keyframe:
    return studio.app.editor.project.shots[0].keyframes[0]


def _click(button) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_board_is_shown_whole_with_blurred_bars(studio: Studio) -> None:
    async def story() -> None:
        section = await _tall_board(studio)
        assert not section._bars.isVisibleTo(section)
        _click(section._fit.button("contain"))
        assert section._bars.isVisibleTo(section)
        _click(section._bars.button("blur"))
        assert (_keyframe(studio).fit, _keyframe(studio).bars) == ("contain", "blur")
        assert studio.app.editor.undo_name == "Show the whole picture"
        project, folder = studio.app.editor.project, studio.app.editor.folder
        job = draft_job(project, folder, film_passes(project, folder)[0])
        assert job.shots[0].keyframes[0].fit == "contain"
        recipe = studio.app.window.grabbing._recipe()
        assert isinstance(recipe, BoardFrame)
        assert (recipe.look.fit, recipe.look.bars) == ("contain", "blur")
        studio.app.editor.undo()
        assert _keyframe(studio).bars == "black"
        assert section._bars.button("black").isChecked()

    studio.play(story)


def test_the_contained_picture_is_dragged_and_nudged_in_its_frame(studio: Studio) -> None:
    async def story() -> None:
        section = await _tall_board(studio)
        _click(section._fit.button("contain"))
        pad = section._crop
        centre = pad.rect().center()
        QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=centre)
        QTest.mouseMove(pad, centre + QPoint(0, 200))
        QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=centre)
        assert _keyframe(studio).anchor_y == 1.0
        assert _keyframe(studio).anchor_x == 0.5
        studio.app.window.timeline.setFocus()
        pad.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(pad, Qt.Key.Key_Up)
        assert _keyframe(studio).anchor_y == 0.95

    studio.play(story)


def test_strength_by_slider_number_and_keys_is_one_step(studio: Studio) -> None:
    async def story() -> None:
        section = await _tall_board(studio)
        field = section._strength
        field.slider.setFocus()
        for _ in range(5):
            QTest.keyClick(field.slider, Qt.Key.Key_PageDown)
        assert _keyframe(studio).strength == 0.5
        assert field.number.value() == 50
        studio.app.editor.undo()
        assert _keyframe(studio).strength == 1
        assert field.slider.value() == 100
        field.number.setFocus()
        field.number.selectAll()
        QTest.keyClicks(field.number, "3")
        QTest.keyClick(field.number, Qt.Key.Key_Return)
        assert _keyframe(studio).strength >= 0.2

    studio.play(story)


def test_scrolling_past_the_slider_changes_nothing(studio: Studio) -> None:
    async def story() -> None:
        section = await _tall_board(studio)
        section._frame.setFocus()
        for widget in (section._strength.slider, section._strength.number):
            event = QWheelEvent(
                QPointF(5, 5),
                QPointF(widget.mapToGlobal(QPoint(5, 5))),
                QPoint(),
                QPoint(0, -120),
                Qt.MouseButton.NoButton,
                Qt.KeyboardModifier.NoModifier,
                Qt.ScrollPhase.NoScrollPhase,
                False,
            )
            QApplication.sendEvent(widget, event)
        assert _keyframe(studio).strength == 1

    studio.play(story)


def test_fields_reached_by_tab_keep_their_keys_and_clicked_ones_leave_them(studio: Studio) -> None:
    async def story() -> None:
        section = await _tall_board(studio)
        studio.app.editor.seek(10)
        whole = section._fit.button("contain")
        whole.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(whole, Qt.Key.Key_Space)
        assert _keyframe(studio).fit == "contain"
        assert not studio.app.playback.is_playing
        section._strength.slider.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(section._strength.slider, Qt.Key.Key_Left)
        assert _keyframe(studio).strength == 0.99
        assert studio.app.editor.playhead == 10
        studio.app.window.timeline.setFocus()
        _click(section._exact)
        QTest.keyClick(studio.app.window, Qt.Key.Key_Left)
        assert studio.app.editor.playhead == 9

    studio.play(story)
