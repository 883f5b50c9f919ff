"""The chunk plan of one pass: what is clean, what is noise, and where each latent stands in time.

Knows frames, chunks and latent frames; knows nothing of pixels, captions or tensors.

Closed forms (K chunks, N latent frames, F frames): ``F = 4N − 3K``; a chunk of ``m`` latents covers
``4 (m − 1) + 1`` frames; MC-RoPE (SmartDirector eq. 4) puts latent ``i`` at ``u_i``, the last frame
that it covers divided by 4.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from engine.planning.grid import FRAMES_PER_GROUP, HeadRequest, place_heads, smallest_legal_length


@dataclass(frozen=True, slots=True)
class Placement:
    """A keyframe or a cut (or both) that a pass must honour.

    Attributes:
        frame: the requested frame, counted from the start of the pass.
        keyframe: index of the keyframe in the caller's list, or None for a bare cut.
        is_cut: whether a new shot begins here with a hard cut.
        exact: stand on precisely this frame, at the price of free heads.
    """

    frame: int
    keyframe: int | None = None
    is_cut: bool = False
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Chunk:
    """4n + 1 frames that the causal codec encodes on their own.

    Attributes:
        start: first frame of the chunk, in the pass.
        num_frames: length in frames, ≡ 1 (mod 4).
        placement: what asked for the head; None for a free head or an unasked start.
        num_clean_latents: leading latent frames that are given, not generated: 1 for a keyframe,
            more for source footage, 0 for a head of noise.
    """

    start: int
    num_frames: int
    placement: Placement | None = None
    num_clean_latents: int = 0

    @property
    def stop(self) -> int:
        """One past the last frame."""
        return self.start + self.num_frames

    @property
    def num_latents(self) -> int:
        """Latent frames that the chunk is encoded to."""
        return (self.num_frames - 1) // FRAMES_PER_GROUP + 1


@dataclass(frozen=True)
class ChunkPlan:
    """A legal tiling of a pass by chunks.

    Attributes:
        chunks: in order, without gaps, the first starting at frame 0.
        num_frames_requested: what is delivered after the surplus is trimmed.
    """

    chunks: tuple[Chunk, ...]
    num_frames_requested: int

    @cached_property
    def num_frames(self) -> int:
        """Frames that are generated: F."""
        return self.chunks[-1].stop

    @cached_property
    def num_latents(self) -> int:
        """Latent frames in the pass: N."""
        return sum(chunk.num_latents for chunk in self.chunks)

    @property
    def surplus(self) -> int:
        """Generated frames that are trimmed from the end, 0 to 3."""
        return self.num_frames - self.num_frames_requested

    @property
    def num_free_heads(self) -> int:
        """Heads that exist only to shift the residue of a later one."""
        return sum(chunk.placement is None for chunk in self.chunks[1:])

    @cached_property
    def latent_spans(self) -> tuple[tuple[int, int], ...]:
        """Frames ``[start, stop)`` that each latent frame covers."""
        spans: list[tuple[int, int]] = []
        for chunk in self.chunks:
            spans.append((chunk.start, chunk.start + 1))
            spans.extend(
                (start, start + FRAMES_PER_GROUP)
                for start in range(chunk.start + 1, chunk.stop, FRAMES_PER_GROUP)
            )
        return tuple(spans)

    @cached_property
    def head_latents(self) -> tuple[int, ...]:
        """Latent index of every chunk head."""
        counts = (chunk.num_latents for chunk in self.chunks[:-1])
        return (0, *itertools.accumulate(counts))

    @cached_property
    def clean_latents(self) -> tuple[int, ...]:
        """Latent indices that stay clean, at timestep 0, throughout denoising."""
        return tuple(
            first + offset
            for first, chunk in zip(self.head_latents, self.chunks, strict=True)
            for offset in range(chunk.num_clean_latents)
        )

    @cached_property
    def positions(self) -> tuple[float, ...]:
        """MC-RoPE temporal positions, one per latent frame (eq. 4 in closed form)."""
        return tuple((stop - 1) / FRAMES_PER_GROUP for _, stop in self.latent_spans)

    @cached_property
    def keyframe_frames(self) -> dict[int, int]:
        """Frame used by each keyframe, by the caller's keyframe index."""
        return {
            chunk.placement.keyframe: chunk.start
            for chunk in self.chunks
            if chunk.placement is not None and chunk.placement.keyframe is not None
        }

    @cached_property
    def cut_frames(self) -> tuple[int, ...]:
        """Frames on which a new shot begins with a hard cut."""
        return tuple(c.start for c in self.chunks if c.placement is not None and c.placement.is_cut)


def plan_pass(placements: Sequence[Placement], num_frames: int) -> ChunkPlan:
    """Tile a pass of ``num_frames`` by chunks so that every placement opens one.

    Args:
        placements: keyframes and cuts in any order; at most one per frame (a keyframe on a cut is
            one placement with both).
        num_frames: length asked for, in frames; it is delivered exactly.

    Raises:
        ValueError: two placements share a frame, or one lies outside the pass; the sentence
            names the frame.
    """
    ordered = sorted(placements, key=lambda placement: placement.frame)
    _check(ordered, num_frames)
    by_frame = {placement.frame: placement for placement in ordered}
    requests = [HeadRequest(p.frame, p.exact) for p in ordered]
    if not requests or requests[0].frame != 0:
        requests.insert(0, HeadRequest(0))
    heads = place_heads(requests, num_frames)
    total = smallest_legal_length(heads[-1].frame, num_frames)
    stops = [*(head.frame for head in heads[1:]), total]
    chunks: list[Chunk] = []
    for head, stop in zip(heads, stops, strict=True):
        placement = by_frame.get(head.request.frame) if head.request else None
        has_keyframe = placement is not None and placement.keyframe is not None
        chunks.append(Chunk(head.frame, stop - head.frame, placement, int(has_keyframe)))
    return ChunkPlan(tuple(chunks), num_frames)


def _check(ordered: Sequence[Placement], num_frames: int) -> None:
    for earlier, later in itertools.pairwise(ordered):
        if later.frame == earlier.frame:
            raise ValueError(
                f"Two keyframes ask for frame {later.frame}; move one of them or replace it."
            )
    for placement in ordered:
        if not 0 <= placement.frame < num_frames:
            raise ValueError(
                f"A keyframe asks for frame {placement.frame}, but the pass has frames 0 to "
                f"{num_frames - 1}; move the keyframe or lengthen the shot."
            )
