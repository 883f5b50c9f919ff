"""Footage under the hands: dropped, seen, trimmed, slipped, extended, refused, missed, undone."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragMoveEvent, QDropEvent

from app.state.monitor import FootagePicture, NoPicture
from app.timeline.parts import FootageItem
from app.timeline.project import Project, Shot
from app.views.timeline.scene import Marker
from engine.planning.resolution import FrameSize
from tests.app.conftest import Studio
from tests.app.movies import movie, write_movie
from tests.sounds import noise, write_wav


def clip(
    studio: Studio,
    name: str = "clip.mp4",
    num_frames: int = 48,
    *,
    seed: int = 0,
    rate: int = 24,
    size: tuple[int, int] = (128, 72),
) -> Path:
    """Write a small movie outside of the project."""
    path = studio.root / "clips" / name
    write_movie(path, movie(num_frames, FrameSize(*size), seed), Fraction(rate))
    return path


def hover_files(studio: Studio, paths: list[Path], at: QPoint) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    keys = (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    view = studio.app.window.timeline
    view.dragMoveEvent(QDragMoveEvent(at, Qt.DropAction.CopyAction, data, *keys))
    return data


def drop_files(studio: Studio, paths: list[Path], at: QPoint) -> None:
    data = hover_files(studio, paths, at)
    keys = (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    view = studio.app.window.timeline
    view.dropEvent(QDropEvent(QPointF(at), Qt.DropAction.CopyAction, data, *keys))


def strip_y(studio: Studio) -> float:
    lanes = studio.app.window.timeline.scene().lanes
    return lanes.strip_top + lanes.strip_height / 3


def film(studio: Studio) -> Project:
    return studio.app.editor.project


def movies(studio: Studio) -> list[Shot]:
    return [shot for shot in film(studio).shots if shot.footage is not None]


def shown(studio: Studio) -> list[tuple[str, int, int] | None]:
    """Return (movie, first frame, frame after the last) of each shot, None where it is made."""
    return [
        None
        if shot.footage is None
        else (
            film(studio).footage_item(shot.footage.footage).name,
            shot.footage.start,
            shot.footage.start + shot.num_frames,
        )
        for shot in film(studio).shots
    ]


def marker(studio: Studio) -> Marker:
    """Return what is said at the place that is being chosen."""
    found = studio.app.window.timeline.marker()
    assert found is not None
    return found


def told(studio: Studio) -> str:
    """Return what the user is told."""
    assert studio.app.notices.current is not None
    return studio.app.notices.current.text


async def bring(studio: Studio, *paths: Path, index: int = 0) -> list[FootageItem]:
    """Bring movies in and wait until their light copies are there."""
    count = len(movies(studio)) + len(paths)
    studio.app.workspace.footage.drop(list(paths), index)
    await studio.until(lambda: len(movies(studio)) == count)
    items = list(film(studio).footage)
    copies = studio.app.copies
    await studio.until(lambda: all(copies.path(item) for item in items))
    await studio.settle()
    return items


def test_a_movie_dropped_on_an_empty_film_is_a_shot_and_is_seen(studio: Studio) -> None:
    async def story() -> None:
        path = clip(studio, rate=25)
        drop_files(studio, [path], QPoint(200, 120))
        await studio.until(lambda: movies(studio))
        (item,) = film(studio).footage
        assert (item.path, item.name, item.width, item.height) == (str(path), path.name, 128, 72)
        assert (item.rate.num, item.own_rate.num, item.num_frames) == (24, 25, 46)
        assert shown(studio) == [("clip.mp4", 0, 46)]
        assert studio.app.editor.undo_name == "Add movie"
        assert path.parent.name == "clips" and not list(
            (studio.app.editor.folder / "media").iterdir()
        ), "it stays where it is"
        await studio.until(lambda: studio.app.copies.path(item))
        studio.app.editor.seek(7)
        picture = studio.app.workspace.monitor.picture(7)
        assert isinstance(picture, FootagePicture)
        assert (picture.key.frame, picture.label, picture.is_offline) == (7, "clip.mp4", False)
        key = picture.key
        await studio.until(lambda: studio.app.frames.frame(key) is not None)

    studio.play(story)


def test_until_it_is_read_it_says_how_far_it_is(studio: Studio) -> None:
    async def story() -> None:
        path = clip(studio)
        studio.app.workspace.footage.drop([path], 0)
        await studio.until(lambda: movies(studio))
        (item,) = film(studio).footage
        if studio.app.copies.path(item) is None:
            picture = studio.app.workspace.monitor.picture(3)
            assert isinstance(picture, NoPicture)
            assert "clip.mp4" in picture.reason
        other = clip(studio, "other.mp4", seed=3)
        await studio.until(lambda: studio.app.copies.path(item))
        await studio.until(lambda: not studio.app.jobs.is_active)
        studio.engine.hold()
        studio.app.workspace.footage.drop([other], 1)
        await studio.until(lambda: studio.app.workspace.footage.incoming == ("other.mp4",))
        assert "Reading other.mp4" in marker(studio).text
        studio.engine.release()
        await studio.until(lambda: len(movies(studio)) == 2)

    studio.play(story)


def test_several_files_are_sorted_by_what_they_are(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, ()))
        song = write_wav(studio.root / "song.wav", noise(1))
        paths = [clip(studio, "b 10.mp4"), clip(studio, "b 2.mp4", seed=2), studio.board(), song]
        drop_files(studio, paths, studio.at(40, strip_y(studio)))
        await studio.until(lambda: len(movies(studio)) == 2 and film(studio).sound_clips)
        await studio.until(lambda: film(studio).shots[0].keyframes)
        assert [row and row[0] for row in shown(studio)] == [None, "b 2.mp4", "b 10.mp4"]
        assert film(studio).sound_clips[0].frame == 40

    studio.play(story)


def test_a_movie_on_a_made_shot_goes_beside_it(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)), (48, (0,)))
        path = clip(studio)
        hover_files(studio, [path], studio.at(60, strip_y(studio)))
        assert marker(studio).text == "movie, before shot 2"
        drop_files(studio, [path], studio.at(60, strip_y(studio)))
        await studio.until(lambda: movies(studio))
        assert shown(studio) == [None, ("clip.mp4", 0, 48), None]
        assert all(len(shot.keyframes) == 1 for shot in film(studio).shots if not shot.footage)
        studio.app.editor.undo()
        assert shown(studio) == [None, None]

    studio.play(story)


def test_a_movie_that_cannot_be_used_says_why_in_one_sentence(studio: Studio) -> None:
    async def story() -> None:
        bad = studio.root / "broken.mp4"
        bad.write_bytes(b"\0nothing" * 400)
        empty = studio.root / "empty.mov"
        empty.touch()
        good = clip(studio)
        studio.app.workspace.footage.drop([bad, empty, good], 0)
        await studio.until(lambda: movies(studio) and studio.app.notices.current)
        assert shown(studio) == [("clip.mp4", 0, 48)]
        notice = studio.app.notices.current
        assert notice is not None
        assert "1 more could not be used" in notice.text
        assert "broken.mp4" in notice.text or "empty.mov" in notice.text

    studio.play(story)


def test_footage_takes_no_pins_and_says_what_to_do(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)))
        await bring(studio, clip(studio), index=1)
        place = studio.at(70, strip_y(studio))
        hover_files(studio, [studio.board()], place)
        assert marker(studio).is_taken
        drop_files(studio, [studio.board()], place)
        await studio.settle(0.05)
        assert studio.app.notices.current is not None
        assert "drop the picture on a shot beside it" in told(studio)
        studio.app.notices.clear()
        keyframe = film(studio).shots[0].keyframes[0]
        studio.app.workspace.keyframes.move(keyframe.id, 70)
        assert "pin the picture to a shot beside it" in told(studio)
        assert len(film(studio).shots[0].keyframes) == 1

    studio.play(story)


def test_trims_stop_at_the_movies_ends(studio: Studio) -> None:
    async def story() -> None:
        await bring(studio, clip(studio, num_frames=60), clip(studio, "d.mp4", 60, seed=4))
        studio.app.workspace.snapping.switch(False)
        y = strip_y(studio)
        await studio.drag(studio.at(0, y) + QPoint(2, 0), studio.at(12, y) + QPoint(2, 0))
        assert shown(studio)[0] == ("clip.mp4", 12, 60)
        await studio.drag(studio.at(0, y) + QPoint(2, 0), studio.at(-40, y))
        assert shown(studio)[0] == ("clip.mp4", 0, 60), "no further than its first frame"
        await studio.drag(studio.at(60, y) - QPoint(2, 0), studio.at(50, y) - QPoint(2, 0))
        assert shown(studio)[0] == ("clip.mp4", 0, 50)
        await studio.drag(studio.at(50, y) - QPoint(2, 0), studio.at(90, y))
        assert shown(studio)[0] == ("clip.mp4", 0, 60), "no further than its last frame"
        studio.app.editor.seek(20)
        studio.app.window.commands["split"].trigger()
        assert shown(studio)[:2] == [("clip.mp4", 0, 20), ("clip.mp4", 20, 60)]
        assert len(film(studio).footage) == 2, "two shots show one movie"

    studio.play(story)


def test_footage_is_copied_into_another_film(studio: Studio) -> None:
    async def story() -> None:
        await bring(studio, clip(studio))
        commands = studio.app.window.commands
        commands["copy"].trigger()
        commands["paste"].trigger()
        assert shown(studio) == [("clip.mp4", 0, 48)] * 2
        commands["duplicate"].trigger()
        assert len(film(studio).footage) == 1
        studio.app.document.discard_changes()
        assert studio.app.document.new()
        commands["paste"].trigger()
        await studio.settle()
        assert shown(studio) == [("clip.mp4", 0, 48)]
        item = film(studio).footage[0]
        await studio.until(lambda: studio.app.copies.path(item))

    studio.play(story)


def test_a_missing_movie_is_told_and_the_film_opens(studio: Studio, tmp_path: Path) -> None:
    async def story() -> None:
        path = clip(studio)
        (item,) = await bring(studio, path)
        done: list[bool] = []
        studio.app.document.save_as(tmp_path / "film.sdproj", done.append)
        await studio.until(lambda: done)
        path.rename(path.with_name("away.mp4"))
        assert studio.app.document.new()
        assert studio.app.document.open(tmp_path / "film.sdproj")
        await studio.until(lambda: studio.app.notices.current)
        assert told(studio).startswith("clip.mp4 is not where or what it was")
        assert studio.app.copies.is_offline(item)
        picture = studio.app.workspace.monitor.picture(3)
        assert isinstance(picture, FootagePicture), "its light copy is still there"
        assert picture.is_offline

    studio.play(story)


def test_a_movie_that_was_written_over_is_not_taken_for_the_old_one(studio: Studio) -> None:
    async def story() -> None:
        path = clip(studio)
        (item,) = await bring(studio, path)
        clip(studio, path.name, seed=9)
        studio.app.copies.look_again()
        await studio.until(lambda: studio.app.copies.is_offline(item))
        assert told(studio).startswith("clip.mp4 is not where or what it was")

    studio.play(story)


def test_a_job_that_fails_for_want_of_a_movie_marks_it_offline(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)))
        path = clip(studio)
        (item,) = await bring(studio, path, index=1)
        studio.engine.hold()
        studio.app.jobs.generate()
        await studio.until(lambda: studio.app.jobs.running)
        path.unlink()
        job = studio.engine.submitted[-1]
        studio.engine.fail(job, "bad_input", "The movie clip.mp4 is not there any more.")
        await studio.until(lambda: studio.app.copies.is_offline(item))
        await studio.until(lambda: told(studio).startswith("clip.mp4 is not where or what it was"))

    studio.play(story)


def test_the_first_movie_may_set_the_films_size_and_rate(studio: Studio) -> None:
    async def story() -> None:
        studio.app.workspace.footage.drop([clip(studio, num_frames=50, rate=25)], 0)
        await studio.until(lambda: movies(studio))
        notice = studio.app.notices.current
        assert notice is not None
        assert "128×72 at 25 fps" in notice.text
        notice.actions[0].run()
        await studio.until(lambda: film(studio).format.rate.num == 25)
        assert (film(studio).format.width, film(studio).format.height) == (128, 72)
        assert shown(studio) == [("clip.mp4", 0, 50)]
        assert film(studio).footage[0].rate.num == 25
        studio.app.editor.undo()
        assert film(studio).format.rate.num == 24
        assert shown(studio) == [("clip.mp4", 0, 48)]

    studio.play(story)


def test_a_draft_stands_aside_while_a_movie_is_looked_at(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)))
        studio.engine.step_s = 0.02
        studio.app.jobs.generate()
        await studio.until(lambda: studio.app.jobs.running and studio.app.jobs.running.progress)
        studio.app.workspace.footage.drop([clip(studio)], 1)
        await studio.until(lambda: movies(studio))
        kinds = [job.kind for job in studio.engine.submitted]
        assert kinds[:3] == ["draft", "import", "draft"]
        await studio.until(lambda: not studio.app.jobs.is_active)
        assert [entry.kind for entry in studio.app.jobs.entries] == ["draft", "import"]

    studio.play(story)


def test_a_paused_queue_still_looks_at_what_is_dropped(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)))
        studio.engine.step_s = 0.02
        studio.app.jobs.generate()
        await studio.until(lambda: studio.app.jobs.running)
        studio.app.jobs.pause()
        await studio.until(lambda: studio.app.jobs.running is None)
        studio.app.workspace.footage.drop([clip(studio)], 1)
        await studio.until(lambda: movies(studio))
        await studio.settle(0.1)
        assert studio.app.jobs.is_paused
        (item,) = film(studio).footage
        assert studio.app.copies.sign(item) == "clip.mp4 waits in the queue to be read."
        studio.app.jobs.resume()
        await studio.until(lambda: studio.app.copies.path(item))

    studio.play(story)


def test_a_film_is_saved_elsewhere_while_a_movie_is_read(studio: Studio, tmp_path: Path) -> None:
    async def story() -> None:
        studio.engine.step_s = 0.05
        studio.app.workspace.footage.drop([clip(studio)], 0)
        await studio.until(lambda: movies(studio))
        studio.engine.hold()
        await studio.until(lambda: studio.app.jobs.running)
        (item,) = film(studio).footage
        done: list[bool] = []
        studio.app.document.save_as(tmp_path / "film.sdproj", done.append)
        await studio.until(lambda: done)
        assert done == [True]
        studio.engine.release()
        await studio.until(lambda: studio.app.copies.path(item))
        light = studio.app.copies.path(item)
        assert light is not None
        assert light.is_relative_to(tmp_path / "film.sdproj")
        await studio.until(light.is_file)
        kinds = [type(entry.status).__name__ for entry in studio.app.jobs.entries]
        assert kinds == ["Finished"]

    studio.play(story)
