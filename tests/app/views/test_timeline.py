"""Hands on the timeline: real mouse and key events, and what becomes of the film."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.state.drops import OntoEmpty, OntoShot
from app.state.selection import KeyframeSelected, ShotSelected
from tests.app.conftest import Studio


def pin_y(studio: Studio) -> float:
    return studio.app.window.timeline.scene().lanes.pin_top + 8


def strip_y(studio: Studio) -> float:
    return studio.app.window.timeline.scene().lanes.strip_top + 10


def title_y(studio: Studio) -> float:
    return studio.app.window.timeline.scene().lanes.title_top + 8


def drop_files(studio: Studio, paths: list[Path], place: QPoint) -> None:
    """Send what a file manager sends."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    view = studio.app.window.timeline
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    modifier = Qt.KeyboardModifier.NoModifier
    target = view.viewport()
    enter = QDragEnterEvent(place, action, data, button, modifier)
    QApplication.sendEvent(target, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(target, QDragMoveEvent(place, action, data, button, modifier))
    view.viewport().grab()
    QApplication.sendEvent(target, QDropEvent(QPointF(place), action, data, button, modifier))


def test_image_on_empty_timeline_becomes_a_shot_of_two_seconds(studio: Studio) -> None:
    async def story() -> None:
        drop_files(studio, [studio.board()], QPoint(400, 100))
        await studio.until(lambda: studio.app.editor.project.shots)
        (shot,) = studio.app.editor.project.shots
        assert shot.num_frames == 48
        assert [keyframe.frame for keyframe in shot.keyframes] == [0]
        assert studio.app.editor.undo_name == "Add shot"

    studio.play(story)


def test_many_images_behind_the_film_become_one_shot_each_in_order(studio: Studio) -> None:
    async def story() -> None:
        boards = [studio.board(number) for number in (9, 1, 0)]
        drop_files(studio, boards, QPoint(900, 100))
        await studio.until(lambda: studio.app.editor.project.shots)
        project = studio.app.editor.project
        names = [project.media_item(s.keyframes[0].media).name for s in project.shots]
        assert names == ["board 1.png", "board 2.png", "board 10.png"]
        studio.app.editor.undo()
        assert not studio.app.editor.project.shots

    studio.play(story)


def test_image_on_a_shot_is_pinned_to_the_frame_under_the_mouse(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((72, (0,)))
        drop_files(studio, [studio.board(3)], studio.at(38.5, strip_y(studio)))
        await studio.until(lambda: len(studio.app.editor.project.shots[0].keyframes) == 2)
        keyframe = studio.app.editor.project.shots[0].keyframes[1]
        assert keyframe.frame == 38
        assert studio.app.editor.grid.used[keyframe.id] == 37

    studio.play(story)


def test_many_images_on_a_shot_are_spread_over_it(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, ()))
        boards = [studio.board(number) for number in range(4)]
        drop_files(studio, boards, studio.at(20, strip_y(studio)))
        await studio.until(lambda: studio.app.editor.project.shots[0].keyframes)
        frames = [k.frame for k in studio.app.editor.project.shots[0].keyframes]
        assert frames == [0, 12, 24, 36]
        assert studio.app.editor.undo_name == "Add 4 keyframes"

    studio.play(story)


def test_image_on_a_taken_frame_offers_to_replace(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((72, (0, 38)))
        before = studio.app.editor.project
        await studio.drop(1, OntoShot(before.shots[0].id, 38), first=4)
        offer = studio.app.window.timeline._offer
        assert offer.isVisible()
        assert studio.app.editor.project is before
        QTest.keyClick(offer, Qt.Key.Key_Escape)
        assert not offer.isVisible()
        assert studio.app.editor.project is before
        await studio.drop(1, OntoShot(before.shots[0].id, 38), first=4)
        QTest.mouseClick(offer._replace, Qt.MouseButton.LeftButton)
        after = studio.app.editor.project
        keyframe = after.shots[0].keyframes[1]
        assert keyframe.id == before.shots[0].keyframes[1].id
        assert after.media_item(keyframe.media).name == "board 5.png"

    studio.play(story)


def test_dragged_pin_shows_the_grid_while_it_moves_and_moves_on_release(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((72, (0, 20)))
        view, before = studio.app.window.timeline, studio.app.editor.project
        start, stop = studio.at(20, pin_y(studio)), studio.at(38, pin_y(studio))
        start += QPoint(6, 0)
        stop += QPoint(6, 0)
        studio.press(start)
        await studio.drag_only(start, stop)
        scene = view.scene()
        pin = scene.layout.pin_of(scene.dragged_id)
        assert pin is not None
        assert (pin.requested, pin.used) == (38, 37)
        assert studio.app.editor.project is before
        view.viewport().grab()
        studio.release(stop)
        assert [k.frame for k in studio.app.editor.project.shots[0].keyframes] == [0, 38]
        assert studio.app.editor.undo_name == "Move keyframe"

    studio.play(story)


def test_escape_leaves_a_dragged_pin_where_it_was(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((72, (0, 20)))
        before = studio.app.editor.project
        start, stop = studio.at(20, pin_y(studio)) + QPoint(6, 0), studio.at(50, pin_y(studio))
        studio.press(start)
        await studio.drag_only(start, stop)
        QTest.keyClick(studio.app.window.timeline, Qt.Key.Key_Escape)
        studio.release(stop)
        assert studio.app.editor.project is before

    studio.play(story)


def test_pin_dragged_onto_another_offers_to_replace(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((72, (0, 20, 40)))
        start = studio.at(20, pin_y(studio)) + QPoint(6, 0)
        stop = studio.at(40, pin_y(studio)) + QPoint(6, 0)
        await studio.drag(start, stop)
        keyframes = studio.app.workspace.keyframes
        assert keyframes.offer is not None
        assert len(studio.app.editor.project.shots[0].keyframes) == 3
        keyframes.accept_offer()
        assert [k.frame for k in studio.app.editor.project.shots[0].keyframes] == [0, 40]

    studio.play(story)


def test_pin_can_be_dragged_into_the_next_shot(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0, 20)), (48, ()))
        start = studio.at(20, pin_y(studio)) + QPoint(6, 0)
        await studio.drag(start, studio.at(60, pin_y(studio)) + QPoint(6, 0))
        first, second = studio.app.editor.project.shots
        assert [k.frame for k in first.keyframes] == [0]
        assert [k.frame for k in second.keyframes] == [12]

    studio.play(story)


def test_edge_drag_resizes_and_stops_at_the_last_keyframe(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0, 20)), (48, (0,)))
        edge = studio.at(48, strip_y(studio)) - QPoint(2, 0)
        await studio.drag(edge, studio.at(60, strip_y(studio)) - QPoint(2, 0))
        assert studio.app.editor.project.shots[0].num_frames == 60
        edge = studio.at(60, strip_y(studio)) - QPoint(2, 0)
        await studio.drag(edge, studio.at(3, strip_y(studio)))
        assert studio.app.editor.project.shots[0].num_frames == 21
        assert studio.app.notices.current is None

    studio.play(story)


def test_click_selects_and_delete_removes(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0, 20)), (48, (0,)))
        editor, window = studio.app.editor, studio.app.window
        shot = editor.project.shots[1]
        studio.click(studio.at(70, strip_y(studio)))
        assert editor.selection == ShotSelected(shot.id)
        studio.click(studio.at(20, pin_y(studio)) + QPoint(6, 0))
        assert isinstance(editor.selection, KeyframeSelected)
        window.commands["delete"].trigger()
        assert [k.frame for k in editor.project.shots[0].keyframes] == [0]
        studio.click(studio.at(70, strip_y(studio)))
        QTest.keyClick(window.timeline, Qt.Key.Key_Delete)
        window.commands["delete"].trigger()
        assert len(editor.project.shots) == 1

    studio.play(story)


def test_join_switch_between_shots(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)), (48, (0,)))
        studio.click(studio.at(48, title_y(studio)))
        assert studio.app.editor.project.shots[0].join == "continue"
        assert studio.app.editor.undo_name == "Continue into next shot"
        studio.click(studio.at(48, title_y(studio)))
        assert studio.app.editor.project.shots[0].join == "cut"

    studio.play(story)


def test_double_click_edits_the_caption_in_place(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((96, (0,)))
        view = studio.app.window.timeline
        studio.double_click(studio.at(30, title_y(studio)))
        assert view._caption.isVisible()
        QTest.keyClicks(view._caption, "She waits")
        QTest.keyClick(view._caption, Qt.Key.Key_Return)
        assert studio.app.editor.project.shots[0].caption == "She waits"
        studio.double_click(studio.at(30, title_y(studio)))
        QTest.keyClicks(view._caption, "not this")
        QTest.keyClick(view._caption, Qt.Key.Key_Escape)
        assert studio.app.editor.project.shots[0].caption == "She waits"

    studio.play(story)


def test_ruler_scrubs(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((96, (0,)))
        await studio.drag(studio.at(10.5, 10), studio.at(40.5, 10))
        assert studio.app.editor.playhead == 40
        await studio.drag(studio.at(40.5, 10), studio.at(500, 10))
        assert studio.app.editor.playhead == 95

    studio.play(story)


def wheel(studio: Studio, place: QPoint, delta: int, modifier: Qt.KeyboardModifier) -> None:
    view = studio.app.window.timeline.viewport()
    event = QWheelEvent(
        QPointF(place),
        QPointF(view.mapToGlobal(place)),
        QPoint(),
        QPoint(0, delta),
        Qt.MouseButton.NoButton,
        modifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def test_ctrl_wheel_zooms_to_the_mouse_and_fit_shows_all(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((240, (0,)), (240, (0,)))
        view = studio.app.window.timeline
        place = studio.at(300.5, strip_y(studio))
        for _ in range(6):
            wheel(studio, place, 120, Qt.KeyboardModifier.ControlModifier)
        assert view.scale.frame(place.x()) == 300
        assert view.scale.x(0) < 0
        wheel(studio, place, 120, Qt.KeyboardModifier.NoModifier)
        assert view.scale.frame(place.x()) < 300
        view.fit()
        assert view.scale.x(0) >= 0
        assert view.scale.x(480) < view.viewport().width()

    studio.play(story)


def test_bad_file_is_one_sentence_and_changes_nothing(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)))
        bad = studio.root / "notes.png"
        bad.write_text("no picture")
        before = studio.app.editor.project
        drop_files(studio, [bad], studio.at(20, strip_y(studio)))
        await studio.until(lambda: studio.app.notices.current)
        assert studio.app.window.banner.text == "notes.png is not an image that can be read."
        assert studio.app.editor.project is before

    studio.play(story)


def test_two_hundred_shots_stay_fluid(studio: Studio) -> None:
    async def story() -> None:
        import time

        await studio.fill(*[(48, (0, 9, 18, 27, 36))] * 200)
        view = studio.app.window.timeline
        await studio.settle(0.2)
        for zoom in (0.1, 2.0, 12.0):
            view.zoom_to(zoom, 10.0)
            view.viewport().grab()
            began = time.perf_counter()
            for _ in range(3):
                view.refresh()
                view.viewport().grab()
            assert (time.perf_counter() - began) / 3 < 0.4  # a loaded machine; 20 to 60 ms alone
        began = time.perf_counter()
        keyframe = studio.app.editor.project.shots[100].keyframes[2]
        for frame in range(4800 + 19, 4800 + 26):
            candidate = studio.app.workspace.keyframes.preview_move(keyframe.id, frame)
            assert candidate is not None
            view._layout_of(candidate)
        assert (time.perf_counter() - began) / 7 < 0.1

    studio.play(story)


def test_drop_on_empty_room_by_hand_of_the_state(studio: Studio) -> None:
    async def story() -> None:
        await studio.drop(3, OntoEmpty(0))
        assert len(studio.app.editor.project.shots) == 3
        await studio.drop(1, OntoEmpty(1), first=7)
        project = studio.app.editor.project
        assert project.media_item(project.shots[1].keyframes[0].media).name == "board 8.png"

    studio.play(story)
