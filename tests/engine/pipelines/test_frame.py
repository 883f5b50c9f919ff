"""A frame grabbed from a movie is the one that every other job counts by that number."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from engine.media.footage import frames_of
from engine.media.stills import load_still
from engine.pipelines.frame import run_frame
from engine.protocol.errors import BadInput, DiskProblem, OutputExists
from engine.protocol.jobs import FrameRate
from engine.protocol.media import FrameJob
from tests.engine.media.coded import Recipe, number_of, write_coded
from tests.engine.pipelines.conftest import run

DEEP = {"pixel_format": "yuv420p10le"}
CASES = {
    "plain": (Recipe(), None, 8),
    "own rate of a variable one": (
        Recipe(numbers=range(8), stamps=[0, 40, 90, 130, 165, 420, 455, 500]), None, 8,
    ),
    "twice the frames": (Recipe(rate=Fraction(12)), FrameRate(num=24), 8),
    "half the frames": (Recipe(rate=Fraction(50)), FrameRate(num=25), 8),
    "deep": (Recipe(codec="libx265", options={"x265-params": "log-level=none"}, **DEEP), None, 16),
    "hdr": (
        Recipe(codec="libx265", tags="pq", options={"x265-params": "log-level=none"}, **DEEP),
        None, 16,
    ),
    "turned": (Recipe(rotation=90), None, 8),
    "wide pixels": (Recipe(aspect=Fraction(4, 3)), None, 8),
}  # fmt: skip


def _grab(clip: Path, number: int, **changes: Any) -> tuple[Path, dict[str, Any]]:
    output = clip.with_name("board.png")
    fields = {"job_id": "f", "path": str(clip), "frame": number, "output": str(output)}
    _, result = run(run_frame(FrameJob(**{**fields, **changes})))
    return result.path, result.report


def _pixels(path: Path) -> np.ndarray:
    with av.open(str(path)) as file:
        frame = next(file.decode(video=0))
    is_deep = frame.format.name.startswith("rgb48")
    pixels = frame.to_ndarray(format="rgb48le" if is_deep else "rgb24")
    return pixels if is_deep else pixels.astype(np.uint16) * 257


@pytest.mark.parametrize("name", CASES)
def test_the_picture_is_that_frame_as_all_jobs_see_it(tmp_path: Path, name: str) -> None:
    recipe, rate, bits = CASES[name]
    path = write_coded(tmp_path / "clip.mp4", recipe)
    counted = rate.fraction if rate else None
    seen = [frame.rgb() for frame in frames_of(path, 0, 8, counted or _own(path))]
    for number in (0, 5, 7):
        picture, facts = _grab(path, number, rate=rate, overwrite=True)
        found = _pixels(picture)
        assert found.shape == seen[number].shape
        assert np.abs(found.astype(int) - seen[number]).max() <= (129 if bits == 8 else 0)
        assert (facts["bits"], facts["width"]) == (bits, found.shape[1])
        assert load_still(picture).shape == found.shape, "it can be placed as a keyframe"
        if name not in {"hdr", "turned"}:
            assert number_of(found) == number_of(seen[number])


def _own(path: Path) -> Fraction:
    from engine.media.index import index_of

    return index_of(path).rate


@pytest.mark.parametrize("bits", [8, 16])
def test_the_depth_can_be_chosen(tmp_path: Path, bits: int) -> None:
    path = write_coded(tmp_path / "clip.mp4", Recipe())
    picture, facts = _grab(path, 3, bits=bits)
    assert facts["bits"] == bits
    assert picture.read_bytes()[24] == bits, "as the PNG's header says"


def test_what_cannot_be_grabbed_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    path = write_coded(tmp_path / "clip.mp4", Recipe(numbers=range(12)))
    kept = tmp_path / "board.png"
    for changes, error, words in (
        ({"frame": 12}, BadInput, "12 frames, from 0 to 11"),
        ({"output": str(tmp_path / "a.jpg")}, BadInput, r"should end in \.png"),
        ({"output": str(tmp_path / "no" / "a.png")}, DiskProblem, "does not exist"),
        ({"path": str(tmp_path / "none.mp4")}, BadInput, "not there any more"),
    ):
        with pytest.raises(error, match=words):
            _grab(path, 3, **changes)
    assert [file.name for file in tmp_path.iterdir()] == ["clip.mp4"]
    kept.write_text("mine")
    with pytest.raises(OutputExists, match="exists already"):
        _grab(path, 3)
    assert kept.read_text() == "mine"
