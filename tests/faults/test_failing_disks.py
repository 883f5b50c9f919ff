"""Disks that are full, forbidden or broken: one sentence, nothing lost, and it works afterwards.

First by injection, at every point where a scenario writes; then on a real file system without room,
which FFmpeg's own writing meets too (only root may mount one).
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.timeline.project import Project
from app.timeline.queue_journal import QueueJournal
from app.timeline.storage import ProjectError, import_image, load_project, save_project
from engine.pipelines.draft import run_draft
from engine.pipelines.export import run_export
from engine.pipelines.models import ModelCache
from engine.pipelines.steps import StageProgress
from engine.protocol.errors import DiskProblem
from engine.service.failures import explain
from tests.engine.pipelines.conftest import run
from tests.faults.conftest import ALL, Worlds, contents, spread
from tests.faults.injection import Fault
from tests.faults.scenarios import AFTER, AUTOSAVE, asked, draft_job, export_job, make_world, opens

WRITES = ("create:", "open:", "write:", "fsync:", "replace:", "mkdir:")
ERRNOS = ("ENOSPC", "EACCES", "EIO")
NUM_TRIED = 4

PLAIN = ("ProjectError", "DiskProblem", "OSError", "PermissionError", "BadInput", "OutputExists")
"""What the boundaries turn into one sentence: ``ProjectError`` in the editor, else ``explain``."""


def fail_and_go_on(worlds: Worlds, scenario: str, fault: Fault) -> None:
    """Let one call fail; the work ends plainly or goes on; later it is the same."""
    whole, _ = worlds.whole(scenario)
    place = worlds.fresh(scenario)
    failed = worlds.run(scenario, place, fault)
    assert failed.ending == "ok" or failed.ending.startswith(PLAIN), f"{fault}: {failed.ending}"
    opens(place)
    if scenario == "export" and failed.ending != "ok":
        assert (place / "out" / "film.mp4").read_bytes() == b"the movie before"
    again = worlds.run(scenario, place)
    assert again.ending == "ok", f"{scenario} after {fault}: {again.ending}"
    expected, found = contents(whole), contents(place)
    assert {name: found.get(name) for name in expected} == expected, f"{scenario} {fault}"
    litter = {name for name in found if name not in expected}
    assert not litter, f"{scenario} after {fault} leaves {litter}"


def faults_of(worlds: Worlds, scenario: str) -> list[Fault]:
    """Return every way in which a call of a scenario that writes can fail."""
    points = [p for p in worlds.whole(scenario)[1].points if p.startswith(WRITES)]
    return [Fault(point, errno) for point in points for errno in ERRNOS]


@pytest.mark.parametrize("scenario", ALL)
def test_some_writes_fail(worlds: Worlds, scenario: str) -> None:
    for fault in spread(faults_of(worlds, scenario), NUM_TRIED):
        fail_and_go_on(worlds, scenario, fault)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("scenario", ALL)
def test_every_write_fails(
    worlds: Worlds, scenario: str, capsys: pytest.CaptureFixture[str]
) -> None:
    faults = faults_of(worlds, scenario)
    for fault in faults:
        fail_and_go_on(worlds, scenario, fault)
    with capsys.disabled():
        print(f"\n{scenario}: {len(faults)} failing calls")


class SmallDisk:
    """A file system of a megabyte or so that can be filled up."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def fill(self) -> None:
        """Leave no room at all."""
        with (self.root / "ballast").open("ab", buffering=0) as stream:
            for size in (65536, 4096, 1):
                try:
                    while True:
                        stream.write(b"\0" * size)
                except OSError:
                    continue

    def free(self) -> None:
        """Make room again."""
        (self.root / "ballast").unlink(missing_ok=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root can mount a file system")
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)],
        check=False,
        capture_output=True,
    )
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount a file system")
    try:
        yield SmallDisk(place)
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.fixture
def world(small_disk: SmallDisk) -> Path:
    make_world(small_disk.root)
    return small_disk.root


def test_a_full_disk_keeps_the_save_and_the_recovery_copy(
    small_disk: SmallDisk, world: Path
) -> None:
    film = world / "film.sdproj"
    save_project(film, AFTER, AUTOSAVE)
    before = contents(film)
    small_disk.fill()
    long = Project(id="film", caption="many words " * 700, shots=AFTER.shots)
    for file in ("project.json", AUTOSAVE):
        with pytest.raises(ProjectError, match="No space left"):
            save_project(film, long, file)
    assert contents(film) == before
    small_disk.free()
    save_project(film, long)
    assert load_project(film) == long


def test_a_full_disk_takes_no_half_picture(small_disk: SmallDisk, world: Path) -> None:
    film = world / "film.sdproj"
    small_disk.fill()
    with pytest.raises(ProjectError, match="No space left"):
        import_image(film, world / "0.png", 320, 180)
    assert list((film / "media").iterdir()) == []
    small_disk.free()
    import_image(film, world / "0.png", 320, 180)


def test_a_full_disk_leaves_the_journal_as_it_was(small_disk: SmallDisk, world: Path) -> None:
    queue = QueueJournal(world / "film.sdproj")
    queue.append([asked(1)])
    small_disk.fill()
    many = [asked(number) for number in range(2, 200)]
    with pytest.raises(ProjectError, match="go on"):
        queue.append(many)
    small_disk.free()
    queue.append([asked(900)])
    left = [job.id for job in queue.read().jobs]
    assert left[0] == "job-1"
    assert left[-1] == "job-900"


def test_a_full_disk_stops_a_draft_in_one_sentence_and_it_goes_on(
    small_disk: SmallDisk, world: Path
) -> None:
    models, job = ModelCache(), draft_job(world)
    pipeline = run_draft(job, models)
    for step in pipeline:
        if isinstance(step, StageProgress) and (step.stage, step.step) == ("denoise", 2):
            break
    small_disk.fill()
    with pytest.raises((DiskProblem, OSError)) as failure:
        for _ in pipeline:
            pass
    code, sentence = explain(failure.value)
    assert code == "disk"
    assert sentence.count("\n") == 0
    small_disk.free()
    steps, result = run(run_draft(job, models))
    progress = [step for step in steps if isinstance(step, StageProgress)]
    assert next(step.step for step in progress if step.stage == "denoise") >= 2
    assert result.path.is_file()


@pytest.mark.parametrize("name", ["film.mp4", "pictures"])
def test_a_full_disk_keeps_the_movie_that_was_there(
    small_disk: SmallDisk, world: Path, name: str
) -> None:
    run(run_draft(draft_job(world), ModelCache()))
    (world / "out" / "film.mp4").write_bytes(b"the movie before")
    small_disk.fill()
    before = contents(world / "out")
    with pytest.raises((DiskProblem, OSError)) as failure:
        run(run_export(export_job(world, name)))
    assert explain(failure.value)[0] == "disk"
    assert contents(world / "out") == before
    small_disk.free()
    run(run_export(export_job(world, name)))
