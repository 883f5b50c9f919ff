"""Frame rates and timecode as other programs write them: exact fractions, drop frames, labels.

SMPTE ST 12-1: drop-frame timecode leaves out the labels ``;00`` and ``;01`` (at 29.97) of every
minute but each tenth, so that it follows the clock; no frame is lost.
"""

from __future__ import annotations

import math
import re
from fractions import Fraction

from engine.protocol.jobs import FrameRate

DAY_S = 24 * 3600
_LABEL = re.compile(r"(\d{1,2})[:;.](\d{2})[:;.](\d{2})([:;.])(\d{2,3})", re.ASCII)


def nominal(rate: FrameRate) -> int:
    """Return the whole number that timecode counts up to: 24 for 24000/1001."""
    return max(1, round(rate.fraction))


def is_ntsc(rate: FrameRate) -> bool:
    """Return whether a rate is a whole number times 1000/1001."""
    return rate.fraction == Fraction(nominal(rate) * 1000, 1001)


def is_whole(rate: FrameRate) -> bool:
    """Return whether a rate is a whole number."""
    return rate.fraction.denominator == 1


def can_drop(rate: FrameRate) -> bool:
    """Return whether drop-frame timecode is defined: 29.97, 59.94 and their multiples."""
    return is_ntsc(rate) and nominal(rate) % 30 == 0


def rate_text(rate: FrameRate) -> str:
    """Return a rate as the field writes it: ``24``, ``23.976``, ``29.97``."""
    return f"{float(rate.fraction):.3f}".rstrip("0").rstrip(".")


def label(frame: int, rate: FrameRate, *, drop: bool = False) -> str:
    """Return ``HH:MM:SS:FF``, with ``;`` before the frames when labels are dropped.

    Raises:
        ValueError: the frame is negative or lies past 24 hours.
    """
    count = nominal(rate)
    if drop:
        frame = _with_dropped(frame, count)
    seconds, frames = divmod(frame, count)
    if not 0 <= seconds < DAY_S:
        raise ValueError("Timecode ends at 24 hours; begin earlier or shorten the film.")
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{';' if drop else ':'}{frames:02}"


def frame_of(text: str, rate: FrameRate, *, drop: bool | None = None) -> int:
    """Return the frame that a label names, counted from ``00:00:00:00``.

    Args:
        drop: None: the separator says it, ``;`` for drop frame.

    Raises:
        ValueError: it is no label, or none that occurs at this rate.
    """
    found = _LABEL.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"“{text.strip()[:40]}” is no timecode; it should read HH:MM:SS:FF.")
    hours, minutes, seconds, frames = (int(found[n]) for n in (1, 2, 3, 5))
    count = nominal(rate)
    if minutes > 59 or seconds > 59 or hours > 23:
        raise ValueError(f"The timecode {text.strip()} does not exist; minutes end at 59.")
    if frames >= count:
        raise ValueError(
            f"The timecode {text.strip()} counts past frame {count - 1} of its second; "
            f"it was not made at {rate_text(rate)} frames a second."
        )
    drops = found[4] == ";" if drop is None else drop
    total = (hours * 3600 + minutes * 60 + seconds) * count + frames
    if not (drops and can_drop(rate)):
        return total
    skipped = count // 15
    all_minutes = hours * 60 + minutes
    if seconds == 0 and frames < skipped and minutes % 10:
        frames_dropped = skipped * (all_minutes - 1 - (all_minutes - 1) // 10)
        return total - frames - frames_dropped  # a label that is left out: the frame after it
    return total - skipped * (all_minutes - all_minutes // 10)


def _with_dropped(frame: int, count: int) -> int:
    """Return the number whose plain label is the drop-frame label of ``frame``."""
    skipped = count // 15
    minute = count * 60 - skipped
    ten = minute * 10 + skipped
    tens, rest = divmod(frame, ten)
    frame += tens * 9 * skipped
    if rest >= skipped:
        frame += (rest - skipped) // minute * skipped
    return frame


def known_rate(value: float) -> FrameRate:
    """Return the exact rate that a decimal number means: 23.976, 23.98 → 24000/1001.

    Raises:
        ValueError: it is not a frame rate.
    """
    if not math.isfinite(value) or not 0.5 <= value <= 1000:
        raise ValueError("A frame rate in the file makes no sense; it should be 1 to 1000.")
    whole = max(1, round(value))
    ntsc = Fraction(whole * 1000, 1001)
    if abs(value - whole) < 1e-4:
        return FrameRate(num=whole)
    if whole >= 10 and abs(value - float(ntsc)) < 0.006:
        return FrameRate(num=whole * 1000, den=1001)
    near = Fraction(value).limit_denominator(1001)
    return FrameRate(num=near.numerator, den=near.denominator)


def exact_rate(value: Fraction) -> FrameRate:
    """Return a fraction as a frame rate.

    Raises:
        ValueError: it is not a frame rate.
    """
    if not Fraction(1, 2) <= value <= 1000 or max(value.numerator, value.denominator) > 1_000_000:
        raise ValueError("A frame rate in the file makes no sense; it should be 1 to 1000.")
    return FrameRate(num=value.numerator, den=value.denominator)
