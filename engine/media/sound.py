"""Read the sound of any file as stereo at 48 kHz, and mix stretches of it: in constant memory.

Blocks are float32 arrays (samples, 2) of at most ``BLOCK`` samples, full scale at ±1. What
container or codec the mix goes into is not known here.
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
from av.audio.resampler import AudioResampler
from av.error import FFmpegError
from av.stream import Disposition
from numpy.typing import NDArray

from engine.planning.sound import SAMPLE_RATE, factor_of, place_of
from engine.protocol.errors import BadInput
from engine.protocol.export import SoundSpec
from engine.protocol.stopping import heed

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.container import InputContainer

Samples = NDArray[np.float32]

BLOCK = 8192
"""Samples that are mixed at a time."""

_MAX_BAD_PACKETS = 100
_LOCAL = {"protocol_whitelist": "file"}
"""A playlist must not make the program reach for other places than the file."""


def has_sound(path: Path) -> bool:
    """Return whether a file announces sound; False for what cannot be read."""
    try:
        with av.open(str(path), options=_LOCAL) as container:
            return bool(container.streams.audio)
    except (FFmpegError, OSError, ValueError):
        return False


def picture_start(container: InputContainer) -> Fraction | None:
    """Return the moment of a movie's first picture; None where there is sound alone."""
    for stream in container.streams.video:
        if stream.disposition & Disposition.attached_pic:
            continue  # the cover of a record
        if stream.start_time is not None and stream.time_base is not None:
            return stream.start_time * stream.time_base
    return None


def read_sound(
    path: Path, start: int = 0, stop: int | None = None, track: int = 0
) -> Generator[Samples]:
    """Yield the samples ``[start, stop)`` of one of a file's sound tracks, in blocks.

    Sample 0 is the file's own beginning, that of its picture if it has one, so that the sound of a
    movie stays with its frames. What lies before ``start`` is decoded and thrown away: seeking in
    compressed sound is not exact. Past the end nothing comes.

    Raises:
        BadInput: the file cannot be opened, or holds no sound.
    """
    position = 0
    for first, block in _placed_blocks(path, track):
        yield from _silence(position, min(first, stop or first), start)
        low, high = max(start, first), first + len(block)
        high = high if stop is None else min(high, stop)
        for at in range(low, high, BLOCK):
            yield block[at - first : min(at + BLOCK, high) - first]
        position = first + len(block)
        if stop is not None and position >= stop:
            return


def _silence(position: int, until: int, start: int) -> Iterator[Samples]:
    for at in range(max(position, start), until, BLOCK):
        yield np.zeros((min(BLOCK, until - at), 2), np.float32)


def _placed_blocks(path: Path, track: int) -> Iterator[tuple[int, Samples]]:
    """Yield (first sample, samples) as they are decoded, without overlap."""
    try:
        with av.open(str(path), options=_LOCAL) as container:
            if not container.streams.audio:
                raise BadInput(f"{path.name} has no sound; choose another file.")
            if track >= len(container.streams.audio):
                raise BadInput(f"{path.name} has no sound track {track + 1}; choose another.")
            begin = picture_start(container)
            resampler = _Resampler()
            position, is_first = 0, True
            for frame in _decoded(container, track):
                stamp = None
                if frame.pts is not None and frame.time_base is not None:
                    stamp = Fraction(frame.pts) * frame.time_base
                    # Without a picture, the file begins with its sound.
                    begin = stamp if begin is None else begin
                    stamp -= begin
                place = place_of(stamp, position, is_first)
                blocks = resampler.take(frame)
                yield from _laid(blocks, place, position)
                position = max(position, place + sum(map(len, blocks)))
                is_first = False
            yield from _laid(resampler.rest(), position, position)
    except (FFmpegError, OSError, ValueError) as error:
        raise BadInput(f"The sound of {path.name} cannot be read; replace it.") from error


def _laid(blocks: Sequence[Samples], place: int, position: int) -> Iterator[tuple[int, Samples]]:
    for block in blocks:
        head = max(0, position - place)  # what overlaps is heard once
        if head < len(block):
            yield place + head, block[head:]
        place += len(block)


def _decoded(container: InputContainer, track: int) -> Iterator[AudioFrame]:
    """Decode, passing over damaged packets; a file of nothing else is damaged itself."""
    bad = 0
    for packet in container.demux(container.streams.audio[track]):
        heed()
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

    def take(self, frame: AudioFrame) -> list[Samples]:
        """Return what comes out for a frame."""
        kind = (frame.format.name, frame.layout.name, frame.sample_rate)
        before = self.rest() if self._kind not in {None, kind} else []
        self._kind = kind
        frame.pts = None
        return before + [_array(out) for out in self._inner.resample(frame)]

    def rest(self) -> list[Samples]:
        """Return what is still inside."""
        if self._kind is None:
            return []
        rest = [_array(out) for out in self._inner.resample(None)]
        self._inner = _new_resampler()
        return rest


def _new_resampler() -> AudioResampler:
    return AudioResampler(format="flt", layout="stereo", rate=SAMPLE_RATE)


def _array(frame: AudioFrame) -> Samples:
    return np.asarray(frame.to_ndarray(), dtype=np.float32).reshape(-1, 2)


class Mix:
    """The sum of some stretches over ``[0, num_samples)``, read from its start to its end.

    Opens a file when its stretch begins and closes it when it ends: memory does not grow with the
    length of anything.

    Raises:
        BadInput: a file cannot be read.
    """

    def __init__(self, sounds: Sequence[SoundSpec], num_samples: int) -> None:
        self.num_samples = num_samples
        self._waiting = sorted(sounds, key=lambda sound: sound.at, reverse=True)

    def blocks(self) -> Generator[Samples]:
        """Yield the mix, kept within full scale; every block but the last has ``BLOCK`` samples."""
        playing: list[_Voice] = []
        try:
            for at in range(0, self.num_samples, BLOCK):
                length = min(BLOCK, self.num_samples - at)
                while self._waiting and self._waiting[-1].at < at + length:
                    playing.append(_Voice(self._waiting.pop()))
                out = np.zeros((length, 2), np.float32)
                for voice in playing:
                    voice.add_to(out, at)
                for voice in [v for v in playing if v.end <= at + length]:
                    voice.close()
                    playing.remove(voice)
                yield np.clip(out, -1.0, 1.0, out=out)
        finally:
            for voice in playing:
                voice.close()


class _Voice:
    """One stretch while it is heard."""

    def __init__(self, sound: SoundSpec) -> None:
        self._sound = sound
        self._blocks = read_sound(Path(sound.path), sound.start, sound.stop, sound.track)
        self._rest: Samples = np.zeros((0, 2), np.float32)
        self.end = sound.at + sound.stop - sound.start

    def add_to(self, out: Samples, at: int) -> None:
        """Add what of it is heard in ``[at, at + len(out))``."""
        first = max(at, self._sound.at)
        length = min(at + len(out), self.end) - first
        samples = self._take(length)
        if len(samples):
            gains = envelope(self._sound, first - self._sound.at, len(samples))
            out[first - at : first - at + len(samples)] += samples * gains[:, None]

    def _take(self, length: int) -> Samples:
        parts = [self._rest]
        have = len(self._rest)
        while have < length:
            block = next(self._blocks, None)
            if block is None:
                break
            parts.append(block)
            have += len(block)
        whole = np.concatenate(parts)
        self._rest = whole[length:]
        return whole[:length]

    def close(self) -> None:
        """Let go of the file."""
        with contextlib.suppress(BadInput):
            self._blocks.close()


def envelope(sound: SoundSpec, first: int, length: int) -> NDArray[np.float32]:
    """Return the factors of ``length`` samples of a stretch from its ``first`` on."""
    place = np.arange(first, first + length, dtype=np.float64)
    factors = np.full(length, factor_of(sound.gain_db))
    if sound.fade_in:
        factors *= np.minimum(1.0, (place + sound.cut_before) / sound.fade_in)
    if sound.fade_out:
        left = sound.stop - sound.start + sound.cut_after - place
        factors *= np.clip(left / sound.fade_out, 0.0, 1.0)
    return factors.astype(np.float32)
