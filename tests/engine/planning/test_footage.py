"""Footage on the grid: it stays where it is, whole, and new frames fill exactly the rest."""

from __future__ import annotations

import itertools

from hypothesis import given

from engine.planning.plan import ChunkPlan, Placement, plan_pass
from tests.engine.planning.strategies import footage_placements

Case = tuple[list[Placement], int, int | None]


def _plan(case: Case) -> ChunkPlan:
    found, num_frames, border = case
    return plan_pass(found, num_frames, border)


@given(footage_placements())
def test_chunks_tile_the_pass_by_the_closed_forms(case: Case) -> None:
    plan = _plan(case)
    frame = 0
    for index, chunk in enumerate(plan.chunks):
        assert chunk.start == frame
        assert chunk.start % 4 == index % 4
        assert chunk.num_frames % 4 == 1
        frame = chunk.stop
    assert frame == plan.num_frames == 4 * plan.num_latents - 3 * len(plan.chunks)
    assert list(plan.positions) == [(stop - 1) / 4 for _, stop in plan.latent_spans]
    assert plan.num_frames_requested == case[1]
    assert plan.surplus == 1 if case[2] is not None else 0 <= plan.surplus <= 3


@given(footage_placements())
def test_footage_stands_exactly_and_leads_its_chunk(case: Case) -> None:
    plan = _plan(case)
    clips = {p.footage: p for p in case[0] if p.footage is not None}
    assert plan.footage_spans == {n: (p.frame, p.stop) for n, p in clips.items()}
    for chunk in plan.chunks:
        clip = chunk.placement
        if clip is not None and clip.footage is not None:
            assert chunk.start == clip.frame
            assert chunk.stop >= clip.stop, "no head stands inside footage"
    for index, (first, stop) in plan.footage_latents.items():
        covered = [f for n in range(first, stop) for f in range(*plan.latent_spans[n])]
        assert covered == list(range(*plan.footage_spans[index]))


@given(footage_placements())
def test_only_what_is_given_is_clean(case: Case) -> None:
    plan = _plan(case)
    given_latents = set(plan.keyframe_latents.values())
    for first, stop in plan.footage_latents.values():
        given_latents |= set(range(first, stop))
    assert plan.clean_latents == tuple(sorted(given_latents))


@given(footage_placements())
def test_keyframes_beside_footage_snap_by_two_frames_at_most(case: Case) -> None:
    plan = _plan(case)
    wanted = {p.keyframe: p for p in case[0] if p.keyframe is not None}
    for keyframe, used in plan.keyframe_frames.items():
        if keyframe == case[2]:
            assert used == case[1]
            continue
        asked = wanted[keyframe]
        assert used - asked.frame in ({0} if asked.exact else {-2, -1, 0, 1})
        assert not any(start <= used < stop for start, stop in plan.footage_spans.values())
    order = list(plan.keyframe_frames.values())
    assert all(earlier < later for earlier, later in itertools.pairwise(order))


def test_forwards_the_footages_tail_goes_on_in_its_own_chunk() -> None:
    plan = plan_pass([Placement(0, footage=0, num_frames=33)], 81)
    assert [(c.start, c.num_frames, c.num_clean_latents) for c in plan.chunks] == [(0, 81, 9)]


def test_backwards_the_footage_opens_a_clean_chunk() -> None:
    plan = plan_pass([Placement(36, footage=0, num_frames=17)], 53)
    *before, footage = plan.chunks
    assert (footage.start, footage.num_frames, footage.num_clean_latents) == (36, 17, 5)
    assert plan.surplus == 0
    assert all(chunk.num_clean_latents == 0 for chunk in before)


def test_between_two_clips_the_new_frames_are_as_many_as_asked() -> None:
    clips = [Placement(0, footage=0, num_frames=9), Placement(31, footage=1, num_frames=13)]
    plan = plan_pass([*clips, Placement(20, 0)], 44)
    assert plan.footage_spans == {0: (0, 9), 1: (31, 44)}
    assert plan.surplus == 0
