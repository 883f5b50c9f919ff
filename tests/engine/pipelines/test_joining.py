"""Footage beside new frames: bit for bit in lossless movies, matched at seams, and proven."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.media.encodings import INTERMEDIATE
from engine.media.movie import decode_frames, read_frames
from engine.media.picture import BT709_VIDEO, colour_of
from engine.media.room_tone import PIECE, room_tone
from engine.media.sound import Mix
from engine.media.writer import MovieWriter
from engine.pipelines.export import run_export
from engine.protocol.export import ExportFormatSpec, ExportJob, RoomTone, Segment, SoundSpec
from engine.protocol.jobs import FrameRate
from tests.engine.media.coded import Recipe, coded_frame, number_of, write_coded
from tests.engine.pipelines.conftest import run
from tests.sounds import add_sound, noise, write_wav

RATE = FrameRate(num=24)


def _even(path: Path, levels: list[float]) -> Path:
    """A movie of even frames with a little grain, so many levels of 255 bright."""
    grain = np.random.default_rng(1).normal(0, 3, (64, 96, 1))
    with MovieWriter(path, 96, 64, Fraction(24), INTERMEDIATE) as movie:
        for level in levels:
            frame = np.clip((level + grain) * 257, 0, 65535) * np.ones(3)
            movie.write(frame.astype(np.uint16))
    return path


def _export(folder: Path, *segments: Segment, **changes: Any) -> tuple[Path, dict[str, Any]]:
    fields = {"job_id": "x", "segments": segments, "output": str(folder / "out.mkv"), "rate": RATE}
    _, result = run(run_export(ExportJob(**{**fields, **changes})))
    return result.path, result.report


def test_footage_is_bit_for_bit_in_a_lossless_movie(tmp_path: Path) -> None:
    clip = write_coded(tmp_path / "clip.mp4", Recipe(numbers=range(20), options={"bf": "0"}))
    add_sound(clip, noise(20 / 24))
    new = _even(tmp_path / "new.mkv", [100.0] * 6)
    sound = SoundSpec(path=str(clip), stop=40_000, at=12_000)
    proof = tmp_path / "proof.json"
    path, report = _export(
        tmp_path,
        Segment(path=str(new), stop=6),
        Segment(path=str(clip), stop=20, is_source=True),
        format=ExportFormatSpec(name="ffv1"),
        sounds=(sound,),
        kept_sound=sound,
        proof=str(proof),
    )
    footage = report["footage"]
    assert (footage["source_frames"], footage["equal"]) == (20, 20)
    assert footage["sound"]["equal"] == footage["sound"]["packets"] > 30
    for ours, theirs in zip(decode_frames(path, 6), decode_frames(clip), strict=True):
        assert np.array_equal(ours.picture.to_ndarray(), theirs.picture.to_ndarray())
    rows = json.loads(proof.read_text())["frames"]
    assert [row["source_frame"] for row in rows] == list(range(20))
    assert all(row["source"] == row["result"] for row in rows)


def test_in_h264_the_proof_says_how_far_frames_are(tmp_path: Path) -> None:
    clip = write_coded(tmp_path / "clip.mkv", Recipe(codec="ffv1", options={}, numbers=range(8)))
    _, report = _export(
        tmp_path,
        Segment(path=str(clip), stop=8, is_source=True),
        output=str(tmp_path / "out.mp4"),
        proof=str(tmp_path / "proof.json"),
    )
    assert report["footage"]["equal"] < 8
    assert 35 < report["footage"]["least_psnr_db"] < 80
    assert report["footage"]["sound"] == {"kept": False}


FORMATS = {
    "BT.601": Recipe(tags="bt601"),
    "untagged, of television's size": Recipe(tags=None, size=(96, 480)),
    "untagged": Recipe(tags=None),
    "full range": Recipe(pixel_format="yuvj420p", full_range=True),
    "full range, BT.601": Recipe(tags="bt601", full_range=True),
    "10 bit, 4:2:2": Recipe(pixel_format="yuv422p10le", tags="bt601"),
    "4:4:4": Recipe(pixel_format="yuv444p"),
}


@pytest.mark.parametrize("name", FORMATS)
def test_a_lossless_movie_is_tagged_as_its_footage_and_new_frames_look_the_same(
    tmp_path: Path, name: str
) -> None:
    recipe = replace(FORMATS[name], numbers=range(6), options={"bf": "0", "crf": "10"})
    clip = write_coded(tmp_path / "clip.mp4", recipe)
    shown = coded_frame(5, *recipe.size)
    with MovieWriter(tmp_path / "new.mkv", *recipe.size, Fraction(24), INTERMEDIATE) as movie:
        for _ in range(3):
            movie.write(shown)
    path, report = _export(
        tmp_path,
        Segment(path=str(clip), stop=6, is_source=True),
        Segment(path=str(tmp_path / "new.mkv"), stop=3),
        format=ExportFormatSpec(name="ffv1"),
        proof=str(tmp_path / "proof.json"),
    )
    assert (report["footage"]["compared"], report["footage"]["equal"]) == (6, 6)
    for ours, theirs in zip(decode_frames(path, 0, 6), decode_frames(clip), strict=True):
        assert np.array_equal(ours.picture.to_ndarray(), theirs.picture.to_ndarray())
        assert colour_of(ours.picture) == colour_of(theirs.picture)
    made = list(read_frames(path, 6))
    assert len(made) == 3
    flat = (slice(4, 16), slice(4, 16))
    assert np.abs(made[0][flat].astype(int) - shown[flat]).max() < 900, "3½ of 255"
    assert number_of(made[0]) == 5


def test_footage_that_disagrees_is_not_preferred(tmp_path: Path) -> None:
    one = write_coded(tmp_path / "a.mp4", Recipe(numbers=range(4), tags="bt601"))
    other = write_coded(tmp_path / "b.mp4", Recipe(numbers=range(4)))
    segments = [Segment(path=str(clip), stop=4, is_source=True) for clip in (one, other)]
    path, _ = _export(tmp_path, *segments, format=ExportFormatSpec(name="ffv1"))
    frame = next(decode_frames(path))
    assert frame.look.pixel_format == "yuv444p10le"
    assert colour_of(frame.picture) == BT709_VIDEO


@pytest.mark.parametrize("side", ["start", "end"])
def test_a_step_at_a_seam_is_taken_off_the_new_frames_alone(tmp_path: Path, side: str) -> None:
    clip = _even(tmp_path / "clip.mkv", [100.0] * 30)
    new = _even(tmp_path / "new.mkv", [106.0] * 48)
    footage = Segment(path=str(clip), stop=30, is_source=True)
    made = Segment(path=str(new), stop=48, match_start=side == "start", match_end=side == "end")
    order = (footage, made) if side == "start" else (made, footage)
    path, report = _export(tmp_path, *order, format=ExportFormatSpec(name="ffv1"))
    means = [float(frame.mean()) / 257 for frame in read_frames(path)]
    means = means if side == "start" else means[::-1]
    assert means[:30] == pytest.approx([100.0] * 30, abs=0.4)
    assert means[30] == pytest.approx(100.0, abs=0.6), "no step at the seam"
    assert means[42] == pytest.approx(103.0, abs=0.8), "half way it is half gone"
    assert means[60:] == pytest.approx([106.0] * 18, abs=0.4)
    (row,) = report["seams"]
    assert row["corrected"]
    assert row["excess"] == pytest.approx([6.0] * 3, abs=0.5)
    assert row["frame"] == (30 if side == "start" else 48)
    assert row["excess_left"] == pytest.approx([0.0] * 3, abs=0.5)


@pytest.mark.parametrize("rate", [24, 48])
def test_what_is_left_at_a_seam_is_measured_in_the_written_movie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rate: int
) -> None:
    """A correction that does nothing is found out."""
    clip = _even(tmp_path / "clip.mkv", [100.0] * 20)
    new = _even(tmp_path / "new.mkv", [106.0] * 20)
    monkeypatch.setattr("engine.pipelines.joining._due", lambda *_: ())
    footage = Segment(path=str(clip), stop=20, is_source=True)
    segments = (footage, Segment(path=str(new), stop=20, match_start=True))
    _, report = _export(tmp_path, *segments, rate=FrameRate(num=rate), source_rate=RATE)
    (row,) = report["seams"]
    assert row["corrected"]
    assert row["excess_left"] == pytest.approx([6.0] * 3, abs=0.7)


def test_what_the_picture_does_by_itself_is_no_step(tmp_path: Path) -> None:
    clip = _even(tmp_path / "clip.mkv", [60.0 + 2 * n for n in range(20)])
    new = _even(tmp_path / "new.mkv", [100.0 + 2 * n for n in range(20)])
    footage = Segment(path=str(clip), stop=20, is_source=True)
    _, report = _export(tmp_path, footage, Segment(path=str(new), stop=20, match_start=True))
    (row,) = report["seams"]
    assert row["step"] == pytest.approx([2.0] * 3, abs=0.4)
    assert not row["corrected"]


@pytest.mark.parametrize("fades", [False, True])
def test_the_room_fills_the_gap_from_its_quietest_second(tmp_path: Path, fades: bool) -> None:
    loud, quiet = noise(3, 1), noise(2, 2) * 0.1
    path = write_wav(tmp_path / "room.wav", np.concatenate([loud, quiet, loud]))
    length = 5 * PIECE // 2
    spec = RoomTone(path=str(path), at=1000, length=length, source_stop=8 * PIECE, fades=fades)
    pieces = room_tone(spec)
    assert all(3 * PIECE <= piece.start < 4 * PIECE + PIECE // 10 for piece in pieces)
    mixed = np.concatenate(list(Mix(pieces, 1000 + length).blocks()))
    assert not mixed[:1000].any()
    level = np.sqrt((mixed[1000:].reshape(10, -1) ** 2).mean(axis=1))
    usual = float(np.sqrt((quiet**2).mean()))
    assert level[1] == pytest.approx(usual, rel=0.5)
    assert (level[-1] < usual / 2) == fades
    assert level.max() < 2 * usual
