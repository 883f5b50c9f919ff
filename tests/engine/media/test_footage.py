"""Reading stretches: the same frames as from the start, found by keyframes, at any rate."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from engine.media import footage
from engine.media.footage import frames_of
from engine.media.index import index_of
from engine.media.picture import UPRIGHT, Orientation, oriented, squared
from tests.engine.media.coded import Recipe, number_of, write_coded

FAST = {"preset": "veryfast", "crf": "14"}
INTERLACED = {"flags": "+ilme+ildct", "qmax": "3", "b": "8000000"}
KINDS = {
    "groups.mp4": Recipe(options={**FAST, "g": "12", "bf": "3"}, numbers=range(60)),
    "open.mkv": Recipe(options={**FAST, "g": "12", "flags": "-cgop", "bf": "2"}, numbers=range(60)),
    "stream.ts": Recipe(options={**FAST, "g": "12"}, rate=Fraction(25), numbers=range(60)),
    "disc.mpg": Recipe(codec="mpeg2video", rate=Fraction(25), options={"qmax": "3", "bf": "2"},
                       numbers=range(60)),
    "fields.mpg": Recipe(codec="mpeg2video", rate=Fraction(25), options=INTERLACED,
                         numbers=range(60)),
    "refresh.mkv": Recipe(options={**FAST, "bf": "0", "x264-params": "intra-refresh=1:keyint=10"},
                          numbers=range(60)),
    "packed.avi": Recipe(codec="mpeg4", options={"qmax": "3", "bf": "2"}, numbers=range(60)),
    "bare.h264": Recipe(format="h264", options=FAST, rate=Fraction(25), numbers=range(60)),
}  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_any_stretch_is_what_it_is_from_the_start(tmp_path: Path, name: str) -> None:
    path = write_coded(tmp_path / name, KINDS[name])
    whole = [frame.rgb() for frame in frames_of(path)]
    assert len(whole) == 60
    for start in (0, 1, 11, 12, 13, 25, 40, 59):
        stretch = [frame.rgb() for frame in frames_of(path, start, start + 3)]
        assert len(stretch) == min(3, 60 - start)
        for ours, theirs in zip(stretch, whole[start:], strict=False):
            assert np.array_equal(ours, theirs), f"frame {start} of {name}"


def test_reading_the_end_does_not_decode_the_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_coded(tmp_path / "long.mp4", KINDS["groups.mp4"])
    index_of(path)
    decoded: list[int] = []
    inner = footage._decoded_from

    def counting(index: object, key: int) -> footage.Numbered:
        for number, frame in inner(index, key):  # type: ignore[arg-type]
            decoded.append(number)
            yield number, frame

    monkeypatch.setattr(footage, "_decoded_from", counting)
    assert [number_of(frame.rgb()) for frame in frames_of(path, 50, 52)] == [50, 51]
    assert min(decoded) == 48, "the keyframe before"
    assert len(decoded) < 12


def test_a_changed_file_is_looked_at_anew(tmp_path: Path) -> None:
    path = write_coded(tmp_path / "a.mkv", Recipe(numbers=range(8)))
    assert index_of(path).num_frames == 8
    write_coded(path, Recipe(numbers=range(20)))
    assert index_of(path).num_frames == 20


def test_a_film_frame_shows_what_is_on_the_screen_in_its_middle(tmp_path: Path) -> None:
    path = write_coded(tmp_path / "slow.mp4", Recipe(rate=Fraction(12), numbers=range(12)))
    seen = [number_of(frame.rgb()) for frame in frames_of(path, rate=Fraction(24))]
    assert seen == [n // 2 for n in range(24)]
    part = [number_of(frame.rgb()) for frame in frames_of(path, 15, 19, Fraction(24))]
    assert part == [7, 8, 8, 9]


@pytest.mark.parametrize("rate", ["24", "24000/1001", "25", "30000/1001", "30", "50", "60"])
def test_an_hour_of_rounded_stamps_stays_in_step(rate: str) -> None:
    """Millisecond stamps of an hour at a rate, read at that rate: frame by frame, no drift."""
    fps = Fraction(rate)
    count = int(3600 * fps)
    stamps = np.array([round(1000 * n / fps) for n in range(count)], dtype=np.int64)
    from engine.media.movie_index import MovieIndex
    from engine.media.walk import _rate_of

    found, is_variable = _rate_of(stamps, Fraction(1, 1000), None)
    assert (found, is_variable) == (fps, False)
    look = index_look()
    index = MovieIndex(
        Path("x"), 0, Fraction(1, 1000), 0, stamps, np.array([0]), round(1000 * count / fps),
        fps, False, True, True, look,
    )  # fmt: skip
    assert index.length_at(fps) == count
    for frame in (0, 1, count // 3, count // 2, count - 2, count - 1):
        assert index.shown_at(frame, fps) == frame


def index_look() -> footage.Look:
    return footage.Look(64, 36, Fraction(1), UPRIGHT, False, 1, 1, "yuv420p", False, 8)


@pytest.mark.parametrize(
    ("orientation", "expected"),
    [
        ((1, 0, 0, 1), [[1, 2, 3], [4, 5, 6]]),
        ((-1, 0, 0, 1), [[3, 2, 1], [6, 5, 4]]),
        ((1, 0, 0, -1), [[4, 5, 6], [1, 2, 3]]),
        ((-1, 0, 0, -1), [[6, 5, 4], [3, 2, 1]]),
        ((0, 1, -1, 0), [[4, 1], [5, 2], [6, 3]]),
        ((0, -1, 1, 0), [[3, 6], [2, 5], [1, 4]]),
        ((0, 1, 1, 0), [[1, 4], [2, 5], [3, 6]]),
    ],
)
def test_every_orientation(orientation: Orientation, expected: list[list[int]]) -> None:
    stored = np.array([[1, 2, 3], [4, 5, 6]], dtype=np.uint16)[..., None]
    assert oriented(stored, orientation)[..., 0].tolist() == expected


def test_square_pixels_lose_none() -> None:
    assert squared(720, 576, Fraction(16, 11)) == (1047, 576)
    assert squared(720, 480, Fraction(8, 9)) == (720, 540)
    assert squared(640, 360, Fraction(1)) == (640, 360)


def test_an_interlaced_movie_comes_out_without_combs(tmp_path: Path) -> None:
    """A bar that moves between two fields: its teeth are gone, its even lines are kept."""
    path = tmp_path / "comb.mpg"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("mpeg2video", rate=25, options={**INTERLACED, "g": "1"})
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        for number in range(8):
            fields = np.full((64, 96), 40, np.uint8)
            for field in (0, 1):
                left = 10 + 8 * number + 4 * field
                fields[field::2, left : left + 12] = 200
            picture = av.VideoFrame.from_ndarray(
                np.concatenate([fields, np.full((32, 96), 128, np.uint8)]), format="yuv420p"
            )
            picture.pts = number
            out.mux(stream.encode(picture))
        out.mux(stream.encode(None))
    assert index_of(path).look.is_interlaced
    frames = [frame.rgb().astype(float)[..., 1] / 65535 for frame in frames_of(path)]
    assert len(frames) == 8
    combs = [np.abs(f[1:-1] * 2 - f[:-2] - f[2:])[8:-8].max() for f in frames[2:6]]
    assert max(combs) < 0.3, "woven fields measure 1.2 and more"
