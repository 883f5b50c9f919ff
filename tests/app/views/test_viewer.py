"""Looking: J/K/L, loop, full screen, zoom, comparison, overlays, going to a timecode."""

from __future__ import annotations

from fractions import Fraction

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.state.selection import ShotSelected
from app.state.viewing import TakeSide
from app.views.viewer import Viewer
from engine.planning.resolution import FrameSize
from tests.app.boards import draw_board
from tests.app.conftest import Studio
from tests.app.movies import movie, write_movie


def _pixel(viewer: Viewer, x: float, y: float = 0.5) -> QColor:
    """Return the colour that is seen at a share of the picture."""
    image: QImage = viewer.grab().toImage()
    rect = viewer.picture_rect()
    ratio = image.devicePixelRatio()
    place = rect.topLeft() + QPointF(rect.width() * x, rect.height() * y)
    return QColor(image.pixel(round(place.x() * ratio), round(place.y() * ratio)))


def _wheel(target: QWidget, place: QPointF, turns: int) -> None:
    event = QWheelEvent(
        place,
        target.mapToGlobal(place),
        QPoint(),
        QPoint(0, 120 * turns),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(target, event)


def test_keys_shuttle_and_roll(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((480, (0,)))
        window, playback, editor = studio.app.window, studio.app.playback, studio.app.editor
        editor.seek(100)
        for expected in (1, 2, 4, 8, 8):
            QTest.keyClick(window, Qt.Key.Key_L)
            assert playback.speed == expected
        QTest.keyClick(window, Qt.Key.Key_J)
        assert playback.speed == -1
        QTest.keyPress(window, Qt.Key.Key_K)
        assert playback.speed == 0
        here = editor.playhead
        QTest.keyClick(window, Qt.Key.Key_L)
        QTest.keyClick(window, Qt.Key.Key_L)
        QTest.keyClick(window, Qt.Key.Key_J)
        assert (playback.speed, editor.playhead) == (0, here + 1)
        QTest.keyRelease(window, Qt.Key.Key_K)
        QTest.keyClick(window, Qt.Key.Key_J)
        assert playback.speed == -1
        QTest.keyClick(window, Qt.Key.Key_Home)
        assert editor.playhead == 0

    studio.play(story)


def test_loop_goes_round_the_selected_shot_or_between_in_and_out(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)), (12, (0,)), (48, (0,)))
        app = studio.app
        QTest.keyClick(app.window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
        assert app.playback.is_looping
        assert app.window.commands["loop"].isChecked()
        app.editor.select(ShotSelected(app.editor.project.shots[1].id))
        seen: list[int] = []

        def note(_change: object) -> None:
            seen.append(app.editor.playhead)

        app.editor.changed.connect(note)
        app.playback.toggle()
        await studio.settle(0.8)
        assert app.playback.is_playing
        assert set(seen) <= set(range(48, 60))
        assert len(seen) > 12
        app.playback.pause()
        app.editor.do("Mark", lambda p: p.model_copy(update={"in_point": 3, "out_point": 9}))
        assert app.playback.loop_range() == (3, 9)

    studio.play(story)


def test_picture_fills_the_screen_and_comes_back(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)))
        window = studio.app.window
        home = window.viewer.parentWidget()
        QTest.keyClick(window, Qt.Key.Key_F)
        await studio.settle(0.05)
        assert window.cinema.isVisible()
        assert window.viewer.window() is window.cinema
        QTest.keyClick(window.viewer, Qt.Key.Key_Right)
        assert studio.app.editor.playhead == 1
        QTest.keyClick(window.viewer, Qt.Key.Key_Escape)
        assert not window.cinema.isVisible()
        assert window.viewer.parentWidget() is home
        assert window.viewer.isVisible()
        assert not window.commands["viewer_full"].isChecked()
        QTest.mouseClick(window.viewer, Qt.MouseButton.LeftButton)
        await studio.settle(0.1)
        QTest.mouseDClick(window.viewer, Qt.MouseButton.LeftButton)
        await studio.settle(0.05)
        assert window.cinema.isVisible()
        QTest.keyClick(window.viewer, Qt.Key.Key_F)
        assert window.viewer.window() is window
        assert not studio.app.playback.is_playing
        assert studio.app.editor.playhead == 1

    studio.play(story)


def test_wheel_zooms_to_the_mouse_and_a_drag_pans(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)))
        viewer, commands = studio.app.window.viewer, studio.app.window.commands
        fitted = viewer.picture_rect()
        mouse = fitted.topLeft() + QPointF(fitted.width() * 0.25, fitted.height() * 0.25)
        _wheel(viewer, mouse, 6)
        rect = viewer.picture_rect()
        assert rect.width() > 3 * fitted.width()
        share = (mouse.x() - rect.left()) / rect.width()
        assert abs(share - 0.25) < 0.01
        start = viewer.rect().center()
        QTest.mousePress(viewer, Qt.MouseButton.LeftButton, pos=start)
        for step in (10, 20, 30):
            QTest.mouseMove(viewer, start + QPoint(step, 0))
        QTest.mouseRelease(viewer, Qt.MouseButton.LeftButton, pos=start + QPoint(30, 0))
        assert abs(viewer.picture_rect().left() - rect.left() - 30) <= 1
        assert not studio.app.playback.is_playing
        commands["viewer_100"].trigger()
        assert viewer.picture_rect().width() == 1920 / viewer.devicePixelRatioF()
        commands["viewer_fit"].trigger()
        assert viewer.picture_rect() == fitted
        QTest.mouseClick(viewer, Qt.MouseButton.LeftButton, pos=start)
        assert studio.app.playback.is_playing

    studio.play(story)


def test_wipe_shows_both_sides_and_its_line_is_dragged(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((24, (0,)))
        app, viewer = studio.app, studio.app.window.viewer
        path = studio.root / "other.mkv"
        frames = movie(24, FrameSize(64, 36))
        frames[:] = (0, 255, 0)
        write_movie(path, frames, Fraction(24))
        app.viewing.compare_with(TakeSide(path, "Take 2", 0, 24))
        await studio.until(lambda: _pixel(viewer, 0.9, 0.6).green() > 240)
        assert _pixel(viewer, 0.9, 0.6).red() < 20
        left = _pixel(viewer, 0.4, 0.6)
        assert left != _pixel(viewer, 0.9, 0.6)
        rect = viewer.picture_rect()
        line = QPoint(round(rect.center().x()), round(rect.center().y()) + 40)
        QTest.mousePress(viewer, Qt.MouseButton.LeftButton, pos=line)
        QTest.mouseMove(viewer, QPoint(round(rect.left() + rect.width() * 0.2), line.y()))
        QTest.mouseRelease(viewer, Qt.MouseButton.LeftButton, pos=line)
        assert abs(app.viewing.wipe - 0.2) < 0.01
        assert not app.playback.is_playing
        assert _pixel(viewer, 0.4, 0.6).green() > 240
        app.window.commands["compare_difference"].trigger()
        found = _pixel(viewer, 0.4, 0.6)
        assert abs(found.green() - (255 - left.green())) < 4
        assert abs(found.red() - left.red()) < 4
        app.window.commands["compare_side"].trigger()
        assert viewer.picture_rect().right() <= viewer.rect().center().x()
        image = viewer.grab().toImage()
        right = QColor(image.pixel(round(image.width() * 0.75), image.height() // 2))
        assert right.green() > 240
        QTest.keyClick(app.window, Qt.Key.Key_W, Qt.KeyboardModifier.ShiftModifier)
        assert app.viewing.comparison == "off"

    studio.play(story)


def test_boards_dissolve_by_choice(studio: Studio) -> None:
    async def story() -> None:
        from app.timeline.edits import add_media, add_shot
        from app.timeline.project import Keyframe, Project, Shot
        from app.timeline.storage import import_image

        app, viewer = studio.app, studio.app.window.viewer
        items = [
            import_image(app.editor.folder, draw_board(studio.root / f"{n}.png", n), 192, 108)
            for n in range(2)
        ]

        def edit(film: Project) -> Project:
            film = add_media(film, items)
            pins = (Keyframe(media=items[0].id, frame=0), Keyframe(media=items[1].id, frame=24))
            return add_shot(film, Shot(num_frames=48, caption="A harbour", keyframes=pins))

        app.editor.do("Fill", edit)
        app.editor.seek(18)
        await studio.settle(0.4)
        held = viewer.grab().toImage()
        QTest.keyClick(app.window, Qt.Key.Key_D, Qt.KeyboardModifier.ShiftModifier)
        await studio.settle(0.4)
        assert viewer.grab().toImage() != held
        app.editor.seek(5)
        assert app.viewing.shows("dissolves")
        before = viewer.grab().toImage()
        for name in ("safe_areas", "thirds", "captions"):
            app.window.commands[name].trigger()
            after = viewer.grab().toImage()
            assert after != before
            before = after

    studio.play(story)


def test_timecode_is_typed(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((240, (0,)))
        app = studio.app
        field = app.window.findChild(QWidget, "timecode")
        assert field is not None
        QTest.mouseClick(field, Qt.MouseButton.LeftButton)
        QTest.keyClicks(field, "2:05")
        QTest.keyClick(field, Qt.Key.Key_Return)
        assert app.editor.playhead == 53
        assert not field.hasFocus()
        app.window.commands["go_to"].trigger()
        QTest.keyClicks(field, "-12")
        QTest.keyClick(field, Qt.Key.Key_Return)
        assert app.editor.playhead == 41
        app.window.commands["go_to"].trigger()
        QTest.keyClicks(field, "soon")
        QTest.keyClick(field, Qt.Key.Key_Return)
        assert "no place in the film" in app.window.banner.text
        QTest.keyClick(field, Qt.Key.Key_Escape)
        assert app.editor.playhead == 41
        assert not field.hasFocus()

    studio.play(story)


def test_frame_is_saved_copied_and_pinned(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)))
        app, grabbing = studio.app, studio.app.window.grabbing
        app.editor.seek(20)
        await studio.settle(0.1)
        place = studio.root / "frame.png"
        grabbing.save(place)
        await studio.until(place.is_file)
        saved = QImage(str(place))
        assert (saved.width(), saved.height()) == (1920, 1080)
        board = QImage(str(studio.board()))
        found, wanted = saved.pixelColor(960, 540), board.pixelColor(96, 54)
        assert abs(found.red() - wanted.red()) < 12
        keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        QTest.keyClick(app.window, Qt.Key.Key_C, keys)
        await studio.until(lambda: QApplication.clipboard().image().width() == 1920)
        QTest.keyClick(app.window, Qt.Key.Key_K, keys)
        await studio.until(lambda: len(app.editor.project.shots[0].keyframes) == 2)
        assert app.editor.project.shots[0].keyframes[1].frame == 20
        app.editor.undo()
        assert len(app.editor.project.shots[0].keyframes) == 1
        grabbing.save(studio.root / "no folder" / "frame.png")
        await studio.until(lambda: "was not written" in app.window.banner.text)

    studio.play(story)


def test_frame_of_a_movie_is_grabbed_as_large_as_it_is(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((24, ()))
        app = studio.app
        app.window.grabbing.copy()
        assert "no picture at the playhead" in app.window.banner.text
        part = app.takes.pass_at(0)
        assert part is not None
        path = part.folder(app.editor.folder) / "master.mkv"
        frames = movie(24, FrameSize(64, 36))
        frames[5] = (255, 0, 0)
        write_movie(path, frames, Fraction(24))
        app.takes.finished(path)
        app.editor.seek(5)
        place = studio.root / "red.png"
        app.window.grabbing.save(place)
        await studio.until(place.is_file)
        image = QImage(str(place))
        assert (image.width(), image.height()) == (64, 36)
        assert image.pixelColor(30, 18).red() > 240
        assert image.pixelColor(30, 18).green() < 15

    studio.play(story)
