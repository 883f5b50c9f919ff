"""Ten minutes at every common rate: when each frame is shown, and whether sound stays with it.

The film is dark but for one bright frame each minute, and silent but for a click that begins with
each of them. Both are found again in the export, by their time stamps.
"""

from __future__ import annotations

import wave
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from engine.evaluation.exports.material import export, frame_rate
from engine.media.encodings import INTERMEDIATE
from engine.media.sound import read_sound
from engine.media.writer import MovieWriter
from engine.planning.sound import SAMPLE_RATE, sample_at
from engine.protocol.export import ExportJob, Segment, SoundSpec

RATES = (
    Fraction(24000, 1001),
    Fraction(24),
    Fraction(25),
    Fraction(30000, 1001),
    Fraction(30),
    Fraction(60),
)
_SIDE = 64


@dataclass(frozen=True, slots=True)
class TimingTrial:
    """How far an export is from the exact times, in seconds.

    Attributes:
        stamp_error_s: the largest difference of a frame's time from ``n / rate``.
        sound_offset_s: of each click against its flash.
    """

    rate: Fraction
    container: str
    num_frames: int
    stamp_error_s: float
    sound_offset_s: tuple[float, ...]

    @property
    def drift_s(self) -> float:
        """How much further apart sound and picture are at the end than at the start."""
        return self.sound_offset_s[-1] - self.sound_offset_s[0]


def try_timing(
    folder: Path,
    rates: tuple[Fraction, ...] = RATES,
    containers: tuple[str, ...] = ("mp4", "mov", "mkv"),
    minutes: int = 10,
) -> Iterator[TimingTrial]:
    """Export films with flashes and clicks, and find them again."""
    for rate in rates:
        num_frames = round(minutes * 60 * rate)
        flashes = [round((60 * minute + 30) * rate) for minute in range(minutes)]
        master, sound = folder / "flashes.mkv", folder / "clicks.wav"
        _write_flashes(master, rate, num_frames, flashes)
        _write_clicks(sound, rate, num_frames, flashes)
        for container in containers:
            output = folder / f"timing.{container}"
            heard = SoundSpec(path=str(sound), stop=sample_at(num_frames, rate))
            export(
                ExportJob(
                    job_id="timing",
                    segments=(Segment(path=str(master), stop=num_frames),),
                    output=str(output),
                    rate=frame_rate(rate),
                    sounds=(heard,),
                    overwrite=True,
                )
            )
            yield _measure(output, rate, container, flashes)


def _write_flashes(path: Path, rate: Fraction, num_frames: int, flashes: list[int]) -> None:
    dark, bright = (np.full((_SIDE, _SIDE, 3), level, np.uint8) for level in (20, 230))
    lit = set(flashes)
    with MovieWriter(path, _SIDE, _SIDE, rate, INTERMEDIATE) as movie:
        for number in range(num_frames):
            movie.write(bright if number in lit else dark)


def _write_clicks(path: Path, rate: Fraction, num_frames: int, flashes: list[int]) -> None:
    samples = np.zeros(sample_at(num_frames, rate), np.int16)
    for flash in flashes:
        begin = sample_at(flash, rate)
        samples[begin : begin + 480] = 20_000
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(samples.tobytes())


def _measure(path: Path, rate: Fraction, container: str, flashes: list[int]) -> TimingTrial:
    moments: list[Fraction] = []
    error, count = Fraction(0), 0
    with av.open(str(path)) as file:
        for frame in file.decode(video=0):
            assert frame.pts is not None and frame.time_base is not None
            moment = frame.pts * frame.time_base
            error = max(error, abs(moment - count / rate))
            if np.asarray(frame.to_ndarray(format="gray")).mean() > 128:
                moments.append(moment)
            count += 1
    assert len(moments) == len(flashes)
    loud = np.concatenate([np.abs(block[:, 0]) for block in read_sound(path)]) > 0.3
    rising = np.flatnonzero(loud & ~np.concatenate([[False], loud[:-1]]))
    clicks = [int(place) for place in rising]
    firsts = [n for i, n in enumerate(clicks) if i == 0 or n - clicks[i - 1] > SAMPLE_RATE]
    assert len(firsts) == len(flashes)
    offsets = tuple(
        float(Fraction(click, SAMPLE_RATE) - moment)
        for click, moment in zip(firsts, moments, strict=True)
    )
    return TimingTrial(rate, container, count, float(error), offsets)
