"""From shots to passes: which shots are denoised together, and the chunk plan of each pass.

Knows shots as the protocol describes them. Pure: no file is opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.planning.plan import ChunkPlan, Placement, plan_pass
from engine.protocol.jobs import DraftJob, KeyframeSpec, ShotSpec


@dataclass(frozen=True, slots=True)
class PassRange:
    """Shots ``[first, stop)`` that are generated jointly, and how many frames they ask for."""

    first: int
    stop: int
    num_frames: int


def split_into_passes(shots: Sequence[ShotSpec], max_frames: int) -> tuple[PassRange, ...]:
    """Group consecutive shots into passes of at most ``max_frames`` frames.

    Passes part at cuts only: across a ``continue`` join the motion would break. A run of
    continued shots longer than the limit therefore becomes one long pass of its own.
    """
    runs: list[PassRange] = []
    first = 0
    for index, shot in enumerate(shots):
        if shot.join == "cut" or index == len(shots) - 1:
            runs.append(
                PassRange(first, index + 1, sum(s.num_frames for s in shots[first : index + 1]))
            )
            first = index + 1
    passes: list[PassRange] = []
    for run in runs:
        if passes and passes[-1].num_frames + run.num_frames <= max_frames:
            last = passes.pop()
            passes.append(PassRange(last.first, run.stop, last.num_frames + run.num_frames))
        else:
            passes.append(run)
    return tuple(passes)


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
            placements.append(Placement(start + spec.frame, keyframe, is_cut, spec.exact))
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


def plan_shots(shots: Sequence[ShotSpec]) -> ChunkPlan:
    """Return the chunk plan of one pass over ``shots``.

    Keyframe indices count through the shots in order, and by frame within each shot.

    Raises:
        ValueError: see ``placements_of``.
    """
    return plan_pass(placements_of(shots), sum(shot.num_frames for shot in shots))


def plan_job(job: DraftJob) -> ChunkPlan:
    """Return the chunk plan of a draft job.

    Raises:
        ValueError: see ``placements_of``.
    """
    return plan_shots(job.shots)


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
