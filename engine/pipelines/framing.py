"""How a segment's frames stand in the movie's frame: untouched, scaled, or fitted, never stretched.

Frames of the movie's size are left alone: a lossless export stays lossless. A line too many, as
movies of odd sides have, is cut off. What has the movie's shape is scaled by the encoder's own
conversion. Anything else is cropped, or put between bars, at 16 bits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.media.fitting import Centred, fit_to_frame
from engine.media.movie import MovieFrame, decode_frames
from engine.planning.resolution import CropBox, FrameSize, cover_crop
from engine.protocol.export import ExportJob, Segment

_DRAFTS_STRAY = 0.03
"""A draft's grid differs from the film's shape by a percent or two, and shows the film's frame
squeezed by as much: scaled back, it is right."""


@dataclass(frozen=True, slots=True)
class FittedFrame(MovieFrame):
    """A frame that is fitted into another when its pixels are wanted."""

    inner: MovieFrame
    frame: FrameSize
    rule: Centred

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the movie's frame."""
        return self.frame.width, self.frame.height

    @property
    def is_plain(self) -> bool:
        """Never: fitting works on RGB."""
        return False

    def rgb(self) -> NDArray[np.uint16]:
        """Return the fitted picture, (height, width, 3)."""
        rgb = self.inner.rgb()
        if _loses_a_line(self.inner.size, self.frame):
            return np.ascontiguousarray(rgb[: self.frame.height, : self.frame.width])
        return fit_to_frame(rgb, self.frame, self.rule, enlarging=cv2.INTER_LANCZOS4)


def placed(frame: MovieFrame, segment: Segment, size: FrameSize) -> MovieFrame:
    """Return a segment's frame as it goes into a movie of ``size``; the same where it fits.

    What has the movie's shape is returned as it is, at its own size.
    """
    if not _loses_a_line(frame.size, size) and _has_shape(frame.size, segment, size):
        return frame
    rule = Centred(segment.fit, segment.bars)
    return FittedFrame(frame.picture, frame.look, frame, size, rule)


def segment_frames(
    job: ExportJob, segment: Segment, start: int = 0, stop: int | None = None
) -> Iterator[MovieFrame]:
    """Yield frames ``[start, stop)`` of a segment, counted from its own start.

    Raises:
        BadInput: it cannot be read.
    """
    rate = (job.source_rate or job.rate).fraction if segment.is_source else None
    end = segment.stop if stop is None else segment.start + stop
    return decode_frames(Path(segment.path), segment.start + start, end, rate)


def _loses_a_line(size: tuple[int, int], frame: FrameSize) -> bool:
    across, down = size[0] - frame.width, size[1] - frame.height
    return 0 <= across <= 1 and 0 <= down <= 1 and (across, down) != (0, 0)


def _has_shape(size: tuple[int, int], segment: Segment, frame: FrameSize) -> bool:
    if not segment.is_source:
        return abs(size[0] * frame.height / (size[1] * frame.width) - 1) <= _DRAFTS_STRAY
    whole = FrameSize(*size)
    return cover_crop(whole, frame) == CropBox(0, 0, whole.width, whole.height)
