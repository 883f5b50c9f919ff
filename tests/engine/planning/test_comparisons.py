"""The paper's comparisons as plans: one stream, and stretches that see only their neighbours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.planning.comparisons import denoised_together, plan_stream
from engine.planning.plan import Placement, plan_pass
from tests.engine.planning.strategies import footage_placements


@st.composite
def spread_placements(draw: st.DrawFn) -> tuple[list[Placement], int, int | None]:
    """Keyframes in different groups of four, cuts anywhere, and the pass length."""
    num_frames = draw(st.integers(1, 120))
    groups = draw(st.sets(st.integers(0, (num_frames - 1) // 4), max_size=12))
    frames = [min(4 * group + draw(st.integers(1, 4)), num_frames - 1) for group in groups]
    one_each = {-(-frame // 4): frame for frame in frames}
    found = [Placement(frame, index) for index, frame in enumerate(one_each.values())]
    cuts = draw(st.sets(st.integers(0, num_frames - 1), max_size=3)) - set(frames)
    found += [Placement(cut, is_cut=True) for cut in cuts]
    border_group = -(-num_frames // 4)
    border = len(one_each) if draw(st.booleans()) and border_group not in one_each else None
    return found, num_frames, border


@given(spread_placements())
def test_a_stream_is_one_chunk_of_4n_minus_3_frames(
    case: tuple[list[Placement], int, int | None],
) -> None:
    found, num_frames, border = case
    plan = plan_stream(found, num_frames, border)
    assert len(plan.chunks) == 1
    assert plan.num_frames == 4 * plan.num_latents - 3
    assert plan.num_frames_requested == num_frames
    assert (0 if border is None else 1) <= plan.surplus <= (3 if border is None else 4)
    assert plan.cut_frames == tuple(sorted(p.frame for p in found if p.is_cut))


@given(spread_placements())
def test_keyframes_take_the_latents_that_cover_their_frames(
    case: tuple[list[Placement], int, int | None],
) -> None:
    found, num_frames, border = case
    plan = plan_stream(found, num_frames, border)
    asked = {p.keyframe: p.frame for p in found if p.keyframe is not None}
    if border is not None:
        asked[border] = num_frames
    assert plan.keyframe_frames == plan.keyframe_requests == asked
    for keyframe, latent in plan.keyframe_latents.items():
        start, stop = plan.latent_spans[latent]
        assert start <= asked[keyframe] < stop
    assert plan.clean_latents == tuple(sorted(plan.keyframe_latents.values()))


def test_two_keyframes_of_one_group_do_not_fit_a_stream() -> None:
    with pytest.raises(ValueError, match="frames 5 and 6 fall into one group"):
        plan_stream([Placement(5, 0), Placement(6, 1)], 33)


@given(footage_placements())
def test_pairwise_makes_every_noise_latent_once_seeing_its_neighbours_only(
    case: tuple[list[Placement], int, int | None],
) -> None:
    found, num_frames, border = case
    plan = plan_pass(found, num_frames, border)
    stretches = denoised_together(plan, "pairwise")
    made = [latent for stretch in stretches for latent in stretch.made]
    clean = set(plan.clean_latents)
    assert made == [latent for latent in range(plan.num_latents) if latent not in clean]
    for stretch in stretches:
        first, last = stretch.made[0], stretch.made[-1]
        assert list(stretch.context) == sorted(set(stretch.context))
        beside = set(stretch.context) - set(stretch.made)
        assert beside <= clean
        assert {first - 1, last + 1} & clean <= beside
        keyframes = beside & set(plan.keyframe_latents.values())
        assert len(keyframes) <= 2


def test_everything_else_is_denoised_in_one_run() -> None:
    plan = plan_pass([Placement(0, 0), Placement(9, 1)], 33)
    (stretch,) = denoised_together(plan, "multi_chunk")
    assert stretch.made == stretch.context == tuple(range(plan.num_latents))


def test_adjacent_keyframes_leave_nothing_to_make_between_them() -> None:
    plan = plan_pass([Placement(frame, frame) for frame in range(5)], 5)
    assert denoised_together(plan, "pairwise") == ()
