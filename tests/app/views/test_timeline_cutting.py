"""Hands at the cuts: split, trim with ripple and overwrite, roll, reorder, snap."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.state.selection import ShotSelected
from tests.app.conftest import Studio
from tests.app.views.test_timeline import pin_y, strip_y, title_y

NO = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


def mouse(studio: Studio, kind: QEvent.Type, place: QPoint, keys: Qt.KeyboardModifier) -> None:
    """Send one event of the left button with keys held."""
    surface = studio.app.window.timeline.viewport()
    button = Qt.MouseButton.LeftButton
    cause = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else button
    held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else button
    at = QPointF(place)
    event = QMouseEvent(kind, at, QPointF(surface.mapToGlobal(place)), cause, held, keys)
    QApplication.sendEvent(surface, event)


def begin(studio: Studio, start: QPoint, stop: QPoint, keys: Qt.KeyboardModifier = NO) -> None:
    """Press and move, without releasing."""
    mouse(studio, QEvent.Type.MouseButtonPress, start, keys)
    for step in (0.3, 0.7, 1.0):
        mouse(studio, QEvent.Type.MouseMove, start + (stop - start) * step, keys)
        studio.app.window.timeline.viewport().grab()


def drag(studio: Studio, start: QPoint, stop: QPoint, keys: Qt.KeyboardModifier = NO) -> None:
    """Press, move, release, with keys held."""
    begin(studio, start, stop, keys)
    mouse(studio, QEvent.Type.MouseButtonRelease, stop, keys)


def lengths(studio: Studio) -> list[int]:
    return [shot.num_frames for shot in studio.app.editor.project.shots]


def frames(studio: Studio, index: int) -> list[int]:
    return [keyframe.frame for keyframe in studio.app.editor.project.shots[index].keyframes]


def test_split_at_the_playhead(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0, 20, 30)))
        app = studio.app
        app.editor.seek(24)
        app.window.commands["split"].trigger()
        assert lengths(studio) == [24, 24]
        assert (frames(studio, 0), frames(studio, 1)) == ([0, 20], [6])
        assert app.editor.project.shots[0].join == "continue"
        assert app.editor.undo_name == "Split shot"
        app.window.commands["split"].trigger()
        assert app.notices.current is not None
        assert "inside a shot" in app.notices.current.text

    studio.play(story)


def test_head_trim_ripples_and_shift_takes_from_the_neighbour(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)), (48, (0, 30)))
        y = round(strip_y(studio))
        head = studio.at(48, y) + QPoint(2, 0)
        drag(studio, head, studio.at(58, y) + QPoint(2, 0), ALT)
        assert lengths(studio) == [48, 38]
        assert frames(studio, 1) == [0, 20]
        assert studio.app.editor.undo_name == "Trim shot"
        head = studio.at(48, y) + QPoint(2, 0)  # the film is shorter, so it is shown larger
        drag(studio, head, studio.at(40, y) + QPoint(2, 0), SHIFT | ALT)
        assert lengths(studio) == [40, 46]
        assert studio.app.editor.undo_name == "Roll join"
        studio.app.editor.undo()
        studio.app.editor.undo()
        assert lengths(studio) == [48, 48]

    studio.play(story)


def test_overwrite_can_be_the_rule_and_shift_the_exception(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)), (48, (0,)))
        studio.app.window.commands["overwrite"].trigger()
        y = round(strip_y(studio))
        tail = studio.at(48, y) - QPoint(2, 0)
        drag(studio, tail, studio.at(56, y) - QPoint(2, 0), ALT)
        assert lengths(studio) == [56, 40]
        tail = studio.at(56, y) - QPoint(2, 0)
        drag(studio, tail, studio.at(50, y) - QPoint(2, 0), SHIFT | ALT)
        assert lengths(studio) == [50, 40]
        assert studio.app.settings.values.overwrites

    studio.play(story)


def test_join_is_rolled_by_dragging_its_switch(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)), (48, (0, 30)))
        y = round(title_y(studio))
        before = studio.app.editor.project
        begin(studio, studio.at(48, y), studio.at(60, y), ALT)
        marker = studio.app.window.timeline.marker()
        assert marker is not None and marker.frame == 60
        assert studio.app.editor.project is before
        mouse(studio, QEvent.Type.MouseButtonRelease, studio.at(60, y), ALT)
        assert lengths(studio) == [60, 36]
        assert frames(studio, 1) == [0, 18]
        assert studio.app.editor.project.shots[0].join == "cut"

    studio.play(story)


def test_shots_are_reordered_by_dragging_with_a_mark(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((40, (0,)), (50, (0,)), (60, (0,)))
        y = round(strip_y(studio))
        view = studio.app.window.timeline
        begin(studio, studio.at(20, y), studio.at(130, y))
        marker = view.marker()
        assert marker is not None
        assert (marker.frame, marker.text, marker.inserts) == (150, "move shot to the end", True)
        QTest.keyClick(view, Qt.Key.Key_Escape)
        mouse(studio, QEvent.Type.MouseButtonRelease, studio.at(130, y), NO)
        assert lengths(studio) == [40, 50, 60]
        drag(studio, studio.at(20, y), studio.at(130, y))
        assert lengths(studio) == [50, 60, 40]
        assert studio.app.editor.undo_name == "Move shot"
        drag(studio, studio.at(20, y), studio.at(15, y))
        assert lengths(studio) == [50, 60, 40]
        assert studio.app.editor.undo_name == "Move shot"

    studio.play(story)


def test_several_shots_are_carried_together(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((40, ()), (50, ()), (60, ()), (30, ()))
        y = round(strip_y(studio))
        studio.click(studio.at(20, y))
        mouse(studio, QEvent.Type.MouseButtonPress, studio.at(110, y), CTRL)
        mouse(studio, QEvent.Type.MouseButtonRelease, studio.at(110, y), CTRL)
        drag(studio, studio.at(20, y), studio.at(175, y))
        assert lengths(studio) == [50, 30, 40, 60]
        assert studio.app.editor.undo_name == "Move 2 shots"
        shot = studio.app.editor.project.shots[2]
        studio.click(studio.at(100, y))
        assert studio.app.editor.selection == ShotSelected(shot.id)

    studio.play(story)


def test_drag_snaps_to_the_playhead_and_alt_lets_go(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((96, (0, 20)))
        app, view = studio.app, studio.app.window.timeline
        app.editor.seek(47)
        view.zoom_to(6.0, 0)
        start = studio.at(20, pin_y(studio)) + QPoint(6, 0)
        near = studio.at(46, pin_y(studio)) + QPoint(6, 0)
        begin(studio, start, near)
        assert view.snap() is not None and view.snap().text == "playhead"
        mouse(studio, QEvent.Type.MouseButtonRelease, near, NO)
        assert frames(studio, 0) == [0, 47]
        app.editor.undo()
        drag(studio, start, near, ALT)
        assert frames(studio, 0) == [0, 46]
        app.editor.undo()
        view.setFocus()
        app.window.commands["snap"].trigger()
        drag(studio, start, near)
        assert frames(studio, 0) == [0, 46]
        assert not app.settings.values.snaps

    studio.play(story)


def test_filmstrip_of_a_split_shot_shows_the_board_that_goes_on(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)))
        studio.app.editor.seek(24)
        studio.app.window.commands["split"].trigger()
        view = studio.app.window.timeline
        y = round(strip_y(studio))

        def shown(frame: int) -> tuple[int, ...]:
            image = view.viewport().grab().toImage()
            column = [image.pixelColor(studio.at(frame, y + step)) for step in range(-6, 24, 3)]
            brightest = max(column, key=QColor.lightness)
            return brightest.red(), brightest.green(), brightest.blue()

        studio.app.editor.seek(0)
        await studio.until(lambda: max(shown(10)) > 40)
        assert max(shown(34)) > 40
        studio.app.window.commands["to_end"].trigger()
        studio.app.workspace.shots.toggle_join(studio.app.editor.project.shots[0].id)
        view.setFocus()
        assert max(shown(28)) < 40

    studio.play(story)
