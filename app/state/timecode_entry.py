"""What people type to go somewhere: ``00:00:02:05``, ``53``, ``+12``, ``-1:00``, ``2.5s``.

Pure; the other direction is in ``timecode``.
"""

from __future__ import annotations

import re
from fractions import Fraction

from app.state.timecode import nominal_rate
from engine.protocol.jobs import FrameRate

_LARGEST = 10**9


class EntryError(ValueError):
    """Typed words that are no place in a film; the message is one sentence for the user."""


def entered_frame(text: str, playhead: int, rate: FrameRate) -> int:
    """Return the film frame that was typed; a sign in front counts from the playhead.

    Raises:
        EntryError: it is neither a timecode nor a number.
    """
    words = text.strip().lower()
    sign = words[:1] if words[:1] in {"+", "-"} else ""
    amount = _amount(words[len(sign) :].strip(), rate)
    if amount is None or amount > _LARGEST:
        raise EntryError(
            f"“{text.strip()}” is no place in the film; type a timecode (2:05), a frame (53) or a "
            "step (+12)."
        )
    if not sign:
        return amount
    return playhead + (amount if sign == "+" else -amount)


def _amount(words: str, rate: FrameRate) -> int | None:
    if re.fullmatch(r"\d{1,12}", words):
        return int(words)
    if re.fullmatch(r"\d{1,9}(\.\d{1,6})?\s*s", words):
        return round(Fraction(words[:-1].strip()) * rate.fraction)
    if re.fullmatch(r"\d{1,6}([:;.,]\d{1,6}){1,3}", words):
        parts = [int(part) for part in re.split(r"[:;.,]", words)]
        hours, minutes, seconds, frames = [0] * (4 - len(parts)) + parts
        return ((hours * 60 + minutes) * 60 + seconds) * nominal_rate(rate) + frames
    return None
