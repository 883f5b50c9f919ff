"""Sound made ready for the ear and the eye: decoded once to plain samples, with their peaks.

Compressed sound cannot be reached at a sample without decoding what lies before it. So each file
is decoded once, whole, into the cache: 16-bit stereo at 48 kHz, which playing reads in blocks,
and beside it the least and greatest sample of every 256, from which waveforms are drawn. A file is
counted from the beginning of its picture, if it has one, exactly as the engine counts it.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av  # whole, before its parts: two threads that load parts at once get halves of them
import numpy as np
from av.error import FFmpegError
from av.stream import Disposition
from numpy.typing import NDArray

from app.media.containers import ContainerError, open_local
from engine.planning.sound import SAMPLE_RATE, place_of

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.container import InputContainer

PEAK_SAMPLES = 256
"""Samples for each pair of peaks."""

MAX_SAMPLES = 12 * 3600 * SAMPLE_RATE
_MAX_BAD_PACKETS = 100
_REPORT_EVERY = SAMPLE_RATE * 10

Pcm = NDArray[np.int16]
Peaks = NDArray[np.int8]


class SoundError(ValueError):
    """A file whose sound cannot be used; the message is one sentence for the user."""


class Cancelled(Exception):
    """The work was no longer wanted."""


def decode_to(
    source: Path,
    target: Path,
    report: Callable[[float], None] = lambda _: None,
    is_cancelled: Callable[[], bool] = lambda: False,
    track: int = 0,
) -> int:
    """Decode a file's sound into ``target`` (.pcm) and its peaks beside it (.peaks).

    Both are whole or not there at all.

    Args:
        report: hears how much is done, 0 to 1, where the file says how long it is.
        track: which of the file's sound tracks.

    Returns:
        Samples at 48 kHz.

    Raises:
        SoundError: no sound, damaged, longer than 12 hours, or the disk is full.
        Cancelled: ``is_cancelled`` came true.
    """
    parts = [path.with_name(f".{path.name}.{os.getpid()}.part") for path in both_files(target)]
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with parts[0].open("wb") as samples, parts[1].open("wb") as peaks:
            count = 0
            rest = np.zeros((0, 2), np.int16)
            for block, fraction in _blocks(source, track):
                if is_cancelled():
                    raise Cancelled
                if count // _REPORT_EVERY != (count + len(block)) // _REPORT_EVERY:
                    report(fraction)
                count += len(block)
                if count > MAX_SAMPLES:
                    raise SoundError(f"{source.name} is longer than 12 hours; cut it first.")
                samples.write(block.tobytes())
                rest = np.concatenate((rest, block))
                whole = len(rest) // PEAK_SAMPLES * PEAK_SAMPLES
                peaks.write(_peaks(rest[:whole]).tobytes())
                rest = rest[whole:]
            peaks.write(_peaks(rest).tobytes())
        if count == 0:
            raise SoundError(f"{source.name} holds no sound that can be read; choose another file.")
        for part, path in zip(parts, both_files(target), strict=True):
            part.replace(path)
    except (FFmpegError, ValueError) as error:
        if isinstance(error, SoundError):
            raise
        raise SoundError(f"{source.name} cannot be read as sound; choose another file.") from error
    except ContainerError as error:
        raise SoundError(f"{source.name} cannot be read as sound; choose another file.") from error
    except OSError as error:
        raise SoundError(f"{source.name} was not taken in: {error.strerror or error}.") from error
    finally:
        for part in parts:
            part.unlink(missing_ok=True)
    return count


def both_files(target: Path) -> tuple[Path, Path]:
    """Return where samples and peaks lie."""
    return target, target.with_suffix(".peaks")


class PcmFile:
    """Decoded samples on disk, read where they are wanted; several threads may ask.

    Not mapped: pages that were heard once would count as this process's memory for good.

    Raises:
        OSError: they are not there.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._file = path.open("rb", buffering=0)
        self._count = path.stat().st_size // 4

    def __len__(self) -> int:
        return self._count

    def __del__(self) -> None:
        if hasattr(self, "_file"):
            self._file.close()

    def read(self, start: int, stop: int) -> Pcm:
        """Return the samples ``[start, stop)``, int16 (samples, 2); fewer at the end."""
        with self._lock:
            self._file.seek(4 * start)
            content = self._file.read(4 * max(0, stop - start)) or b""
        return np.frombuffer(content[: len(content) // 4 * 4], np.int16).reshape(-1, 2)


def open_peaks(path: Path) -> Peaks:
    """Read peaks, int8 (pairs, 2): least and greatest.

    Raises:
        OSError, ValueError: they are not there, or damaged.
    """
    return np.fromfile(path, np.int8).reshape(-1, 2)


def peaks_between(peaks: Peaks, edges: NDArray[np.int64]) -> Peaks:
    """Return least and greatest for each pair of neighbouring edges, which count samples.

    Edges outside the sound give silence.
    """
    low = np.clip(edges[:-1] // PEAK_SAMPLES, 0, len(peaks))
    high = np.clip(-(-edges[1:] // PEAK_SAMPLES), 0, len(peaks))
    result = np.zeros((len(low), 2), np.int8)
    heard = np.flatnonzero(high > low)
    if len(heard):
        bounds = np.stack([low[heard], high[heard]], axis=1).ravel()
        # Pairs may overlap where a pixel is narrower than a pair: every other result is one.
        padded = np.concatenate((peaks, peaks[-1:]))
        result[heard, 0] = np.minimum.reduceat(padded[:, 0], bounds)[::2]
        result[heard, 1] = np.maximum.reduceat(padded[:, 1], bounds)[::2]
    return result


def _peaks(samples: Pcm) -> Peaks:
    """Return the peaks of some samples; the last group may be short."""
    if not len(samples):
        return np.zeros((0, 2), np.int8)
    starts = np.arange(0, len(samples), PEAK_SAMPLES)
    low = np.minimum.reduceat(samples.min(axis=1), starts)
    high = np.maximum.reduceat(samples.max(axis=1), starts)
    return np.stack([low >> 8, high >> 8], axis=1).astype(np.int8)


def _blocks(source: Path, track: int) -> Iterator[tuple[Pcm, float]]:
    """Yield consecutive samples, silence where there was a gap, and how much is done."""
    with open_local(source) as container:
        if not container.streams.audio:
            raise SoundError(f"{source.name} has no sound; choose another file.")
        if track >= len(container.streams.audio):
            raise SoundError(f"{source.name} has no sound track {track + 1}; choose another.")
        length_s = (container.duration or 0) / 1_000_000
        begin = _picture_start(container)
        resampler = _Resampler()
        position, is_first = 0, True
        for frame in _decoded(container, track):
            stamp = None
            if frame.pts is not None and frame.time_base is not None:
                stamp = Fraction(frame.pts) * frame.time_base
                begin = stamp if begin is None else begin
                stamp -= begin
            place = place_of(stamp, position, is_first)
            is_first = False
            for block in resampler.take(frame):
                for at in range(position, place, SAMPLE_RATE):
                    yield np.zeros((min(SAMPLE_RATE, place - at), 2), np.int16), 0.0
                kept = block[max(0, position - place) :]
                if len(kept):
                    done = (place + len(block)) / SAMPLE_RATE / length_s if length_s else 0.0
                    yield kept, min(1.0, done)
                place += len(block)
                position = max(position, place)
        for block in resampler.rest():
            yield block, 1.0


def _picture_start(container: InputContainer) -> Fraction | None:
    for stream in container.streams.video:
        if stream.disposition & Disposition.attached_pic:
            continue  # the cover of a record
        if stream.start_time is not None and stream.time_base is not None:
            return stream.start_time * stream.time_base
    return None


def _decoded(container: InputContainer, track: int) -> Iterator[AudioFrame]:
    bad = 0
    for packet in container.demux(container.streams.audio[track]):
        try:
            frames = packet.decode()
        except FFmpegError:
            bad += 1
            if bad > _MAX_BAD_PACKETS:
                raise
            continue
        yield from frames


class _Resampler:
    """To stereo at 48 kHz, also where the kind of sound changes in the middle."""

    def __init__(self) -> None:
        self._kind: tuple[str, str, int] | None = None
        self._inner = _new_resampler()

    def take(self, frame: AudioFrame) -> list[Pcm]:
        kind = (frame.format.name, frame.layout.name, frame.sample_rate)
        before = self.rest() if self._kind not in {None, kind} else []
        self._kind = kind
        frame.pts = None
        return before + [_pcm(out) for out in self._inner.resample(frame)]

    def rest(self) -> list[Pcm]:
        if self._kind is None:
            return []
        rest: list[Pcm] = []
        with contextlib.suppress(FFmpegError):
            rest = [_pcm(out) for out in self._inner.resample(None)]
        self._inner = _new_resampler()
        return rest


def _new_resampler() -> av.AudioResampler:
    # Floats, as in the engine: FFmpeg mixes many channels down at another level for integers.
    return av.AudioResampler(format="flt", layout="stereo", rate=SAMPLE_RATE)


def _pcm(frame: AudioFrame) -> Pcm:
    samples = np.asarray(frame.to_ndarray(), dtype=np.float32).reshape(-1, 2)
    return np.clip(np.rint(samples * 32767), -32768, 32767).astype(np.int16)
