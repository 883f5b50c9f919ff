"""From the film to export jobs: ranges, files, words, sound, and what is refused beforehand."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.timeline.export_checks import check_choices
from app.timeline.exporting import (
    ExportChoices,
    FilmPiece,
    export_jobs,
    stretches,
    written_files,
)
from app.timeline.parts import SoundClip, SoundItem
from app.timeline.project import Format, Project, Shot
from engine.protocol.jobs import FrameRate

RATE = FrameRate(num=24)
FILM = Project(
    format=Format(width=1280, height=720, rate=RATE),
    shots=(
        Shot(num_frames=40, caption="A boat\nleaves"),
        Shot(num_frames=30),
        Shot(num_frames=30, caption=" The sea "),
    ),
    sounds=(SoundItem(id="s", file="s.wav", name="s", sha256="0", num_samples=480_000),),
    sound_clips=(SoundClip(sound="s", frame=20, num_frames=60, fade_in=5, fade_out=6),),
)
PIECES = (FilmPiece(Path("/a.mkv"), 0, 70), FilmPiece(Path("/b.mkv"), 70, 30))


def test_a_range_takes_its_frames_from_every_movie_that_has_them() -> None:
    marked = FILM.model_copy(update={"in_point": 60, "out_point": 90})
    choices = ExportChoices(range="in_out", captions="srt", timecode="01:00:00:00")
    ((part, job),) = export_jobs(marked, Path("/f"), PIECES, choices, Path("/x.mp4"))
    assert (part.start, part.stop) == (60, 90)
    assert [(s.path, s.start, s.stop) for s in job.segments] == [
        ("/a.mkv", 60, 70),
        ("/b.mkv", 0, 20),
    ]
    assert job.timecode == "01:00:02:12"
    assert [(c.frame, c.title) for c in job.chapters] == [(0, "Shot 2"), (10, "3 The sea")]
    assert [(c.start, c.stop, c.text) for c in job.captions] == [(10, 30, "The sea")]
    (sound,) = job.sounds
    assert (sound.start, sound.stop, sound.at) == (40 * 2000, 60 * 2000, 0)
    assert (sound.fade_in, sound.fade_out) == (5 * 2000, 6 * 2000)
    assert (sound.cut_before, sound.cut_after) == (40 * 2000, 0), "its fade in is over by then"


def test_every_shot_goes_into_a_file_of_its_own() -> None:
    choices = ExportChoices(range="shots", captions="vtt")
    jobs = export_jobs(FILM, Path("/f"), PIECES, choices, Path("/x/film.mp4"))
    assert [Path(job.output).name for _, job in jobs] == [
        "film_01.mp4",
        "film_02.mp4",
        "film_03.mp4",
    ]
    assert [sum(s.stop - s.start for s in job.segments) for _, job in jobs] == [40, 30, 30]
    paths = written_files(FILM, choices, [part for part, _ in jobs])
    assert [path.name for path in paths[3:]] == ["film_01.vtt", "film_03.vtt"]
    assert len({job.job_id for _, job in jobs}) == 3


def test_another_rate_renumbers_what_is_counted_in_frames() -> None:
    marked = FILM.model_copy(update={"in_point": 48})
    choices = ExportChoices(
        format="png16", range="in_out", rate=FrameRate(num=30), timecode="00:00:00:00"
    )
    ((_, job),) = export_jobs(marked, Path("/f"), PIECES, choices, Path("/x"))
    assert (job.first_number, job.timecode) == (60, "00:00:02:00")
    assert (job.rate, job.source_rate) == (FrameRate(num=30), RATE)


@pytest.mark.parametrize(
    ("choices", "output", "why"),
    [
        (ExportChoices(format="prores_hq"), "a.mp4", r"\.mov or \.mkv"),
        (ExportChoices(size=(1280, 800)), "a.mp4", "another shape"),
        (ExportChoices(size=(1279, 719)), "a.mp4", "even sides"),
        (ExportChoices(range="in_out"), "a.mp4", "Nothing is marked"),
        (ExportChoices(timecode="01:00:00;00"), "a.mp4", "Drop-frame"),
    ],
)
def test_what_cannot_be_written_is_refused_before_it_is_made(
    choices: ExportChoices, output: str, why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        check_choices(FILM, choices, Path(output))


def test_sizes_keep_the_shape_of_the_film() -> None:
    assert ExportChoices(short_side=480).size_of(FILM) == (854, 480)
    assert ExportChoices(short_side=2160).size_of(FILM) == (3840, 2160)
    assert len(stretches(FILM, ExportChoices(), Path("/x.mp4"))) == 1
