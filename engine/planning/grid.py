"""The 4n + 1 grid: which frames a chunk head may stand on, and where each request lands.

Every chunk of the causal codec is 4n + 1 frames long, so head ``j`` (counted from 0, free heads
included) can only stand on frames congruent to ``j`` modulo 4. This module knows that residue rule
and nothing about images, captions or tensors.

Source: SmartDirector §4.1 and §8 (the ±2 bound). Exact placement by free heads goes beyond it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

FRAMES_PER_GROUP = 4
"""Frames that one latent frame covers away from a chunk head."""


@dataclass(frozen=True, slots=True)
class HeadRequest:
    """A wish for a chunk head on ``frame``.

    Attributes:
        exact: pay free heads to get precisely there.
        num_frames: frames from the head on that no other head may part, 4n + 1: more than one for
            footage, which is always placed exactly.
    """

    frame: int
    exact: bool = False
    num_frames: int = 1


@dataclass(frozen=True, slots=True)
class PlacedHead:
    """A chunk head on the grid. ``request`` is None for a head that nobody asked for."""

    frame: int
    request: HeadRequest | None = None

    @property
    def is_free(self) -> bool:
        """Whether the head stands only to shift the residue of a later one."""
        return self.request is None


def nearest_legal_frame(frame: int, head_index: int) -> int:
    """Return the frame nearest to ``frame`` that is ≡ ``head_index`` (mod 4), ties to the earlier.

    The result differs from ``frame`` by −2, −1, 0 or +1.
    """
    offset = (head_index - frame) % FRAMES_PER_GROUP
    return frame + offset if offset <= 1 else frame + offset - FRAMES_PER_GROUP


def smallest_legal_length(last_head: int, num_frames: int) -> int:
    """Return the smallest pass length ≥ ``num_frames`` whose last chunk starts at ``last_head``."""
    tail = max(num_frames - last_head, 1)
    groups = -((1 - tail) // FRAMES_PER_GROUP)
    return last_head + 1 + FRAMES_PER_GROUP * groups


def place_heads(requests: Sequence[HeadRequest], num_frames: int) -> tuple[PlacedHead, ...]:
    """Place one head for every request, and the free heads that exact ones need.

    Args:
        requests: strictly ascending frames in ``[0, num_frames)``, the first of them at frame 0,
            none inside the frames that another keeps together.
        num_frames: the length that was asked for, in frames.

    Returns:
        All heads in order. A snapped head is at most 2 frames from its request; the first
        stands on frame 0; every head lies before ``num_frames``.

    Raises:
        ValueError: the requests are not strictly ascending, overlap, leave the pass, or miss
            frame 0.
    """
    _check(requests, num_frames)
    pending = list(requests)
    while True:
        placed = _place_in_order(pending)
        culprit = _first_overrun(placed, num_frames)
        if culprit is None:
            return placed
        # Snapping would carry this head past the end or past an exact neighbour; there, exact
        # placement always fits. Each round settles one request for good, so this ends.
        index = pending.index(culprit)
        pending[index] = replace(culprit, exact=True)


def _check(requests: Sequence[HeadRequest], num_frames: int) -> None:
    if num_frames < 1:
        raise ValueError("A pass needs at least one frame.")
    if not requests or requests[0].frame != 0:
        raise ValueError("A pass needs a head on frame 0.")
    for request in requests:
        if request.num_frames % FRAMES_PER_GROUP != 1 or request.num_frames < 1:
            raise ValueError(f"{request.num_frames} frames cannot lead a chunk: 4n + 1 can.")
        if request.num_frames > 1 and not request.exact:
            raise ValueError(f"The frames from {request.frame} on must be placed exactly.")
    for earlier, later in itertools.pairwise(requests):
        if later.frame <= earlier.frame:
            raise ValueError(f"Two heads are asked for on frame {later.frame}, or out of order.")
        if later.frame < earlier.frame + earlier.num_frames:
            raise ValueError(f"A head is asked for on frame {later.frame}, inside footage.")
    if requests[-1].frame + requests[-1].num_frames > num_frames:
        raise ValueError(
            f"Frame {requests[-1].frame} lies past the end: the pass has {num_frames} frames."
        )


def _place_in_order(requests: Sequence[HeadRequest]) -> tuple[PlacedHead, ...]:
    heads: list[PlacedHead] = []
    for request in requests:
        if not request.exact:
            frame = nearest_legal_frame(request.frame, len(heads))
            heads.append(PlacedHead(frame, request))
            continue
        num_free = (request.frame - len(heads)) % FRAMES_PER_GROUP
        if num_free:
            heads.extend(_free_heads(_last_kept(heads[-1]), request.frame, num_free))
        heads.append(PlacedHead(request.frame, request))
    return tuple(heads)


def _last_kept(head: PlacedHead) -> int:
    """Return the last frame that must stay in the head's own chunk, ≡ the head (mod 4)."""
    return head.frame + (head.request.num_frames - 1 if head.request else 0)


def _free_heads(start: int, stop: int, count: int) -> Iterator[PlacedHead]:
    """Yield ``count`` free heads side by side in the middle of the stretch, far from both ends."""
    groups = (stop - start - count - 1) // FRAMES_PER_GROUP
    first = start + 1 + FRAMES_PER_GROUP * ((groups + 1) // 2)
    return (PlacedHead(first + step) for step in range(count))


def _first_overrun(placed: Sequence[PlacedHead], num_frames: int) -> HeadRequest | None:
    """Return the request whose head reached the next exact head or the end, if one did."""
    limit = num_frames
    overrun: HeadRequest | None = None
    for head in reversed(placed):
        if head.request is None:
            continue
        if head.frame >= limit:
            overrun = head.request
        if head.request.exact:
            limit = head.frame
    return overrun
