"""Two windows and one film: read-only, takeover, and that nothing of either is lost."""

from __future__ import annotations

import gc
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
import qasync
from PySide6.QtCore import QCoreApplication, QEvent

from app.state import holding
from app.state.drops import OntoEmpty
from app.timeline.project import Project, Shot
from app.timeline.project_lock import ProjectLock, Taken
from app.timeline.storage import create_project, load_project
from tests.app.conftest import Studio


@pytest.fixture
def pair(
    loop: qasync.QEventLoop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Studio, Studio]]:
    """Two windows of one machine, that look at locks often."""
    for name, value in (("LOOK_MS", 20), ("KNOCK_MS", 10), ("PATIENCE_MS", 300)):
        monkeypatch.setattr(holding, name, value)
    made = [Studio(loop, tmp_path / name) for name in ("first", "second")]
    yield made[0], made[1]
    for studio in made:
        studio.app.window.deleteLater()
        studio.app.deleteLater()
    made.clear()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()
    gc.collect()


def saved_film(root: Path) -> Path:
    return create_project(root / "valley.sdproj", Project(shots=(Shot(num_frames=48),)))


def play_both(
    pair: tuple[Studio, Studio], story: Callable[[], Awaitable[None]], film: Path
) -> None:
    """Open the film in the first window and then in the second, and run a story in both."""
    first, second = pair

    async def inner() -> None:
        await second._whole(story, film)

    first.play(inner, film)


def press(studio: Studio, words: str) -> None:
    button = next(b for b in studio.app.window.banner.buttons() if b.text() == words)
    button.click()


def content(film: Path) -> dict[str, bytes]:
    return {
        path.relative_to(film).as_posix(): path.read_bytes()
        for path in film.rglob("*")
        if path.is_file()
    }


def test_a_second_window_looks_and_writes_nothing(
    pair: tuple[Studio, Studio], tmp_path: Path
) -> None:
    first, second = pair
    film = saved_film(tmp_path)

    async def story() -> None:
        assert second.app.window.banner.text == "valley is open in another window already."
        press(second, "Open read-only")
        document, editor = second.app.document, second.app.editor
        assert document.is_read_only
        assert editor.project.num_frames == 48
        assert "read-only" in second.app.window.windowTitle()
        before = content(film)
        second.app.workspace.shots.add()
        second.app.workspace.keyframes.drop([second.board()], OntoEmpty(0))
        second.app.jobs.generate()
        assert not document.save()
        document.autosave()
        document.discard_changes()
        await second.settle(0.2)
        assert editor.project.num_frames == 48
        assert not second.engine.submitted
        assert second.app.window.banner.text.startswith("This film is read-only here")
        assert content(film) == before
        assert not first.app.document.is_read_only
        copy = tmp_path / "copy.sdproj"
        document.save_as(copy)
        await second.until(lambda: editor.folder == copy)
        assert not document.is_read_only
        second.app.workspace.shots.add()
        assert document.save()
        assert len(load_project(copy).shots) == 2
        assert content(film) == before

    play_both(pair, story, film)
    assert load_project(film).num_frames == 48
    assert not (film / "project.lock").exists()


def test_the_window_that_is_asked_hands_over_what_it_had_not_saved(
    pair: tuple[Studio, Studio], tmp_path: Path
) -> None:
    first, second = pair
    film = saved_film(tmp_path)

    async def story() -> None:
        first.app.workspace.shots.add()
        changed = first.app.editor.project
        press(second, "Take over")
        await second.until(lambda: second.app.editor.folder == film)
        assert not second.app.document.is_read_only
        assert first.app.document.is_read_only
        assert first.app.editor.project is changed, "all stays in its memory"
        assert first.app.window.banner.text == (
            "valley was taken over by another window, so nothing more is written to it here; "
            "“Save as…” keeps what this window has."
        )
        assert "were kept" in second.app.window.banner.text
        press(second, "Restore")
        assert second.app.editor.project == changed
        assert second.app.document.save()
        before = content(film)
        first.app.editor.undo()
        assert not first.app.document.save()
        first.app.document.autosave()
        first.app.document.discard_changes()
        await first.settle(0.2)
        assert content(film) == before
        assert not (film / "project.lock.asked").exists()
        first.app.document.save_as(tmp_path / "kept.sdproj")
        await first.until(lambda: not first.app.document.is_read_only)
        assert load_project(tmp_path / "kept.sdproj") == changed

    play_both(pair, story, film)
    assert len(load_project(film).shots) == 2


def test_jobs_end_before_another_window_begins_and_are_offered_there(
    pair: tuple[Studio, Studio], tmp_path: Path
) -> None:
    first, second = pair
    film = saved_film(tmp_path)

    async def story() -> None:
        first.engine.hold()
        first.app.jobs.generate()
        await first.until(lambda: first.app.jobs.running)
        press(second, "Take over")
        await second.until(lambda: second.app.editor.folder == film)
        assert not first.app.jobs.is_at_work
        assert not first.app.jobs.entries
        assert second.app.keeping.left
        first.app.jobs.generate()
        await first.settle(0.1)
        assert not first.app.jobs.entries

    play_both(pair, story, film)


def test_a_window_that_hangs_is_taken_over_and_writes_nothing_when_it_wakes(
    pair: tuple[Studio, Studio], tmp_path: Path
) -> None:
    first, second = pair
    film = saved_film(tmp_path)

    async def story() -> None:
        document = first.app.document
        document._holding._timer.stop()
        first.app.workspace.shots.add()
        press(second, "Take over")
        await second.until(lambda: second.app.editor.folder == film)
        second.app.workspace.shots.add()
        second.app.workspace.shots.add()
        assert second.app.document.save()
        before = content(film)
        assert not document.save()
        assert document.is_read_only
        first.app.jobs.generate()
        first.app.workspace.choices.render_approved()
        await first.settle(0.1)
        assert content(film) == before

    play_both(pair, story, film)
    assert len(load_project(film).shots) == 3


def test_a_save_that_is_overtaken_on_its_way_replaces_nothing(tmp_path: Path) -> None:
    from app.timeline.storage import ProjectError, save_project

    film = saved_film(tmp_path)
    before = content(film)
    with pytest.raises(ProjectError, match="another window has the film"):
        save_project(film, Project(), may_replace=lambda: False)
    assert content(film) == before


def test_changes_of_the_film_at_hand_are_asked_about_before_a_takeover(
    pair: tuple[Studio, Studio], tmp_path: Path
) -> None:
    from PySide6.QtWidgets import QMessageBox

    _, second = pair
    film = saved_film(tmp_path)

    async def story() -> None:
        second.app.workspace.shots.add()
        press(second, "Take over")
        (box,) = second.app.window.findChildren(QMessageBox)
        box.button(QMessageBox.StandardButton.Cancel).click()
        await second.settle(0.1)
        assert second.app.document.is_untitled
        assert len(second.app.editor.project.shots) == 1

    play_both(pair, story, film)


def test_a_film_that_cannot_be_written_is_read_only(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.timeline.project_lock import Unwritable

    film = saved_film(tmp_path)

    def refuse(_: ProjectLock) -> Unwritable:
        return Unwritable()

    monkeypatch.setattr(ProjectLock, "take", refuse)

    async def story() -> None:
        assert studio.app.document.is_read_only
        assert studio.app.window.banner.text == "valley cannot be written, so it is read-only here."
        assert studio.app.editor.folder == film

    studio.play(story, film)


def test_opening_ones_own_film_again_is_no_takeover(studio: Studio, tmp_path: Path) -> None:
    film = saved_film(tmp_path)

    async def story() -> None:
        assert studio.app.document.open(film)
        assert not studio.app.document.is_read_only
        studio.app.workspace.shots.add()
        assert studio.app.document.save()

    studio.play(story, film)
    assert ProjectLock(film).take() == Taken()
