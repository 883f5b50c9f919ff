from __future__ import annotations

import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.planning.grid import (
    HeadRequest,
    nearest_legal_frame,
    place_heads,
    smallest_legal_length,
)
from tests.engine.planning.strategies import head_requests

Requests = tuple[list[HeadRequest], int]


@given(st.integers(0, 10_000), st.integers(0, 500))
def test_nearest_legal_frame_is_the_brute_force_nearest_ties_to_the_earlier(
    frame: int, head: int
) -> None:
    legal = [f for f in range(frame - 4, frame + 5) if f % 4 == head % 4]
    assert nearest_legal_frame(frame, head) == min(legal, key=lambda f: (abs(f - frame), f))
    assert nearest_legal_frame(frame, head) - frame in {-2, -1, 0, 1}


@given(st.integers(0, 300), st.integers(1, 400))
def test_smallest_legal_length_is_the_brute_force_smallest(last_head: int, num_frames: int) -> None:
    legal = (n for n in itertools.count(last_head + 1) if (n - last_head) % 4 == 1)
    expected = next(n for n in legal if n >= num_frames)
    assert smallest_legal_length(last_head, num_frames) == expected


@given(st.lists(st.integers(1, 400), unique=True, max_size=60).map(sorted))
def test_snapped_requests_never_collide_or_swap(frames: list[int]) -> None:
    snapped = [nearest_legal_frame(frame, head) for head, frame in enumerate([0, *frames])]
    assert all(earlier < later for earlier, later in itertools.pairwise(snapped))


@given(head_requests())
@example(([HeadRequest(0), HeadRequest(3)], 4))
@example(([HeadRequest(0), HeadRequest(2), HeadRequest(3, exact=True)], 4))
@example(([HeadRequest(frame, exact=True) for frame in range(12)], 12))
def test_placed_heads_are_legal(case: Requests) -> None:
    requests, num_frames = case
    heads = place_heads(requests, num_frames)
    assert [head.frame % 4 for head in heads] == [index % 4 for index in range(len(heads))]
    assert all(earlier.frame < later.frame for earlier, later in itertools.pairwise(heads))
    assert heads[0].frame == 0
    assert heads[-1].frame < num_frames


@given(head_requests())
def test_every_request_gets_its_head_in_order_within_two_frames(case: Requests) -> None:
    requests, num_frames = case
    asked = [head for head in place_heads(requests, num_frames) if head.request is not None]
    assert [head.request.frame for head in asked if head.request] == [r.frame for r in requests]
    for head, request in zip(asked, requests, strict=True):
        assert head.frame - request.frame in ({0} if request.exact else {-2, -1, 0, 1})


@given(head_requests())
def test_only_exact_and_crowded_requests_pay_free_heads(case: Requests) -> None:
    requests, num_frames = case
    heads = place_heads(requests, num_frames)
    snapped = [nearest_legal_frame(r.frame, index) for index, r in enumerate(requests)]
    if not any(r.exact for r in requests) and snapped[-1] < num_frames:
        assert [head.frame for head in heads] == snapped
    before = 0
    for head in heads:
        before = before + 1 if head.is_free else 0
        assert before <= 3


@given(st.integers(1, 400), st.integers(0, 20))
def test_free_heads_stand_side_by_side_in_the_middle(frame: int, room: int) -> None:
    heads = place_heads([HeadRequest(0), HeadRequest(frame, exact=True)], frame + 1 + room)
    free = [head.frame for head in heads if head.is_free]
    assert len(free) == (frame - 1) % 4
    if free:
        assert free == list(range(free[0], free[0] + len(free)))
        assert abs(free[0] - (frame - free[-1])) <= 4


@pytest.mark.parametrize(
    ("frames", "num_frames", "said"),
    [
        ([0], 0, "at least one frame"),
        ([], 9, "frame 0"),
        ([1], 9, "frame 0"),
        ([0, 5, 5], 9, "frame 5"),
        ([0, 5, 4], 9, "out of order"),
        ([0, 9], 9, "9 lies past the end"),
    ],
)
def test_impossible_requests_are_refused(frames: list[int], num_frames: int, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        place_heads([HeadRequest(frame) for frame in frames], num_frames)
