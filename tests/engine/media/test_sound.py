"""Sound: read to the sample, mixed in constant memory, written beside the picture."""

from __future__ import annotations

import tracemalloc
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from engine.media.encodings import INTERMEDIATE, Encoding, delivery_h264
from engine.media.sound import BLOCK, Mix, has_sound, read_sound
from engine.media.soundtrack import KeptSound, MixedSound, Soundtrack
from engine.media.writer import MovieWriter
from engine.planning.sound import sample_at
from engine.protocol.errors import BadInput
from engine.protocol.export import SoundSpec
from tests.sounds import add_sound, lag, likeness, noise, write_wav

DELIVERY = delivery_h264(20)


def _read(path: Path, start: int = 0, stop: int | None = None) -> np.ndarray:
    return np.concatenate(list(read_sound(path, start, stop)))


def _movie(
    path: Path,
    num_frames: int,
    rate: Fraction,
    sound: Soundtrack | None = None,
    encoding: Encoding = DELIVERY,
) -> Path:
    with MovieWriter(path, 96, 64, rate, encoding, sound) as movie:
        for index in range(num_frames):
            movie.write(np.full((64, 96, 3), index * 200, np.uint16))
    return path


def _clip_of(path: Path, samples: np.ndarray, codec: str) -> Path:
    _movie(path, round(len(samples) / 2000), Fraction(24), encoding=INTERMEDIATE)
    add_sound(path, samples, codec)
    return path


def test_a_range_is_read_to_the_sample(tmp_path: Path) -> None:
    samples = noise(2)
    path = write_wav(tmp_path / "a.wav", samples)
    assert np.abs(_read(path) - samples).max() < 1e-4
    assert np.abs(_read(path, 12_345, 67_890) - samples[12_345:67_890]).max() < 1e-4
    assert len(_read(path, 90_000, 200_000)) == 6000, "past the end nothing comes"


def test_other_rates_and_mono_become_stereo_at_48_khz(tmp_path: Path) -> None:
    slow = noise(1, rate=44_100)[:, :1]
    heard = _read(write_wav(tmp_path / "a.wav", slow, 44_100))
    assert abs(len(heard) - 48_000) <= 1
    assert (heard[:, 0] == heard[:, 1]).all()
    moments = np.arange(48_000) * 44_100 / 48_000
    wanted = np.interp(moments, np.arange(44_100), slow[:, 0])[:, None]
    assert lag(wanted, heard) == 0


@pytest.mark.parametrize(("codec", "suffix"), [("aac", "mp4"), ("flac", "mkv"), ("aac", "mkv")])
def test_the_sound_of_a_movie_stays_with_its_picture(
    tmp_path: Path, codec: str, suffix: str
) -> None:
    samples = noise(2)
    heard = _read(_clip_of(tmp_path / f"clip.{suffix}", samples, codec))
    assert lag(samples, heard) == 0
    assert likeness(samples, heard) > 0.98


def test_files_without_sound_are_named(tmp_path: Path) -> None:
    mute = _movie(tmp_path / "mute.mp4", 5, Fraction(24))
    junk = tmp_path / "junk.mp3"
    junk.write_bytes(b"\x00nothing of the kind" * 300)
    assert not has_sound(mute)
    assert not has_sound(junk)
    with pytest.raises(BadInput, match=r"mute\.mp4"):
        _read(mute)
    with pytest.raises(BadInput, match=r"junk\.mp3"):
        _read(junk)


def test_a_playlist_reaches_for_no_other_place(tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", noise(1))
    playlist = tmp_path / "list.m3u8"
    playlist.write_text("#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n")
    assert not has_sound(playlist)


def test_a_mix_is_the_sum_of_its_stretches(tmp_path: Path) -> None:
    a, b = noise(2, seed=1), noise(2, seed=2)
    first, second = write_wav(tmp_path / "a.wav", a), write_wav(tmp_path / "b.wav", b)
    sounds = (
        SoundSpec(path=str(first), start=100, stop=50_100, at=10_000, gain_db=-6, fade_in=4800),
        SoundSpec(path=str(second), stop=96_000, at=40_001, fade_out=9600),
    )
    mix = np.concatenate(list(Mix(sounds, 120_000).blocks()))
    wanted = np.zeros((120_000, 2), np.float64)
    ramp = np.minimum(1, np.arange(50_000) / 4800)[:, None]
    wanted[10_000:60_000] += a[100:50_100] * ramp * 10 ** (-6 / 20)
    tail = np.clip((96_000 - np.arange(96_000)) / 9600, 0, 1)[:, None]
    wanted[40_001:] += (b * tail)[: 120_000 - 40_001]
    assert mix.shape == (120_000, 2)
    assert np.abs(mix - wanted).max() < 1e-4


def test_a_part_of_a_stretch_is_faded_as_it_is_in_the_whole(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", noise(2))
    whole = SoundSpec(path=str(path), start=500, stop=60_500, fade_in=40_000, fade_out=30_000)
    cuts = {"start": 20_500, "stop": 50_500, "cut_before": 20_000, "cut_after": 10_000}
    part = whole.model_copy(update=cuts)
    mixed = np.concatenate(list(Mix((whole,), 60_000).blocks()))
    alone = np.concatenate(list(Mix((part,), 30_000).blocks()))
    assert np.abs(alone - mixed[20_000:50_000]).max() < 1e-6


def test_a_mix_stays_within_full_scale(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", noise(0.5))
    loud = SoundSpec(path=str(path), stop=24_000, gain_db=24)
    mix = np.concatenate(list(Mix((loud, loud), 24_000).blocks()))
    assert np.abs(mix).max() == 1


def test_a_long_mix_takes_no_more_memory_than_a_short_one(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", noise(60))
    peaks: list[int] = []
    for seconds in (5, 60):
        tracemalloc.start()
        whole = SoundSpec(path=str(path), stop=seconds * 48_000)
        for block in Mix((whole,), whole.stop).blocks():
            assert len(block) <= BLOCK
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.2 + 100_000


@pytest.mark.parametrize("rate", [Fraction(24), Fraction(30000, 1001)])
def test_a_movie_and_its_sound_begin_and_end_together(tmp_path: Path, rate: Fraction) -> None:
    path = write_wav(tmp_path / "a.wav", noise(6))
    num_frames = 97
    total = sample_at(num_frames, rate)
    sounds = (SoundSpec(path=str(path), start=777, stop=200_000, at=5000),)
    out = _movie(tmp_path / "out.mp4", num_frames, rate, MixedSound(Mix(sounds, total)))
    with av.open(str(out)) as container:
        picture, sound = container.streams.video[0], container.streams.audio[0]
        assert (sound.codec_context.name, sound.rate, sound.channels) == ("aac", 48_000, 2)
        starts = [float(s.start_time * s.time_base) for s in (picture, sound)]
        ends = [float(s.duration * s.time_base) for s in (picture, sound)]
    assert abs(starts[0] - starts[1]) < 1 / 48_000
    assert abs(ends[0] - ends[1]) <= 1024 / 48_000
    mix = np.concatenate(list(Mix(sounds, total).blocks()))
    heard = _read(out)
    assert lag(mix, heard) == 0
    assert likeness(mix, heard) > 0.98
    assert 0 <= len(heard) - total <= 1024


def test_packets_go_along_as_they_are(tmp_path: Path) -> None:
    samples = noise(3)
    source = _clip_of(tmp_path / "clip.mp4", samples, "aac")
    out = tmp_path / "out.mp4"
    _movie(out, 48, Fraction(24), KeptSound(source, out, 96_000))
    with av.open(str(source)) as a, av.open(str(out)) as b:
        packets = [[bytes(p) for p in c.demux(audio=0) if p.size] for c in (a, b)]
    assert 2 * 48_000 / 1024 <= len(packets[1]) <= 2 * 48_000 / 1024 + 3
    assert packets[0][: len(packets[1])] == packets[1]
    assert lag(samples, _read(out)) == 0


def test_sound_that_a_container_cannot_hold_is_refused(tmp_path: Path) -> None:
    source = _clip_of(tmp_path / "clip.mkv", noise(1), "flac")
    with pytest.raises(ValueError, match=r"clip\.mkv"):
        KeptSound(source, tmp_path / "out.mp4", 1000)
    KeptSound(source, tmp_path / "out.mkv", 1000).close()


def test_a_failed_write_lets_go_of_the_sound(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", noise(1))
    mix = Mix((SoundSpec(path=str(path), stop=48_000),), 48_000)
    out = tmp_path / "out.mp4"
    with (
        pytest.raises(RuntimeError, match="stop"),
        MovieWriter(out, 96, 64, Fraction(24), DELIVERY, MixedSound(mix)) as movie,
    ):
        movie.write(np.zeros((64, 96, 3), np.uint16))
        raise RuntimeError("stop")
    assert [item.name for item in tmp_path.iterdir()] == ["a.wav"]
