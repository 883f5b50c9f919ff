"""Where sound stands: film frames and samples, gain, and fades. Pure arithmetic, no file.

All sound is counted at one rate. A film frame begins on the sample nearest to its moment, so that
what is exact in frames stays exact in samples, for any rational frame rate and any length.
"""

from __future__ import annotations

from fractions import Fraction

SAMPLE_RATE = 48_000
"""Samples a second at which everything is counted, mixed and delivered."""

MIN_GAIN_DB, MAX_GAIN_DB = -60.0, 24.0

CARRY_GAP = SAMPLE_RATE // 50
"""Samples by which time stamps may stray before they are believed: containers round to 1 ms or so,
and taking every rounding for a gap would break sound that is whole."""

MAX_GAP = 600 * SAMPLE_RATE
"""Ten minutes: a longer gap is a damaged time stamp, not silence."""


def sample_at(frame: int, rate: Fraction) -> int:
    """Return the sample on which a film frame begins, ties to the later one."""
    return (2 * frame * SAMPLE_RATE * rate.denominator + rate.numerator) // (2 * rate.numerator)


def frames_covering(num_samples: int, rate: Fraction) -> int:
    """Return the fewest film frames from the film's start that hold so many samples."""
    frames = num_samples * rate.numerator // (SAMPLE_RATE * rate.denominator)
    return frames + (sample_at(frames, rate) < num_samples)


def factor_of(gain_db: float) -> float:
    """Return the amplitude factor of a gain in decibels."""
    return 10.0 ** (gain_db / 20.0)


def place_of(stamp_s: Fraction | None, position: int, is_first: bool) -> int:
    """Return the sample on which a decoded block begins.

    Args:
        stamp_s: the block's own time, from the start of its file; None when it says none.
        position: the sample that follows the last block.
        is_first: nothing was decoded before: a stamp is believed however small.

    A block that comes later than the one before ends leaves silence; one that overlaps it loses
    its head.
    """
    if stamp_s is None:
        return position
    stamped = round(stamp_s * SAMPLE_RATE)
    if is_first and -CARRY_GAP <= stamped < 0:
        return 0  # what an encoder puts before the sound, badly told: it is cut off already
    is_believed = is_first or abs(stamped - position) > CARRY_GAP
    return stamped if is_believed and stamped - position <= MAX_GAP else position
