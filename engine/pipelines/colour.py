"""Steps in colour at chunk heads: measured against the low clip, and corrected if so asked.

A causal codec codes a chunk's first frame by itself, and may give it another colour than the frames
beside it. Here every head is held against its neighbours, channel by channel, by mean and
deviation. What the picture's own course explains is taken off: for a movie its own step at that
frame, for a draft the trend beside the head (the draft's heads have been through a codec too). The
rest is the excess, and an excess within the clip's own unrest is none.

``match`` takes the excess away by an affine map per channel in gamma RGB. Given frames (keyframes,
footage) keep every pixel: the new frames beside them are brought to them, by less and less over
``FADE`` frames. A head that is new itself is brought to its neighbours. ``pixels`` puts the board
on its frame. Works as frames pass by, a few of them held back.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.media.movie import RgbFrame
from engine.media.stills import RgbImage
from engine.planning.plan import ChunkPlan
from engine.protocol.jobs import HeadColour

FADE = 6
"""New frames over which a correction fades out."""
TREND = 4
"""Low frames beside a head that its trend is read off."""
SMALLEST = 0.75
"""Levels of 255 below which an excess is left alone: nobody sees it."""
LARGEST = 16.0
"""Levels above which it is left alone too: that is no codec, that is the picture."""
_MAX_GAIN = 1.15

Row = NDArray[np.float64]


@dataclass(frozen=True)
class FrameColour:
    """Mean and deviation of a frame's channels, (3,) each, in levels of 255."""

    mean: Row
    deviation: Row


@dataclass(frozen=True)
class Correction:
    """An affine map per channel: x + weight · ((gain − 1)(x − centre) + offset)."""

    gain: Row
    centre: Row
    offset: Row
    weight: float = 1.0

    def apply(self, frame: RgbFrame) -> RgbFrame:
        """Return a corrected copy of a (H, W, 3) uint16 frame."""
        scale = self.weight * (self.gain - 1.0)
        shift = self.weight * self.offset - scale * self.centre
        matrix = np.hstack([np.diag(1.0 + scale), (shift * 257.0)[:, None]])
        moved = cv2.transform(frame.astype(np.float32), matrix)
        return np.clip(np.rint(moved), 0, 65535).astype(np.uint16)


def frame_colour(frame: RgbFrame | NDArray[np.float32]) -> FrameColour:
    """Measure a frame: (H, W, 3) uint16, or float32 in [0, 255]."""
    scale = 257.0 if frame.dtype == np.uint16 else 1.0
    mean, deviation = cv2.meanStdDev(frame)
    rows = np.asarray([mean[:, 0], deviation[:, 0]], dtype=np.float64) / scale
    return FrameColour(rows[0], rows[1])


class HeadColours:
    """Lets a pass's frames through, corrected where asked, and reports every head.

    Args:
        plan: of the pass.
        given: frames whose pixels are given.
        boards: what is to stand on keyframes' frames for ``pixels``, (H, W, 3) uint8 by frame.
        mode: what is done about a step.
        low: the low clip's frames, (h, w, 3) float32 levels, from frame 0 on.
        low_is_true: whether the low clip's own steps at heads are real (a movie, not a draft).
    """

    def __init__(
        self,
        plan: ChunkPlan,
        given: frozenset[int],
        boards: Mapping[int, RgbImage],
        mode: HeadColour,
        low: Iterator[NDArray[np.float32]],
        low_is_true: bool,
    ) -> None:
        self._given, self._boards, self._mode = given, boards, mode
        self._low, self._low_is_true = low, low_is_true
        self._cuts = frozenset(plan.cut_frames)
        self._length = plan.num_frames_requested
        self._pending = deque(
            chunk.start
            for chunk in plan.chunks
            # The keyframe that the next pass begins on stands one past the end: led up to, too.
            if chunk.start < self._length or (chunk.start == self._length and chunk.start in given)
        )
        self._borders = sorted({*given, *self._cuts, self._length})
        self._low_colours: dict[int, FrameColour] = {}
        self._low_read = 0
        self._colours: dict[int, FrameColour] = {}
        self._held: deque[RgbFrame] = deque()
        self._corrections: dict[int, list[Correction]] = {}
        self._pushed = self._emitted = 0
        self.rows: list[dict[str, Any]] = []

    def push(self, frame: RgbFrame) -> Iterator[RgbFrame]:
        """Take the plan's next frame, (H, W, 3) uint16; yield the pass's that are settled."""
        index = self._pushed
        if any(abs(index - head) <= 1 for head in list(self._pending)[:3]):
            self._colours[index] = frame_colour(frame)
        self._held.append(frame)
        self._pushed += 1
        while self._pending and self._pending[0] + 1 < self._pushed:
            self._settle(self._pending.popleft())
        while self._emitted + FADE + 1 < self._pushed and self._emitted < self._length:
            yield self._emit()

    def flush(self) -> Iterator[RgbFrame]:
        """Yield the frames that were held back: the pass is over."""
        while self._pending:
            self._settle(self._pending.popleft())
        while self._held and self._emitted < self._length:
            yield self._emit()

    def _emit(self) -> RgbFrame:
        frame, index = self._held.popleft(), self._emitted
        self._emitted += 1
        for correction in self._corrections.pop(index, []):
            frame = correction.apply(frame)
        board = self._boards.get(index)
        if self._mode == "pixels" and board is not None:
            return board.astype(np.uint16) * np.uint16(257)
        return frame

    def _settle(self, head: int) -> None:
        """Measure a head whose neighbours are known; note the corrections that it asks for."""
        self._read_low(head + TREND + 1)
        before = self._side(head, -1) if head and head not in self._cuts else None
        after = self._side(head, 1) if head + 1 < self._length else None
        corrected = False
        if self._mode == "match":
            corrected = self._correct(head, before, after)
        if head:
            self.rows.append(self._row(head, before, after, corrected))
        for known in [n for n in self._colours if n < head - 1]:
            del self._colours[known]
        for known in [n for n in self._low_colours if n < head - TREND]:
            del self._low_colours[known]

    def _side(self, head: int, step: int) -> Correction | None:
        """Return what would bring the frame beside a head to the head; None where none is."""
        beside = head + step
        if beside not in self._colours or beside >= self._length:
            return None
        if step > 0 and beside in self._cuts:
            return None
        here, there = self._colours[head], self._colours[beside]
        natural = self._natural(head, step)
        gain = here.deviation * natural.deviation / np.maximum(there.deviation, 1e-3)
        return Correction(
            np.clip(gain, 1 / _MAX_GAIN, _MAX_GAIN),
            there.mean,
            here.mean + natural.mean - there.mean,
        )

    def _natural(self, head: int, step: int) -> FrameColour:
        """Return how the frame beside a head may differ from it: by mean, and by factor."""
        still = FrameColour(np.zeros(3), np.ones(3))
        low = self._low_colours
        if self._low_is_true:
            a, b = low.get(head), low.get(head + step)
            if a is None or b is None:
                return still
            ratio = b.deviation / np.maximum(a.deviation, 1e-3)
            return FrameColour(b.mean - a.mean, np.clip(ratio, 0.5, 2.0))
        course = self._course(head, step)
        if len(course) < 2:
            return still
        slope = (course[-1].mean - course[0].mean) / (len(course) - 1)
        ratio = course[-1].deviation / np.maximum(course[0].deviation, 1e-3)
        return FrameColour(slope, np.clip(ratio ** (1 / (len(course) - 1)), 0.8, 1.25))

    def _course(self, head: int, step: int) -> list[FrameColour]:
        """Return the low frames beside a head, going away from it, up to what is given next."""
        found: list[FrameColour] = []
        for distance in range(1, TREND + 1):
            frame = head + step * distance
            if frame not in self._low_colours or frame in self._given:
                break
            if (frame if step > 0 else frame + 1) in self._cuts:
                break
            found.append(self._low_colours[frame])
        return found

    def _unrest(self, head: int) -> float:
        """Return how much the low clip's colour jerks from frame to frame beside a head."""
        jerks = [0.0]
        for step in (-1, 1):
            course = [np.stack([c.mean, c.deviation]) for c in self._course(head, step)]
            if len(course) > 2:
                jerks.append(float(np.abs(np.diff(np.stack(course), n=2, axis=0)).max()))
        return max(jerks)

    def _matters(self, head: int, excess: Correction) -> bool:
        """Whether an excess is one to be seen, yet no more than a codec would be guilty of."""
        spread = np.abs(excess.gain - 1) * self._colours[head].deviation
        levels = max(float(np.abs(excess.offset).max()), float(spread.max()))
        return max(SMALLEST, 2 * self._unrest(head)) < levels < LARGEST

    def _correct(self, head: int, before: Correction | None, after: Correction | None) -> bool:
        if head not in self._given:
            return self._correct_new_head(head, before, after)
        corrected = False
        for excess, step in ((before, -1), (after, 1)):
            if excess is None or not self._matters(head, excess):
                continue
            room = self._room(head, step)
            for distance in range(1, room + 1):
                weight = 1.0 - (distance - 1) / room
                faded = replace(excess, weight=weight)
                self._corrections.setdefault(head + step * distance, []).append(faded)
            corrected = corrected or room > 0
        return corrected

    def _correct_new_head(
        self, head: int, before: Correction | None, after: Correction | None
    ) -> bool:
        """Bring a head that is new itself to both neighbours, if it differs from both alike."""
        if before is None or after is None:
            return False
        if float((before.offset * after.offset).sum()) <= 0:
            return False  # the picture goes one way through the head: no step
        mean = (before.offset + after.offset) / 2
        gain = 1.0 / np.sqrt(before.gain * after.gain)
        excess = Correction(gain, self._colours[head].mean, -mean)
        if not self._matters(head, excess):
            return False
        self._corrections.setdefault(head, []).append(excess)
        return True

    def _room(self, head: int, step: int) -> int:
        """Return over how many new frames beside a head a correction may fade."""
        if step > 0:
            count = min(border for border in self._borders if border > head) - head - 1
        else:
            last = max((border for border in self._borders if border < head), default=-1)
            # A cut's own frame is new, unless a keyframe stands on it.
            count = head - last - (0 if last in self._cuts and last not in self._given else 1)
        return min(FADE, (count + 1) // 2 if count > 1 else count)

    def _read_low(self, stop: int) -> None:
        while self._low_read < stop:
            frame = next(self._low, None)
            if frame is None:
                return
            self._low_colours[self._low_read] = frame_colour(frame)
            self._low_read += 1

    def _row(
        self, head: int, before: Correction | None, after: Correction | None, corrected: bool
    ) -> dict[str, Any]:
        """Return what the report says of a head: steps towards it in levels, RGB."""

        def step(colours: Mapping[int, FrameColour], other: int) -> list[float] | None:
            if head not in colours or other not in colours:
                return None
            return [round(float(v), 3) for v in colours[head].mean - colours[other].mean]

        def excess(side: Correction | None) -> list[float] | None:
            return None if side is None else [round(float(v), 3) for v in side.offset]

        def spread(side: Correction | None) -> list[float] | None:
            return None if side is None else [round(float(v - 1) * 100, 2) for v in side.gain]

        return {
            "frame": head,
            "given": head in self._given,
            "cut": head in self._cuts,
            "step_before": step(self._colours, head - 1),
            "step_after": step(self._colours, head + 1),
            "low_step_before": step(self._low_colours, head - 1),
            "low_step_after": step(self._low_colours, head + 1),
            "excess_before": excess(before),
            "excess_after": excess(after),
            "excess_deviation_before_pct": spread(before),
            "excess_deviation_after_pct": spread(after),
            "corrected": corrected,
        }
