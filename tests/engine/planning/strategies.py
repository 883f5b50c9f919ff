"""Random requests for heads, placements and shots, as hypothesis strategies."""

from __future__ import annotations

from hypothesis import strategies as st

from engine.planning.grid import HeadRequest
from engine.planning.plan import Placement
from engine.protocol.jobs import KeyframeSpec, ShotSpec


@st.composite
def head_requests(draw: st.DrawFn, max_frames: int = 120) -> tuple[list[HeadRequest], int]:
    """Strictly ascending requests from frame 0, crowded ones included, and the pass length."""
    num_frames = draw(st.integers(1, max_frames))
    frames = draw(st.sets(st.integers(0, num_frames - 1), max_size=min(num_frames, 20)))
    exact = st.booleans() if draw(st.booleans()) else st.just(value=False)
    return [HeadRequest(frame, draw(exact)) for frame in sorted(frames | {0})], num_frames


@st.composite
def placements(draw: st.DrawFn, max_frames: int = 120) -> tuple[list[Placement], int]:
    """Placements in any order, at most one per frame, and the pass length."""
    num_frames = draw(st.integers(1, max_frames))
    frames = draw(st.sets(st.integers(0, num_frames - 1), max_size=min(num_frames, 20)))
    found = [
        Placement(
            frame, draw(st.sampled_from([None, index])), draw(st.booleans()), draw(st.booleans())
        )
        for index, frame in enumerate(sorted(frames))
    ]
    return draw(st.permutations(found)), num_frames


@st.composite
def shots(draw: st.DrawFn, max_frames: int = 60) -> ShotSpec:
    """A shot with a few keyframes on different frames."""
    num_frames = draw(st.integers(1, max_frames))
    frames = draw(st.sets(st.integers(0, num_frames - 1), max_size=4))
    return ShotSpec(
        num_frames=num_frames,
        join=draw(st.sampled_from(["cut", "continue"])),
        keyframes=tuple(
            KeyframeSpec(image="/a.png", frame=frame, exact=draw(st.booleans()))
            for frame in draw(st.permutations(sorted(frames)))
        ),
    )


@st.composite
def footage_placements(
    draw: st.DrawFn, max_frames: int = 120
) -> tuple[list[Placement], int, int | None]:
    """Footage with keyframes and cuts around it, the pass length, and the border keyframe."""
    num_frames = draw(st.integers(1, max_frames))
    found: list[Placement] = []
    taken: set[int] = set()
    for index in range(draw(st.integers(0, 3))):
        length = 4 * draw(st.integers(0, 6)) + 1
        if length > num_frames:
            continue
        start = draw(st.integers(0, num_frames - length))
        span = set(range(start, start + length))
        if not taken & span:
            taken |= span
            found.append(Placement(start, footage=index, num_frames=length))
    free = sorted(set(range(num_frames)) - taken)
    frames = draw(st.sets(st.sampled_from(free), max_size=min(len(free), 12))) if free else set()
    keyframe = 0
    for frame in sorted(frames):
        if draw(st.booleans()):
            found.append(Placement(frame, keyframe, draw(st.booleans()), draw(st.booleans())))
            keyframe += 1
        else:
            found.append(Placement(frame, is_cut=True))
    border = keyframe if draw(st.booleans()) else None
    return draw(st.permutations(found)), num_frames, border
