"""What is made of footage: extended, bridged, slipped, split, enlarged, grabbed, relinked."""

from __future__ import annotations

from pathlib import Path

from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.state.monitor import FootagePicture
from app.state.selection import ShotSelected
from app.timeline.parts import FootageItem
from app.views.menus import context_menu
from app.views.timeline.hits import OnShot
from engine.protocol.jobs import DraftJob, FrameRate, UpscaleJob
from engine.protocol.media import FrameJob, ImportJob, ShotsJob
from tests.app.conftest import Studio
from tests.app.views.test_footage import bring, clip, film, movies, shown, strip_y, told
from tests.sounds import add_sound, noise


def select(studio: Studio, index: int) -> None:
    studio.app.editor.select(ShotSelected(film(studio).shots[index].id))


def press(studio: Studio, name: str) -> None:
    """Press a command's button in the inspector."""
    button = studio.app.window.inspector.footage.button(name)
    assert button.isEnabled()
    button.click()


def test_new_frames_are_joined_to_footage_and_are_made(studio: Studio) -> None:
    async def story() -> None:
        await bring(studio, clip(studio))
        select(studio, 0)
        section = studio.app.window.inspector.footage
        assert section.isVisibleTo(studio.app.window)
        section._seconds.setValue(0.5)
        section._room.button("room").click()
        press(studio, "extend_after")
        after = film(studio).shots[1]
        assert (after.num_frames, after.caption, after.room) == (12, "", "room")
        assert film(studio).shots[0].join == "continue"
        assert studio.app.editor.undo_name == "Extend after"
        assert studio.app.editor.selected_shot == after
        assert studio.app.editor.playhead == 48
        studio.app.window.inspector.shot.room.button("fade").click()
        assert film(studio).shots[1].room == "fade"
        select(studio, 0)
        studio.app.window.commands["extend_before"].trigger()
        assert [shot.footage is None for shot in film(studio).shots] == [True, False, True]
        assert film(studio).shots[0].join == "continue"
        studio.app.jobs.generate()
        await studio.until(lambda: not studio.app.jobs.is_active)
        drafts = [job for job in studio.engine.submitted if isinstance(job, DraftJob)]
        assert [len(job.footage) for job in drafts] == [1, 1]
        (item,) = film(studio).footage
        assert all(job.footage[0].path == item.path for job in drafts)

    studio.play(story)


def test_a_bridge_leads_from_one_movie_into_the_next(studio: Studio) -> None:
    async def story() -> None:
        await bring(studio, clip(studio), clip(studio, "d.mp4", seed=5))
        select(studio, 0)
        press(studio, "bridge")
        assert [shot.join for shot in film(studio).shots] == ["continue", "continue", "cut"]
        assert film(studio).shots[1].num_frames == 48
        select(studio, 2)
        studio.app.window.commands["bridge"].trigger()
        assert "no later shot" in told(studio)

    studio.play(story)


def test_footage_is_slipped_under_the_mouse_and_by_keys(studio: Studio) -> None:
    async def story() -> None:
        await bring(studio, clip(studio, num_frames=96))
        studio.app.workspace.snapping.switch(False)
        y = strip_y(studio)
        await studio.drag(studio.at(96, y) - QPoint(2, 0), studio.at(48, y) - QPoint(2, 0))
        assert shown(studio) == [("clip.mp4", 0, 48)]
        surface = studio.app.window.timeline.viewport()
        start, stop = studio.at(40, y), studio.at(10, y)
        keys, button = Qt.KeyboardModifier.AltModifier, Qt.MouseButton.LeftButton
        QTest.mousePress(surface, button, keys, start)
        for step in range(1, 5):
            QTest.mouseMove(surface, start + (stop - start) * (step / 4))
            await studio.settle()
        marker = studio.app.window.timeline.marker()
        assert marker is not None
        assert "+30" in marker.text
        assert shown(studio) == [("clip.mp4", 0, 48)], "only the release makes the edit"
        picture = studio.app.workspace.monitor.picture(0)
        assert isinstance(picture, FootagePicture)
        assert picture.key.frame == 30, "the viewer shows it meanwhile"
        QTest.mouseRelease(surface, button, keys, stop)
        assert shown(studio) == [("clip.mp4", 30, 78)]
        assert studio.app.editor.undo_name == "Slip footage"
        both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        QTest.mousePress(surface, button, both, stop)
        QTest.mouseMove(surface, start)
        QTest.mouseRelease(surface, button, both, start)
        assert shown(studio) == [("clip.mp4", 0, 48)], "back to the movie's first frame"
        studio.app.editor.undo()
        studio.app.window.commands["slip_left"].trigger()
        studio.app.window.commands["slip_left"].trigger()
        assert shown(studio) == [("clip.mp4", 28, 76)]
        studio.app.editor.undo()
        assert shown(studio) == [("clip.mp4", 30, 78)]

    studio.play(story)


def test_a_movie_is_split_into_its_shots_in_one_step(studio: Studio) -> None:
    async def story() -> None:
        studio.engine.cuts = (10, 30, 44)
        await bring(studio, clip(studio, num_frames=60))
        select(studio, 0)
        studio.app.workspace.footage.slip(0)
        studio.app.window.inspector.footage._method.button("transnet").click()
        studio.app.window.inspector.footage._sensitivity.setValue(80)
        press(studio, "split_shots")
        await studio.until(lambda: len(movies(studio)) == 4)
        rows = [row and row[1:] for row in shown(studio)]
        assert rows == [(0, 10), (10, 30), (30, 44), (44, 60)]
        job = studio.engine.submitted[-1]
        assert isinstance(job, ShotsJob)
        assert (job.method, job.sensitivity) == ("transnet", 0.8)
        assert studio.app.editor.undo_name == "Split into shots"
        studio.app.editor.undo()
        assert len(movies(studio)) == 1

    studio.play(story)


def test_without_a_cut_nothing_is_changed(studio: Studio) -> None:
    async def story() -> None:
        await bring(studio, clip(studio))
        select(studio, 0)
        before = film(studio)
        press(studio, "split_shots")
        await studio.until(lambda: studio.app.notices.current)
        await studio.until(lambda: "No cut was found" in told(studio))
        assert film(studio) is before

    studio.play(story)


def test_footage_becomes_as_large_as_the_film_and_keeps_its_sound(studio: Studio) -> None:
    async def story() -> None:
        path = clip(studio, num_frames=48)
        add_sound(path, noise(2))
        await bring(studio, path)
        studio.app.workspace.shots.set_size(512, 288)
        select(studio, 0)
        studio.app.editor.seek(24)
        studio.app.window.commands["split"].trigger()
        select(studio, 1)
        press(studio, "upscale")
        await studio.until(lambda: len(film(studio).footage) == 2)
        job = next(job for job in studio.engine.submitted if isinstance(job, UpscaleJob))
        assert (job.start, job.stop, job.width, job.height) == (24, 48, 512, 288)
        made = film(studio).footage[1]
        assert (made.width, made.height, made.num_frames, made.num_sounds) == (512, 288, 24, 1)
        assert Path(made.path).parent.parent == studio.app.editor.folder / "takes"
        assert shown(studio) == [("clip.mp4", 0, 24), ("clip · Director-SR", 0, 24)]
        assert studio.app.editor.undo_name == "Upscale footage"
        await studio.until(lambda: studio.app.copies.path(made))
        studio.app.editor.undo()
        assert shown(studio) == [("clip.mp4", 0, 24), ("clip.mp4", 24, 48)]

    studio.play(story)


def test_a_film_saved_elsewhere_finds_what_it_has_made(studio: Studio, tmp_path: Path) -> None:
    async def story() -> None:
        await bring(studio, clip(studio))
        studio.app.workspace.shots.set_size(256, 144)
        select(studio, 0)
        press(studio, "upscale")
        await studio.until(lambda: len(film(studio).footage) == 2)
        await studio.until(lambda: not studio.app.jobs.is_active)
        done: list[bool] = []
        studio.app.document.save_as(tmp_path / "film.sdproj", done.append)
        await studio.until(lambda: done)
        await studio.until(
            lambda: film(studio).footage[1].path.startswith(str(tmp_path / "film.sdproj"))
        )
        await studio.until(lambda: not studio.app.copies.is_offline(film(studio).footage[1]))

    studio.play(story)


async def _lost(studio: Studio) -> tuple[list[FootageItem], list[Path]]:
    """Bring two movies in, and move both to another folder."""
    paths = [clip(studio, f"{name}.mp4", seed=n) for n, name in enumerate("ab")]
    items = await bring(studio, *paths)
    moved = [path.parent.parent / "elsewhere" / path.name for path in paths]
    moved[0].parent.mkdir()
    for path, place in zip(paths, moved, strict=True):
        path.rename(place)
    studio.app.copies.look_again()
    await studio.until(lambda: len(studio.app.copies.offline) == 2)
    return items, moved


def test_a_missing_movie_is_relinked_and_those_beside_it_too(studio: Studio) -> None:
    async def story() -> None:
        _, moved = await _lost(studio)
        assert told(studio) == "a.mp4 and 1 more are not where they were."
        select(studio, 0)
        studio.app.workspace.relinking.relink(moved[0])
        await studio.until(lambda: film(studio).footage[0].path == str(moved[0]))
        assert [item.path for item in film(studio).footage] == list(map(str, moved))
        assert studio.app.editor.undo_name == "Relink footage"
        copies = studio.app.copies
        await studio.until(lambda: all(copies.path(item) for item in film(studio).footage))
        assert not copies.offline
        imports = [job for job in studio.engine.submitted if isinstance(job, ImportJob)]
        assert sum(job.folder is not None for job in imports) == 2, "light copies stay"

    studio.play(story)


def test_another_movie_is_not_taken_for_the_missing_one(studio: Studio) -> None:
    async def story() -> None:
        items, moved = await _lost(studio)
        select(studio, 0)
        studio.app.notices.clear()
        studio.app.workspace.relinking.relink(moved[1])
        await studio.until(lambda: studio.app.notices.current and "another" in told(studio))
        assert told(studio) == "b.mp4 is another movie than a.mp4; use Replace to show it."
        assert [item.path for item in film(studio).footage] == [item.path for item in items]
        studio.app.workspace.relinking.replace(moved[1])
        await studio.until(lambda: studio.app.editor.undo_name == "Replace footage")
        assert shown(studio)[0] == ("b.mp4", 0, 48)

    studio.play(story)


def test_a_frame_is_pinned_to_the_shot_beside_it_from_the_movie_itself(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, ()))
        await bring(studio, clip(studio), index=0)
        studio.app.editor.seek(20)
        select(studio, 0)
        commands = studio.app.window.commands
        assert commands["grab_next"].isEnabled()
        assert not commands["grab_before"].isEnabled()
        commands["grab_next"].trigger()
        await studio.until(lambda: film(studio).shots[1].keyframes)
        (keyframe,) = film(studio).shots[1].keyframes
        item = film(studio).media_item(keyframe.media)
        assert (keyframe.frame, item.width, item.height) == (0, 128, 72)
        job = studio.engine.submitted[-1]
        assert isinstance(job, FrameJob)
        assert (job.frame, job.rate) == (20, FrameRate(num=24))
        assert all(entry.kind != "frame" for entry in studio.app.jobs.entries)
        picture = studio.root / "grabbed.png"
        studio.app.window.grabbing.save(picture)
        await studio.until(picture.exists)
        await studio.until(lambda: studio.app.notices.current)
        with Image.open(picture) as image:
            assert image.size == (128, 72), "not the light copy's size"
        assert isinstance(studio.app.workspace.monitor.picture(20), FootagePicture)

    studio.play(story)


def test_what_footage_can_become_is_under_the_right_button(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)))
        await bring(studio, clip(studio), index=1)
        window = studio.app.window
        for index, is_footage in ((0, False), (1, True)):
            select(studio, index)
            found = OnShot(film(studio).shots[index].id)
            menu = context_menu(found, window.commands, window)
            assert (window.commands["split_shots"] in menu.actions()) == is_footage
            assert (window.commands["pin_here"] in menu.actions()) != is_footage
            assert window.commands["extend_after"].isEnabled() == is_footage

    studio.play(story)
