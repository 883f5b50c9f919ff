"""From shots to the chunk plan of the pass that makes them.

Knows shots, footage and the comparisons as the protocol describes them. Pure: no file is opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.planning.comparisons import plan_stream
from engine.planning.plan import ChunkPlan, Placement, plan_pass
from engine.protocol.jobs import DraftJob, FootageSpec, KeyframeSpec, ShotSpec


def placements_of(shots: Sequence[ShotSpec]) -> tuple[Placement, ...]:
    """List what a pass over ``shots`` must honour; keyframes are numbered through in order.

    Raises:
        ValueError: a keyframe lies past its shot's end, or two share a frame.
    """
    placements: list[Placement] = []
    start = 0
    keyframe = 0
    for index, shot in enumerate(shots):
        opens_by_cut = index > 0 and shots[index - 1].join == "cut"
        taken: set[int] = set()
        for spec in sorted(shot.keyframes, key=lambda spec: spec.frame):
            _check_keyframe(spec.frame, shot, index, taken)
            taken.add(spec.frame)
            is_cut = opens_by_cut and spec.frame == 0
            asked = Placement(start + spec.frame, keyframe, is_cut, spec.exact)
            placements.append(replace(asked, strength=spec.strength))
            keyframe += 1
        if opens_by_cut and 0 not in taken:
            placements.append(Placement(start, is_cut=True))
        start += shot.num_frames
    return tuple(placements)


def ordered_keyframes(shots: Sequence[ShotSpec]) -> tuple[KeyframeSpec, ...]:
    """List the keyframes of a pass in the order in which the plan numbers them."""
    return tuple(
        spec for shot in shots for spec in sorted(shot.keyframes, key=lambda spec: spec.frame)
    )


def pass_keyframes(job: DraftJob) -> tuple[KeyframeSpec, ...]:
    """List a job's keyframes as the plan numbers them: its shots', then the next pass's first."""
    border = () if job.next_keyframe is None else (job.next_keyframe,)
    return (*ordered_keyframes(job.shots), *border)


def plan_shots(
    shots: Sequence[ShotSpec],
    *,
    shares_border: bool = False,
    footage: Sequence[FootageSpec] = (),
) -> ChunkPlan:
    """Return the chunk plan of one pass over ``shots``.

    Keyframe indices count through the shots in order, and by frame within each shot.

    Args:
        shots: in order.
        shares_border: whether the next pass begins on a keyframe that this one leads to.
        footage: clips that are given.

    Raises:
        ValueError: see ``placements_of``.
    """
    border = len(ordered_keyframes(shots)) if shares_border else None
    placements = _with_footage(placements_of(shots), footage)
    return plan_pass(placements, sum(shot.num_frames for shot in shots), border)


def plan_job(job: DraftJob) -> ChunkPlan:
    """Return the chunk plan of a draft job, as its method and its RoPE want it.

    Footage indices count as the job lists them; ``pass_keyframes`` has the keyframes' order. The
    paper's comparisons pin every keyframe, whatever its strength.

    Raises:
        ValueError: see ``placements_of`` and ``plan_pass``.
    """
    placements = _with_footage(placements_of(job.shots), job.footage)
    num_frames = sum(shot.num_frames for shot in job.shots)
    border = len(ordered_keyframes(job.shots)) if job.next_keyframe is not None else None
    if job.ablation.method != "multi_chunk":
        placements = tuple(replace(placement, strength=1.0) for placement in placements)
    in_stream = job.ablation.method in {"direct_insertion", "replication"}
    plan = (plan_stream if in_stream else plan_pass)(placements, num_frames, border)
    return replace(plan, rope=job.ablation.rope)


def _with_footage(
    placements: Sequence[Placement], footage: Sequence[FootageSpec]
) -> tuple[Placement, ...]:
    """Add footage; where a clip begins on a cut, the two are one placement."""
    found = list(placements)
    for index, spec in enumerate(footage):
        if spec.stop <= spec.start:
            raise ValueError(
                f"Footage from frame {spec.start} to {spec.stop} of its movie holds no frame; "
                "let it end after it begins."
            )
        clip = Placement(spec.frame, footage=index, num_frames=spec.stop - spec.start)
        cut = Placement(spec.frame, is_cut=True)
        if cut in found:
            found.remove(cut)
            clip = replace(clip, is_cut=True)
        found.append(clip)
    return tuple(found)


def _check_keyframe(frame: int, shot: ShotSpec, index: int, taken: set[int]) -> None:
    if frame >= shot.num_frames:
        raise ValueError(
            f"A keyframe of shot {index + 1} asks for frame {frame}, past its end: the shot has "
            f"{shot.num_frames} frames; move the keyframe or lengthen the shot."
        )
    if frame in taken:
        raise ValueError(
            f"Two keyframes of shot {index + 1} ask for frame {frame}; move one or replace it."
        )
