"""Footage and new frames side by side, the colour of the new ones brought to the footage.

At a seam the step in colour is measured, channel by channel, by mean and deviation of the frames on
both sides. What the picture's own course explains is taken off: the trend of the frames before it
and of those after it, averaged. The rest is the excess. Where it would be seen, and is no more than
a codec would be guilty of, the new frames are brought to the footage, by less and less over
``FADE`` of them. Footage is never touched.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.media.movie import MovieFrame, decode_frames
from engine.pipelines.colour import LARGEST, SMALLEST, TREND, Correction, FrameColour, frame_colour
from engine.pipelines.framing import placed, segment_frames
from engine.planning.resolution import FrameSize
from engine.protocol.errors import BadInput
from engine.protocol.export import ExportJob, Segment

FADE = 24
"""New frames over which a correction fades: a second, so that no pulse is seen."""
_MAX_GAIN = 1.15

Row = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TintedFrame(MovieFrame):
    """A new frame whose colour is corrected when its pixels are wanted."""

    corrections: tuple[Correction, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Never: the correction works on RGB."""
        return False

    def rgb(self) -> NDArray[np.uint16]:
        """Return the corrected picture, (height, width, 3)."""
        frame = super(TintedFrame, self).rgb()
        for correction in self.corrections:
            frame = np.asarray(correction.apply(frame), np.uint16)
        return frame


@dataclass(frozen=True, slots=True)
class _Sides:
    """How many frames on each side of a seam were looked at, and which side is new."""

    frame: int
    num_before: int
    num_after: int
    leads_into_given: bool


@dataclass
class Joiner:
    """The frames of an export's segments.

    Attributes:
        size: of the movie, into which every frame is fitted.
        rows: of the report, one a seam that was asked to be matched: ``frame`` is the first after
            the seam; ``step`` and ``natural`` are levels of 255 by channel, ``excess`` what is left
            of the step. ``measure`` adds ``excess_left``: the same, of what was written.
    """

    job: ExportJob
    size: FrameSize
    rows: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    _sides: list[_Sides] = field(default_factory=list["_Sides"])

    def frames(self) -> Iterator[MovieFrame]:
        """Yield all frames in order.

        Raises:
            BadInput: a segment cannot be read, or is shorter than it should be.
        """
        at = 0
        for index, segment in enumerate(self.job.segments):
            length = segment.stop - segment.start
            corrections = self._corrections(index, at)
            count = 0
            for frame in segment_frames(self.job, segment):
                due = _due(corrections, count, length)
                tinted = TintedFrame(frame.picture, frame.look, due) if due else frame
                yield placed(tinted, segment, self.size)
                count += 1
            if count != length:
                raise BadInput(f"{segment.path} is shorter than it should be; generate it again.")
            at += length

    def measure(self, movie: Path) -> None:
        """Measure in the written movie what is left at every seam.

        Raises:
            BadInput: it cannot be read.
        """
        step = (self.job.source_rate or self.job.rate).fraction / self.job.rate.fraction
        for row, sides in zip(self.rows, self._sides, strict=True):
            seam = math.ceil(sides.frame / step)
            first = max(0, seam - sides.num_before)
            colours = [
                frame_colour(frame.rgb())
                for frame in decode_frames(movie, first, seam + sides.num_after)
            ]
            before, after = colours[: seam - first][::-1], colours[seam - first :]
            given, new = (after, before) if sides.leads_into_given else (before, after)
            if given and new:
                row["excess_left"] = _rounded(_step_between(given, new)[1])

    def _corrections(self, index: int, at: int) -> tuple[Correction | None, Correction | None]:
        """Return what the segment's first and last frame need; None where it needs nothing."""
        segments = self.job.segments
        segment = segments[index]
        first = last = None
        if segment.match_start and index > 0:
            given, new = self._edge(segments[index - 1], -1), self._edge(segment, 1)
            self._sides.append(_Sides(at, len(given), len(new), leads_into_given=False))
            first = self._seam(at, given, new)
        if segment.match_end and index + 1 < len(segments):
            end = at + segment.stop - segment.start
            given, new = self._edge(segments[index + 1], 1), self._edge(segment, -1)
            self._sides.append(_Sides(end, len(new), len(given), leads_into_given=True))
            last = self._seam(end, given, new)
        return first, last

    def _edge(self, segment: Segment, step: int) -> list[FrameColour]:
        """Return the colours of a segment's frames beside a seam, going away from it."""
        length = segment.stop - segment.start
        count = min(TREND, length)
        start, stop = (0, count) if step > 0 else (length - count, length)
        frames = segment_frames(self.job, segment, start, stop)
        colours = [frame_colour(placed(frame, segment, self.size).rgb()) for frame in frames]
        return colours[::step]

    def _seam(
        self, frame: int, given: Sequence[FrameColour], new: Sequence[FrameColour]
    ) -> Correction | None:
        natural, excess = _step_between(given, new)
        gain = np.clip(
            given[0].deviation / np.maximum(new[0].deviation, 1e-3), 1 / _MAX_GAIN, _MAX_GAIN
        )
        correction = Correction(gain, new[0].mean, -excess)
        spread = np.abs(gain - 1) * new[0].deviation
        levels = max(float(np.abs(excess).max()), float(spread.max()))
        matters = max(SMALLEST, 2 * max(_unrest(given), _unrest(new))) < levels < LARGEST
        self.rows.append(
            {
                "frame": frame,
                "step": _rounded(natural + excess),
                "natural": _rounded(natural),
                "excess": _rounded(excess),
                "gain": _rounded(gain),
                "corrected": matters,
            }
        )
        return correction if matters else None


def _step_between(given: Sequence[FrameColour], new: Sequence[FrameColour]) -> tuple[Row, Row]:
    """Return the step in colour at a seam: the picture's own, and what goes beyond that.

    Args:
        given, new: the frames on both sides, going away from the seam.
    """
    natural = (_slope(new) - _slope(given)) / 2
    return natural, new[0].mean - given[0].mean - natural


def _due(
    corrections: tuple[Correction | None, Correction | None], number: int, length: int
) -> tuple[Correction, ...]:
    """Return what frame ``number`` of a segment needs."""
    due: list[Correction] = []
    for correction, distance in zip(corrections, (number, length - 1 - number), strict=True):
        weight = 1.0 - distance / min(FADE, length)
        if correction is not None and weight > 0:
            due.append(replace(correction, weight=weight))
    return tuple(due)


def _slope(colours: Sequence[FrameColour]) -> Row:
    """Return by how much the mean goes on per frame, away from the seam."""
    if len(colours) < 2:
        return np.zeros(3)
    return (colours[-1].mean - colours[0].mean) / (len(colours) - 1)


def _unrest(colours: Sequence[FrameColour]) -> float:
    """Return how much the colour jerks from frame to frame."""
    if len(colours) < 3:
        return 0.0
    return float(np.abs(np.diff(np.stack([c.mean for c in colours]), n=2, axis=0)).max())


def _rounded(row: Row) -> list[float]:
    return [round(float(value), 3) for value in row]
