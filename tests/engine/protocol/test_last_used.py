"""The order of files by their times, whatever clocks have done."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.protocol.last_used import SLACK_S, last_used

YEAR = 365.25 * 86400

moments = st.floats(0, 200 * YEAR, allow_nan=False)


@given(st.lists(moments, min_size=1), moments)
def test_what_is_made_now_is_the_last_one_used(others: list[float], now: float) -> None:
    assert all(last_used(other, now) <= last_used(now, now) + SLACK_S for other in others)


@given(moments, moments)
def test_a_clock_that_is_right_orders_by_time(first: float, second: float) -> None:
    now = max(first, second)
    assert (last_used(first, now) < last_used(second, now)) == (first < second)


def test_a_file_of_the_future_goes_before_all_others() -> None:
    assert last_used(2 * YEAR, YEAR) < last_used(0.0, YEAR)
    assert last_used(YEAR + SLACK_S, YEAR) == YEAR + SLACK_S
