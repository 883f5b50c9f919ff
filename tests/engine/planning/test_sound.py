"""Frames and samples: exact for any rate, for hours."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.planning.sound import (
    CARRY_GAP,
    MAX_GAP,
    SAMPLE_RATE,
    factor_of,
    frames_covering,
    place_of,
    sample_at,
)

rates = st.sampled_from(
    [Fraction(24), Fraction(25), Fraction(24000, 1001), Fraction(30000, 1001), Fraction(60)]
) | st.fractions(1, 240, max_denominator=1001)


@given(frame=st.integers(0, 10**7), rate=rates)
def test_a_frame_begins_on_the_nearest_sample(frame: int, rate: Fraction) -> None:
    moment = Fraction(frame) / rate * SAMPLE_RATE
    assert abs(sample_at(frame, rate) - moment) <= Fraction(1, 2)


@given(num_samples=st.integers(1, 10**10), rate=rates)
def test_frames_cover_samples_and_none_is_left_over(num_samples: int, rate: Fraction) -> None:
    frames = frames_covering(num_samples, rate)
    assert sample_at(frames, rate) >= num_samples > sample_at(frames - 1, rate) - 1


def test_ten_hours_at_23_976_do_not_drift() -> None:
    rate = Fraction(24000, 1001)
    assert sample_at(863_136, rate) == 863_136 * 2002


def test_decibels() -> None:
    assert factor_of(0) == 1
    assert factor_of(-6.0206) == pytest.approx(0.5, abs=1e-4)
    assert factor_of(20) == pytest.approx(10)


@pytest.mark.parametrize(
    ("stamp", "position", "is_first", "wanted"),
    [
        (None, 7000, False, 7000),
        (Fraction(1), 48_010, False, 48_010),  # a container's rounding is no gap
        (Fraction(2), 48_000, False, 96_000),  # sound was missing in between
        (Fraction(1), 96_000, False, 48_000),  # an overlap
        (Fraction(1, 100), 0, True, 480),  # the sound begins after the picture
        (Fraction(-1, 100), 0, True, 0),  # an encoder's own delay, cut off already
        (Fraction(-1), 0, True, -48_000),  # the sound begins before the picture
        (Fraction(10**6), 48_000, False, 48_000),  # nonsense
    ],
)
def test_time_stamps_are_believed_where_they_make_sense(
    stamp: Fraction | None, position: int, is_first: bool, wanted: int
) -> None:
    assert CARRY_GAP < SAMPLE_RATE < MAX_GAP
    assert place_of(stamp, position, is_first) == wanted
