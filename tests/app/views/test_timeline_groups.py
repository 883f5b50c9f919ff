"""Several parts at once: selecting, copy and paste, nudging, markers, in and out points."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest

from app.state.drops import OntoShot
from app.state.selection import (
    MarkerSelected,
    SeveralKeyframes,
    SeveralShots,
    selected_keyframe_ids,
)
from tests.app.conftest import Studio
from tests.app.views.test_timeline import drop_files, pin_y, strip_y, title_y
from tests.app.views.test_timeline_cutting import (
    CTRL,
    NO,
    SHIFT,
    begin,
    drag,
    frames,
    lengths,
    mouse,
)


def click(studio: Studio, place: QPoint, keys: Qt.KeyboardModifier) -> None:
    mouse(studio, QEvent.Type.MouseButtonPress, place, keys)
    mouse(studio, QEvent.Type.MouseButtonRelease, place, keys)


def test_ctrl_and_shift_select_several_and_delete_takes_all(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill(*[(30, (0, 15))] * 5)
        editor, commands = studio.app.editor, studio.app.window.commands
        y = round(strip_y(studio))
        click(studio, studio.at(8, y), NO)
        click(studio, studio.at(68, y), SHIFT)
        assert isinstance(editor.selection, SeveralShots)
        assert len(editor.selection.shot_ids) == 3
        click(studio, studio.at(38, y), CTRL)
        commands["delete"].trigger()
        assert len(editor.project.shots) == 3
        assert editor.undo_name == "Delete 2 shots"
        commands["select_all"].trigger()
        assert commands["delete"].text() == "&Delete 3 shots"

    studio.play(story)


def test_rubber_band_selects_keyframes_and_they_move_together(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((120, (0, 40, 60)))
        editor = studio.app.editor
        lanes = studio.app.window.timeline.scene().lanes
        y = round(lanes.pin_top + 4)
        drag(studio, studio.at(34, lanes.grid_top - 4), studio.at(62, y))
        names = selected_keyframe_ids(editor.selection)
        assert {k.frame for k in editor.project.shots[0].keyframes if k.id in names} == {40, 60}
        start = studio.at(40, pin_y(studio)) + QPoint(6, 0)
        drag(studio, start, studio.at(50, pin_y(studio)) + QPoint(6, 0))
        assert frames(studio, 0) in ([0, 50, 70], [0, 49, 69], [0, 51, 71])
        assert editor.undo_name == "Move 2 keyframes"
        assert selected_keyframe_ids(editor.selection) == names
        studio.click(start + QPoint(400, 0))

    studio.play(story)


def test_arrows_nudge_selected_keyframes_as_one_step(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((96, (0, 20, 60)))
        app, view = studio.app, studio.app.window.timeline
        studio.click(studio.at(20, pin_y(studio)) + QPoint(6, 0))
        for _ in range(3):
            QTest.keyClick(view, Qt.Key.Key_Right)
        QTest.keyClick(view, Qt.Key.Key_Right, SHIFT)
        QTest.keyClick(view, Qt.Key.Key_Left)
        assert frames(studio, 0) == [0, 32, 60]
        assert app.editor.undo_name == "Nudge keyframe"
        app.editor.undo()
        assert frames(studio, 0) == [0, 20, 60]
        app.window.commands["nudge_left_10"].trigger()
        assert frames(studio, 0) == [0, 10, 60]

    studio.play(story)


def test_copy_cut_and_paste_of_shots_and_keyframes(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((30, (0, 15)), (40, (0,)))
        app, run = studio.app, studio.app.window.commands
        click(studio, studio.at(8, round(strip_y(studio))), NO)
        run["copy"].trigger()
        app.editor.seek(60)
        app.workspace.shots.select_none()
        run["paste"].trigger()
        assert lengths(studio) == [30, 40, 30]
        assert app.editor.undo_name == "Paste shot"
        run["cut"].trigger()
        assert lengths(studio) == [30, 40]
        assert app.editor.undo_name == "Cut shot"
        studio.click(studio.at(15, pin_y(studio)) + QPoint(6, 0))
        run["copy"].trigger()
        app.editor.seek(50)
        run["paste"].trigger()
        assert frames(studio, 1) == [0, 20]
        run["paste"].trigger()
        assert app.notices.current is not None
        assert "already has a keyframe" in app.notices.current.text
        run["duplicate"].trigger()
        assert frames(studio, 1) == [0, 20, 32]
        click(studio, studio.at(8, round(strip_y(studio))), NO)
        run["duplicate"].trigger()
        assert lengths(studio) == [30, 30, 40]
        assert app.editor.undo_name == "Duplicate shot"

    studio.play(story)


def test_image_from_the_clipboard_becomes_a_keyframe_at_the_playhead(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)))
        app = studio.app
        app.window.commands["copy"].trigger()
        image = QImage(64, 36, QImage.Format.Format_RGB32)
        image.fill(QColor("teal"))
        QGuiApplication.clipboard().setImage(image)
        app.editor.seek(20)
        app.window.commands["paste"].trigger()
        await studio.until(lambda: len(app.editor.project.shots[0].keyframes) == 2)
        keyframe = app.editor.project.shots[0].keyframes[1]
        item = app.editor.project.media_item(keyframe.media)
        assert (keyframe.frame, item.width, item.height) == (20, 64, 36)
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(studio.board(3)))])
        QGuiApplication.clipboard().setMimeData(data)
        app.editor.seek(30)
        app.window.commands["paste"].trigger()
        await studio.until(lambda: len(app.editor.project.shots[0].keyframes) == 3)
        assert frames(studio, 0) == [0, 20, 30]
        QGuiApplication.clipboard().clear()
        app.window.commands["paste"].trigger()
        assert app.notices.current is not None
        assert app.notices.current.text.startswith("Copy shots, keyframes or an image first")

    studio.play(story)


def test_markers_are_added_named_dragged_and_deleted(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((96, (0,)))
        app, view = studio.app, studio.app.window.timeline
        app.editor.seek(30)
        app.window.commands["add_marker"].trigger()
        (marker,) = app.editor.project.markers
        assert (marker.frame, marker.name) == (30, "Marker 1")
        y = view.scene().lanes.marks_top + 6
        studio.double_click(studio.at(30, y))
        assert view._name.isVisible()
        QTest.keyClicks(view._name, "door opens")
        QTest.keyClick(view._name, Qt.Key.Key_Return)
        assert app.editor.project.markers[0].name == "door opens"
        drag(studio, studio.at(30, y), studio.at(70, y), Qt.KeyboardModifier.AltModifier)
        assert app.editor.project.markers[0].frame == 70
        assert app.editor.undo_name == "Move marker"
        app.window.commands["marker_red"].trigger()
        assert app.editor.project.markers[0].color == "red"
        view.viewport().grab()
        app.editor.seek(10)
        app.window.commands["next_marker"].trigger()
        assert app.editor.playhead == 70
        assert app.editor.selection == MarkerSelected(marker.id)
        app.window.commands["delete"].trigger()
        assert app.editor.project.markers == ()
        assert app.editor.undo_name == "Delete marker"

    studio.play(story)


def test_in_and_out_points_by_key_and_by_hand(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((96, (0,)))
        app, view = studio.app, studio.app.window.timeline
        app.editor.seek(20)
        app.window.commands["mark_in"].trigger()
        app.editor.seek(59)
        app.window.commands["mark_out"].trigger()
        assert app.editor.project.in_out == (20, 60)
        y = view.scene().lanes.marks_top + 6
        alt = Qt.KeyboardModifier.AltModifier
        drag(studio, studio.at(20, y), studio.at(30, y), alt)
        drag(studio, studio.at(60, y), studio.at(80, y), alt)
        assert app.editor.project.in_out == (30, 80)
        assert app.editor.undo_name == "Set out point"
        app.window.commands["clear_in_out"].trigger()
        assert app.editor.project.in_out is None

    studio.play(story)


def boards(studio: Studio, count: int) -> list[Path]:
    return [studio.board(number) for number in range(count)]


def test_images_on_a_title_become_shots_there(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)), (48, (0,)))
        place = studio.at(60, round(title_y(studio)))
        drop_files(studio, boards(studio, 3), place)
        await studio.until(lambda: len(studio.app.editor.project.shots) == 5)
        project = studio.app.editor.project
        names = [project.media_item(s.keyframes[0].media).name for s in project.shots[1:4]]
        assert names == ["board 1.png", "board 2.png", "board 3.png"]

    studio.play(story)


def test_spread_is_shown_on_the_grid_while_images_hover(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, ()))
        view, shot = studio.app.window.timeline, studio.app.editor.project.shots[0]
        keyframes = studio.app.workspace.keyframes
        shown = keyframes.preview_drop(OntoShot(shot.id, 20), 4)
        assert shown is not None
        assert [k.frame for k in shown.shots[0].keyframes] == [0, 12, 24, 36]
        assert keyframes.preview_drop(OntoShot(shot.id, 20), 49) is None
        drop_files(studio, boards(studio, 4), studio.at(20, strip_y(studio)))
        await studio.until(lambda: len(studio.app.editor.project.shots[0].keyframes) == 4)
        assert view.marker() is None

    studio.play(story)


def test_select_all_of_keyframes_and_a_click_lets_the_others_go(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((120, (0, 40, 80)))
        editor = studio.app.editor
        studio.click(studio.at(40, pin_y(studio)) + QPoint(6, 0))
        studio.app.window.commands["select_all"].trigger()
        assert isinstance(editor.selection, SeveralKeyframes)
        start = studio.at(40, pin_y(studio)) + QPoint(6, 0)
        begin(studio, start, start + QPoint(1, 0))
        mouse(studio, QEvent.Type.MouseButtonRelease, start + QPoint(1, 0), NO)
        assert len(selected_keyframe_ids(editor.selection)) == 1

    studio.play(story)
