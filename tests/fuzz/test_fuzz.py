"""The quick part of the fuzz suite; the long run is ``python -m tests.fuzz``.

What once was a fault is tried first, from ``kept/``: a file's name says of which kind it is.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import __main__
from tests.fuzz.campaign import Box, try_input
from tests.fuzz.kinds import Kind, kind_named, light_kinds
from tests.fuzz.mutations import broken, random_of

KEPT = sorted((Path(__file__).parent / "kept").glob("*"))
LIGHT = light_kinds()

quick = settings(
    max_examples=30,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    yield Box(tmp_path / "box")


def outcome(kind: Kind, content: bytes, box: Box) -> str:
    """Return what an input did that it must not; empty where nothing."""
    with box.watched():
        _, wrong, where = try_input(kind, content, box)
    found = box.crossed()
    box.sweep()
    return f"{wrong}\n{where}" if wrong else found


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.name)
def test_what_was_a_fault_is_none(path: Path, box: Box) -> None:
    """Runs what once crashed, hung or left its folder."""
    kind = kind_named(path.stem)
    assert outcome(kind, path.read_bytes(), box) == ""


@pytest.mark.parametrize("name", LIGHT)
def test_whole_files_are_of_use(name: str, box: Box) -> None:
    """Else a reader that refuses everything would pass."""
    kind = LIGHT[name]
    seeds = kind.seeds(box.given)
    box.sweep()
    for seed in seeds:
        kind.attempt(seed, box.given)


@pytest.mark.parametrize("name", LIGHT)
@quick
@given(number=st.integers(0, 2**32))
def test_a_broken_file_ends_in_a_result_or_in_one_sentence(
    name: str, number: int, box: Box
) -> None:
    kind = LIGHT[name]
    seeds = kind.seeds(box.given)
    box.sweep()
    assert outcome(kind, broken(seeds, random_of(name, 0, number)), box) == ""


def test_a_write_outside_the_folder_is_noticed(box: Box) -> None:
    def climb(_: bytes, place: Path) -> None:
        (place / ".." / "beside" / "new.txt").write_text("x")

    assert "writes" in outcome(Kind("climbing", lambda _: [b""], climb), b"", box)


def test_a_program_that_is_started_is_noticed(box: Box) -> None:
    import subprocess

    def start(_: bytes, __: Path) -> None:
        subprocess.run(["true"], check=True)

    assert "Popen" in outcome(Kind("starting", lambda _: [b""], start), b"", box)


def test_an_endless_reader_is_noticed(box: Box) -> None:
    def wait(_: bytes, __: Path) -> None:
        while True:
            pass

    kind = Kind("endless", lambda _: [b""], wait, limit_s=0.1)
    assert "longer" in outcome(kind, b"", box)


def test_the_same_numbers_make_the_same_file() -> None:
    seeds = LIGHT["project"].seeds(Path())
    first = [broken(seeds, random_of("project", 3, number)) for number in range(50)]
    assert first == [broken(seeds, random_of("project", 3, number)) for number in range(50)]
    assert len({*first}) > 40


def test_a_child_that_does_not_start_is_tried_again_and_then_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    starts: list[Path] = []

    def die(_kind: Kind, _campaign: int, _numbers: range, place: Path) -> subprocess.Popen[bytes]:
        starts.append(place)
        (place / "log").write_text("no torch")
        return subprocess.Popen(
            [sys.executable, "-c", "raise SystemExit(7)"], stdout=subprocess.PIPE
        )

    monkeypatch.setattr(__main__, "_child", die)
    with pytest.raises(RuntimeError, match="edl does not start; it ended by 7, saying 'no torch'"):
        list(__main__.run_in_children(LIGHT["edl"], 1, range(3)))
    assert len(starts) == __main__.MAX_STARTS
