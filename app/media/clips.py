"""What a user's movie file is to a film: size, rate, length and sound, as the engine found it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.timeline.parts import FootageItem
from engine.protocol.jobs import FrameRate
from engine.protocol.media import MediaReport

MIN_SIDE, MAX_SIDE = 64, 8192
"""Pixels that a film is wide and high."""

_MAX_RATE = 240


class ClipError(ValueError):
    """A movie that cannot be used; the message is one sentence for the user."""


@dataclass(frozen=True, slots=True)
class ClipInfo:
    """A movie's picture.

    Attributes:
        width, height: in pixels, upright and square.
        rate: frames per second; of a variable one, what it is brought to.
        num_frames: at that rate.
        num_sounds: sound tracks.
        remarks: a sentence on each thing that is done to its pictures.
    """

    width: int
    height: int
    rate: FrameRate
    num_frames: int
    num_sounds: int = 0
    remarks: tuple[str, ...] = ()

    @property
    def has_sound(self) -> bool:
        """Whether something is heard."""
        return self.num_sounds > 0


def clip_of(report: MediaReport) -> ClipInfo:
    """Return what a film needs to know of a movie.

    Raises:
        ClipError: it is of a kind that films are not.
    """
    name = Path(report.path).name
    width, height = report.width, report.height
    if not all(MIN_SIDE <= side <= MAX_SIDE for side in (width, height)):
        raise ClipError(
            f"{name} is {width}×{height} pixels; {MIN_SIDE} to {MAX_SIDE} on each side are "
            "possible, so scale it first."
        )
    if report.num_frames == 1 or not 1 <= report.rate.fraction <= _MAX_RATE:
        raise ClipError(f"{name} does not run at 1 to {_MAX_RATE} frames a second; convert it.")
    return ClipInfo(
        width, height, report.rate, report.num_frames, len(report.sounds), report.remarks
    )


def footage_item(report: MediaReport, fingerprint: str) -> FootageItem:
    """Return a movie as a film knows it, counted at the report's rate."""
    path = Path(report.path)
    return FootageItem(
        path=str(path),
        name=path.name,
        fingerprint=fingerprint,
        width=report.width,
        height=report.height,
        rate=report.rate,
        own_rate=report.own_rate,
        num_frames=report.num_frames,
        num_sounds=len(report.sounds),
        remarks=report.remarks,
    )
