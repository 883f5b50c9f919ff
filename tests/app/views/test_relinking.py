"""Boards and sounds that are not where they were: seen, said, refused, found again, replaced."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QPushButton

from app.state.monitor import BoardPicture
from app.state.notices import Notice
from app.state.selection import KeyframeSelected, SoundsSelected
from app.timeline.findings import BoardMissing, FootageMissing, SoundMissing
from app.timeline.project import Project
from app.timeline.storage import media_path
from app.views.menus import MENUS
from app.views.stage.badges import badge_of
from tests.app.conftest import Studio
from tests.app.views.test_footage import bring, clip
from tests.sounds import noise, write_wav


def film(studio: Studio) -> Project:
    return studio.app.editor.project


def told(studio: Studio) -> str:
    notice = studio.app.notices.current
    return notice.text if notice is not None else ""


def command(studio: Studio, name: str) -> QAction:
    return studio.app.window.commands[name]


async def missing(studio: Studio, count: int) -> None:
    studio.app.disk.look_again()
    await studio.until(lambda: len(studio.app.relinking.missing) == count)
    await studio.settle(0.1)


async def scene(studio: Studio) -> tuple[Path, Path]:
    """A shot with a board, music under it; return the user's own files."""
    await studio.fill((96, (0,)))
    song = write_wav(studio.root / "music" / "song.wav", noise(2.0))
    studio.app.workspace.sounds.drop([song], 0)
    await studio.until(lambda: film(studio).sound_clips)
    await studio.settle()
    return studio.board(), song


async def lose(studio: Studio) -> tuple[Path, Path]:
    """Take both out of the project's folder; return where they should be."""
    folder = studio.app.editor.folder
    board, sound = film(studio).media[0], film(studio).sounds[0]
    places = media_path(folder, board), media_path(folder, sound)
    for place in places:
        place.unlink()
    await missing(studio, 2)
    return places


def select_board(studio: Studio) -> None:
    studio.app.editor.select(KeyframeSelected(film(studio).shots[0].keyframes[0].id))


def select_sound(studio: Studio) -> None:
    studio.app.editor.select(SoundsSelected(frozenset({film(studio).sound_clips[0].id})))


async def choose(studio: Studio, name: str, path: Path) -> None:
    """Give a command and choose in the dialog that it opens."""
    command(studio, name).trigger()
    await studio.settle()
    (dialog,) = studio.app.window.findChildren(QFileDialog)
    dialog.filesSelected.emit([str(path)])
    dialog.close()
    dialog.deleteLater()
    await studio.until(lambda: not studio.app.relinking.is_searching)
    await studio.settle()


def test_board_sound_and_movie_are_told_of_in_one_notice_that_covers_no_question(
    studio: Studio,
) -> None:
    async def story() -> None:
        await scene(studio)
        path = clip(studio)
        await bring(studio, path)
        question = Notice("question", "Go on with it?")
        studio.app.notices.show(question)
        folder = studio.app.editor.folder
        media_path(folder, film(studio).media[0]).unlink()
        media_path(folder, film(studio).sounds[0]).unlink()
        path.rename(path.with_name("away.mp4"))
        await missing(studio, 3)
        await studio.until(lambda: studio.app.copies.offline)
        await studio.settle(0.2)
        assert told(studio) == "Go on with it?"
        studio.app.notices.dismiss(question)
        assert told(studio) == "board 1.png and 2 more are not where they were."

    studio.play(story)


def test_what_is_gone_is_seen_everywhere(studio: Studio) -> None:
    async def story() -> None:
        await scene(studio)
        window = studio.app.window
        before = window.timeline.grab().toImage()
        await lose(studio)
        assert told(studio) == "board 1.png and 1 more are not where they were."
        (button,) = window.banner.buttons()
        assert button.text() == "Find missing media…"
        await studio.settle(0.2)
        assert window.timeline.grab().toImage() != before
        picture = studio.app.workspace.monitor.picture(0)
        assert isinstance(picture, BoardPicture)
        assert badge_of(picture, studio.app.jobs) == ("Offline · board 1.png", "danger")
        assert window.viewer.grab().width() > 0
        select_board(studio)
        await studio.settle()
        assert window.inspector.keyframe.offline.isVisible()
        assert "board 1.png is not where it was" in window.inspector.keyframe.offline.text
        select_sound(studio)
        await studio.settle()
        assert window.inspector.sound.offline.isVisible()
        assert "song.wav is not where it was" in window.inspector.sound.offline.text

    studio.play(story)


def test_pre_flight_names_each_kind_and_leads_to_it(studio: Studio) -> None:
    async def story() -> None:
        await scene(studio)
        movie = clip(studio)
        await bring(studio, movie)
        await lose(studio)
        movie.rename(movie.with_name("away.mp4"))
        await missing(studio, 3)
        preflight = studio.app.workspace.preflight
        kinds = {BoardMissing, SoundMissing, FootageMissing}
        await studio.until(lambda: kinds <= set(map(type, preflight.findings)))
        command(studio, "show_preflight").trigger()
        await studio.settle(0.1)
        rows = studio.app.window.preflight_panel.rows
        row = next(row for row in rows if "The sound song.wav is gone" in row.text)
        QTest.mouseClick(row.button, Qt.MouseButton.LeftButton)
        await studio.settle()
        assert studio.app.relinking.selected is not None
        assert studio.app.relinking.selected.kind == "sound"
        (dialog,) = studio.app.window.findChildren(QFileDialog)
        assert dialog.windowTitle() == "Where is the sound now?"
        dialog.close()

    studio.play(story)


def test_generate_and_export_say_so_before_the_engine_is_asked(studio: Studio) -> None:
    async def story() -> None:
        await scene(studio)
        await lose(studio)
        studio.engine.submitted.clear()
        command(studio, "generate").trigger()
        assert told(studio) == ("board 1.png is not where it was; relink it, then generate again.")
        exporting = studio.app.workspace.exporting
        exporting.open()
        await studio.until(lambda: exporting.destination)
        assert exporting.why_not == (
            "board 1.png and 1 more are not where they were; find them, then export."
        )
        assert not studio.app.jobs.entries
        assert not studio.engine.submitted

    studio.play(story)


def test_what_is_not_needed_does_not_stand_in_the_way(studio: Studio) -> None:
    async def story() -> None:
        await scene(studio)
        folder = studio.app.editor.folder
        media_path(folder, film(studio).sounds[0]).unlink()
        await missing(studio, 1)
        command(studio, "generate").trigger()
        await studio.until(lambda: not studio.app.jobs.is_active)
        assert all(entry.status for entry in studio.app.jobs.entries)
        assert len(studio.app.jobs.entries) == 1, "a draft needs no music"

    studio.play(story)


def test_the_same_file_comes_back_and_the_rest_with_it(studio: Studio) -> None:
    async def story() -> None:
        board, song = await scene(studio)
        places = await lose(studio)
        song.parent.rename(board.parent / "music")
        before, step = film(studio), studio.app.editor.undo_name
        select_board(studio)
        await choose(studio, "relink", board)
        assert told(studio) == "All 2 missing files were found again."
        assert all(place.is_file() for place in places)
        await studio.until(lambda: not studio.app.relinking.missing)
        assert film(studio) is before, "nothing of the film has changed"
        assert studio.app.editor.undo_name == step
        await studio.until(lambda: not studio.app.window.inspector.keyframe.offline.isVisible())
        command(studio, "generate").trigger()
        await studio.until(lambda: studio.app.jobs.entries and not studio.app.jobs.is_active)

    studio.play(story)


def test_what_is_not_found_is_named(studio: Studio) -> None:
    async def story() -> None:
        board, _ = await scene(studio)
        await lose(studio)
        select_board(studio)
        await choose(studio, "relink", board)
        assert told(studio) == "1 of 2 missing files were found; still missing: song.wav."
        await missing(studio, 1)
        await choose(studio, "find_missing", board.parent)
        assert told(studio) == "Nothing was found there; still missing: song.wav."

    studio.play(story)


def test_another_picture_is_taken_only_when_the_user_says_so(studio: Studio) -> None:
    async def story() -> None:
        await scene(studio)
        await lose(studio)
        select_board(studio)
        other = studio.board(3)
        before = film(studio)
        await choose(studio, "relink", other)
        notice = studio.app.notices.current
        assert notice is not None
        assert notice.text == "board 4.png is another picture than board 1.png; show it instead?"
        assert film(studio) is before
        assert notice.actions[0].label == "Replace"
        notice.actions[0].run()
        await studio.until(lambda: studio.app.editor.undo_name == "Replace image")
        await missing_board(studio)
        studio.app.editor.undo()
        assert film(studio).shots == before.shots

    async def missing_board(studio: Studio) -> None:
        name = film(studio).shots[0].keyframes[0].media
        assert film(studio).media_item(name).name == "board 4.png"
        assert name not in studio.app.relinking.missing

    studio.play(story)


def test_another_sound_is_cut_to_its_length_in_one_step(studio: Studio) -> None:
    async def story() -> None:
        await scene(studio)
        await lose(studio)
        select_sound(studio)
        short = write_wav(studio.root / "short.wav", noise(1.0, seed=3))
        await choose(studio, "relink", short)
        notice = studio.app.notices.current
        assert notice is not None
        assert notice.text == "short.wav is another sound than song.wav; play it instead?"
        notice.actions[0].run()
        await studio.until(lambda: studio.app.editor.undo_name == "Replace sound")
        (placed,) = film(studio).sound_clips
        assert placed.num_frames == 24
        studio.app.editor.undo()
        assert film(studio).sound_clips[0].num_frames == 48

    studio.play(story)


def test_one_folder_gives_back_all_kinds(studio: Studio) -> None:
    async def story() -> None:
        board, song = await scene(studio)
        movie = clip(studio)
        await bring(studio, movie)
        places = await lose(studio)
        vault = studio.root / "vault" / "deep"
        vault.mkdir(parents=True)
        for path in (board, song, movie):
            path.rename(vault / f"kept {path.name}")
        await missing(studio, 3)
        await choose(studio, "find_missing", studio.root / "vault")
        assert told(studio) == "All 3 missing files were found again."
        assert all(place.is_file() for place in places)
        assert film(studio).footage[0].path == str(vault / f"kept {movie.name}")
        assert studio.app.editor.undo_name == "Relink footage"
        await studio.until(lambda: not studio.app.relinking.missing)
        await choose(studio, "find_missing", studio.root / "vault")
        assert told(studio) == "Nothing is missing."

    studio.play(story)


def test_a_search_can_be_stopped(studio: Studio) -> None:
    async def story() -> None:
        await scene(studio)
        await lose(studio)
        vast = studio.root / "vault" / "vast.png"
        vast.parent.mkdir()
        with vast.open("wb") as stream:
            stream.truncate(64 * 1024**3)  # it would take minutes to read
        studio.app.relinking.find(vast.parent)
        await studio.until(lambda: told(studio) == "Looking for 2 files…")
        buttons = studio.app.window.banner.findChildren(QPushButton)
        stop = next(button for button in buttons if button.text() == "Stop")
        QTest.mouseClick(stop, Qt.MouseButton.LeftButton)
        await studio.until(lambda: not studio.app.relinking.is_searching, 3)
        assert told(studio).startswith("0 of 2 missing files were found before the search ended")

    studio.play(story)


def test_the_commands_are_where_hands_look_for_them(studio: Studio) -> None:
    async def story() -> None:
        assert not command(studio, "relink").isEnabled()
        await scene(studio)
        assert command(studio, "find_missing").isEnabled()
        select_sound(studio)
        assert command(studio, "relink").isEnabled()
        assert {"relink", "find_missing"} <= set(MENUS["&File"])

    studio.play(story)
