"""The lock of a project: whose token stands in the file, and what a hostile file can do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.timeline.process_identity import is_certainly_gone, this_process
from app.timeline.project_lock import (
    ASKED_FILE,
    LOCK_FILE,
    MAX_BYTES,
    Held,
    Holder,
    ProjectLock,
    Taken,
    Unwritable,
)

TOKEN = "0" * 32


def held_by(folder: Path, **changes: object) -> None:
    process = this_process().model_copy(update=changes)
    text = Holder(token=TOKEN, process=process).model_dump_json()
    (folder / LOCK_FILE).write_text(text)


def gone_pid() -> int:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def test_one_of_two_has_the_project_until_it_lets_go(tmp_path: Path) -> None:
    first, second = ProjectLock(tmp_path), ProjectLock(tmp_path)
    assert first.take() == Taken()
    claim = second.take()
    assert isinstance(claim, Held)
    assert claim.told("valley") == "valley is open in another window already."
    assert first.standing() == "own"
    assert second.standing() == "lost"
    second.release()
    assert first.standing() == "own", "only the owner lets go"
    first.release()
    assert list(tmp_path.iterdir()) == []
    assert second.take() == Taken()


def test_who_is_taken_over_knows_before_it_writes_and_for_good(tmp_path: Path) -> None:
    first, second = ProjectLock(tmp_path), ProjectLock(tmp_path)
    first.take()
    assert second.force() == Taken()
    assert first.standing() == "lost"
    second.release()
    assert first.standing() == "lost", "the disk may be newer than what the first one knows"
    first.release()


def test_of_two_that_take_over_at_once_one_has_it(tmp_path: Path) -> None:
    locks = [ProjectLock(tmp_path) for _ in range(5)]
    for lock in locks:
        lock.force()
    assert [lock.standing() for lock in locks] == ["lost"] * 4 + ["own"]


@pytest.mark.parametrize(
    ("changes", "is_gone"),
    [
        ({}, False),
        ({"started": "1"}, sys.platform.startswith("linux")),
        ({"boot": "another"}, sys.platform.startswith("linux")),
        ({"machine": "another", "boot": "another"}, False),
        ({"namespace": "pid:[1]", "started": "1"}, False),
    ],
)
def test_a_holder_is_gone_only_when_that_is_certain(
    tmp_path: Path, changes: dict[str, object], is_gone: bool
) -> None:
    held_by(tmp_path, **changes)
    claim = ProjectLock(tmp_path).take()
    assert (claim == Taken()) is is_gone


def test_the_lock_of_a_crashed_window_is_taken_and_a_foreign_one_is_not(tmp_path: Path) -> None:
    pid = gone_pid()
    held_by(tmp_path, pid=pid)
    assert ProjectLock(tmp_path).take() == Taken()
    held_by(tmp_path, pid=pid, machine="another", host="cutting-room")
    claim = ProjectLock(tmp_path).take()
    assert isinstance(claim, Held)
    assert claim.told("valley") == "valley is open on cutting-room already."


def test_a_window_that_is_killed_leaves_a_lock_that_does_not_count(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib, os, signal; from app.timeline.project_lock import ProjectLock;"
        "ProjectLock(pathlib.Path(sys.argv[1])).take(); print('taken', flush=True);"
        "sys.stdin.read()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    assert child.stdin is not None
    assert child.stdout.readline().strip() == b"taken"
    assert isinstance(ProjectLock(tmp_path).take(), Held)
    child.kill()
    child.wait()
    child.stdin.close()
    child.stdout.close()
    assert ProjectLock(tmp_path).take() == Taken()


def test_no_clock_decides_whether_a_lock_counts(tmp_path: Path) -> None:
    first = ProjectLock(tmp_path)
    first.take()
    for moment in (0, 2**33):
        os.utime(tmp_path / LOCK_FILE, (moment, moment))
        assert isinstance(ProjectLock(tmp_path).take(), Held)
        assert first.standing() == "own"


HOSTILE = [
    b"",
    b"\0" * 100,
    b"4711\npython\nhost\n",
    b"[" * 4000,
    b"x" * (MAX_BYTES + 1),
    json.dumps({"token": "../../etc", "process": {"pid": 1}}).encode(),
    json.dumps({"token": TOKEN, "process": {"pid": -1}}).encode(),
    json.dumps({"token": TOKEN, "process": {"pid": 1, "host": "x" * 300}}).encode(),
]


@pytest.mark.parametrize("content", HOSTILE)
def test_garbage_is_asked_about_and_can_be_taken_over(tmp_path: Path, content: bytes) -> None:
    (tmp_path / LOCK_FILE).write_bytes(content)
    lock = ProjectLock(tmp_path)
    claim = lock.take()
    assert isinstance(claim, Held)
    assert claim.by is None
    assert claim.told("valley") == "valley seems to be open in another window already."
    assert (tmp_path / LOCK_FILE).read_bytes() == content
    assert lock.force() == Taken()


def test_nothing_is_read_or_written_through_a_link(tmp_path: Path) -> None:
    folder, outside = tmp_path / "film", tmp_path / "outside"
    folder.mkdir()
    for target in (outside, tmp_path / "nowhere"):
        outside.write_text(Holder(token=TOKEN, process=this_process()).model_dump_json())
        before = outside.read_bytes()
        (folder / LOCK_FILE).unlink(missing_ok=True)
        (folder / LOCK_FILE).symlink_to(target)
        (folder / ASKED_FILE).unlink(missing_ok=True)
        (folder / ASKED_FILE).symlink_to(target)
        lock = ProjectLock(folder)
        assert lock.take() == Held(None)
        assert not lock.is_asked()
        assert lock.force() == Taken()
        assert not (folder / LOCK_FILE).is_symlink()
        assert outside.read_bytes() == before
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes by name here")
def test_a_pipe_in_the_place_of_the_lock_holds_nobody_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / LOCK_FILE)
    assert ProjectLock(tmp_path).take() == Held(None)


def test_a_folder_in_the_place_of_the_lock_lets_nobody_work(tmp_path: Path) -> None:
    (tmp_path / LOCK_FILE).mkdir()
    lock = ProjectLock(tmp_path)
    assert lock.take() == Held(None)
    assert lock.force() == Unwritable()
    assert sorted(path.name for path in tmp_path.iterdir()) == [LOCK_FILE], "no part is left"


def test_a_folder_that_cannot_be_written_is_nobodys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "open", refuse)
    assert ProjectLock(tmp_path).take() == Unwritable()


def test_a_file_system_without_links_has_locks_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    first = ProjectLock(tmp_path)
    assert first.take() == Taken()
    assert isinstance(ProjectLock(tmp_path).take(), Held)
    assert first.standing() == "own"


def test_a_folder_that_is_away_says_nothing_about_the_owner(tmp_path: Path) -> None:
    folder = tmp_path / "film"
    folder.mkdir()
    lock = ProjectLock(folder)
    lock.take()
    folder.rename(tmp_path / "unplugged")
    assert lock.standing() == "away"
    (tmp_path / "unplugged").rename(folder)
    assert lock.standing() == "own"


def test_only_the_owner_that_is_meant_is_asked_and_only_by_who_is_there(tmp_path: Path) -> None:
    first, second = ProjectLock(tmp_path), ProjectLock(tmp_path)
    first.take()
    assert not first.is_asked()
    second.ask()
    assert first.is_asked()
    first.say_leaving()
    assert first.standing() == "own"
    claim = second.take()
    assert isinstance(claim, Held)
    assert claim.is_leaving
    first.release()
    third = ProjectLock(tmp_path)
    third.take()
    assert not third.is_asked(), "the question was another owner's"
    second.end_asking()
    assert not (tmp_path / ASKED_FILE).exists()
    second.ask()
    asked = json.loads((tmp_path / ASKED_FILE).read_text())
    asked["by"]["process"]["pid"] = gone_pid()
    (tmp_path / ASKED_FILE).write_text(json.dumps(asked))
    assert not third.is_asked(), "nobody waits any more"


def test_what_cannot_be_known_is_not_certain() -> None:
    me = this_process()
    assert not is_certainly_gone(me)
    assert not is_certainly_gone(me.model_copy(update={"machine": ""}))
    assert not is_certainly_gone(me.model_copy(update={"started": "", "boot": ""}))
