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
from typing import assert_never

from engine.planning.grid import FRAMES_PER_GROUP, HeadRequest, place_heads, smallest_legal_length
from engine.protocol.jobs import RopeMode


@dataclass(frozen=True, slots=True)
class Placement:
    """A keyframe, a cut (or both), or footage that a pass must honour.

    Attributes:
        frame: the requested frame, counted from the start of the pass.
        keyframe: index of the keyframe in the caller's list, or None for a bare cut.
        is_cut: whether a new shot begins here with a hard cut.
        exact: stand on precisely this frame, at the price of free heads; footage always does.
        footage: index of the clip that begins here, or None.
        num_frames: length of that clip, 4n + 1; 1 without one.
        strength: 1 pins the keyframe; below, it guides and its latent is made like the others.
    """

    frame: int
    keyframe: int | None = None
    is_cut: bool = False
    exact: bool = False
    footage: int | None = None
    num_frames: int = 1
    strength: float = 1.0

    @property
    def is_pinned(self) -> bool:
        """Whether the keyframe here stays as it is."""
        return self.keyframe is not None and self.strength >= 1

    @property
    def stop(self) -> int:
        """One past the last frame that is given here."""
        return self.frame + self.num_frames

    @property
    def num_clean_latents(self) -> int:
        """Latent frames that are given here: a keyframe's one, footage's n + 1, none for a cut.

        A keyframe that only guides gives none.
        """
        if not self.is_pinned and self.footage is None:
            return 0
        return (self.num_frames - 1) // FRAMES_PER_GROUP + 1


@dataclass(frozen=True, slots=True)
class Insertion:
    """A keyframe inside a causal stream, not at a chunk head: the paper's comparisons only.

    Attributes:
        keyframe: index in the caller's list.
        frame: the requested frame, one of those that ``latent`` covers.
        latent: index of the latent frame that the keyframe takes.
    """

    keyframe: int
    frame: int
    latent: int


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
        insertions: keyframes that no chunk head carries, in order.
        stream_cuts: frames of cuts that no chunk head marks, in order.
        rope: how latents count time; anything but "mc" is a comparison.
    """

    chunks: tuple[Chunk, ...]
    num_frames_requested: int
    insertions: tuple[Insertion, ...] = ()
    stream_cuts: tuple[int, ...] = ()
    rope: RopeMode = "mc"

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
        """Generated frames that are trimmed from the end: 0 to 3, and the next pass's keyframe."""
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
        at_heads = (
            first + offset
            for first, chunk in zip(self.head_latents, self.chunks, strict=True)
            for offset in range(chunk.num_clean_latents)
        )
        return tuple(sorted({*at_heads, *(insertion.latent for insertion in self.insertions)}))

    @cached_property
    def held_latents(self) -> dict[int, float]:
        """Noise level, 1 − strength, that the latent of each guiding keyframe is held at."""
        return {
            first: 1.0 - chunk.placement.strength
            for first, chunk in zip(self.head_latents, self.chunks, strict=True)
            if chunk.placement is not None
            and chunk.placement.keyframe is not None
            and not chunk.placement.is_pinned
        }

    @cached_property
    def pinned_frames(self) -> dict[int, int]:
        """Frame used by each keyframe that stays as it is, by the caller's keyframe index."""
        return {
            keyframe: frame
            for keyframe, _, frame, latent in self._keyframes
            if latent not in self.held_latents
        }

    @cached_property
    def positions(self) -> tuple[float, ...]:
        """Temporal RoPE positions, one per latent frame: eq. 4 in closed form for "mc"."""
        match self.rope:
            case "mc":
                return tuple((stop - 1) / FRAMES_PER_GROUP for _, stop in self.latent_spans)
            case "continuous":
                return tuple(float(latent) for latent in range(self.num_latents))
            case "reset":
                return tuple(float(n) for chunk in self.chunks for n in range(chunk.num_latents))
            case _:
                assert_never(self.rope)

    @cached_property
    def keyframe_frames(self) -> dict[int, int]:
        """Frame used by each keyframe, by the caller's keyframe index, in order of time.

        The keyframe that the next pass begins on stands at ``num_frames_requested``, one past the
        frames that are delivered.
        """
        return {keyframe: frame for keyframe, _, frame, _ in self._keyframes}

    @cached_property
    def keyframe_requests(self) -> dict[int, int]:
        """Frame that each keyframe asked for, by the caller's keyframe index."""
        return {keyframe: requested for keyframe, requested, _, _ in self._keyframes}

    @cached_property
    def keyframe_latents(self) -> dict[int, int]:
        """Latent index that each keyframe takes, by the caller's keyframe index."""
        return {keyframe: latent for keyframe, _, _, latent in self._keyframes}

    @cached_property
    def footage_spans(self) -> dict[int, tuple[int, int]]:
        """Frames ``[start, stop)`` that are the source's own, by the caller's footage index."""
        return {
            chunk.placement.footage: (chunk.start, chunk.start + chunk.placement.num_frames)
            for chunk in self.chunks
            if chunk.placement is not None and chunk.placement.footage is not None
        }

    @cached_property
    def footage_latents(self) -> dict[int, tuple[int, int]]:
        """Latents ``[start, stop)`` that hold each clip of footage, by the footage index."""
        return {
            chunk.placement.footage: (first, first + chunk.num_clean_latents)
            for first, chunk in zip(self.head_latents, self.chunks, strict=True)
            if chunk.placement is not None and chunk.placement.footage is not None
        }

    @cached_property
    def cut_frames(self) -> tuple[int, ...]:
        """Frames on which a new shot begins with a hard cut."""
        at_heads = (c.start for c in self.chunks if c.placement is not None and c.placement.is_cut)
        return (*at_heads, *self.stream_cuts)

    @cached_property
    def _keyframes(self) -> tuple[tuple[int, int, int, int], ...]:
        """(keyframe, requested frame, used frame, latent) in order of time."""
        at_heads = (
            (chunk.placement.keyframe, chunk.placement.frame, chunk.start, first)
            for first, chunk in zip(self.head_latents, self.chunks, strict=True)
            if chunk.placement is not None and chunk.placement.keyframe is not None
        )
        inside = ((i.keyframe, i.frame, i.frame, i.latent) for i in self.insertions)
        return tuple(sorted([*at_heads, *inside], key=lambda row: row[2]))


def plan_pass(
    placements: Sequence[Placement], num_frames: int, next_keyframe: int | None = None
) -> ChunkPlan:
    """Tile a pass of ``num_frames`` by chunks so that every placement opens one.

    Args:
        placements: keyframes, cuts and footage in any order; at most one per frame (a keyframe on
            a cut is one placement with both).
        num_frames: length asked for, in frames; it is delivered exactly.
        next_keyframe: index of the keyframe that the next pass begins on, if both passes share it:
            it stands one frame past the delivered end, is generated towards and trimmed.

    Raises:
        ValueError: two placements share a frame, one lies outside the pass or inside footage, or
            footage is not 4n + 1 frames long; the sentence names the frame.
    """
    ordered = in_order(placements)
    check_placements(ordered, num_frames)
    asked = num_frames
    if next_keyframe is not None:
        ordered.append(Placement(num_frames, next_keyframe, exact=True))
        asked += 1
    by_frame = {placement.frame: placement for placement in ordered}
    requests = [
        HeadRequest(p.frame, p.exact or p.footage is not None, p.num_frames) for p in ordered
    ]
    if not requests or requests[0].frame != 0:
        requests.insert(0, HeadRequest(0))
    heads = place_heads(requests, asked)
    total = smallest_legal_length(heads[-1].frame, asked)
    stops = [*(head.frame for head in heads[1:]), total]
    chunks: list[Chunk] = []
    for head, stop in zip(heads, stops, strict=True):
        placement = by_frame.get(head.request.frame) if head.request else None
        num_clean = placement.num_clean_latents if placement is not None else 0
        chunks.append(Chunk(head.frame, stop - head.frame, placement, num_clean))
    return ChunkPlan(tuple(chunks), num_frames)


def in_order(placements: Sequence[Placement]) -> list[Placement]:
    """Return placements by frame, footage before what falls on its first frame."""
    return sorted(placements, key=lambda placement: (placement.frame, placement.footage is None))


def check_placements(ordered: Sequence[Placement], num_frames: int) -> None:
    """Make sure that a pass can honour placements, given in order of their frames.

    Raises:
        ValueError: see ``plan_pass``.
    """
    for placement in ordered:
        if placement.footage is not None:
            _check_footage(placement, num_frames)
        elif not 0 <= placement.frame < num_frames:
            raise ValueError(
                f"A keyframe asks for frame {placement.frame}, but the pass has frames 0 to "
                f"{num_frames - 1}; move the keyframe or lengthen the shot."
            )
    for earlier, later in itertools.pairwise(ordered):
        if later.frame >= earlier.stop:
            continue
        if earlier.footage is None:
            raise ValueError(
                f"Two keyframes ask for frame {later.frame}; move one of them or replace it."
            )
        last = earlier.stop - 1
        if later.footage is not None:
            raise ValueError(
                f"Two pieces of footage share frame {later.frame}; let one begin after the other."
            )
        what = "A keyframe asks for" if later.keyframe is not None else "A cut falls on"
        raise ValueError(
            f"{what} frame {later.frame}, inside footage (frames {earlier.frame} to {last}), "
            "which stays as it is; move it to a frame that is to be made."
        )


def _check_footage(placement: Placement, num_frames: int) -> None:
    if placement.num_frames % FRAMES_PER_GROUP != 1 or placement.num_frames < 1:
        raise ValueError(
            f"Footage must be 4n + 1 frames long (5, 9, 13 …), not {placement.num_frames}; "
            "leave out a few frames of it."
        )
    if placement.keyframe is not None:
        raise ValueError(
            f"A keyframe asks for frame {placement.frame}, where footage begins; move it to a "
            "frame that is to be made."
        )
    if placement.frame < 0 or placement.stop > num_frames:
        raise ValueError(
            f"Footage on frames {placement.frame} to {placement.stop - 1} leaves the pass, which "
            f"has frames 0 to {num_frames - 1}; move it or lengthen the shot."
        )
