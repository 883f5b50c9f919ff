from __future__ import annotations

import pytest
from hypothesis import given

from engine.planning.plan import Placement, plan_pass
from tests.engine.planning.strategies import placements

Case = tuple[list[Placement], int]


@given(placements())
def test_chunks_tile_the_pass(case: Case) -> None:
    plan = plan_pass(*case)
    frame = 0
    for index, chunk in enumerate(plan.chunks):
        assert chunk.start == frame
        assert chunk.start % 4 == index % 4
        assert chunk.num_frames % 4 == 1
        assert chunk.num_frames == 4 * (chunk.num_latents - 1) + 1
        frame = chunk.stop
    assert frame == plan.num_frames


@given(placements())
def test_closed_form_of_the_length_holds(case: Case) -> None:
    plan = plan_pass(*case)
    assert plan.num_frames == 4 * plan.num_latents - 3 * len(plan.chunks)


@given(placements())
def test_asked_length_is_delivered_with_the_least_surplus(case: Case) -> None:
    found, num_frames = case
    plan = plan_pass(found, num_frames)
    assert plan.num_frames_requested == num_frames
    assert 0 <= plan.surplus <= 3


@given(placements())
def test_every_placement_opens_a_chunk_near_its_frame(case: Case) -> None:
    found, num_frames = case
    plan = plan_pass(found, num_frames)
    opened = [chunk for chunk in plan.chunks if chunk.placement is not None]
    assert [c.placement for c in opened] == sorted(found, key=lambda p: p.frame)
    for chunk in opened:
        assert chunk.placement is not None
        allowed = {0} if chunk.placement.exact else {-2, -1, 0, 1}
        assert chunk.start - chunk.placement.frame in allowed
    assert plan.keyframe_frames == {
        c.placement.keyframe: c.start
        for c in opened
        if c.placement is not None and c.placement.keyframe is not None
    }
    assert plan.cut_frames == tuple(c.start for c in opened if c.placement and c.placement.is_cut)


@given(placements())
def test_positions_obey_the_recurrence_of_equation_4(case: Case) -> None:
    plan = plan_pass(*case)
    heads = set(plan.head_latents)
    positions = [0.0]
    for latent in range(1, plan.num_latents):
        positions.append(positions[-1] + (0.25 if latent in heads else 1.0))
    assert list(plan.positions) == positions


@given(placements())
def test_latents_cover_every_frame_once(case: Case) -> None:
    plan = plan_pass(*case)
    covered = [frame for start, stop in plan.latent_spans for frame in range(start, stop)]
    assert covered == list(range(plan.num_frames))
    assert len(plan.latent_spans) == plan.num_latents
    spans = plan.latent_spans
    assert [spans[latent][0] for latent in plan.head_latents] == [c.start for c in plan.chunks]
    assert all(stop - start in {1, 4} for start, stop in spans)


@given(placements())
def test_only_heads_with_a_keyframe_are_clean(case: Case) -> None:
    plan = plan_pass(*case)
    clean = [
        latent
        for latent, chunk in zip(plan.head_latents, plan.chunks, strict=True)
        if chunk.placement is not None and chunk.placement.keyframe is not None
    ]
    assert list(plan.clean_latents) == clean


def test_three_seconds_with_boards_at_the_start_and_the_end() -> None:
    plan = plan_pass([Placement(0, 0), Placement(38, 1), Placement(71, 2)], 72)
    assert plan.keyframe_frames == {0: 0, 1: 37, 2: 70}
    assert (plan.num_frames, plan.surplus) == (75, 3)


def test_exact_board_stands_on_its_frame_for_one_latent_per_free_head() -> None:
    snapped = plan_pass([Placement(0, 0), Placement(40, 1)], 72)
    exact = plan_pass([Placement(0, 0), Placement(40, 1, exact=True)], 72)
    assert (snapped.keyframe_frames[1], exact.keyframe_frames[1]) == (41, 40)
    assert exact.num_free_heads == 3
    assert exact.num_latents - snapped.num_latents <= 3


def test_no_keyframe_at_all_is_legal() -> None:
    plan = plan_pass([], 72)
    assert plan.clean_latents == ()
    assert [(c.start, c.num_frames, c.placement) for c in plan.chunks] == [(0, 73, None)]


@pytest.mark.parametrize(
    ("frames", "said"), [([3, 3], "frame 3"), ([9], "frame 9"), ([-1], "frame -1")]
)
def test_impossible_placements_are_refused_by_name(frames: list[int], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        plan_pass([Placement(frame, index) for index, frame in enumerate(frames)], 9)
