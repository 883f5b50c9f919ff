"""Timecodes for any rational rate, drop-frame ones among them. Pure arithmetic.

A timecode counts frames in whole numbers per second (24 for 24000/1001). Drop-frame leaves out
numbers, not frames: two at each minute that is no tenth at 29.97, four at 59.94 (SMPTE ST 12-1).
"""

from __future__ import annotations

import re
from fractions import Fraction

_WRITTEN = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})([:;.])(\d{2,3})")


def nominal_rate(rate: Fraction) -> int:
    """Return how many frames a timecode counts to a second."""
    return max(1, -(-rate.numerator // rate.denominator))


def can_drop(rate: Fraction) -> bool:
    """Whether there are drop-frame timecodes at this rate."""
    return rate in {Fraction(30000, 1001), Fraction(60000, 1001)}


def parse_timecode(text: str, rate: Fraction) -> int:
    """Return the frame that a timecode such as ``01:00:00:00`` names; ``;`` means drop-frame.

    Raises:
        ValueError: it is no timecode at this rate; one sentence says why.
    """
    found = _WRITTEN.fullmatch(text.strip())
    base = nominal_rate(rate)
    if found is None:
        raise ValueError(f"“{text}” is no timecode; write it like 01:00:00:00.")
    hours, minutes, seconds, frames = (int(found[n]) for n in (1, 2, 3, 5))
    if hours > 23 or minutes > 59 or seconds > 59 or frames >= base:
        raise ValueError(f"There is no timecode {text} at {float(rate):.5g} frames a second.")
    count = ((hours * 60 + minutes) * 60 + seconds) * base + frames
    if found[4] == ":":
        return count
    if not can_drop(rate):
        raise ValueError("Drop-frame timecodes exist at 29.97 and 59.94 frames a second only.")
    dropped = base // 15
    if seconds == 0 and minutes % 10 and frames < dropped:
        raise ValueError(f"There is no timecode {text}: drop-frame leaves that number out.")
    return count - dropped * (hours * 54 + minutes - minutes // 10)


def format_timecode(frame: int, rate: Fraction, *, drop: bool = False) -> str:
    """Return the timecode of a frame; after 24 hours it begins anew."""
    base = nominal_rate(rate)
    if drop:
        dropped = base // 15
        tens, rest = divmod(frame, base * 600 - 9 * dropped)
        minutes = 0 if rest < base * 60 else 1 + (rest - base * 60) // (base * 60 - dropped)
        frame += dropped * (9 * tens + minutes)
    frame %= base * 86_400
    seconds, frames = divmod(frame, base)
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    mark = ";" if drop else ":"
    return f"{hours:02}:{minutes:02}:{seconds:02}{mark}{frames:02}"


def shifted_timecode(text: str, num_frames: int, rate: Fraction) -> str:
    """Return the timecode so many frames later, of the same kind.

    Raises:
        ValueError: it is no timecode at this rate.
    """
    drop = ";" in text or "." in text
    return format_timecode(parse_timecode(text, rate) + num_frames, rate, drop=drop)
