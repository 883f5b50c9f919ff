"""Movies: counts, rates, colours and tags, and what is left behind when writing fails."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from engine.media.encodings import INTERMEDIATE, Encoding, delivery_h264
from engine.media.movie import read_frames
from engine.media.writer import MovieWriter
from engine.protocol.errors import BadInput, DiskProblem


def _gradient(shift: int) -> np.ndarray:
    x = np.linspace(0.1, 0.9, 160)[None, :, None] * np.array([1.0, 0.6, 0.3])
    y = np.linspace(0.2, 1.0, 90)[:, None, None]
    return np.roll((x * y * 65535).astype(np.uint16), shift, axis=1)


@pytest.mark.parametrize(
    ("encoding", "suffix", "tolerance"),
    [(INTERMEDIATE, ".mkv", 120), (delivery_h264(12), ".mp4", 500)],
)
@pytest.mark.parametrize("rate", [Fraction(24), Fraction(30000, 1001)])
def test_a_movie_keeps_its_frames_rate_and_colours(
    tmp_path: Path, encoding: Encoding, suffix: str, tolerance: int, rate: Fraction
) -> None:
    path = tmp_path / f"movie{suffix}"
    with MovieWriter(path, 160, 90, rate, encoding) as movie:
        for index in range(60):
            movie.write(_gradient(2 * index))
    seen = list(read_frames(path))
    assert len(seen) == 60
    for index in (0, 31, 59):
        error = seen[index].astype(np.int64) - _gradient(2 * index)
        # Away from the wrap-around edge, where chroma is subsampled across two colours.
        assert abs(error.mean()) < 60, "a bias shows as a shift of colour"
        assert np.median(np.abs(error)) < tolerance
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.average_rate == pytest.approx(rate, rel=1e-5)
        context = stream.codec_context
        tags = (context.color_primaries, context.color_trc, context.colorspace)
        assert tags == (1, 1, 1), "BT.709"
        assert context.color_range == 1, "limited range"


def test_a_range_of_frames_is_read_exactly(tmp_path: Path) -> None:
    path = tmp_path / "movie.mkv"
    with MovieWriter(path, 160, 90, Fraction(24), INTERMEDIATE) as movie:
        for index in range(20):
            movie.write(np.full((90, 160, 3), index * 3000, np.uint16))
    levels = [round(float(frame.mean()) / 3000) for frame in read_frames(path, 5, 9)]
    assert levels == [5, 6, 7, 8]


def test_a_failed_write_leaves_nothing_and_keeps_the_old_movie(tmp_path: Path) -> None:
    path = tmp_path / "movie.mkv"
    path.write_bytes(b"the last one")
    with (
        pytest.raises(RuntimeError, match="stop"),
        MovieWriter(path, 160, 90, Fraction(24), INTERMEDIATE) as movie,
    ):
        movie.write(_gradient(0))
        raise RuntimeError("stop")
    assert path.read_bytes() == b"the last one"
    assert [item.name for item in tmp_path.iterdir()] == ["movie.mkv"]


def test_a_missing_folder_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DiskProblem, match="does not exist"):
        MovieWriter(tmp_path / "no" / "movie.mkv", 160, 90, Fraction(24), INTERMEDIATE)


def test_a_file_that_is_no_movie_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "movie.mkv"
    path.write_bytes(b"nothing of the kind" * 100)
    with pytest.raises(BadInput, match="cannot be read as a movie"):
        list(read_frames(path))
