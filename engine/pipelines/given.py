"""What a job is given at the film's size: keyframes as boards, and frames of footage.

Footage is read from its movie when it is wanted, never as a whole. Knows nothing of latents.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.media.fitting import Centred, Depth, fit_to_frame
from engine.media.movie import RgbFrame, read_frames
from engine.media.stills import RgbImage
from engine.pipelines.guide import Frame
from engine.planning.plan import Chunk, ChunkPlan
from engine.planning.resolution import FrameSize
from engine.protocol.errors import BadInput
from engine.protocol.jobs import FootageSpec

_COVER = Centred()


@dataclass(frozen=True)
class Given:
    """Boards and footage at ``size``.

    Attributes:
        boards: keyframes in the plan's order, at ``size``.
        footage: clips in the plan's order.
        film: size whose aspect ratio footage is cropped to first, when ``size`` is a draft's.
        rate: of the film, at which footage's frames are counted; None counts the movie's own.
    """

    boards: Sequence[RgbImage]
    footage: Sequence[FootageSpec]
    size: FrameSize
    film: FrameSize | None = None
    rate: Fraction | None = None

    def board(self, chunk: Chunk) -> RgbImage | None:
        """Return the keyframe on a chunk's head, (H, W, 3) uint8, if there is one."""
        placement = chunk.placement
        if placement is None or placement.keyframe is None:
            return None
        return self.boards[placement.keyframe]

    def frames(self, chunk: Chunk) -> Iterator[Frame]:
        """Yield a chunk's leading frames that are given, (H, W, 3) in [0, 255].

        A keyframe that only guides is not among them.

        Raises:
            BadInput: footage cannot be read, or is shorter than it should be.
        """
        board = self.board(chunk)
        if board is not None and chunk.num_clean_latents:
            yield board.astype(np.float32)
            return
        for frame in self.source_frames(chunk):
            yield frame.astype(np.float32) / np.float32(257.0)

    def source_frames(self, chunk: Chunk) -> Iterator[RgbFrame]:
        """Yield the frames of footage that a chunk opens with, (H, W, 3) uint16, untouched.

        A movie of another size is fitted into the film's frame and resized.

        Raises:
            BadInput: footage cannot be read, or is shorter than it should be.
        """
        placement = chunk.placement
        if placement is None or placement.footage is None:
            return
        spec = self.footage[placement.footage]
        count = 0
        for frame in read_frames(Path(spec.path), spec.start, spec.stop, self.rate):
            count += 1
            yield fit_frame(frame, self.size, self.film, Centred(spec.fit, spec.bars))
        if count != spec.stop - spec.start:
            raise BadInput(
                f"{Path(spec.path).name} ends before frame {spec.stop}; choose an earlier stretch."
            )


def given_frames(plan: ChunkPlan) -> frozenset[int]:
    """Return the frames of a plan whose pixels are given: pinned keyframes and footage."""
    spans = [range(*span) for span in plan.footage_spans.values()]
    return frozenset(plan.pinned_frames.values()).union(*spans)


def fit_frame(
    frame: NDArray[Depth], size: FrameSize, film: FrameSize | None = None, rule: Centred = _COVER
) -> NDArray[Depth]:
    """Fit a movie's frame into a film's and resize it; the same array where it has that size.

    Args:
        frame: (h, w, 3) uint16.
        size: of the result.
        film: whose aspect ratio counts, ``size`` itself when None.
        rule: how a frame of another shape stands in it.
    """
    if frame.shape[:2] == (size.height, size.width):
        return frame
    return fit_to_frame(frame, film or size, rule, size)
