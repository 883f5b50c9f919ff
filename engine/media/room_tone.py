"""Room tone: the quietest second of a sound, looped, for where footage has gone on in silence.

A loop is laid in pieces that fade into one another, so that its seam is not heard.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.media.sound import read_sound
from engine.planning.sound import SAMPLE_RATE
from engine.protocol.export import RoomTone, SoundSpec

PIECE = SAMPLE_RATE
OVERLAP = SAMPLE_RATE // 5
_SEARCH = 12 * SAMPLE_RATE
_STEP = SAMPLE_RATE // 20


def room_tone(spec: RoomTone) -> list[SoundSpec]:
    """Return the pieces of sound that fill ``spec``; none of a file that is too short.

    The quietest second is looked for in the twelve that lie nearest to the gap.

    Raises:
        BadInput: the file cannot be read.
    """
    search_stop = min(spec.source_stop, _SEARCH) if spec.from_start else spec.source_stop
    search_start = max(0, search_stop - _SEARCH)
    blocks = list(read_sound(Path(spec.path), search_start, search_stop, spec.track))
    if not blocks:
        return []
    samples = np.concatenate(blocks)
    length = min(PIECE, len(samples))
    if length <= 2 * OVERLAP:
        return []
    power = np.concatenate([[0.0], np.cumsum((samples.astype(np.float64) ** 2).sum(axis=1))])
    starts = np.arange(0, len(samples) - length + 1, _STEP)
    start = search_start + int(starts[np.argmin(power[starts + length] - power[starts])])
    return _pieces(spec, start, length)


def _pieces(spec: RoomTone, start: int, length: int) -> list[SoundSpec]:
    pieces: list[SoundSpec] = []
    at, end = spec.at, spec.at + spec.length
    while at < end:
        count = min(length, end - at)
        is_last = at + length >= end
        piece = SoundSpec(
            path=spec.path,
            track=spec.track,
            start=start,
            stop=start + count,
            at=at,
            fade_in=min(OVERLAP, count // 2),
            fade_out=min(OVERLAP, count // 2),
        )
        pieces.append(piece)
        if is_last:
            break
        at += length - OVERLAP
    if spec.fades:
        # One long fade: every piece is as loud as the straight line has it in its middle.
        return [_dimmed(piece, spec) for piece in pieces]
    return pieces


def _dimmed(piece: SoundSpec, spec: RoomTone) -> SoundSpec:
    middle = piece.at + (piece.stop - piece.start) / 2 - spec.at
    share = middle / spec.length
    left = max(1e-3, share if spec.from_start else 1 - share)
    return piece.model_copy(update={"gain_db": max(-60.0, 20 * float(np.log10(left)))})
