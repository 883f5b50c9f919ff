"""Windows and tiles of Director-SR: everything is covered, borders are shared."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from engine.planning.plan import Placement, plan_pass
from engine.planning.windows import split_tiles, split_windows


@given(
    st.integers(1, 200).flatmap(
        lambda length: st.tuples(
            st.just(length),
            st.sets(st.integers(0, length - 1), max_size=10),
            st.sets(st.integers(0, length - 1), max_size=4),
        )
    ),
    st.integers(2, 20),
)
def test_windows_cover_every_latent_once(
    film: tuple[int, set[int], set[int]], max_latents: int
) -> None:
    length, keyframes, cuts = film
    placements = [
        Placement(frame, 0 if frame in keyframes else None, frame in cuts)
        for frame in keyframes | cuts
    ]
    plan = plan_pass(placements, length)
    windows = split_windows(plan.num_latents, plan.head_latents, plan.clean_latents, max_latents)
    covered = [latent for window in windows for latent in range(window.start, window.stop)]
    assert covered == list(range(plan.num_latents))
    for window in windows:
        assert window.stop - window.start <= max_latents
        assert list(window.context) == sorted(set(window.context))
        extra = set(window.context) - set(range(window.start, window.stop))
        assert set(window.carried) <= extra
        assert extra - set(window.carried) <= set(plan.clean_latents), "else only ever an anchor"
        assert all(latent < window.start for latent in window.carried)
        if window.start and window.start not in plan.clean_latents:
            assert {window.start - 1} <= extra, "both sides of a border share what is there"
        if window.stop < plan.num_latents and plan.clean_latents:
            later = [latent for latent in plan.clean_latents if latent >= window.stop]
            assert not later or later[0] in window.context


def test_a_long_chunk_is_divided_evenly_and_carries_on() -> None:
    windows = split_windows(20, [0], [], 9)
    assert [(w.start, w.stop) for w in windows] == [(0, 7), (7, 13), (13, 20)]
    assert [w.carried for w in windows] == [(), (5, 6), (11, 12)]
    assert windows[1].context == (5, 6, *range(7, 13))


def test_a_stretch_is_divided_at_free_heads_first() -> None:
    windows = split_windows(12, [0, 7], [0], 9)
    assert [(w.start, w.stop) for w in windows] == [(0, 7), (7, 12)]
    assert windows[1].carried == (5, 6)


def test_footage_is_a_window_of_its_own_that_needs_no_net() -> None:
    clip = Placement(0, footage=0, num_frames=17)
    plan = plan_pass([clip], 41)
    windows = split_windows(plan.num_latents, plan.head_latents, plan.clean_latents, 9)
    assert [(w.start, w.stop) for w in windows] == [(0, 5), (5, 11)]
    assert windows[1].context == (4, *range(5, 11)), "the footage's end is seen"
    assert windows[1].carried == ()


def test_a_window_ends_with_a_look_at_the_next_keyframe() -> None:
    plan = plan_pass([Placement(0, 0), Placement(17, 1), Placement(34, 2)], 35)
    windows = split_windows(plan.num_latents, plan.head_latents, plan.clean_latents, 20)
    assert [(w.start, w.stop) for w in windows] == [(0, 5), (5, 10), (10, 11)]
    assert windows[0].context == (0, 1, 2, 3, 4, 5)


@given(
    st.integers(1, 70),
    st.integers(1, 130),
    st.integers(2, 20),
    st.integers(2, 20),
    st.integers(0, 3),
)
def test_tiles_cover_the_grid_and_overlap(
    half_height: int, half_width: int, half_rows: int, half_columns: int, half_margin: int
) -> None:
    height, width = 2 * half_height, 2 * half_width
    margin = 2 * min(half_margin, half_rows - 1, half_columns - 1)
    tiles = split_tiles(height, width, 2 * half_rows, 2 * half_columns, margin, 2)
    seen = [[0] * width for _ in range(height)]
    for tile in tiles:
        assert tile.top % 2 == tile.left % 2 == 0
        assert 0 <= tile.top < tile.bottom <= height
        assert 0 <= tile.left < tile.right <= width
        assert tile.bottom - tile.top == min(height, 2 * half_rows)
        for row in range(tile.top, tile.bottom):
            for column in range(tile.left, tile.right):
                seen[row][column] += 1
    assert all(count for row in seen for count in row)
    lefts = sorted({tile.left for tile in tiles})
    for left, following in itertools.pairwise(lefts):
        assert left + min(width, 2 * half_columns) - following >= margin - 1
