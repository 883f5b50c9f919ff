"""The film on disk: save, save as, autosave, recovery, untitled films, locks."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from app.state.drops import OntoEmpty
from app.state.scratch import AUTOSAVE_FILE, leftover
from app.timeline.project import Project, Shot
from app.timeline.storage import create_project, load_project
from tests.app.conftest import Studio


def saved_film(root: Path, name: str = "valley") -> Path:
    return create_project(root / f"{name}.sdproj", Project(shots=(Shot(num_frames=48),)))


def test_new_film_takes_drops_at_once_and_an_empty_one_leaves_no_trace(studio: Studio) -> None:
    async def story() -> None:
        assert studio.app.document.is_untitled
        folder = studio.app.editor.folder
        await studio.drop(1, OntoEmpty(0))
        assert len(list((folder / "media").iterdir())) == 1
        studio.app.editor.undo()
        studio.app.document.new()
        assert not folder.exists()

    studio.play(story)


def test_modified_mark_comes_and_goes_with_undo(studio: Studio, tmp_path: Path) -> None:
    async def story() -> None:
        document, window = studio.app.document, studio.app.window
        assert not document.is_modified
        studio.app.workspace.shots.add()
        assert document.is_modified
        assert window.isWindowModified()
        studio.app.editor.undo()
        assert not document.is_modified
        studio.app.editor.redo()
        document.save()
        assert not document.is_modified

    studio.play(story, saved_film(tmp_path))


def test_autosave_never_touches_the_save_and_is_offered_at_open(
    studio: Studio, tmp_path: Path
) -> None:
    film = saved_film(tmp_path)
    before = (film / "project.json").read_bytes()

    async def story() -> None:
        document = studio.app.document
        studio.app.workspace.shots.add()
        document.autosave()
        await studio.until((film / AUTOSAVE_FILE).is_file)
        assert (film / "project.json").read_bytes() == before
        # As after a crash: open it once more, without a save.
        assert document.open(film)
        assert len(studio.app.editor.project.shots) == 1
        restore, discard = studio.app.window.banner.buttons()
        assert (restore.text(), discard.text()) == ("Restore", "Discard")
        restore.click()
        assert len(studio.app.editor.project.shots) == 2
        assert studio.app.editor.undo_name == "Restore unsaved changes"
        assert (film / "project.json").read_bytes() == before

    studio.play(story, film)


def test_recovery_can_be_refused(studio: Studio, tmp_path: Path) -> None:
    film = saved_film(tmp_path)

    async def story() -> None:
        studio.app.workspace.shots.add()
        studio.app.document.autosave()
        await studio.until((film / AUTOSAVE_FILE).is_file)
        studio.app.document.open(film)
        studio.app.window.banner.buttons()[1].click()
        assert not (film / AUTOSAVE_FILE).exists()
        assert len(studio.app.editor.project.shots) == 1

    studio.play(story, film)


def test_damaged_recovery_copy_does_not_trap_the_start(studio: Studio, tmp_path: Path) -> None:
    film = saved_film(tmp_path)
    (film / "journal").mkdir()
    (film / AUTOSAVE_FILE).write_text('{"schema_version": 1, "shots": [')

    async def story() -> None:
        assert len(studio.app.editor.project.shots) == 1
        assert studio.app.notices.current is None

    studio.play(story, film)


def test_save_as_takes_media_and_takes_along(studio: Studio, tmp_path: Path) -> None:
    async def story() -> None:
        await studio.drop(2, OntoEmpty(0))
        studio.app.jobs.generate()
        await studio.until(lambda: not studio.app.jobs.is_active)
        scratch = studio.app.editor.folder
        done: list[bool] = []
        studio.app.document.save_as(tmp_path / "my film", done.append)
        await studio.until(lambda: done)
        folder = tmp_path / "my film.sdproj"
        assert done == [True]
        assert studio.app.editor.folder == folder
        assert load_project(folder) == studio.app.editor.project
        assert len(list((folder / "media").iterdir())) == 2
        assert len(list(folder.glob("takes/*/draft.mkv"))) == 1
        assert not scratch.exists()
        assert not studio.app.document.is_modified
        assert studio.app.window.windowTitle().startswith("my film")
        assert studio.app.settings.values.recent == (str(folder),)

    studio.play(story)


def test_save_as_refuses_a_name_that_is_taken_and_work_in_progress(
    studio: Studio, tmp_path: Path
) -> None:
    studio.engine.hold()

    async def story() -> None:
        document, banner = studio.app.document, studio.app.window.banner
        document.save_as(saved_film(tmp_path, "other"))
        assert banner.text == "other.sdproj exists already; choose another name."
        await studio.fill((48, (0,)))
        studio.app.jobs.generate()
        await studio.until(lambda: studio.app.jobs.running)
        document.save_as(tmp_path / "later")
        assert "stop generating or wait" in banner.text

    studio.play(story)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_no_permission_is_one_sentence(studio: Studio, tmp_path: Path) -> None:
    film = saved_film(tmp_path)

    async def story() -> None:
        film.chmod(0o500)
        studio.app.workspace.shots.add()
        assert not studio.app.document.save()
        assert "check its permissions" in studio.app.window.banner.text
        assert studio.app.document.is_modified
        film.chmod(0o700)

    studio.play(story, film)


def test_folder_that_cannot_be_written_is_one_sentence(studio: Studio, tmp_path: Path) -> None:
    async def story() -> None:
        (tmp_path / "file").write_text("in the way")
        done: list[bool] = []
        studio.app.workspace.shots.add()
        studio.app.document.save_as(tmp_path / "file" / "film", done.append)
        await studio.until(lambda: done)
        assert done == [False]
        assert studio.app.window.banner.text
        assert studio.app.document.is_untitled

    studio.play(story)


def test_newer_film_is_refused_and_the_present_one_stays(studio: Studio, tmp_path: Path) -> None:
    newer = saved_film(tmp_path, "newer")
    raw = json.loads((newer / "project.json").read_text())
    (newer / "project.json").write_text(json.dumps({**raw, "schema_version": 99}))

    async def story() -> None:
        before = studio.app.editor.project
        assert not studio.app.document.open(newer)
        assert "newer SmartDirector" in studio.app.window.banner.text
        assert studio.app.editor.project is before

    studio.play(story)


def test_untitled_film_of_a_crash_is_offered(studio: Studio) -> None:
    root = studio.places.scratch
    left = create_project(root / "untitled-0a.sdproj", Project(shots=(Shot(num_frames=30),)))
    create_project(root / "untitled-0b.sdproj", Project())
    assert leftover(root) == left

    async def story() -> None:
        (open_it, _) = studio.app.window.banner.buttons()
        open_it.click()
        assert studio.app.editor.folder == left
        assert studio.app.editor.project.num_frames == 30
        assert studio.app.document.is_untitled

    studio.play(story)


def test_the_untitled_film_that_was_written_last_is_offered_whatever_the_clock_did(
    tmp_path: Path,
) -> None:
    future, old, last = (
        create_project(tmp_path / f"untitled-{name}.sdproj", Project(shots=(Shot(num_frames=30),)))
        for name in ("0a", "0b", "0c")
    )
    os.utime(future / "project.json", (4e9, 4e9))
    os.utime(old / "project.json", (1e9, 1e9))
    for _ in range(2):  # looking changes nothing
        assert leftover(tmp_path) == last
    for folder in (future, old):
        assert folder.is_dir()


def test_close_asks_about_changes_and_discard_is_final(studio: Studio, tmp_path: Path) -> None:
    film = saved_film(tmp_path)

    async def story() -> None:
        from PySide6.QtWidgets import QMessageBox

        window = studio.app.window
        ended: list[int] = []
        window.ended.connect(lambda: ended.append(1))
        studio.app.workspace.shots.add()
        window.close()
        (box,) = window.findChildren(QMessageBox)
        box.button(QMessageBox.StandardButton.Cancel).click()
        assert window.isVisible()
        assert not ended
        await studio.settle()
        window.close()
        boxes = [b for b in window.findChildren(QMessageBox) if b.isVisible()]
        boxes[0].button(QMessageBox.StandardButton.Discard).click()
        await studio.until(lambda: ended)
        assert not (film / AUTOSAVE_FILE).exists()

    studio.play(story, film)
    assert len(load_project(film).shots) == 1
