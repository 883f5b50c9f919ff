"""From films to a dataset, through everything that can go wrong on the way."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.data import packing
from engine.data.check import check_dataset
from engine.data.events import Event, FilmFinished, FilmProgress, FilmSkipped, Summary
from engine.data.film_work import survey_task
from engine.data.journal import film_folder
from engine.data.pipeline import Helpers, make_dataset
from engine.data.schema import ClipRecord
from engine.data.settings import MakeSettings
from engine.data.shards import read_index, read_samples
from engine.data.spool import Spool
from engine.protocol.errors import BadInput, DiskProblem
from tests.engine.data.captions.test_captioner import Eyes
from tests.engine.data.small_films import write_film

ROOT = Path(__file__).parents[3]
SETTINGS = MakeSettings(finder="light", height=64, min_s=1.0, max_s=3.0, keep_all=True)
ONE_WORKER = Helpers(workers=1)

# Frames at 24 a second: a scene of two pictures by turns, a long shot, one that is too short.
SHOTS = [(1, 20), (2, 20), (1, 20), (3, 150), (4, 18)]


def films_in(folder: Path) -> Path:
    """Three films and some files that are none."""
    folder.mkdir()
    write_film(folder / "a.mp4", SHOTS)
    write_film(folder / "b.mp4", [(7, 60), (8, 60)])
    whole = (folder / "b.mp4").read_bytes()
    (folder / "broken.mp4").write_bytes(whole[: len(whole) // 3])
    (folder / "text.mp4").write_text("not a film")
    return folder


def made(
    places: list[Path],
    dataset: Path,
    settings: MakeSettings = SETTINGS,
    helpers: Helpers = ONE_WORKER,
    watch: Callable[[Event], None] = lambda event: None,
) -> Summary:
    summary: Summary | None = None
    for event in make_dataset(places, dataset, settings, helpers):
        watch(event)
        if isinstance(event, Summary):
            summary = event
    assert summary is not None
    return summary


def records_of(dataset: Path) -> list[ClipRecord]:
    found = [sample.record for split in ("train", "val") for sample in read_samples(dataset, split)]
    return sorted(found, key=lambda record: (record.film, record.start))


def bytes_of(dataset: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(dataset.glob("*.*"))}


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return films_in(tmp_path_factory.mktemp("material") / "films")


@pytest.fixture(scope="module")
def whole(films: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Summary]:
    """A dataset, made without a disturbance."""
    dataset = tmp_path_factory.mktemp("whole") / "set"
    return dataset, made([films], dataset)


def test_clips_are_what_their_records_say(whole: tuple[Path, Summary]) -> None:
    dataset, summary = whole
    assert [found.problem for found in check_dataset(dataset)] == [""] * len(
        read_index(dataset).shards
    )
    records = records_of(dataset)
    assert summary.clips == len(records)
    first = [record for record in records if record.film == "a.mp4"]
    edges = [(0, 60), (60, 110), (110, 160), (160, 210)]
    assert [(record.start, record.stop) for record in first] == edges
    assert [len(record.shots) for record in first] == [3, 1, 1, 1]
    assert first[0].cut_frames == (20, 40)
    assert all((record.width, record.height) == (96, 64) for record in records)
    assert "3 shots in 2.5 seconds" in first[0].caption.narrative
    assert all(record.captioned_by == "geometry" for record in records)


def test_what_was_skipped_is_told_with_its_reason(whole: tuple[Path, Summary]) -> None:
    dataset, summary = whole
    assert {one.film for one in summary.skipped_films} == {"broken.mp4", "text.mp4"}
    assert all(one.reason for one in summary.skipped_films)
    (short,) = summary.skipped
    assert (short.film, short.start, short.stop) == ("a.mp4", 210, 228)
    assert summary.reasons == {
        "It is shorter than a clip, and no neighbour of its scene": 1,
    }
    written = json.loads((dataset / "summary.json").read_text())
    assert Summary.model_validate(written) == summary


def test_a_second_run_does_nothing_anew(films: Path, whole: tuple[Path, Summary]) -> None:
    dataset, summary = whole
    before = bytes_of(dataset)
    events: list[Event] = []
    assert made([films], dataset, watch=events.append) == summary
    assert bytes_of(dataset) == before
    redone = {event.film for event in events if isinstance(event, FilmProgress)}
    assert redone <= {"broken.mp4", "text.mp4"}


def test_sides_do_not_share_a_scene(films: Path, tmp_path: Path) -> None:
    settings = SETTINGS.model_copy(update={"val_share": 0.5, "max_shots": 1, "min_s": 0.5})
    summary = made([films / "a.mp4"], tmp_path / "set", settings)
    records = {record.start: record.split for record in records_of(tmp_path / "set")}
    assert records[0] == records[20] == records[40]  # back and forth: one scene
    assert records[60] == records[110] == records[160]  # parts of one shot
    assert summary.clips == 7


def test_quality_limits_skip_shots_with_a_reason(tmp_path: Path) -> None:
    write_film(tmp_path / "still.mp4", [(1, 60)], drift=0.0)
    settings = SETTINGS.model_copy(update={"keep_all": False})
    summary = made([tmp_path], tmp_path / "set", settings)
    assert summary.clips == 0
    assert summary.splits == {}
    assert summary.reasons["Hardly anything moves"] == 1
    assert read_index(tmp_path / "set").shards == ()


def test_a_film_without_a_shot_is_skipped_with_a_reason(tmp_path: Path) -> None:
    write_film(tmp_path / "black.mp4", [(1, 60)], bars=32)
    summary = made([tmp_path], tmp_path / "set")
    (skipped,) = summary.skipped_films
    assert skipped.reason == "it shows nothing but black, white and fades"


def test_a_run_that_is_killed_goes_on_to_an_equal_result(
    films: Path, whole: tuple[Path, Summary], tmp_path: Path
) -> None:
    dataset = tmp_path / "set"
    command = [sys.executable, "-m", "engine.data.command", "make", str(films), "-o", str(dataset)]
    options = ["--finder=light", "--height=64", "--min=1", "--max=3", "--workers=1", "--json"]
    process = subprocess.Popen(
        [*command, *options, "--keep-all"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        event = json.loads(line)
        if event["kind"] == "film_progress" and event["phase"] == "cut":
            break
    process.kill()
    process.wait()
    process.stdout.close()
    assert not (dataset / "dataset.json").exists()
    assert made([films], dataset) == whole[1]
    assert bytes_of(dataset) == bytes_of(whole[0])


def test_a_killed_worker_costs_one_film_and_a_reason(films: Path, tmp_path: Path) -> None:
    def kill(event: Event) -> None:
        if isinstance(event, FilmProgress) and event.film == "a.mp4":
            for child in multiprocessing.active_children():
                os.kill(child.pid or 0, signal.SIGKILL)
                child.join()

    events: list[Event] = []

    def watch(event: Event) -> None:
        events.append(event)
        kill(event)

    summary = made([films / "a.mp4", films / "b.mp4"], tmp_path / "set", watch=watch)
    assert [event.film for event in events if isinstance(event, FilmFinished)] == ["b.mp4"]
    (skipped,) = [event for event in events if isinstance(event, FilmSkipped)]
    assert skipped.film == "a.mp4"
    assert skipped.reason == "its worker was lost twice: it was ended by SIGKILL"
    assert summary.skipped_films == (skipped,)
    assert {record.film for record in records_of(tmp_path / "set")} == {"b.mp4"}
    assert made([films / "a.mp4", films / "b.mp4"], tmp_path / "set").skipped_films == ()


def test_a_disk_that_fills_while_packing_keeps_the_clips(
    films: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as context:
        context.setattr(packing, "write_shard", full)
        with pytest.raises(DiskProblem, match=r"disk is full.* goes on where it was"):
            made([films / "b.mp4"], tmp_path / "set")
    events: list[Event] = []
    assert made([films / "b.mp4"], tmp_path / "set", watch=events.append).clips == 2
    assert not [event for event in events if isinstance(event, FilmProgress)]


def test_a_disk_that_fills_while_surveying_is_one_sentence(
    films: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Spool, frame: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Spool, "add", full)
    folder = film_folder(tmp_path, "ab", SETTINGS)
    with pytest.raises(DiskProblem, match="The disk is full"):
        list(survey_task(films / "a.mp4", folder, 1))
    assert folder.survey() is None


def test_damaged_work_is_made_again(films: Path, tmp_path: Path) -> None:
    dataset = tmp_path / "set"
    summary = made([films / "b.mp4"], dataset)
    before = bytes_of(dataset)
    (survey,) = dataset.glob("work/*/survey-*.json")
    survey.write_text(survey.read_text()[:500])
    next(dataset.glob("work/*/clips-*/*.jpg")).unlink()
    assert made([films / "b.mp4"], dataset) == summary
    assert bytes_of(dataset) == before


def test_a_model_captions_and_one_that_is_down_costs_no_clip(films: Path, tmp_path: Path) -> None:
    class Looks(Eyes):
        def ask(self, prompt: Any) -> str:
            answer = {"content": "Spots.", "narrative": "Spots drift.", "same_scene": False}
            self.asked.append(prompt)
            return json.dumps(answer)

    class Down(Eyes):
        def ask(self, prompt: Any) -> str:
            from engine.data.captions.vlm import VlmFailed

            self.asked.append(prompt)
            raise VlmFailed("the endpoint cannot be reached", is_down=True)

    dataset = tmp_path / "set"
    down = Down()
    place = [films / "a.mp4", films / "b.mp4"]
    summary = made(place, dataset, helpers=Helpers(workers=1, vlm=down, asked_at_once=1))
    assert summary.captioned_by == {"geometry": 6}
    assert summary.caption_troubles == {
        "the endpoint cannot be reached": 3,
        "the model was down and was not asked any more": 3,
    }
    summary = made(place, dataset, helpers=Helpers(workers=1, vlm=Looks()))
    assert summary.captioned_by == {"eyes": 6}
    assert {record.caption.narrative for record in records_of(dataset)} == {"Spots drift."}
    again = Looks()
    made(place, dataset, helpers=Helpers(workers=1, vlm=again))
    assert not [prompt for prompt in again.asked if "one shot of a film" not in prompt.text]


def test_two_runs_do_not_share_a_folder(films: Path, tmp_path: Path) -> None:
    first = make_dataset([films / "b.mp4"], tmp_path / "set", SETTINGS, ONE_WORKER)
    next(first)
    with pytest.raises(BadInput, match="Another run makes the dataset set"):
        made([films / "b.mp4"], tmp_path / "set")
    first.close()


def test_a_run_that_is_stopped_leaves_no_process(films: Path, tmp_path: Path) -> None:
    run = make_dataset([films], tmp_path / "set", SETTINGS, ONE_WORKER)
    for event in run:
        if isinstance(event, FilmProgress):
            break
    assert multiprocessing.active_children()
    run.close()
    until = time.monotonic() + 10
    while multiprocessing.active_children() and time.monotonic() < until:
        time.sleep(0.05)
    assert not multiprocessing.active_children()


def test_nothing_to_be_done_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInput, match="There is no film"):
        made([tmp_path / "empty"], tmp_path / "set")
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BadInput, match="file is a file; choose another folder"):
        made([tmp_path / "empty"], tmp_path / "file")
