"""Timecodes: what is counted, what drop-frame leaves out, and what is no timecode."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.planning.timecode import format_timecode, parse_timecode, shifted_timecode

NTSC = Fraction(30000, 1001)
rates = st.sampled_from([Fraction(24000, 1001), Fraction(24), Fraction(25), NTSC, Fraction(60)])


@given(frame=st.integers(0, 2_000_000), rate=rates)
def test_a_timecode_names_its_frame(frame: int, rate: Fraction) -> None:
    assert parse_timecode(format_timecode(frame, rate), rate) == frame


@given(frame=st.integers(0, 2_589_407), rate=st.sampled_from([NTSC, 2 * NTSC]))
def test_a_drop_frame_timecode_names_its_frame(frame: int, rate: Fraction) -> None:
    assert parse_timecode(format_timecode(frame, rate, drop=True), rate) == frame


def test_drop_frame_keeps_the_hours() -> None:
    assert format_timecode(1799, NTSC, drop=True) == "00:00:59;29"
    assert format_timecode(1800, NTSC, drop=True) == "00:01:00;02"
    assert format_timecode(17_982, NTSC, drop=True) == "00:10:00;00"
    assert shifted_timecode("01:00:00;00", 107_892, NTSC) == "02:00:00;00"
    assert shifted_timecode("23:59:59:23", 1, Fraction(24)) == "00:00:00:00", "a day has an end"


@pytest.mark.parametrize(
    ("text", "rate", "why"),
    [
        ("one hour", Fraction(24), "write it like"),
        ("01:00:00:24", Fraction(24), "There is no timecode"),
        ("01:00:00;00", Fraction(24), "Drop-frame"),
        ("00:01:00;01", NTSC, "leaves that number out"),
    ],
)
def test_what_is_no_timecode_is_refused(text: str, rate: Fraction, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_timecode(text, rate)
