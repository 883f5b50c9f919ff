"""Sounds made ready: the samples are the engine's own, peaks are true, junk is refused."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import numpy as np
import pytest

from app.media.sound_cache import SoundCache
from app.media.sounding import PlacedSound, Programme
from app.media.sounds import (
    PEAK_SAMPLES,
    PcmFile,
    SoundError,
    both_files,
    decode_to,
    open_peaks,
    peaks_between,
)
from engine.media.sound import Mix, read_sound
from engine.protocol.export import SoundSpec
from tests.app.movies import movie, write_movie
from tests.sounds import add_sound, noise, write_wav


def _engines(path: Path) -> np.ndarray:
    return np.concatenate(list(read_sound(path)))


@pytest.mark.parametrize("kind", ["wav", "wav 44100", "mp3", "ogg", "m4a", "movie"])
def test_the_editor_hears_what_the_movie_will_hold(tmp_path: Path, kind: str) -> None:
    source = write_wav(tmp_path / "a.wav", noise(1.5))
    if kind == "wav 44100":
        write_wav(source, noise(1.5, rate=44_100), 44_100)
    elif kind == "movie":
        from fractions import Fraction

        from engine.planning.resolution import FrameSize

        source = tmp_path / "clip.mp4"
        write_movie(source, movie(36, FrameSize(96, 64)), Fraction(24))
        add_sound(source, noise(1.5))
    elif kind != "wav":
        other = tmp_path / f"a.{kind}"
        subprocess.run(["ffmpeg", "-v", "error", "-i", str(source), str(other)], check=True)
        source = other
    target = tmp_path / "cache" / "a.pcm"
    count = decode_to(source, target)
    ours, theirs = PcmFile(target).read(0, count), _engines(source)
    assert len(ours) == len(theirs) == count
    assert np.abs(ours / 32767 - theirs).max() < 1e-4


def test_peaks_are_the_least_and_greatest(tmp_path: Path) -> None:
    samples = noise(1)
    target = tmp_path / "a.pcm"
    decode_to(write_wav(tmp_path / "a.wav", samples), target)
    peaks = open_peaks(both_files(target)[1])
    assert len(peaks) == -(-48_000 // PEAK_SAMPLES)
    first = np.round(samples[:PEAK_SAMPLES] * 32767).astype(int) >> 8
    assert peaks[0].tolist() == [first.min(), first.max()]
    edges = np.array([-5000, -10, 0, 24_000, 48_200, 60_000])
    found = peaks_between(peaks, edges)
    assert found[0].tolist() == [0, 0]
    assert found[2].tolist() == [peaks[:94, 0].min(), peaks[:94, 1].max()]
    assert found[3].tolist() == [peaks[93:, 0].min(), peaks[93:, 1].max()]
    assert found[4].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "cannot be read as sound"),
        (b"\x00\xff nothing of the kind" * 400, "cannot be read as sound"),
        (b"RIFF\xff\xff\xff\x7fWAVEfmt \x10\x00\x00\x00\x01\x00\xff\xff" + b"\x00" * 90, "sound"),
        (b"#EXTM3U\n#EXTINF:9,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n", "sound"),
    ],
)
def test_what_is_no_sound_is_refused_in_a_sentence(
    tmp_path: Path, content: bytes, words: str
) -> None:
    source = tmp_path / "bad.wav"
    source.write_bytes(content)
    with pytest.raises(SoundError, match=words) as raised:
        decode_to(source, tmp_path / "cache" / "a.pcm")
    assert "bad.wav" in str(raised.value)
    assert not list((tmp_path / "cache").iterdir())


def test_a_mute_movie_is_refused(tmp_path: Path) -> None:
    from fractions import Fraction

    from engine.planning.resolution import FrameSize

    path = tmp_path / "mute.mp4"
    write_movie(path, movie(5, FrameSize(96, 64)), Fraction(24))
    with pytest.raises(SoundError, match="has no sound"):
        decode_to(path, tmp_path / "a.pcm")


def test_the_cache_keeps_within_its_budget_and_never_loses_what_is_in_use(
    tmp_path: Path, qapp_themed: object
) -> None:
    cache = SoundCache(tmp_path / "cache", cache_bytes=250_000)
    cache.use(["a" * 64])
    source = write_wav(tmp_path / "a.wav", noise(0.5))
    for name in "abcd":
        found = cache.decode(name * 64, source)
        assert found is not None
        assert found.num_samples == 24_000
    left = {path.name[0] for path in (tmp_path / "cache").glob("*.pcm")}
    assert {"a", "d"} <= left
    assert len(left) == 3, "room is made for what comes, from what is oldest"
    cache.close()


def test_after_a_clock_was_set_back_the_new_sound_is_kept(
    tmp_path: Path, qapp_themed: object
) -> None:
    cache = SoundCache(tmp_path / "cache", cache_bytes=250_000)
    source = write_wav(tmp_path / "a.wav", noise(0.5))
    for name in "ab":
        cache.decode(name * 64, source)
    for path in (tmp_path / "cache").glob("*.pcm"):
        os.utime(path, (4e9, 4e9))
    for name in "cd":
        cache.decode(name * 64, source)
    left = {path.name[0] for path in (tmp_path / "cache").glob("*.pcm")}
    assert {"c", "d"} <= left
    cache.close()


def test_what_is_played_is_the_engines_mix(tmp_path: Path) -> None:
    target = tmp_path / "a.pcm"
    source = write_wav(tmp_path / "a.wav", noise(2))
    decode_to(source, target)
    spec = SoundSpec(
        path=str(source), start=500, stop=60_500, at=7000, gain_db=3, fade_in=900, fade_out=7000
    )
    other = SoundSpec(path=str(source), stop=50_000, at=30_000, gain_db=-9)
    pcm = PcmFile(target)
    played = np.zeros((90_000, 2), np.float32)
    programme = Programme((PlacedSound(pcm, spec), PlacedSound(pcm, other)))
    for at in range(0, 90_000, 481):
        programme.fill(played[at : at + 481], at)
    mix = np.concatenate(list(Mix((spec, other), 90_000).blocks()))
    assert np.abs(played - mix).max() < 2e-4


def test_a_loop_goes_round_to_the_sample(tmp_path: Path) -> None:
    target = tmp_path / "a.pcm"
    decode_to(write_wav(tmp_path / "a.wav", noise(1)), target)
    pcm = PcmFile(target)
    sound = PlacedSound(pcm, SoundSpec(path="x", stop=48_000))
    out = np.zeros((30_000, 2), np.float32)
    Programme((sound,), (1000, 11_000)).fill(out, 5000)
    assert (out[6000:16_000] == out[16_000:26_000]).all()
    assert np.abs(out[6000:7000] - pcm.read(1000, 2000) / 32767).max() < 1e-6
