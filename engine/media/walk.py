"""The walk over a movie that finds where its frames stand in time, and where decoding can begin.

One walk over a file's packets, without decoding, finds every frame's time stamp and every keyframe.
Time stamps are believed when all frames have one, none goes backwards in decoding order, and no gap
is longer than ten minutes; else frames are counted at the rate that the file announces.
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray

from engine.media.containers import check_size, decoded, decoder_of, open_movie
from engine.media.movie_index import MovieIndex, Ticks
from engine.media.picture import Look, look_of
from engine.protocol.errors import BadInput
from engine.protocol.stopping import heed

if TYPE_CHECKING:
    from av.video.stream import VideoStream

MAX_GAP_S = 600
_MAX_RATE, _MAX_DENOMINATOR = 1000, 1001
_MAX_FRAMES = 10_000_000
_LOOK_FRAMES, _LOOK_PACKETS = 4, 400
_STANDARD_RATES = tuple(
    Fraction(rate)
    for rate in (
        "10", "12", "12.5", "15", "24000/1001", "24", "25", "30000/1001", "30", "48", "50",
        "60000/1001", "60", "100", "120000/1001", "120", "240",
    )
)  # fmt: skip
_REPORT_EVERY = 2000

_TRUE_TO_SEEKS = {"mov", "matroska", "webm", "avi", "mpegts", "mxf"}
"""What was tested to be; anything else is decoded from its start."""


@dataclass(frozen=True, slots=True)
class _Packets:
    stamps: Ticks
    durations: Ticks
    keys: NDArray[np.bool_]
    can_seek: bool


def walk(path: Path) -> Generator[float, None, MovieIndex]:
    """Yield the share of the file that was walked over, and return the index.

    Raises:
        BadInput: the file is no movie, or cannot be used; one sentence says why.
    """
    look = _first_look(path)
    with open_movie(path) as (container, stream):
        size = max(path.stat().st_size, 1)
        stamps: list[int | None] = []
        durations: list[int] = []
        keys: list[bool] = []
        is_ordered, last_dts = True, None
        try:
            for packet in container.demux(stream):
                heed()
                if not packet.size or packet.is_discard:
                    continue
                stamps.append(packet.pts)
                durations.append(packet.duration or 0)
                keys.append(packet.is_keyframe)
                if packet.dts is not None:
                    is_ordered &= last_dts is None or packet.dts >= last_dts
                    last_dts = packet.dts
                if len(stamps) % _REPORT_EVERY == 0:
                    yield min(1.0, max(packet.pos or 0, 0) / size)
                if len(stamps) > _MAX_FRAMES:
                    raise BadInput(f"{path.name} is too long; cut it into parts first.")
        except FFmpegError:
            pass  # damaged from here on: what came before can be used
        if not stamps:
            raise BadInput(f"{path.name} holds no frame; choose another movie.")
        announced = _announced(stream)
        can_seek = bool(set(container.format.name.split(",")) & _TRUE_TO_SEEKS)
        tick_s = Fraction(stream.time_base or Fraction(1, 1000))
        timed = [stamp for stamp in stamps if stamp is not None]
        if len(timed) == len(stamps) and is_ordered:
            rows = _Packets(np.array(timed), np.array(durations), np.array(keys), can_seek)
            found = _timed(path, stream.index, tick_s, rows, announced, look)
            if found is not None:
                return found
        pulled = _pulled_down(path, stream.index, tick_s, keys, durations, look)
        return pulled or _counted(path, stream.index, keys, announced, look)


def _pulled_down(
    path: Path,
    stream: int,
    tick_s: Fraction,
    keys: Sequence[bool],
    durations: Sequence[int],
    look: Look,
) -> MovieIndex | None:
    """Return the index of film on a disc, whose frames last two and three fields by turns.

    In program streams FFmpeg's stamps of such frames stumble by a field here and there; laid one
    after the other by their lengths, they run as they should. None where they are not such.
    """
    lengths = np.array(durations, dtype=np.int64)
    short, long = int(lengths.min()), int(lengths.max())
    if short <= 0 or not 1.4 <= long / short <= 1.6:
        return None
    stamps = np.concatenate([[0], np.cumsum(lengths[:-1])])
    rate, is_variable = _rate_of(stamps, tick_s, None)
    places = np.flatnonzero(np.array(keys)).astype(np.int64)
    end = int(lengths.sum())
    return MovieIndex(
        path, stream, tick_s, 0, stamps, places, end, rate, is_variable, False, False, look
    )


def _timed(
    path: Path,
    stream: int,
    tick_s: Fraction,
    rows: _Packets,
    announced: Fraction | None,
    look: Look,
) -> MovieIndex | None:
    """Return the index by time stamps; None where they cannot be believed."""
    order = np.argsort(rows.stamps, kind="stable")
    first = int(rows.stamps[order[0]])
    stamps = rows.stamps[order] - first
    fresh = np.concatenate([[True], np.diff(stamps) > 0])  # a field of the frame before, or twice
    order, stamps = order[fresh], stamps[fresh]
    gaps = np.diff(stamps)
    if len(gaps) and int(gaps.max()) * tick_s > MAX_GAP_S:
        return None
    if len(gaps) == 0 and announced is None:
        return None
    typical = int(np.median(gaps)) if len(gaps) else round(1 / (announced or 24) / tick_s)
    rate, is_variable = _rate_of(stamps, tick_s, announced)
    last = int(rows.durations[order[-1]])
    # Some containers tell the last frame's length as that of the whole track, or not at all.
    last = last if 0 < last <= 2 * int(gaps.max() if len(gaps) else last) else typical
    end = int(stamps[-1]) + max(last, 1)
    can_seek = rows.can_seek
    keys = np.flatnonzero(rows.keys[order]).astype(np.int64)
    return MovieIndex(
        path, stream, tick_s, first, stamps, keys, end, rate, is_variable, True, can_seek, look
    )


def _counted(
    path: Path, stream: int, keys: Sequence[bool], announced: Fraction | None, look: Look
) -> MovieIndex:
    """Return the index of a movie whose time stamps are missing or mad: it runs evenly."""
    if announced is None:
        raise BadInput(f"{path.name} does not say how fast it runs; convert it first.")
    count = len(keys)
    stamps = np.arange(count, dtype=np.int64)
    places = np.flatnonzero(np.array(keys)).astype(np.int64)
    return MovieIndex(
        path, stream, 1 / announced, 0, stamps, places, count, announced, False, False, False, look
    )


def _rate_of(stamps: Ticks, tick_s: Fraction, announced: Fraction | None) -> tuple[Fraction, bool]:
    """Return a movie's rate, and whether it strays from it by more than half a frame."""
    count = len(stamps)
    if count < 2:
        return announced or Fraction(24), False
    mean = Fraction(count - 1) / (int(stamps[-1]) * tick_s)
    typical = 1 / (int(np.median(np.diff(stamps))) * tick_s)
    near = [announced] if announced is not None else []
    for candidate in (*near, _standard(mean), _standard(typical)):
        if candidate is None:
            continue
        even = np.arange(count) * float(1 / candidate / tick_s)
        stray = float(np.abs(stamps - even).max() * float(tick_s * candidate))
        if stray <= 0.5:
            return candidate, False
    likely = _standard(typical) or announced or typical
    return min(likely, Fraction(_MAX_RATE)).limit_denominator(_MAX_DENOMINATOR), True


def _standard(rate: Fraction) -> Fraction | None:
    """Return the standard rate that a measured one must mean, if it is near one."""
    nearest = min(_STANDARD_RATES, key=lambda known: abs(known - rate))
    return nearest if abs(nearest - rate) <= nearest / 100 else None


def _announced(stream: VideoStream) -> Fraction | None:
    """Return the rate that the file tells; a standard one where it is one but for rounding."""
    for told in (stream.average_rate, stream.guessed_rate, stream.base_rate):
        if told and Fraction(1, _MAX_DENOMINATOR) <= told <= _MAX_RATE:
            rate = Fraction(told)
            standard = min(_STANDARD_RATES, key=lambda known: abs(known - rate))
            if abs(standard - rate) <= standard / 5000:
                return standard
            return rate.limit_denominator(_MAX_DENOMINATOR)
    return None


def _first_look(path: Path) -> Look:
    """Decode a movie's first frames.

    Raises:
        BadInput: there are none, or they are of a kind that cannot be used.
    """
    with open_movie(path) as (container, stream):
        frames: list[av.VideoFrame] = []
        decoder = decoder_of(path, stream)
        try:
            for number, packet in enumerate(container.demux(stream)):
                with contextlib.suppress(FFmpegError):
                    frames += decoded(path, decoder, packet)
                if len(frames) >= _LOOK_FRAMES or number >= _LOOK_PACKETS:
                    break
        except FFmpegError:
            pass
        if not frames:
            raise BadInput(f"No frame of {path.name} can be decoded; choose another movie.")
        context = stream.codec_context
        told = stream.sample_aspect_ratio or context.sample_aspect_ratio
        aspect = Fraction(told) if told else Fraction(1)
        try:
            looks = [
                look_of(f, aspect, int(context.color_trc), int(context.color_primaries))
                for f in frames
            ]
        except ValueError as error:
            raise BadInput(f"{path.name} {error}; convert it first.") from error
    first = looks[0]
    check_size(path, first.width, first.height)
    check_size(path, *first.size)
    return replace(first, is_interlaced=any(look.is_interlaced for look in looks))
