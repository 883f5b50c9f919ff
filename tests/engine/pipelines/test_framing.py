"""Segments of any shape in one movie: fitted, never stretched, and proven to be what they were."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.media.encodings import INTERMEDIATE
from engine.media.movie import decode_frames, read_frames
from engine.media.writer import MovieWriter
from engine.pipelines.export import run_export
from engine.pipelines.given import Given
from engine.planning.plan import Placement, plan_pass
from engine.planning.resolution import FrameSize
from engine.protocol.export import ExportFormatSpec, ExportJob, Segment
from engine.protocol.jobs import FootageSpec, FrameRate
from tests.engine.media.coded import Recipe, number_of, write_coded
from tests.engine.pipelines.conftest import run

RATE = FrameRate(num=24)
FRAMES = 5


def _disc(path: Path, width: int, height: int, ground: float = 0.4) -> Path:
    """A movie that shows a white disc in its middle."""
    rows, columns = np.mgrid[0:height, 0:width] + 0.5
    inside = np.hypot(rows - height / 2, columns - width / 2) < min(width, height) * 0.3
    frame = (np.where(inside, 1.0, ground) * 60000).astype(np.uint16)[..., None].repeat(3, 2)
    with MovieWriter(path, width, height, Fraction(24), INTERMEDIATE) as movie:
        for _ in range(FRAMES):
            movie.write(frame)
    return path


def _export(folder: Path, *segments: Segment, **changes: Any) -> tuple[Path, dict[str, Any]]:
    fields = {
        "job_id": "x",
        "segments": segments,
        "output": str(folder / "out.mkv"),
        "rate": RATE,
        "format": ExportFormatSpec(name="ffv1"),
        "overwrite": True,
    }
    _, result = run(run_export(ExportJob(**{**fields, **changes})))
    return result.path, result.report


def _spread(frame: np.ndarray) -> tuple[int, int]:
    """How wide and high the disc is."""
    rows, columns = np.nonzero(frame[..., 1] > 42000)
    return int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1


@pytest.mark.parametrize("is_source", [True, False])
@pytest.mark.parametrize("size", [(64, 160), (192, 64), (90, 90), (320, 180), (101, 75)])
@pytest.mark.parametrize("fit", ["cover", "contain"])
def test_a_segment_of_any_shape_fills_the_frame_and_is_not_stretched(
    tmp_path: Path, size: tuple[int, int], fit: str, is_source: bool
) -> None:
    clip = _disc(tmp_path / "clip.mkv", *size)
    segment = Segment(path=str(clip), stop=FRAMES, is_source=is_source, fit=fit)  # type: ignore[arg-type]
    path, _ = _export(tmp_path, segment, width=160, height=90)
    frames = list(read_frames(path))
    assert len(frames) == FRAMES
    assert frames[0].shape == (90, 160, 3)
    scales = (160 / size[0], 90 / size[1])
    diameter = min(size) * 0.6 * (max(scales) if fit == "cover" else min(scales))
    across, down = _spread(frames[2])
    assert across == pytest.approx(diameter, abs=3)
    assert down == pytest.approx(min(diameter, 90), abs=3)
    bars = frames[2][[0, -1, 45, 45], [80, 80, 0, -1]].max(axis=1) < 1500
    shape = size[0] / size[1] / (160 / 90)
    vertical, horizontal = fit == "contain" and shape > 1.03, fit == "contain" and shape < 0.97
    assert bars.tolist() == [vertical, vertical, horizontal, horizontal]


def test_a_drafts_grid_is_scaled_whole(tmp_path: Path) -> None:
    """Made frames whose grid strays from the film's shape by a percent show the whole frame."""
    made = _disc(tmp_path / "draft.mkv", 112, 64)
    path, _ = _export(tmp_path, Segment(path=str(made), stop=FRAMES), width=320, height=180)
    rows = np.nonzero(next(read_frames(path))[90, :, 1] > 42000)[0]
    assert len(rows) == pytest.approx(64 * 0.6 * 320 / 112, abs=3), "nothing is cropped"


def test_a_mixed_film_is_proven_frame_by_frame(tmp_path: Path) -> None:
    alike = write_coded(tmp_path / "alike.mp4", Recipe(numbers=range(9), options={"bf": "0"}))
    tall = write_coded(tmp_path / "tall.mp4", Recipe(numbers=range(7), size=(64, 96)))
    large = write_coded(tmp_path / "large.mp4", Recipe(numbers=range(6), size=(192, 128)))
    made = _disc(tmp_path / "made.mkv", 96, 64)
    proof = tmp_path / "proof.json"
    path, report = _export(
        tmp_path,
        Segment(path=str(tall), start=2, stop=7, is_source=True, fit="contain", bars="blur"),
        Segment(path=str(made), stop=FRAMES, match_start=True, match_end=True),
        Segment(path=str(alike), stop=9, is_source=True),
        Segment(path=str(large), stop=6, is_source=True),
        width=96,
        height=64,
        proof=str(proof),
    )
    footage = report["footage"]
    assert (footage["source_frames"], footage["equal"], footage["fitted"]) == (20, 20, 11)
    ours = decode_frames(path, 10, 19)
    for frame, theirs in zip(ours, decode_frames(alike), strict=True):
        assert np.array_equal(frame.picture.to_ndarray(), theirs.picture.to_ndarray())
    rows = json.loads(proof.read_text())["frames"]
    assert [row["frame"] for row in rows] == [*range(5), *range(10, 25)]
    assert [row["source_frame"] for row in rows] == [*range(2, 7), *range(9), *range(6)]
    assert len({row["result"] for row in rows}) == 20
    whole = list(read_frames(path))
    middle = slice((96 - 43) // 2, (96 + 43) // 2)
    assert [number_of(frame[:, middle]) for frame in whole[:5]] == [2, 3, 4, 5, 6]
    assert [number_of(frame) for frame in whole[10:]] == [*range(9), *range(6)]
    assert {tuple(row["frame"] for row in report["seams"])} == {(5, 10)}


def test_a_proof_of_fitted_frames_notices_a_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Held against another file than was fitted in, no frame is equal."""
    tall = write_coded(tmp_path / "tall.mp4", Recipe(numbers=range(4), size=(64, 96)))
    other = write_coded(tmp_path / "other.mp4", Recipe(numbers=range(10, 14), size=(64, 96)))

    def swapped(job: ExportJob, segment: Segment) -> Any:
        return decode_frames(other, segment.start, segment.stop, job.rate.fraction)

    monkeypatch.setattr("engine.pipelines.proof.segment_frames", swapped)
    segment = Segment(path=str(tall), stop=4, is_source=True)
    changes = {"width": 96, "height": 64, "proof": str(tmp_path / "p.json")}
    _, report = _export(tmp_path, segment, **changes)
    assert (report["footage"]["compared"], report["footage"]["equal"]) == (4, 0)
    assert report["footage"]["least_psnr_db"] < 20


def test_a_draft_sees_footage_as_the_film_shows_it(tmp_path: Path) -> None:
    clip = _disc(tmp_path / "tall.mkv", 64, 160)
    plan = plan_pass([Placement(0, footage=0, num_frames=5)], 9)
    film, size = FrameSize(320, 180), FrameSize(112, 64)
    seen: dict[str, np.ndarray] = {}
    for fit in ("cover", "contain"):
        spec = FootageSpec(path=str(clip), stop=5, fit=fit)  # type: ignore[arg-type]
        (frame, *rest) = Given([], [spec], size, film).source_frames(plan.chunks[0])
        assert (frame.shape, len(rest)) == ((64, 112, 3), 4)
        seen[fit] = frame
    assert seen["contain"][32, :40].max() == 0, "a bar"
    assert seen["cover"][32].min() > 20000
    across, down = _spread(seen["contain"])
    assert across * 180 / 64 == pytest.approx(down * 180 / 64 * (112 / 64) / (320 / 180), abs=9)
