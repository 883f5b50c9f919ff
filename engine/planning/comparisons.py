"""The paper's comparisons (§4.4) as plans: one causal stream, and which latents are made together.

SmartDirector encodes a chunk for every keyframe. The variants it is held against keep one stream of
4N − 3 frames and put keyframes into its latents, or make the clip between each two keyframes on its
own. Knows frames and latents; how a keyframe is encoded is the pipeline's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.planning.grid import FRAMES_PER_GROUP, smallest_legal_length
from engine.planning.plan import (
    Chunk,
    ChunkPlan,
    Insertion,
    Placement,
    check_placements,
    in_order,
)
from engine.protocol.jobs import Method


@dataclass(frozen=True, slots=True)
class Stretch:
    """Latents that are denoised in one run.

    Attributes:
        made: ascending indices of the latents that the run makes.
        context: what the net attends to while it does: ``made`` and what is given beside it.
    """

    made: tuple[int, ...]
    context: tuple[int, ...]


def plan_stream(
    placements: Sequence[Placement], num_frames: int, next_keyframe: int | None = None
) -> ChunkPlan:
    """Lay a pass out as one chunk, each keyframe in the latent that covers its requested frame.

    Args:
        placements, num_frames, next_keyframe: as in ``plan_pass``.

    Raises:
        ValueError: see ``plan_pass``; also when two keyframes fall into one group of four frames,
            or there is footage, which a stream cannot hold.
    """
    ordered = in_order(placements)
    check_placements(ordered, num_frames)
    if any(placement.footage is not None for placement in ordered):
        raise ValueError("Footage can only be extended by the multi_chunk method; choose that.")
    asked = num_frames
    if next_keyframe is not None:
        ordered.append(Placement(num_frames, next_keyframe, exact=True))
        asked += 1
    insertions: list[Insertion] = []
    for placement in ordered:
        if placement.keyframe is None:
            continue
        latent = -(-placement.frame // FRAMES_PER_GROUP)
        if insertions and insertions[-1].latent == latent:
            raise ValueError(
                f"Keyframes on frames {insertions[-1].frame} and {placement.frame} fall into one "
                "group of four frames, and a causal stream holds one in each; move one of them or "
                "choose the multi_chunk method."
            )
        insertions.append(Insertion(placement.keyframe, placement.frame, latent))
    chunk = Chunk(0, smallest_legal_length(0, asked))
    cuts = tuple(placement.frame for placement in ordered if placement.is_cut)
    return ChunkPlan((chunk,), num_frames, tuple(insertions), cuts)


def denoised_together(plan: ChunkPlan, method: Method) -> tuple[Stretch, ...]:
    """Return the runs that a pass is denoised in: one, but for ``pairwise``.

    Pairwise, a stretch of noise sees the keyframe (or the footage) before and after it, no more.
    The runs make every latent that is not given, each once; there is none if all are given.
    """
    if method != "pairwise":
        every = tuple(range(plan.num_latents))
        return (Stretch(every, every),)
    given = sorted(
        [
            *((latent, latent + 1) for latent in plan.keyframe_latents.values()),
            *plan.footage_latents.values(),
        ]
    )
    stretches: list[Stretch] = []
    before: tuple[int, ...] = ()
    start = 0
    for first, stop in (*given, (plan.num_latents, plan.num_latents)):
        after = tuple(range(first, stop))
        if start < first:
            made = tuple(range(start, first))
            stretches.append(Stretch(made, (*before, *made, *after)))
        before, start = after, stop
    return tuple(stretches)
