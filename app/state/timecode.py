"""Frames as people read them: ``00:01:02:05``, and durations in words."""

from __future__ import annotations

from fractions import Fraction

from app.state.language import said
from engine.protocol.jobs import FrameRate


def timecode(frame: int, rate: FrameRate) -> str:
    """Return ``HH:MM:SS:FF``, without drop frames: the frames count up to the nominal rate."""
    nominal = nominal_rate(rate)
    seconds, frames = divmod(max(frame, 0), nominal)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}:{frames:02}"


def nominal_rate(rate: FrameRate) -> int:
    """Return the frame rate rounded to a whole number: 24 for 24000/1001."""
    return max(1, round(rate.fraction))


def seconds_text(num_frames: int, rate: FrameRate) -> str:
    """Return a length such as ``2.0 s``."""
    seconds = float(Fraction(num_frames) / rate.fraction)
    return said("State", "{seconds:.1f} s", seconds=seconds)


def duration_text(seconds: float) -> str:
    """Return a waiting time that is not more precise than it can be: ``about 3 min``."""
    if seconds < 1:
        return said("State", "a moment")
    if seconds < 60:
        return said("State", "{number} s", number=round(seconds))
    if seconds < 3600:
        return said("State", "{number} min", number=round(seconds / 60))
    hours, minutes = divmod(round(seconds / 60), 60)
    return said("State", "{hours} h {minutes:02} min", hours=hours, minutes=minutes)


def rate_text(rate: FrameRate) -> str:
    """Return a frame rate as the field writes it: ``24``, ``23.976``."""
    value = float(rate.fraction)
    return f"{value:.3f}".rstrip("0").rstrip(".")
