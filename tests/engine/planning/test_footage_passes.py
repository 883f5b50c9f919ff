"""Passes beside footage: what they see of it, and that it is never made."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.planning.film import plan_shots
from engine.planning.passes import CONTEXT_FRAMES, split_into_passes
from engine.protocol.jobs import FootageSpec, Join, KeyframeSpec, ShotSpec
from tests.engine.planning.strategies import shots


@st.composite
def films(draw: st.DrawFn) -> tuple[list[ShotSpec], dict[int, FootageSpec]]:
    """A film of made shots and of footage from anywhere in its movies."""
    film: list[ShotSpec] = []
    clips: dict[int, FootageSpec] = {}
    for index in range(draw(st.integers(1, 9))):
        spec = draw(shots())
        if draw(st.booleans()):
            start = draw(st.integers(0, 50))
            clips[index] = FootageSpec(
                path=f"/{index}.mov", start=start, stop=start + spec.num_frames
            )
            spec = spec.model_copy(update={"keyframes": ()})
        film.append(spec)
    return film, clips


@given(films(), st.integers(70, 300))
def test_every_frame_that_is_no_footage_is_made_once(
    film: tuple[list[ShotSpec], dict[int, FootageSpec]], limit: int
) -> None:
    specs, clips = film
    wanted: list[int] = []
    at = 0
    for index, spec in enumerate(specs):
        wanted += range(at, at + spec.num_frames) if index not in clips else ()
        at += spec.num_frames
    made: list[int] = []
    for part in split_into_passes(specs, limit, clips):
        assert part.num_frames == sum(shot.num_frames for shot in part.shots)
        made += range(part.start + part.lead, part.start + part.num_frames - part.tail)
        assert not set(range(part.first, part.stop)) & set(clips)
        assert all(0 <= k.frame < shot.num_frames for shot in part.shots for k in shot.keyframes)
    assert made == wanted


@given(films(), st.integers(70, 300))
def test_footage_stands_in_a_pass_where_it_stands_in_the_film(
    film: tuple[list[ShotSpec], dict[int, FootageSpec]], limit: int
) -> None:
    specs, clips = film
    starts = [sum(spec.num_frames for spec in specs[:index]) for index in range(len(specs))]
    for part in split_into_passes(specs, limit, clips):
        for seen in part.footage:
            index = int(seen.path[1:-4])
            assert part.start + seen.frame - starts[index] == seen.start - clips[index].start
            count = seen.stop - seen.start
            assert count % 4 == 1
            assert count <= CONTEXT_FRAMES
            assert seen.stop <= clips[index].stop
            neighbour = index + 1 if seen.frame == 0 else index
            assert specs[neighbour - 1].join == "continue"
        border = part.next_keyframe is not None
        plan = plan_shots(part.shots, shares_border=border, footage=part.footage)
        assert set(plan.footage_spans) == set(range(len(part.footage)))


def _shot(num_frames: int, *frames: int, join: Join = "cut") -> ShotSpec:
    keyframes = tuple(KeyframeSpec(image=f"/{frame}.png", frame=frame) for frame in frames)
    return ShotSpec(num_frames=num_frames, join=join, keyframes=keyframes)


def test_a_bridge_sees_both_movies() -> None:
    film = [_shot(100, join="continue"), _shot(24, 12, join="continue"), _shot(20)]
    clips = {
        0: FootageSpec(path="/a.mov", start=7, stop=107),
        2: FootageSpec(path="/b.mov", start=3, stop=23),
    }
    (part,) = split_into_passes(film, 361, clips)
    assert (part.first, part.stop) == (1, 2)
    assert (part.start, part.lead, part.tail, part.num_frames) == (67, 33, 17, 74)
    assert part.shots[0].keyframes[0].frame == 45
    assert part.footage == (
        FootageSpec(path="/a.mov", start=74, stop=107),
        FootageSpec(path="/b.mov", start=3, stop=20, frame=57),
    )


def test_a_cut_lets_nothing_of_the_footage_through() -> None:
    film = [_shot(100), _shot(24, 12), _shot(20)]
    clips = {0: FootageSpec(path="/a.mov", stop=100), 2: FootageSpec(path="/b.mov", stop=20)}
    (part,) = split_into_passes(film, 361, clips)
    assert (part.start, part.num_frames, part.footage) == (100, 24, ())


def test_a_long_run_after_footage_is_divided_where_it_is_made() -> None:
    film = [_shot(40, join="continue"), _shot(500, 0, 240, 480, join="continue"), _shot(40)]
    clips = {0: FootageSpec(path="/a.mov", stop=40), 2: FootageSpec(path="/b.mov", stop=40)}
    one, other = split_into_passes(film, 361, clips)
    assert (one.lead, one.tail, one.start, one.num_frames) == (33, 0, 7, 273)
    assert (other.lead, other.tail, other.start, other.num_frames) == (0, 33, 280, 293)
    assert one.next_keyframe is not None
    assert [clip.frame for clip in (*one.footage, *other.footage)] == [0, 260]


def test_footage_alone_asks_for_no_pass() -> None:
    assert split_into_passes([_shot(40)], 361, {0: FootageSpec(path="/a.mov", stop=40)}) == ()
