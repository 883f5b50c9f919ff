"""Project folders that were made to do harm: links, pipes and names that are no text."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from app.media.carried import carries_project
from app.media.containers import ContainerError, open_local
from app.media.fingerprints import FingerprintError, fingerprint_of
from app.media.sounds import SoundError, decode_to
from app.media.stills import StillError, verify
from app.state.notices import NoticesState
from app.timeline.parts import MediaItem
from app.timeline.project import Project
from app.timeline.storage import ProjectError, create_project, load_project, save_project
from app.timeline.take_files import discard, read_notes, read_take, sweep

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="pipes and links as POSIX has them"),
    pytest.mark.timeout(20),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return create_project(tmp_path / "film.sdproj", Project())


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder of the user's that no project may touch."""
    place = tmp_path / "home"
    (place / "Documents").mkdir(parents=True)
    (place / "Documents" / "novel.txt").write_text("It was a dark and stormy night.")
    return place


def seen(place: Path) -> list[tuple[str, bytes]]:
    return [(str(p), p.read_bytes() if p.is_file() else b"") for p in sorted(place.rglob("*"))]


@pytest.mark.parametrize("name", ["media", "takes", "proxies", "journal", "journal/discarded"])
def test_a_folder_that_is_a_link_is_refused(folder: Path, outside: Path, name: str) -> None:
    place = folder / name
    place.parent.mkdir(exist_ok=True)
    if place.is_dir():
        place.rmdir()
    place.symlink_to(outside)
    what_to_do = f"{name} in .* is a link, and .* or move the whole project"
    with pytest.raises(ProjectError, match=what_to_do):
        load_project(folder)


def test_a_take_that_is_a_link_is_refused(folder: Path, outside: Path) -> None:
    (folder / "takes" / "0123456789abcdef").symlink_to(outside)
    with pytest.raises(ProjectError, match="takes/0123456789abcdef"):
        load_project(folder)


def test_nothing_is_swept_through_a_link(folder: Path, outside: Path) -> None:
    """A film may name anything as thrown away, and the folder of such may lead anywhere."""
    before = seen(outside)
    (folder / "journal").mkdir()
    (folder / "journal" / "discarded").symlink_to(outside)
    sweep(folder, ("Documents",), delete=True)
    sweep(folder, (), delete=True)
    (folder / "takes" / "Documents").mkdir()
    with pytest.raises(OSError, match="leads out"):
        discard(folder, "Documents")
    assert seen(outside) == before
    assert (folder / "takes" / "Documents").is_dir()


def test_a_save_replaces_a_link_and_not_what_it_leads_to(folder: Path, outside: Path) -> None:
    novel = outside / "Documents" / "novel.txt"
    before = novel.read_text()
    (folder / "project.json").unlink()
    (folder / "project.json").symlink_to(novel)
    save_project(folder, Project())
    assert novel.read_text() == before
    assert not (folder / "project.json").is_symlink()


@pytest.mark.parametrize("kind", ["pipe", "socket", "device", "folder"])
def test_what_is_no_file_never_hangs(folder: Path, kind: str, tmp_path: Path) -> None:
    take = folder / "takes" / "a"
    take.mkdir()
    here = Path.cwd()
    for path in (take / "take.json", take / "notes.json", take / "draft.mkv"):
        match kind:
            case "pipe":
                os.mkfifo(path)
            case "socket":
                os.chdir(path.parent)  # a socket's path may not be long
                with socket.socket(socket.AF_UNIX) as server:
                    server.bind(path.name)
                os.chdir(here)
            case "device":
                path.symlink_to("/dev/zero")
            case _:
                path.mkdir()
    assert read_take(take).report == {}
    assert read_notes(take).rating == 0
    movie = take / "draft.mkv"
    assert not carries_project(movie)
    with pytest.raises(ContainerError):
        open_local(movie)
    with pytest.raises(StillError):
        verify(movie)
    with pytest.raises(SoundError):
        decode_to(movie, tmp_path / "a.pcm")
    with pytest.raises(FingerprintError):
        fingerprint_of(movie)


def test_a_project_file_that_is_a_pipe_is_no_project(folder: Path) -> None:
    (folder / "project.json").unlink()
    os.mkfifo(folder / "project.json")
    with pytest.raises(ProjectError, match="no SmartDirector project"):
        load_project(folder)


def test_a_file_that_may_not_be_read_says_so(folder: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("nothing is closed to root")
    (folder / "project.json").chmod(0)
    with pytest.raises(ProjectError, match="permissions"):
        load_project(folder)


def test_a_name_that_is_no_text_can_be_saved(folder: Path) -> None:
    item = MediaItem(file="a.png", name="b\udcff.png", sha256="a", width=1, height=1)
    save_project(folder, Project(media=(item,)))
    assert load_project(folder).media[0].name == "b?.png"
    with pytest.raises(FingerprintError, match="rename"):
        fingerprint_of(folder / "b\udcff.mov")


def test_names_are_shown_so_that_they_cannot_lie(qapp: object) -> None:
    notices = NoticesState()
    notices.error("photo\u202egpj.exe\x1b[2J is an empty file.\nSecond line.")
    assert notices.current is not None
    assert notices.current.text == "photo�gpj.exe�[2J is an empty file.\nSecond line."
