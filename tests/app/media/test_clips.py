"""What is learnt from a user's movie file, and which ones are refused in a sentence."""

from __future__ import annotations

import wave
from fractions import Fraction
from pathlib import Path

import pytest

from app.media.clips import ClipError, probe_clip
from engine.planning.resolution import FrameSize
from engine.protocol.jobs import FrameRate
from tests.app.movies import movie, write_movie


@pytest.mark.parametrize("rate", [Fraction(24), Fraction(30000, 1001), Fraction(50)])
def test_size_rate_and_length_are_those_of_the_frames(tmp_path: Path, rate: Fraction) -> None:
    path = tmp_path / "clip.mp4"
    write_movie(path, movie(37, FrameSize(96, 64)), rate)
    info = probe_clip(path)
    assert (info.width, info.height, info.num_frames) == (96, 64, 37)
    assert info.rate == FrameRate(num=rate.numerator, den=rate.denominator)


def test_a_movie_that_is_cut_short_is_not_taken_for_a_shorter_one(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    write_movie(path, movie(40, FrameSize(96, 64)), Fraction(24))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ClipError, match=r"clip\.mp4"):
        probe_clip(path)


def _sound_only(path: Path) -> None:
    with wave.open(str(path), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(3200))


def test_what_is_no_film_is_refused_by_name(tmp_path: Path) -> None:
    tiny, sound, still = tmp_path / "tiny.mp4", tmp_path / "sound.wav", tmp_path / "still.mp4"
    empty, folder, text = tmp_path / "empty.mp4", tmp_path / "folder.mp4", tmp_path / "text.mp4"
    write_movie(tiny, movie(5, FrameSize(32, 32)), Fraction(24))
    write_movie(still, movie(1, FrameSize(96, 64)), Fraction(24))
    _sound_only(sound)
    empty.touch()
    folder.mkdir()
    text.write_text("not a movie " * 100)
    said = {
        tiny: "32×32",
        sound: "no picture",
        still: "frames a second",
        empty: "no readable movie",
        folder: "is not there",
        text: "no readable movie",
        tmp_path / "gone.mp4": "is not there",
    }
    for path, words in said.items():
        with pytest.raises(ClipError, match=words):
            probe_clip(path)
