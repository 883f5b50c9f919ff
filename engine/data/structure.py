"""Random chunk structures for training: where heads stand, which latents are given, where cuts
fall.

All samples of a batch share their heads (hence positions and shapes); what is clean and where shots
change differs from sample to sample. The mixture covers what a storyboard can ask for: keyframes
at both ends, at one end, in the middle, nowhere; cuts with and without a keyframe; free heads; and
leading footage that is continued. Pure numpy.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.planning.grid import FRAMES_PER_GROUP, HeadRequest, place_heads
from engine.planning.plan import Chunk, ChunkPlan

CUT_ROOM = 4
"""A head that nobody needs stands at least so many frames away from a cut."""


@dataclass(frozen=True)
class StructureMix:
    """How often each situation occurs.

    Attributes:
        chunk_latents: lengths of chunks in latent frames to draw from (m latents, gap 4(m−1)+1).
        end_head: chance of a last chunk of one frame, so that a keyframe can close the clip.
        free_heads: chance of a run of one to three heads that nobody asked for.
        cuts: chances of 0, 1 and 2 cuts.
        clean: chances of: every head given; a random part; only the first; only the last; only
            one in the middle; none; leading footage.
    """

    chunk_latents: tuple[int, ...] = (2, 3, 3, 4, 5, 5, 6, 7, 7, 8, 9)
    end_head: float = 0.6
    free_heads: float = 0.25
    cuts: tuple[float, float, float] = (0.64, 0.26, 0.10)
    clean: tuple[float, ...] = (0.52, 0.22, 0.08, 0.05, 0.05, 0.03, 0.05)


@dataclass(frozen=True)
class BatchStructure:
    """The shared chunks of a batch and what differs by sample.

    Attributes:
        plan: the chunks; ``plan.positions`` are the MC-RoPE positions.
        clean: (draws, B, N) latents that are given.
        cut_frames: per sample, ascending frames on which a new shot begins.
    """

    plan: ChunkPlan
    clean: NDArray[np.bool_]
    cut_frames: tuple[tuple[int, ...], ...]


def sample_structure(
    rng: np.random.Generator,
    num_latents: int,
    batch_size: int,
    mix: StructureMix,
    draws: int = 1,
) -> BatchStructure:
    """Draw the structure of one batch of clips of ``num_latents`` latent frames."""
    sizes, is_free = sample_chunks(rng, num_latents, mix)
    plan = plan_from_sizes(sizes)
    heads = np.asarray(plan.head_latents)
    candidates = heads[~is_free]
    cuts = [_sample_cuts(rng, plan, is_free, mix) for _ in range(batch_size)]
    clean = np.stack(
        [
            sample_clean(rng, candidates, sizes[0], num_latents, mix)
            for _ in range(draws * batch_size)
        ]
    ).reshape(draws, batch_size, num_latents)
    return BatchStructure(plan, clean, tuple(cuts))


def plan_from_sizes(sizes: list[int]) -> ChunkPlan:
    """Return the plan whose chunks hold the given numbers of latent frames."""
    chunks: list[Chunk] = []
    start = 0
    for size in sizes:
        num_frames = 4 * (size - 1) + 1
        chunks.append(Chunk(start, num_frames))
        start += num_frames
    return ChunkPlan(tuple(chunks), start)


def sample_chunks(
    rng: np.random.Generator, num_latents: int, mix: StructureMix
) -> tuple[list[int], NDArray[np.bool_]]:
    """Draw chunk sizes that sum to ``num_latents``, and which of their heads are free."""
    left = num_latents
    tail = [1] if num_latents > 1 and rng.random() < mix.end_head else []
    left -= len(tail)
    sizes: list[int] = []
    steady = int(rng.choice(mix.chunk_latents)) if rng.random() < 0.5 else 0
    while left > 0:
        size = min(left, steady or int(rng.choice(mix.chunk_latents)))
        sizes.append(size)
        left -= size
    sizes += tail
    free = [False] * len(sizes)
    if rng.random() < mix.free_heads:
        sizes, free = _insert_free_heads(rng, sizes)
    return sizes, np.asarray(free)


def fit_to_cuts(
    sizes: list[int], is_free: NDArray[np.bool_], cuts: tuple[int, ...]
) -> tuple[list[int], NDArray[np.bool_]]:
    """Return chunks like these, with a head on every cut, and which heads are free.

    Cuts stand exactly, at the price of free heads (a cut inside a group of four would smear); other
    heads stay near their frames, but for those that stood next to a cut. Up to three frames at the
    end are left out, and the number of latents may change.

    Args:
        sizes: latent frames of each chunk.
        is_free: which heads nobody asked for.
        cuts: ascending frames inside the clip, none of them 0.
    """
    plan = plan_from_sizes(sizes)
    starts = [c.start for c, free in zip(plan.chunks, is_free, strict=True) if not free]
    kept = {f for f in starts if f == 0 or all(abs(f - cut) >= CUT_ROOM for cut in cuts)}
    requests = [HeadRequest(f, exact=f in cuts) for f in sorted(kept | set(cuts))]
    heads = place_heads(requests, plan.num_frames)
    tail = (plan.num_frames - heads[-1].frame - 1) // FRAMES_PER_GROUP
    frames = [head.frame for head in heads]
    gaps = [(b - a - 1) // FRAMES_PER_GROUP for a, b in itertools.pairwise(frames)]
    fitted = [gap + 1 for gap in [*gaps, tail]]
    return fitted, np.asarray([head.is_free for head in heads])


def _insert_free_heads(rng: np.random.Generator, sizes: list[int]) -> tuple[list[int], list[bool]]:
    """Split the longest chunk around one to three free heads; the latent count stays."""
    index = int(np.argmax(sizes))
    size = sizes[index]
    free = [False] * len(sizes)
    num_free = int(rng.integers(1, 4))
    if size < num_free + 1:
        return sizes, free
    # The last free head also leads the groups that follow it.
    before = int(rng.integers(1, size - num_free + 1))
    after = size - before - num_free
    parts = [before, *([1] * (num_free - 1)), 1 + after]
    return (
        [*sizes[:index], *parts, *sizes[index + 1 :]],
        [*free[:index], False, *([True] * num_free), *free[index + 1 :]],
    )


def sample_clean(
    rng: np.random.Generator,
    candidates: NDArray[np.int64],
    first_size: int,
    num_latents: int,
    mix: StructureMix,
) -> NDArray[np.bool_]:
    """Draw which latents are given: (N,).

    Args:
        rng: of the sample.
        candidates: latents of the heads that may carry a keyframe.
        first_size: latents of the first chunk, for leading footage.
        num_latents: N.
        mix: see :class:`StructureMix`.
    """
    clean = np.zeros(num_latents, dtype=bool)
    match int(rng.choice(len(mix.clean), p=np.asarray(mix.clean) / sum(mix.clean))):
        case 0:
            clean[candidates] = True
        case 1:
            clean[candidates[rng.random(len(candidates)) < 0.6]] = True
        case 2:
            clean[0] = True
        case 3:
            clean[candidates[-1]] = True
        case 4:
            clean[candidates[len(candidates) // 2]] = True
        case 5:
            pass
        case _:
            clean[: max(1, int(rng.integers(1, max(2, first_size))))] = True
    if clean.all():
        clean[-1] = False
    return clean


def _sample_cuts(
    rng: np.random.Generator, plan: ChunkPlan, is_free: NDArray[np.bool_], mix: StructureMix
) -> tuple[int, ...]:
    starts = [c.start for c, free in zip(plan.chunks, is_free, strict=True) if not free][1:]
    count = min(len(starts), int(rng.choice(3, p=np.asarray(mix.cuts) / sum(mix.cuts))))
    chosen = rng.choice(starts, size=count, replace=False) if count else []
    return tuple(sorted(int(frame) for frame in chosen))
