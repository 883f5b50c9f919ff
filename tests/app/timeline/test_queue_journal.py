"""The queue's journal as a file: appended, read back, distrusted, kept aside, never deleted."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.timeline.queue_journal import MAX_BYTES, NUM_KEPT_ASIDE, QueueJournal
from app.timeline.queue_records import (
    MAX_LINE_BYTES,
    Asked,
    Became,
    Gone,
    OfTake,
    Ordered,
    parse,
)
from app.timeline.storage import ProjectError


def asked(name: str, batch: int = 1, take: str = "0abc") -> Asked:
    work = OfTake(kind="draft", take=take)
    return Asked(id=name, batch=batch, frames=(0, 48), work=work)


def ids(journal: QueueJournal) -> list[str]:
    return [job.id for job in journal.read().jobs]


@pytest.fixture
def journal(tmp_path: Path) -> QueueJournal:
    return QueueJournal(tmp_path)


def test_what_is_appended_is_read_back_in_order(journal: QueueJournal, tmp_path: Path) -> None:
    journal.append([asked("a"), asked("b"), asked("c"), asked("d"), asked("e")])
    journal.append([Became(id="a", status="finished"), Became(id="b", status="running")])
    journal.append([Gone(id="c"), Ordered(ids=("e", "b"))])
    found = QueueJournal(tmp_path).read()
    assert [job.id for job in found.jobs] == ["e", "b", "d"]
    assert found.jobs[1] == asked("b")
    assert not found.is_damaged


def test_a_project_without_a_journal_has_nothing_under_way(journal: QueueJournal) -> None:
    assert journal.read().jobs == ()
    assert not journal.path.exists()


def test_compacting_keeps_what_counts_and_goes_on_from_there(journal: QueueJournal) -> None:
    journal.append([asked(str(n)) for n in range(50)])
    journal.compact([asked("kept"), Became(id="kept", status="running")])
    journal.append([asked("later")])
    assert ids(journal) == ["kept", "later"]
    assert len(journal.path.read_bytes().splitlines()) == 4
    assert sorted(path.name for path in journal.path.parent.iterdir()) == ["queue.jsonl"]


@given(cut=st.integers(0, 1200))
def test_a_journal_cut_anywhere_is_no_damage(
    cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    journal = QueueJournal(tmp_path_factory.mktemp("film"))
    journal.append([asked("a"), asked("b"), Became(id="a", status="finished"), asked("c")])
    content = journal.path.read_bytes()
    found = parse(content[:cut])
    assert not found.is_damaged
    assert [job.id for job in found.jobs] in ([], ["a"], ["a", "b"], ["b"], ["b", "c"])


def test_a_broken_line_is_skipped_and_the_file_kept_aside(journal: QueueJournal) -> None:
    journal.append([asked("a"), asked("b")])
    content = journal.path.read_bytes()
    broken = content + b"\xff\xfe{nonsense\n" + b'{"kind":"asked","id":"x"}\n'
    journal.path.write_bytes(broken)
    found = journal.read()
    assert found.is_damaged
    assert [job.id for job in found.jobs] == ["a", "b"]
    aside = journal.path.with_name("queue-damaged-0.jsonl")
    assert aside.read_bytes() == broken


def of(work: str) -> bytes:
    """Return a line that asks for some work."""
    return f'{{"kind":"asked","id":"a","batch":1,"work":{work}}}\n'.encode()


HOSTILE = {
    "deep": b"[" * 200_000 + b"\n",
    "deep in a field": b'{"kind":"asked","id":"a","work":' + b'{"a":' * 50_000 + b"\n",
    "unknown kind": b'{"kind":"run","command":"rm -rf /"}\n',
    "unknown job": of('{"kind":"shell"}'),
    "a name that climbs": of('{"kind":"draft","take":"../../x"}'),
    "an absolute name": of('{"kind":"draft","take":"/etc"}'),
    "no take": of('{"kind":"refine","take":""}'),
    "what is read": of('{"kind":"export","output":"/x.mp4","choices":{},"segments":["/etc/x"]}'),
    "who signs": of('{"kind":"export","output":"/x.mp4","choices":{"certificate":"/etc/x"}}'),
    "no shot": of('{"kind":"upscale","shot":""}'),
    "huge line": b'{"kind":"gone","id":"' + b"a" * MAX_LINE_BYTES + b'"}\n',
    "huge number": of('{"kind":"shots","shot":"a","method":"content","sensitivity":1e999}'),
    "another version": b'{"kind":"version","version":99}\n',
    "the version before": b'{"kind":"version","version":1}\n',
    "not text": os.urandom(5000).replace(b"\n", b"") + b"\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_lines_bring_no_job_and_are_kept_aside(journal: QueueJournal, name: str) -> None:
    journal.path.parent.mkdir()
    journal.path.write_bytes(HOSTILE[name])
    found = journal.read()
    assert found.jobs == ()
    assert found.is_damaged
    assert journal.path.with_name("queue-damaged-0.jsonl").read_bytes() == HOSTILE[name]
    journal.append([asked("fresh")])
    assert ids(journal) == ["fresh"]


def test_a_huge_journal_is_not_read(journal: QueueJournal) -> None:
    journal.path.parent.mkdir()
    with journal.path.open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    assert journal.read().is_damaged
    assert journal.path.with_name("queue-damaged-0.jsonl").stat().st_size == MAX_BYTES + 1


def test_a_journal_that_is_a_link_is_neither_read_nor_written(
    journal: QueueJournal, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b'{"kind":"gone","id":"a"}\n')
    journal.path.parent.mkdir()
    journal.path.symlink_to(elsewhere)
    with pytest.raises(ProjectError):
        journal.append([asked("a")])
    assert journal.read().is_damaged
    journal.append([asked("a")])
    journal.compact([asked("a")])
    assert elsewhere.read_bytes() == b'{"kind":"gone","id":"a"}\n'
    assert ids(journal) == ["a"]


def test_a_folder_that_leads_out_of_the_project_is_refused(
    journal: QueueJournal, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    journal.path.parent.symlink_to(outside, target_is_directory=True)
    fresh = [asked("a")]
    for call in (journal.read, lambda: journal.append(fresh), lambda: journal.compact(fresh)):
        with pytest.raises(ProjectError, match="link or a file"):
            call()
    assert list(outside.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in folders")
def test_a_pipe_in_its_place_hangs_nothing(journal: QueueJournal) -> None:
    journal.path.parent.mkdir()
    os.mkfifo(journal.path)
    assert journal.read().is_damaged


def test_a_torn_append_is_closed_by_the_next(journal: QueueJournal) -> None:
    journal.append([asked("a")])
    with journal.path.open("ab") as stream:
        stream.write(b'{"kind":"asked","id":"to')
    journal._is_torn = True
    journal.append([asked("b")])
    found = journal.read()
    assert [job.id for job in found.jobs] == ["a", "b"]


def test_every_damaged_journal_has_a_place(journal: QueueJournal) -> None:
    journal.path.parent.mkdir()
    for _ in range(NUM_KEPT_ASIDE + 2):
        journal.path.write_bytes(b"broken\n")
        assert journal.read().is_damaged
    assert len(list(journal.path.parent.glob("queue-damaged-*"))) == NUM_KEPT_ASIDE


def test_a_folder_that_went_away_is_not_made_again(tmp_path: Path) -> None:
    journal = QueueJournal(tmp_path / "gone.sdproj")
    journal.append([asked("a")])
    journal.compact([asked("a")])
    assert not (tmp_path / "gone.sdproj").exists()


def test_records_are_lines_of_json(journal: QueueJournal) -> None:
    journal.append([asked("a")])
    first, second = (json.loads(line) for line in journal.path.read_bytes().splitlines())
    assert first == {"kind": "version", "version": 2}
    assert second["work"] == {"kind": "draft", "take": "0abc"}
