"""Captions of measurements alone: how many shots, how much moves, what the camera does. Pure."""

from __future__ import annotations

from fractions import Fraction

from engine.data.measures.camera import describe
from engine.data.schema import ClipRecord, Quality, ShotCaption, ShotRecord, StructuredCaption

_STILL, _LIVELY, _WILD = 0.6, 4.0, 12.0
"""Thousandths of a frame width per frame at 24 frames a second."""


def measured_caption(record: ClipRecord) -> StructuredCaption:
    """Return the caption of a clip that nobody looked at."""
    rate = float(Fraction(record.rate))
    cameras = [camera_phrase(shot, rate) for shot in record.shots]
    count = len(cameras)
    seconds = f"{record.num_frames / rate:.1f} seconds"
    if count == 1:
        head = f"One shot of {seconds}, with {motion_words(record.quality, rate)}"
        narrative = f"{head}; {cameras[0]}." if cameras[0] else f"{head}."
    else:
        cuts = "1 cut" if count == 2 else f"{count - 1} cuts"
        narrative = (
            f"{count} shots in {seconds}, {cuts}, with {motion_words(record.quality, rate)}. "
        ) + " ".join(
            f"Shot {number}: {camera or 'camera unknown'}."
            for number, camera in enumerate(cameras, 1)
        )
    return StructuredCaption(
        narrative=narrative[:4000], shots=tuple(ShotCaption(camera=words) for words in cameras)
    )


def camera_phrase(shot: ShotRecord, rate: float) -> str:
    """Return what the camera does in a shot; empty where it could not be told."""
    return describe(shot.moves, (shot.stop - shot.start) / rate)


def motion_words(quality: Quality, rate: float) -> str:
    """Return how much moves."""
    motion = quality.motion * rate / 24
    if motion < _STILL:
        return "hardly any motion"
    if motion < _LIVELY:
        return "calm motion"
    return "lively motion" if motion < _WILD else "very fast motion"
