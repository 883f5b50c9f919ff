"""Labels of timecode, drop frames among them, and what decimal rates mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.timeline.interchange.rates import can_drop, frame_of, known_rate, label
from app.timeline.interchange.text import reel_name
from engine.protocol.jobs import FrameRate
from tests.app.timeline.interchange.films import RATES


@given(st.sampled_from(RATES), st.booleans(), st.data())
def test_every_frame_has_a_label_of_its_own(
    rate: FrameRate, wants_drop: bool, data: st.DataObject
) -> None:
    drop = wants_drop and can_drop(rate)
    frame = data.draw(st.integers(0, 23 * 3600 * 24))
    text = label(frame, rate, drop=drop)
    assert frame_of(text, rate) == frame
    assert ";" in text if drop else ";" not in text


@pytest.mark.parametrize(
    ("frame", "text"),
    [
        (1799, "00:00:59;29"),
        (1800, "00:01:00;02"),
        (17981, "00:09:59;29"),
        (17982, "00:10:00;00"),
        (107892, "01:00:00;00"),
    ],
)
def test_drop_frame_labels_of_the_standard(frame: int, text: str) -> None:
    rate = FrameRate(num=30000, den=1001)
    assert label(frame, rate, drop=True) == text
    assert frame_of(text, rate) == frame


def test_a_label_that_is_left_out_means_the_frame_after_it() -> None:
    rate = FrameRate(num=30000, den=1001)
    assert frame_of("00:01:00;00", rate) == 1800
    assert frame_of("00:01:00;01", rate) == 1800


@pytest.mark.parametrize(
    ("value", "rate"),
    [
        (23.976, (24000, 1001)),
        (23.98, (24000, 1001)),
        (24000 / 1001, (24000, 1001)),
        (24.0, (24, 1)),
        (29.97, (30000, 1001)),
        (59.94, (60000, 1001)),
        (12.5, (25, 2)),
    ],
)
def test_decimal_rates_are_exact_again(value: float, rate: tuple[int, int]) -> None:
    assert known_rate(value) == FrameRate(num=rate[0], den=rate[1])


def test_reels_are_eight_letters_and_never_shared() -> None:
    taken: list[str] = []
    names = ["board 1.png", "board-1.jpg", "Board1 copy.png", "夜.png", "12.png", "BL.mov", "a.b.c"]
    for name in [*names, *(f"a very long name {n}.png" for n in range(120))]:
        taken.append(reel_name(name, taken))
    assert len(set(taken)) == len(taken)
    assert all(
        1 <= len(reel) <= 8 and reel.isascii() and reel.isalnum() and reel == reel.upper()
        for reel in taken
    )
    assert "BL" not in taken
