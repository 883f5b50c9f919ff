"""Whether a clip is worth training on: measurements of its pictures, and reasons to leave it out.

Frames come one at a time; a few a second are looked at, each with the one after it for motion.
Written text is found by its form, without a net (:mod:`engine.data.measures.writing`). Pure: knows
no file and no job.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.data.measures.writing import text_share
from engine.data.schema import Quality

Picture = NDArray[np.uint8]
Gray = NDArray[np.uint8]

_LOOKS_PER_S = 3.0
_WIDTH = 480
_FLOW_WIDTH = 160
_BLACK_LUMA = 24
_FLAT_SPAN = 6.0
"""Levels between the 2nd and the 98th percentile up to which a frame is of one colour."""


class QualityMeter:
    """Watches one clip.

    Args:
        rate: frames a second; about three of them are looked at.
    """

    def __init__(self, rate: float = 24.0) -> None:
        self._stride = max(2, round(rate / _LOOKS_PER_S))
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
        self._num_seen = 0
        self._before: Gray | None = None
        self._motions: list[float] = []
        self._sharpness: list[float] = []
        self._texts: list[float] = []
        self._num_black = 0
        self._num_looks = 0

    def see(self, frame: Picture) -> None:
        """Take the next frame, (height, width, 3) uint8 RGB."""
        phase = self._num_seen % self._stride
        self._num_seen += 1
        if phase > 1:
            return
        gray = luma_of(frame, _WIDTH)
        small = resized(gray, _FLOW_WIDTH)
        if phase == 0:
            self._look(gray)
            self._before = small
        elif self._before is not None:
            flow = self._flow.calc(self._before, small, np.zeros((*small.shape, 2), np.float32))
            speed = np.linalg.norm(flow, axis=2)
            self._motions.append(float(speed.mean()) * 1000 / small.shape[1])

    def quality(self) -> Quality:
        """Return the measurements; there are no more frames.

        Sharpness and text are medians over looks at frames that are not black, motion is the mean.
        """
        return Quality(
            motion=float(np.mean(self._motions)) if self._motions else 0.0,
            sharpness=float(np.median(self._sharpness)) if self._sharpness else 0.0,
            text=float(np.clip(np.median(self._texts), 0, 1)) if self._texts else 0.0,
            black=self._num_black / max(1, self._num_looks),
        )

    def _look(self, gray: Gray) -> None:
        self._num_looks += 1
        if is_empty(gray):
            self._num_black += 1
            return
        deviation = float(gray.std())
        self._sharpness.append(float(cv2.Laplacian(gray, cv2.CV_32F).std()) / max(deviation, 1.0))
        self._texts.append(text_share(gray))


def is_empty(gray: Gray) -> bool:
    """Whether a picture, (height, width) luma, is nearly black or nearly of one colour."""
    low, high = np.percentile(gray[::2, ::2], [2, 98])
    return bool(high < _BLACK_LUMA or high - low < _FLAT_SPAN)


def luma_of(frame: Picture, width: int) -> Gray:
    """Return luma, (height, width), no wider than ``width``."""
    return resized(np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), np.uint8), width)


def resized(gray: Gray, width: int) -> Gray:
    """Return a picture that is no wider than ``width``."""
    if gray.shape[1] <= width:
        return gray
    height = max(16, round(gray.shape[0] * width / gray.shape[1]))
    return np.asarray(cv2.resize(gray, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a clip may be.

    Attributes:
        min_motion, max_motion: thousandths of a frame width per frame.
        min_sharpness: see :class:`~engine.data.schema.Quality`.
        max_text, max_black: shares.
    """

    min_motion: float = 0.15
    max_motion: float = 45.0
    min_sharpness: float = 0.06
    max_text: float = 0.02
    max_black: float = 0.1


def verdict(quality: Quality, limits: Limits) -> tuple[str, ...]:
    """Return why a clip is left out, a sentence each; empty for a clip that is kept."""
    reasons: list[str] = []
    if quality.black > limits.max_black:
        reasons.append(f"{quality.black:.0%} of its frames are black or of one colour.")
    if quality.motion < limits.min_motion:
        reasons.append(
            f"Hardly anything moves: {quality.motion:.2f} thousandths of a frame width per frame."
        )
    if quality.motion > limits.max_motion:
        reasons.append(
            f"It moves too fast to be followed: {quality.motion:.0f} thousandths of a frame width "
            "per frame."
        )
    if quality.sharpness < limits.min_sharpness and quality.black <= limits.max_black:
        reasons.append(f"It is blurred: sharpness {quality.sharpness:.3f}.")
    if quality.text > limits.max_text:
        reasons.append(f"{quality.text:.1%} of the picture is written text.")
    return tuple(reasons)
