"""Killed with SIGKILL anywhere, started again: nothing is lost, the result is the same to the bit.

Every point at which a scenario writes or steps is known from a run without a fault. By default some
of them are tried, evenly spread; with ``-m slow`` all of them.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.timeline.queue_journal import QueueJournal
from tests.faults.conftest import ALL, Run, Worlds, contents, kills, spread
from tests.faults.injection import Fault
from tests.faults.scenarios import AFTER, BEFORE, opens, take_of

NUM_TRIED = 6


def die_and_go_on(worlds: Worlds, scenario: str, fault: Fault) -> None:
    """Kill a scenario at a point, look at what is there, and do it again."""
    whole, _ = worlds.whole(scenario)
    place = worlds.fresh(scenario)
    died = worlds.run(scenario, place, fault)
    assert died.ending == "killed", f"{scenario} {fault}: {died.ending}"
    look_at_what_is_left(place, scenario, whole)
    again = worlds.run(scenario, place)
    assert again.ending == "ok", f"{scenario} after {fault}: {again.ending}"
    nothing_is_computed_twice(died, again)
    expected, found = contents(whole), contents(place)
    # Whole files are the same; of a killed engine, only what is swept later may be left.
    litter = {name for name in found if name not in expected}
    assert all(name.endswith(".part") or ".part" in name for name in litter), litter
    if scenario in {"export", "sequence"}:  # the user's own folder: there all is as it should be
        assert not any(name.startswith("out/") for name in litter), litter
    assert {name: found.get(name) for name in expected} == expected, f"{scenario} {fault}"


def look_at_what_is_left(place: Path, scenario: str, whole: Path) -> None:
    """What a user would find before anything is done again."""
    project = opens(place)
    assert project == BEFORE or (scenario == "save" and project == AFTER)
    found = contents(place)
    known = contents(whole)
    if "film.sdproj/takes/0abc/take.json" in found and scenario in {"generate", "refine"}:
        report = (take_of(place) / "take.json").read_text(encoding="utf-8")
        for part, name in (("draft", "draft.mkv"), ("master", "master.mkv")):
            if f'"{part}": {{' in report:  # what it tells of is there, whole
                path = f"film.sdproj/takes/0abc/{name}"
                assert found[path] == known[path]
    if scenario == "export":
        movie = place / "out" / "film.mp4"
        assert movie.read_bytes() in {
            b"the movie before",
            (whole / "out" / "film.mp4").read_bytes(),
        }
    if scenario == "journal":
        left = QueueJournal(place / "film.sdproj").read()
        assert not left.is_damaged
        assert [job.id for job in left.jobs] == sorted(job.id for job in left.jobs)


def nothing_is_computed_twice(died: Run, again: Run) -> None:
    """Steps and windows that were on disk are not made again."""
    if any(point.startswith("replace:take.json") for point in died.points):
        return  # all was done: the editor would not ask again
    kept = [point for point in died.points if re.match(r"replace:draft\.safetensors", point)]
    first = next((p for p in again.points if p.startswith("step:denoise")), None)
    if kept and first is not None:
        assert int(first.split()[1]) >= len(kept)
    windows = {p for p in died.points if re.match(r"replace:refine-\d+\.safetensors", p)}
    assert not windows & {p for p in again.points if p.startswith("replace:refine-")}


@pytest.mark.parametrize("scenario", ALL)
def test_some_points(worlds: Worlds, scenario: str) -> None:
    _, done = worlds.whole(scenario)
    for fault in spread(kills(done.points), NUM_TRIED):
        die_and_go_on(worlds, scenario, fault)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("scenario", ALL)
def test_every_point(worlds: Worlds, scenario: str, capsys: pytest.CaptureFixture[str]) -> None:
    _, done = worlds.whole(scenario)
    faults = kills(done.points)
    for fault in faults:
        die_and_go_on(worlds, scenario, fault)
    with capsys.disabled():
        print(f"\n{scenario}: killed at {len(faults)} places of {len(done.points)} points")


def test_there_are_points_all_over(worlds: Worlds) -> None:
    counts = {scenario: len(kills(worlds.whole(scenario)[1].points)) for scenario in ALL}
    assert sum(counts.values()) >= 150
    assert all(count >= 3 for count in counts.values()), counts
