"""Footage in a draft: encoded as a chunk of its own, never altered, and extended as asked."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.media.encodings import INTERMEDIATE
from engine.media.movie import RgbFrame, read_frames
from engine.media.writer import MovieWriter
from engine.pipelines.draft import run_draft
from engine.pipelines.export import run_export
from engine.pipelines.given import fit_frame
from engine.pipelines.steps import ClipPreview
from engine.pipelines.take import TakeFolder
from engine.planning.film import plan_job
from engine.planning.resolution import FrameSize
from engine.protocol.errors import BadInput
from engine.protocol.export import ExportFormatSpec, ExportJob, Segment
from engine.protocol.jobs import DraftJob, FootageSpec, FrameRate, KeyframeSpec, ShotSpec
from tests.engine.pipelines.conftest import TinyFilm, run, run_until

FILM, DRAFT = FrameSize(320, 180), FrameSize(112, 64)


def _clip(path: Path, size: FrameSize, num_frames: int) -> Path:
    """Write a movie in which a smooth pattern drifts to the right."""
    rows, columns = np.mgrid[0 : size.height, 0 : size.width] / size.width
    with MovieWriter(path, size.width, size.height, Fraction(24), INTERMEDIATE) as movie:
        for index in range(num_frames):
            wave = np.sin(9 * (columns - index / 40))
            rgb = np.stack([wave, np.cos(7 * rows + wave), wave * rows], axis=-1)
            movie.write(((rgb + 1) * 32000).astype(np.uint16))
    return path


@pytest.fixture
def clip(film: TinyFilm) -> Path:
    """Return a movie of 40 frames at the film's size."""
    return _clip(film.root / "clip.mkv", FILM, 40)


def _job(film: TinyFilm, num_frames: int, *footage: FootageSpec, take: str = "take") -> DraftJob:
    shot = ShotSpec(num_frames=num_frames, caption="slow pan left")
    changes = {"shots": (shot,), "footage": footage, "num_steps": 2}
    return film.draft(take).model_copy(update=changes)


def _source(clip: Path, start: int, stop: int, size: FrameSize = DRAFT) -> list[RgbFrame]:
    return [fit_frame(frame, size, FILM) for frame in read_frames(clip, start, stop)]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[RgbFrame]:
    """Return the frames that drafts hand to the encoder, as they come."""
    frames: list[RgbFrame] = []

    class Recorder(MovieWriter):
        def write(self, frame: RgbFrame) -> None:
            frames.append(frame.copy())
            super().write(frame)

    monkeypatch.setattr("engine.pipelines.draft.MovieWriter", Recorder)
    return frames


FORWARDS = lambda path: (21, [FootageSpec(path=path, start=27, stop=40, frame=0)])  # noqa: E731
BACKWARDS = lambda path: (18, [FootageSpec(path=path, start=0, stop=9, frame=9)])  # noqa: E731
BETWEEN = lambda path: (  # noqa: E731
    24,
    [
        FootageSpec(path=path, start=31, stop=40, frame=0),
        FootageSpec(path=path, start=2, stop=7, frame=19),
    ],
)


@pytest.mark.parametrize("case", [FORWARDS, BACKWARDS, BETWEEN], ids=["after", "before", "between"])
def test_source_frames_stay_and_the_rest_is_made(
    film: TinyFilm,
    clip: Path,
    written: list[RgbFrame],
    case: Callable[[str], tuple[int, list[FootageSpec]]],
) -> None:
    num_frames, footage = case(str(clip))
    steps, result = run(run_draft(_job(film, num_frames, *footage), film.models))
    assert result.num_frames == len(written) == num_frames
    for spec in footage:
        length = spec.stop - spec.start
        for ours, theirs in zip(
            written[spec.frame : spec.frame + length],
            _source(clip, spec.start, spec.stop),
            strict=True,
        ):
            assert np.array_equal(ours, theirs)
    assert [row["frame"] for row in result.report["source_frames"]] == [s.frame for s in footage]
    previews = [step for step in steps if isinstance(step, ClipPreview)]
    assert all(len(preview.frames) == num_frames for preview in previews)


def test_clean_latents_are_those_of_the_footage_alone(film: TinyFilm, clip: Path) -> None:
    num_frames, footage = FORWARDS(str(clip))
    job = _job(film, num_frames, *footage)
    run(run_draft(job, film.models))
    z = TakeFolder(job.folder).load_latents()
    frames = np.stack(_source(clip, 27, 40)).astype(np.float32)
    pixels = torch.from_numpy(frames).permute(3, 0, 1, 2)[None] / 32767.5 - 1
    alone = film.models.get(job.model, "gen").codec.encode(pixels)
    assert plan_job(job).footage_latents == {0: (0, 4)}
    assert torch.equal(z[:, :, :4], alone)


def test_a_clip_of_the_drafts_size_is_not_even_resized(
    film: TinyFilm, written: list[RgbFrame]
) -> None:
    clip = _clip(film.root / "small.mkv", DRAFT, 5)
    run(run_draft(_job(film, 9, FootageSpec(path=str(clip), stop=5)), film.models))
    for ours, theirs in zip(written[:5], read_frames(clip), strict=True):
        assert np.array_equal(ours, theirs)


def test_keyframes_may_stand_among_the_new_frames(film: TinyFilm, clip: Path) -> None:
    num_frames, footage = BETWEEN(str(clip))
    job = _job(film, num_frames, *footage)
    board = KeyframeSpec(image=str(film.root / "0.png"), frame=14, exact=True)
    shot = job.shots[0].model_copy(update={"keyframes": (board,)})
    _, result = run(run_draft(job.model_copy(update={"shots": (shot,)}), film.models))
    assert [row["frame"] for row in result.report["keyframes"]] == [14]


def test_a_stopped_extension_goes_on_to_the_same_latents(film: TinyFilm, clip: Path) -> None:
    num_frames, footage = FORWARDS(str(clip))
    run(run_draft(_job(film, num_frames, *footage, take="whole"), film.models))
    stopped = _job(film, num_frames, *footage, take="stopped")
    run_until(run_draft(stopped, film.models), "denoise", 1)
    run(run_draft(stopped, film.models))
    latents = [TakeFolder(str(film.root / take)).load_latents() for take in ("whole", "stopped")]
    assert torch.equal(*latents)


def test_a_checkpoint_of_other_footage_is_not_used(film: TinyFilm, clip: Path) -> None:
    num_frames, footage = FORWARDS(str(clip))
    job = _job(film, num_frames, *footage)
    run_until(run_draft(job, film.models), "denoise", 1)
    _clip(clip, FrameSize(160, 90), 40)  # the same name, other pixels
    steps = run(run_draft(job, film.models))[0]
    begun = next(s for s in steps if not isinstance(s, ClipPreview) and s.stage == "denoise")
    assert begun.step == 0


@pytest.mark.parametrize("damage", ["short", "missing", "no movie"])
def test_footage_that_cannot_be_used_is_named_and_leaves_nothing(
    film: TinyFilm, clip: Path, damage: str
) -> None:
    spec = FootageSpec(path=str(clip), start=30, stop=43 if damage == "short" else 39)
    if damage == "missing":
        clip.unlink()
    elif damage == "no movie":
        clip.write_bytes(b"\x00\x01junk" * 500)
    with pytest.raises(BadInput, match=r"clip\.mkv"):
        run(run_draft(_job(film, 30, spec), film.models))
    assert not (film.root / "take").exists()


def test_an_export_takes_source_frames_from_the_source(film: TinyFilm, clip: Path) -> None:
    num_frames, footage = FORWARDS(str(clip))
    _, draft = run(run_draft(_job(film, num_frames, *footage), film.models))
    (source,) = draft.report["source_frames"]
    made = source["frame"] + source["stop"] - source["start"]
    job = ExportJob(
        job_id="export",
        segments=(
            Segment(path=str(clip), stop=40),
            Segment(path=str(draft.path), start=made, stop=num_frames),
        ),
        output=str(film.root / "longer.mp4"),
        rate=FrameRate(num=24),
        format=ExportFormatSpec(quality=4),
    )
    _, movie = run(run_export(job))
    frames = list(read_frames(movie.path))
    assert len(frames) == 40 + num_frames - made
    for ours, theirs in zip(frames[:40], read_frames(clip), strict=True):
        assert np.abs(ours.astype(float) - theirs).mean() < 700  # of 65535: the encoder's share
