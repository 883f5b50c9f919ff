"""Director-SR as a job: size, anchors, resumption window by window, what it refuses."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from engine.media.encodings import INTERMEDIATE
from engine.media.movie import RgbFrame, movie_size, read_frames
from engine.media.writer import MovieWriter
from engine.pipelines import master
from engine.pipelines.draft import run_draft
from engine.pipelines.export import run_export
from engine.pipelines.refine import run_refine
from engine.pipelines.steps import StageProgress
from engine.pipelines.take import TakeFolder
from engine.protocol.errors import BadInput, DiskProblem, OutputExists
from engine.protocol.export import ExportJob, Segment
from engine.protocol.jobs import FootageSpec, FrameRate, ShotSpec
from tests.engine.pipelines.conftest import TinyFilm, run, run_until


def test_a_master_has_the_films_size_and_the_drafts_length(film: TinyFilm) -> None:
    run(run_draft(film.draft(), film.models))
    _, result = run(run_refine(film.refine(), film.models))
    assert movie_size(result.path) == (320, 180)
    assert len(list(read_frames(result.path))) == result.num_frames == 33


def test_a_stopped_refinement_goes_on_to_the_same_pixels(film: TinyFilm) -> None:
    for take in ("whole", "stopped"):
        run(run_draft(film.draft(take), film.models))
    whole = run(run_refine(film.refine("whole"), film.models))[1]
    per_window = whole.report["num_tiles"] * whole.report["num_steps"]
    run_until(run_refine(film.refine("stopped"), film.models), "refine", per_window + 2)
    assert not (film.root / "stopped" / "master.mkv").exists()
    steps, result = run(run_refine(film.refine("stopped"), film.models))
    done = [s.step for s in steps if isinstance(s, StageProgress) and s.stage == "refine"]
    assert done[:2] == [0, per_window], "the finished window is taken from disk"
    frames = [np.stack(list(read_frames(path))) for path in (whole.path, result.path)]
    assert np.array_equal(frames[0], frames[1])


def test_the_switches_of_a_refinement_reach_the_pixels_and_the_manifest(film: TinyFilm) -> None:
    run(run_draft(film.draft(), film.models))
    plain = film.refine()
    changes: list[dict[str, object]] = [
        {},
        {"upsampling": "latent"},
        {"noise": 0.5},
        {"noise": 0.5, "seed": 7},
        {"num_steps": 2},
        {"num_steps": 3, "solver": "unipc"},
    ]
    seen: list[np.ndarray] = []
    for change in changes:
        _, result = run(run_refine(plain.model_copy(update=change), film.models))
        facts = TakeFolder(plain.folder).read_manifest()["master"]
        for name, value in change.items():
            assert facts[name] == value
        frames = np.stack(list(read_frames(result.path)))
        assert not any(np.array_equal(frames, other) for other in seen), change
        seen.append(frames)


def test_unfinished_windows_of_other_settings_are_not_used(film: TinyFilm) -> None:
    run(run_draft(film.draft(), film.models))
    run_until(run_refine(film.refine(), film.models), "refine", 10**6)
    assert not list((film.root / "take" / "scratch").glob("refine-*")), "a finished one keeps none"
    whole = TakeFolder(film.refine().folder).read_manifest()["master"]
    per_window = whole["num_tiles"] * whole["num_steps"]
    run_until(run_refine(film.refine(), film.models), "refine", per_window)
    assert list((film.root / "take" / "scratch").glob("refine-*"))
    noisy = film.refine().model_copy(update={"noise": 0.2})
    steps, _ = run(run_refine(noisy, film.models))
    done = [s.step for s in steps if isinstance(s, StageProgress) and s.stage == "refine"]
    assert done[:2] == [0, 1]


def test_the_pixels_of_the_board_can_stand_on_its_frame(film: TinyFilm) -> None:
    run(run_draft(film.draft(), film.models))
    job = film.refine().model_copy(update={"head_colour": "pixels"})
    _, result = run(run_refine(job, film.models))
    assert all(row["psnr_db"] > 45 for row in result.report["keyframes"])
    assert [row["frame"] for row in result.report["heads"]] == [9, 18, 31]


def test_footage_stands_in_the_master_as_it_is(
    film: TinyFilm, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = film.root / "source.mkv"
    rng = np.random.default_rng(4)
    still = rng.integers(0, 65535, (180, 320, 3), dtype=np.uint16)
    with MovieWriter(source, 320, 180, Fraction(24), INTERMEDIATE) as movie:
        for shift in range(12):
            movie.write(np.roll(still, shift, axis=1))
    written: list[np.ndarray] = []

    class Recorder(MovieWriter):
        def write(self, frame: RgbFrame) -> None:
            written.append(frame)
            super().write(frame)

    footage = (FootageSpec(path=str(source), start=2, stop=11, frame=0),)
    shots = (ShotSpec(num_frames=30, caption="It goes on."),)
    job = film.draft().model_copy(update={"footage": footage, "shots": shots})
    run(run_draft(job, film.models))
    monkeypatch.setattr(master, "MovieWriter", Recorder)
    _, result = run(run_refine(film.refine(), film.models))
    assert result.num_frames == len(written) == 30
    for index, frame in enumerate(read_frames(source, 2, 11)):
        assert np.array_equal(written[index], frame), "bit for bit, before the encoder"
    assert result.report["num_windows"] == 2, "nothing is refined of the footage itself"


def test_without_a_draft_there_is_nothing_to_refine(film: TinyFilm) -> None:
    with pytest.raises(BadInput, match="generate it first"):
        run(run_refine(film.refine(), film.models))


def _export(film: TinyFilm, **changes: object) -> ExportJob:
    job = ExportJob(
        job_id="export",
        segments=(Segment(path=str(film.root / "take" / "draft.mkv"), stop=33),),
        output=str(film.root / "movie.mp4"),
        rate=FrameRate(num=24),
    )
    return job.model_copy(update=changes)


def test_an_export_joins_segments_frame_by_frame(film: TinyFilm) -> None:
    source = film.root / "levels.mkv"
    with MovieWriter(source, 320, 180, Fraction(24), INTERMEDIATE) as movie:
        for level in range(12):
            movie.write(np.full((180, 320, 3), 5000 * level, np.uint16))
    segments = (Segment(path=str(source), start=4, stop=10), Segment(path=str(source), stop=5))
    _, result = run(run_export(_export(film, segments=segments)))
    levels = [round(float(frame.mean()) / 5000) for frame in read_frames(result.path)]
    assert levels == [*range(4, 10), *range(5)]
    assert result.num_frames == 11


def test_an_export_never_replaces_a_file_unasked(film: TinyFilm) -> None:
    run(run_draft(film.draft(), film.models))
    movie = film.root / "movie.mp4"
    movie.write_bytes(b"precious")
    with pytest.raises(OutputExists, match="exists already"):
        run(run_export(_export(film)))
    assert movie.read_bytes() == b"precious"
    run(run_export(_export(film, overwrite=True)))
    assert movie.read_bytes() != b"precious"


def test_an_export_says_what_is_wrong_with_its_output(film: TinyFilm) -> None:
    run(run_draft(film.draft(), film.models))
    with pytest.raises(DiskProblem, match="does not exist"):
        run(run_export(_export(film, output=str(film.root / "no" / "movie.mp4"))))
    with pytest.raises(BadInput, match=r"\.mp4"):
        run(run_export(_export(film, output=str(film.root / "movie.txt"))))
    with pytest.raises(BadInput, match="shorter than it should be"):
        longer = (Segment(path=str(film.root / "take" / "draft.mkv"), stop=40),)
        run(run_export(_export(film, segments=longer)))
