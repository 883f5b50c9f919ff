from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.timeline import storage
from app.timeline.edits import add_media
from app.timeline.project import Project
from app.timeline.storage import (
    PROJECT_FILE,
    ProjectError,
    create_project,
    import_image,
    load_project,
    media_path,
    save_project,
)
from tests.app.timeline.films import film, item, shot

FILM = film(shot("a", 48, 0, 20), shot("b"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return create_project(tmp_path / "film.sdproj", FILM)


def _failing(error: OSError) -> Callable[..., Any]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


def test_project_comes_back_as_it_was_saved(folder: Path) -> None:
    assert load_project(folder) == FILM
    assert {path.name for path in folder.iterdir()} == {PROJECT_FILE, "media", "takes"}


def test_project_is_not_made_over_another(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="exists already"):
        create_project(folder, film())
    (tmp_path / "file").touch()
    with pytest.raises(ProjectError, match="exists already"):
        create_project(tmp_path / "file", film())
    (tmp_path / "empty").mkdir()
    create_project(tmp_path / "empty", film())
    assert load_project(folder) == FILM


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not readable as JSON"),
        (b"{", "not readable as JSON"),
        (b"\xff\xfe", "not readable as JSON"),
        (b"[" * 200_000, "damaged"),
        (b"9" * 10_000, "damaged"),
        (b"[]", "does not hold a project"),
        (b"{}", "which version"),
        (b'{"schema_version":"1"}', "which version"),
        (b'{"schema_version":true}', "which version"),
        (b'{"schema_version":0}', "which version"),
        (b'{"schema_version":2}', "newer SmartDirector"),
        (b'{"schema_version":1,"surprise":1}', "surprise"),
        (b'{"schema_version":1,"seed":NaN}', "damaged"),
        (b'{"schema_version":1,"seed":-1}', "seed"),
        (b'{"schema_version":1,"caption":"\\ud800"}', "damaged"),
        (b'{"schema_version":1,"shots":[{"num_frames":0}]}', "shots.0.num_frames"),
        (
            b'{"schema_version":1,"shots":[{"num_frames":9,"keyframes":[{"media":"m","frame":1}]}]}',
            "not in the project",
        ),
    ],
)
def test_damaged_project_is_one_sentence_and_stays_as_it_is(
    folder: Path, content: bytes, said: str
) -> None:
    (folder / PROJECT_FILE).write_bytes(content)
    with pytest.raises(ProjectError, match=said) as caught:
        load_project(folder)
    assert "\n" not in str(caught.value)
    assert (folder / PROJECT_FILE).read_bytes() == content


@pytest.mark.parametrize(
    "name", ["../a.png", "/etc/passwd", "a/b.png", "..", ".", "", "a\\b.png", "C:a.png", "a\0b"]
)
def test_media_outside_the_project_is_never_opened(folder: Path, name: str) -> None:
    raw = json.loads((folder / PROJECT_FILE).read_text())
    raw["media"][1]["file"] = name
    (folder / PROJECT_FILE).write_text(json.dumps(raw))
    with pytest.raises(ProjectError, match="outside the project"):
        load_project(folder)


def test_huge_file_is_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "MAX_PROJECT_BYTES", 10)
    with pytest.raises(ProjectError, match="too large"):
        load_project(folder)


def test_folder_without_a_project_says_so(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="no SmartDirector project"):
        load_project(tmp_path)
    with pytest.raises(ProjectError, match="no SmartDirector project"):
        load_project(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("owner", "name"), [(os, "fsync"), (Path, "replace"), (Path, "open")], ids=str
)
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EIO])
def test_save_that_fails_leaves_the_old_project_whole(
    folder: Path, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, code: int
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, _failing(OSError(code, os.strerror(code))))
        with pytest.raises(ProjectError) as caught:
            save_project(folder, film())
    assert "\n" not in str(caught.value)
    assert load_project(folder) == FILM
    assert {path.name for path in folder.iterdir()} == {PROJECT_FILE, "media", "takes"}


def test_save_into_a_folder_that_is_gone_says_so(folder: Path) -> None:
    shutil.rmtree(folder)
    with pytest.raises(ProjectError, match="cannot be reached"):
        save_project(folder, FILM)


def test_place_that_may_not_be_looked_into_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "exists", _failing(PermissionError(errno.EACCES, "denied", "/x")))
    with pytest.raises(ProjectError, match="/x may not be read or written"):
        create_project(tmp_path / "new", FILM)


def test_recovery_copy_lies_beside_the_users_save(folder: Path) -> None:
    save_project(folder, film(), "recovery.json")
    assert load_project(folder) == FILM
    assert load_project(folder, "recovery.json").shots == ()


def test_same_content_is_copied_once(folder: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "One.PNG", tmp_path / "two.png"
    one.write_bytes(b"pixels")
    two.write_bytes(b"pixels")
    first, second = import_image(folder, one, 8, 4), import_image(folder, two, 8, 4)
    assert first.file == second.file
    assert (first.name, second.name) == ("One.PNG", "two.png")
    assert first.sha256 == second.sha256
    assert len(list((folder / "media").iterdir())) == 1
    assert media_path(folder, first).read_bytes() == b"pixels"
    assert len(add_media(film(), [first, second]).media) == 3


@pytest.mark.parametrize(
    "name",
    ["scene.12:30", "a.p\\g", "b.é", "c." + "x" * 100, "d", "e.", "f.tar.gz", "g.PNG", ".png"],
)
def test_any_file_name_can_be_imported_and_opened_again(
    folder: Path, tmp_path: Path, name: str
) -> None:
    source = tmp_path / name
    source.write_bytes(name.encode())
    imported = import_image(folder, source, 8, 4)
    save_project(folder, add_media(FILM, [imported]))
    assert load_project(folder).media_item(imported.id) == imported
    assert media_path(folder, imported).exists()


def test_import_that_fails_leaves_nothing_behind(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "a.png"
    source.write_bytes(b"pixels")
    full = OSError(errno.ENOSPC, "No space left on device")
    monkeypatch.setattr(shutil, "copyfile", _failing(full))
    with pytest.raises(ProjectError, match="No space left"):
        import_image(folder, source, 8, 4)
    assert list((folder / "media").iterdir()) == []
    with pytest.raises(ProjectError, match="does not exist"):
        import_image(folder, tmp_path / "nobody.png", 8, 4)


def test_migrations_lift_old_files_step_by_step(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[int] = []

    def lift(raw: dict[str, Any]) -> dict[str, Any]:
        steps.append(raw["schema_version"])
        return {**raw, "schema_version": raw["schema_version"] + 1}

    monkeypatch.setattr(storage, "SCHEMA_VERSION", 3)
    monkeypatch.setattr(storage, "MIGRATIONS", {1: lift, 2: lift})
    with pytest.raises(ProjectError, match="schema_version"):  # this program's model is version 1
        load_project(folder)
    assert steps == [1, 2]


def test_saved_file_is_readable_text(folder: Path) -> None:
    assert Project.model_validate_json((folder / PROJECT_FILE).read_text()) == FILM
    assert item(0).file in (folder / PROJECT_FILE).read_text()
