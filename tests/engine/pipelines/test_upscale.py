"""Director-SR alone: length, references, resumption, memory, and what it refuses."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.media.encodings import INTERMEDIATE
from engine.media.movie import movie_facts, read_frames
from engine.media.writer import MovieWriter
from engine.models.klt import AutoencoderKLT
from engine.pipelines.footage_clip import MovieClip, look_at_movie
from engine.pipelines.given import Given
from engine.pipelines.lift import Lift
from engine.pipelines.steps import StageProgress
from engine.pipelines.super_resolution import noised
from engine.pipelines.take import TakeFolder
from engine.pipelines.upscale import run_upscale
from engine.planning.plan import plan_pass
from engine.planning.resolution import FrameSize
from engine.protocol.errors import BadInput
from engine.protocol.jobs import KeyframeSpec, Upsampling, UpscaleJob
from tests.engine.pipelines.conftest import TinyFilm, run, run_until

LENGTH = 42


@pytest.fixture
def movie(film: TinyFilm) -> Path:
    """Return a movie of 42 frames, 80×48, 30000/1001 frames a second: a drifting pattern."""
    path = film.root / "clip.mkv"
    y, x = np.mgrid[0:48, 0:80].astype(np.float64)
    with MovieWriter(path, 80, 48, Fraction(30000, 1001), INTERMEDIATE) as writer:
        for index in range(LENGTH):
            planes = [np.sin((x + index) / (7 + k)) * np.cos(y / (9 - k)) for k in range(3)]
            writer.write((np.stack(planes, -1) * 20000 + 32000).astype(np.uint16))
    return path


def _job(film: TinyFilm, movie: Path, take: str = "up", **changes: object) -> UpscaleJob:
    job = UpscaleJob(
        job_id="upscale",
        folder=str(film.root / take),
        video=str(movie),
        width=160,
        height=96,
        model=str(film.sr),
    )
    return job.model_copy(update=changes)


def _frames(path: Path) -> np.ndarray:
    return np.stack(list(read_frames(path)))


def test_a_movie_keeps_its_length_and_rate_at_the_new_size(film: TinyFilm, movie: Path) -> None:
    steps, result = run(run_upscale(_job(film, movie), film.models))
    facts = movie_facts(result.path)
    assert (facts.width, facts.height) == (160, 96)
    assert facts.rate == pytest.approx(Fraction(30000, 1001), rel=1e-5)
    assert len(_frames(result.path)) == result.num_frames == LENGTH
    assert TakeFolder(str(film.root / "up")).read_manifest()["master"]["num_frames"] == LENGTH
    stages = [step.stage for step in steps if isinstance(step, StageProgress)]
    assert list(dict.fromkeys(stages)) == ["keyframes", "load", "refine"]
    assert result.report["borders"]["heads"] == [], "no reference, no head inside"


def test_a_stretch_can_be_chosen(film: TinyFilm, movie: Path) -> None:
    _, result = run(run_upscale(_job(film, movie, start=5, stop=12), film.models))
    assert result.num_frames == len(_frames(result.path)) == 7


def test_references_stand_exactly_where_they_were_taken(film: TinyFilm, movie: Path) -> None:
    spec = KeyframeSpec(image=str(film.root / "1.png"), frame=14)
    last = KeyframeSpec(image=str(film.root / "2.png"), frame=LENGTH - 1)
    job = _job(film, movie, references=(last, spec))
    _, result = run(run_upscale(job, film.models))
    rows = {row["frame"]: row["psnr_db"] for row in result.report["keyframes"]}
    assert set(rows) == {14, LENGTH - 1}
    plain = run(run_upscale(_job(film, movie, "plain"), film.models))[1]
    assert not np.array_equal(_frames(result.path)[14], _frames(plain.path)[14])


def test_a_stopped_run_goes_on_to_the_same_pixels(film: TinyFilm, movie: Path) -> None:
    film_models = film.models
    bundle = film_models.get(str(film.sr), "sr")
    limit = bundle.settings.max_window_latents
    bundle.settings = bundle.settings.model_copy(update={"max_window_latents": 4})
    try:
        whole = run(run_upscale(_job(film, movie, "whole", noise=0.3, seed=5), film_models))[1]
        assert whole.report["num_windows"] == 3
        per_window = whole.report["num_tiles"] * whole.report["num_steps"]
        stopped = _job(film, movie, "stopped", noise=0.3, seed=5)
        run_until(run_upscale(stopped, film_models), "refine", 2 * per_window)
        assert not (film.root / "stopped" / "master.mkv").exists()
        steps, result = run(run_upscale(stopped, film_models))
        done = [s.step for s in steps if isinstance(s, StageProgress) and s.stage == "refine"]
        assert done[:3] == [0, per_window, 2 * per_window], "finished windows come from disk"
        assert np.array_equal(_frames(whole.path), _frames(result.path))
        other = run(run_upscale(_job(film, movie, "other", noise=0.3, seed=6), film_models))[1]
        assert not np.array_equal(_frames(whole.path), _frames(other.path))
    finally:
        bundle.settings = bundle.settings.model_copy(update={"max_window_latents": limit})


@pytest.mark.parametrize("upsampling", ["latent", "pixel", "guided"])
def test_every_way_of_lifting_keeps_the_picture_in_its_place(
    film: TinyFilm, movie: Path, upsampling: Upsampling
) -> None:
    """Without the net: what is lifted and decoded is the movie, enlarged, shifted nowhere."""
    codec = AutoencoderKLT.from_pretrained(
        Path(__file__).parents[3] / "resources/models/starter-sr/vae"
    )
    size = FrameSize(150, 90)  # no multiple of the codec's stride
    looking = look_at_movie(movie, 0, 9, size, ())
    try:
        while True:
            next(looking)
    except StopIteration as stop:
        look = stop.value
    plan = plan_pass([], 9)
    clip = MovieClip(look, plan, codec, torch.device("cpu"))
    given = Given((), (), size)
    padded = size.padded(16)
    lift = Lift(upsampling, clip, codec, plan, given, size, padded, torch.device("cpu"))
    z = torch.cat(list(lift.stream(0)), dim=2)
    assert z.shape[2:] == (3, padded.height // 8, padded.width // 8)
    shown = (codec.decode(z)[0, :, 4, :90, :150].permute(1, 2, 0).numpy() + 1) * 127.5
    small = next(iter(read_frames(movie, 4, 5))).astype(np.float32) / 257
    wanted = lift._enlarged(small)
    # A block transform's coefficients do not interpolate as a learned latent does.
    assert np.abs(shown - wanted).mean() < (12 if upsampling == "latent" else 4)
    grey, target = shown.mean(-1), wanted.mean(-1)
    errors = {
        shift: np.abs(np.roll(grey, shift, 1) - target)[8:-8, 8:-8].mean() for shift in (-3, 0, 3)
    }
    assert min(errors, key=lambda shift: errors[shift]) == 0


def test_noise_of_a_latent_does_not_depend_on_the_window_that_sees_it() -> None:
    z = torch.ones(1, 2, 4, 3, 3)
    whole = noised(z, (0, 1, 2, 3), 0.4, seed=9)
    part = noised(z[:, :, 2:], (2, 3), 0.4, seed=9)
    assert torch.equal(whole[:, :, 2:], part)
    assert torch.equal(noised(z, (0, 1, 2, 3), 0.0, seed=9), z)
    assert not torch.equal(whole, noised(z, (0, 1, 2, 3), 0.4, seed=10))
    assert whole.mean() == pytest.approx(0.6, abs=0.2)


def test_bad_movies_are_refused_in_a_sentence(film: TinyFilm, movie: Path) -> None:
    def refused(sentence: str, **changes: object) -> None:
        with pytest.raises(BadInput, match=sentence):
            run(run_upscale(_job(film, movie, **changes), film.models))
        assert not (film.root / "up").exists(), "bad input leaves no folder behind"

    refused("not there any more", video=str(film.root / "none.mkv"))
    text = film.root / "text.mp4"
    text.write_text("no movie")
    refused("cannot be read as a movie", video=str(text))
    torn = film.root / "torn.mkv"
    torn.write_bytes(movie.read_bytes()[:600])
    refused(r"torn\.mkv", video=str(torn))
    refused("has no frame 100", start=100)
    refused("is not there any more", references=(KeyframeSpec(image="/none.png", frame=0),))
    late = KeyframeSpec(image=str(film.root / "1.png"), frame=LENGTH)
    with pytest.raises(ValueError, match="asks for frame 42"):
        run(run_upscale(_job(film, movie, references=(late,)), film.models))
