"""The film's drive vanishes while the program runs, and comes back; or it does not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.state.drops import OntoEmpty
from app.state.scratch import AUTOSAVE_FILE
from app.timeline.parts import SoundClip
from app.timeline.queue_journal import QueueJournal
from app.timeline.storage import load_project
from tests.app.conftest import Studio
from tests.app.state.test_document import saved_film
from tests.app.views.test_footage import bring, clip
from tests.sounds import noise, write_wav


class Drive:
    """A folder that can go away and come back."""

    def __init__(self, folder: Path, way: str) -> None:
        self.folder = folder
        self._aside = folder.with_name("elsewhere")
        self._way = way

    def go(self) -> None:
        """Be gone."""
        if self._way == "renamed":
            self.folder.rename(self._aside)
        else:
            self.folder.chmod(0)

    def come(self) -> None:
        """Be back; nobody may have put another folder there."""
        if self._way == "renamed":
            self.folder.rmdir() if self.folder.exists() else None
            self._aside.rename(self.folder)
        else:
            self.folder.chmod(0o755)


@pytest.fixture(params=["renamed", "shut"])
def drive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Drive]:
    """The folder of a saved film, which is renamed away or loses its permissions."""
    film = saved_film(tmp_path)
    with ExitStack() as undo:
        if request.param == "shut" and os.geteuid() == 0:
            _become_nobody(tmp_path, undo)
        made = Drive(film, request.param)
        yield made
        if request.param == "shut":
            film.chmod(0o755)


def _become_nobody(root: Path, undo: ExitStack) -> None:
    """Root may enter everywhere: be somebody else for a while."""
    for place in (root.parent, root.parent.parent):
        undo.callback(place.chmod, place.stat().st_mode)
        place.chmod(0o755)
    for path in (root, *root.rglob("*")):
        os.chown(path, 65534, 65534)
    undo.callback(os.seteuid, 0)
    os.seteuid(65534)


def listen(studio: Studio) -> list[str]:
    """Return what is said from now on, one entry for each notice."""
    said: list[str] = []

    def note() -> None:
        notice = studio.app.notices.current
        if notice is not None and (not said or said[-1] != notice.text):
            said.append(notice.text)

    studio.app.notices.changed.connect(note)
    return said


async def vanish(studio: Studio, drive: Drive) -> None:
    drive.go()
    studio.app.disk.look_again()
    await studio.until(lambda: studio.app.disk.is_away)


async def come_back(studio: Studio, drive: Drive) -> None:
    drive.come()
    studio.app.disk.look_again()
    await studio.until(lambda: not studio.app.disk.is_away)


def edit(studio: Studio, words: str) -> None:
    shot = studio.app.editor.project.shots[0]
    studio.app.workspace.shots.set_caption(shot.id, words)


async def autosave(studio: Studio) -> None:
    studio.app.document.autosave()
    studio.app.document._background.wait()
    await studio.settle(0.05)


def test_each_thing_says_so_once_and_all_goes_on_afterwards(studio: Studio, drive: Drive) -> None:
    async def story() -> None:
        document, folder = studio.app.document, drive.folder
        await studio.fill((48, (0,)))
        assert document.save()
        said = listen(studio)
        await vanish(studio, drive)
        assert len(said) == 1
        assert "valley.sdproj cannot be reached" in said[0]
        edit(studio, "what must not be lost")
        for _ in range(3):
            await autosave(studio)
        assert sum("recovery copy" in text for text in said) == 1
        assert not document.save()
        assert "cannot be reached" in said[-1] or "check its permissions" in said[-1]
        assert document.is_modified
        for _ in range(3):
            studio.app.disk.look_again()
        studio.app.playback.toggle()
        await studio.settle(0.3)
        studio.app.playback.toggle()
        assert studio.app.window.grab().width() > 0
        before = len(said)
        studio.app.workspace.keyframes.drop([studio.board(4)], OntoEmpty(1))
        await studio.until(lambda: not studio.app.intake.is_busy)
        studio.app.jobs.generate()
        assert len(said) <= before + 2
        assert not studio.app.jobs.entries
        assert drive.folder.exists() == (drive._way == "shut"), "nothing is put in its place"
        said.clear()
        await come_back(studio, drive)
        assert said[0] == "valley.sdproj can be reached again; all goes on."
        await studio.until((folder / AUTOSAVE_FILE).is_file)
        assert studio.app.editor.project.shots[0].caption == "what must not be lost"
        await studio.until(lambda: not studio.app.relinking.missing)
        assert document.save()
        assert load_project(folder) == studio.app.editor.project
        studio.app.jobs.generate()
        await studio.until(lambda: studio.app.jobs.entries and not studio.app.jobs.is_active)
        assert list(folder.glob("takes/*/draft.mkv"))

    studio.play(story, drive.folder)


def test_pictures_and_sounds_that_were_given_up_are_tried_again(
    studio: Studio, drive: Drive
) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)))
        song = write_wav(studio.root / "song.wav", noise(1.0))
        studio.app.workspace.sounds.drop([song], 0)
        await studio.until(lambda: studio.app.editor.project.sound_clips)
        (item,) = studio.app.editor.project.sounds
        board = str(drive.folder / "media" / studio.app.editor.project.media[0].file)
        await vanish(studio, drive)
        assert studio.app.thumbnails.still(board, 777) is None
        await studio.until(lambda: studio.app.thumbnails.failed(board, 777))
        for file in studio.places.sounds.glob(f"{item.sha256[:24]}*"):
            file.unlink()
        path = drive.folder / "media" / item.file
        assert studio.app.sound_cache.samples(item.sha256, path) is None
        await studio.until(lambda: studio.app.sound_cache.failed(item.sha256))
        await come_back(studio, drive)
        await studio.until(lambda: studio.app.thumbnails.still(board, 777))
        await studio.until(lambda: studio.app.sound_cache.samples(item.sha256, path))

    studio.play(story, drive.folder)


def test_the_queue_stands_still_and_its_list_is_whole_afterwards(
    studio: Studio, drive: Drive
) -> None:
    studio.engine.hold()

    async def story() -> None:
        await studio.fill((300, (0,)), (100, (0,)))
        studio.app.document.save()
        studio.app.jobs.generate()
        await studio.until(lambda: studio.app.jobs.running)
        names = [entry.job.job_id for entry in studio.app.jobs.entries]
        journal = drive.folder / "journal" / "queue.jsonl"
        await studio.until(journal.is_file)
        journal.unlink()  # what a drive that was torn out may have done
        await vanish(studio, drive)
        assert studio.app.jobs.is_paused
        await come_back(studio, drive)
        assert not studio.app.jobs.is_paused
        assert [job.id for job in QueueJournal(drive.folder).read().jobs] == names
        studio.engine.release()
        await studio.until(lambda: not studio.app.jobs.is_active)
        assert len(list(drive.folder.glob("takes/*/draft.mkv"))) == 2

    studio.play(story, drive.folder)


def test_it_is_saved_elsewhere_meanwhile_and_what_is_lacking_is_named(
    studio: Studio, drive: Drive, tmp_path: Path
) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)))
        studio.app.document.save()
        studio.engine.hold()
        studio.app.jobs.generate()
        await studio.until(lambda: studio.app.jobs.running)
        await vanish(studio, drive)
        edit(studio, "kept")
        done: list[bool] = []
        studio.app.document.save_as(tmp_path / "rescued", done.append)
        await studio.until(lambda: done)
        assert done == [True]
        target = tmp_path / "rescued.sdproj"
        assert studio.app.editor.folder == target
        assert load_project(target) == studio.app.editor.project
        notice = studio.app.notices.current
        assert notice is not None
        assert "board 1.png, takes could not be copied from valley.sdproj" in notice.text
        assert not studio.app.document.is_modified
        studio.engine.release()
        studio.app.disk.look_again()
        await studio.until(lambda: len(studio.app.relinking.lost) == 1)
        drive.come()
        studio.app.relinking.find(drive.folder)
        await studio.until(lambda: not studio.app.relinking.lost)
        assert list((target / "media").iterdir())

    studio.play(story, drive.folder)


def test_the_folder_of_a_movie_goes_and_comes(studio: Studio) -> None:
    async def story() -> None:
        path = clip(studio)
        (item,) = await bring(studio, path)
        said = listen(studio)
        aside = path.parent.with_name("unplugged")
        path.parent.rename(aside)
        for _ in range(3):
            studio.app.disk.look_again()
        await studio.until(lambda: studio.app.copies.is_offline(item))
        await studio.settle(0.2)
        assert len(said) == 1
        assert "clip.mp4 is not where or what it was" in said[0]
        studio.app.playback.toggle()
        await studio.settle(0.3)
        studio.app.playback.toggle()
        aside.rename(path.parent)
        studio.app.disk.look_again()
        await studio.until(lambda: not studio.app.copies.is_offline(item))
        assert not studio.app.relinking.missing

    studio.play(story)


def test_a_file_that_cannot_be_read_does_not_stop_a_copy(studio: Studio, tmp_path: Path) -> None:
    async def story() -> None:
        await studio.drop(2, OntoEmpty(0))
        scratch = studio.app.editor.folder
        lost = scratch / "media" / studio.app.editor.project.media[0].file
        lost.unlink()
        lost.symlink_to(lost)  # it is there, and cannot be opened
        done: list[bool] = []
        studio.app.document.save_as(tmp_path / "copy", done.append)
        await studio.until(lambda: done)
        assert done == [True]
        notice = studio.app.notices.current
        assert notice is not None
        assert notice.text.startswith("Saved, but board 1.png could not be copied")
        assert len(list((tmp_path / "copy.sdproj" / "media").iterdir())) == 1
        assert scratch.exists(), "the original stays while the copy lacks something"

    studio.play(story)


def test_sound_clip_of_a_lost_file_is_still_there(studio: Studio, drive: Drive) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)))
        song = write_wav(studio.root / "song.wav", noise(1.0))
        studio.app.workspace.sounds.drop([song], 0)
        await studio.until(lambda: studio.app.editor.project.sound_clips)
        (placed,) = studio.app.editor.project.sound_clips
        await vanish(studio, drive)
        studio.app.workspace.sounds.move({placed.id}, 12)
        (moved,) = studio.app.editor.project.sound_clips
        assert isinstance(moved, SoundClip)
        assert moved.frame == 12
        studio.app.editor.undo()
        await come_back(studio, drive)

    studio.play(story, drive.folder)
