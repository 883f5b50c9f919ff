"""Where the picture of a film lies inside its frame: letterbox and pillarbox bars.

A frame tells an edge where the first lit row or column stands. A bar is an edge at which many lit
frames agree to the pixel, and beyond which hardly any frame is lit; night skies do not agree. Pure,
and of constant memory.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Counts = NDArray[np.int64]

_BAR_LUMA = 26
"""Brightest luma of a bar, with what a codec leaves in it."""
_LIT_SHARE = 0.03
"""Share of a row that must be brighter than a bar to be picture."""
_BEYOND = 0.01
"""Share of frames that may be lit beyond an edge: a subtitle, a title card."""
_AGREEMENT = 0.3
"""Share of frames whose edge lies on the bar's, within a pixel."""
_MIN_FRAMES = 8
_MIN_BAR = 0.012
_MAX_BAR = 0.4


class Letterbox:
    """Watches a whole film; a frame a second is enough."""

    def __init__(self) -> None:
        self._edges: dict[str, Counts] = {}
        self._size = (0, 0)
        self._num_lit = 0

    def see(self, frame: Picture) -> None:
        """Take a frame, (height, width, 3) uint8 RGB; all must have one size."""
        gray = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
        height, width = gray.shape
        if not self._edges:
            self._size = (width, height)
            self._edges = {
                "left": np.zeros(width + 1, np.int64),
                "right": np.zeros(width + 1, np.int64),
                "top": np.zeros(height + 1, np.int64),
                "bottom": np.zeros(height + 1, np.int64),
            }
        lit = gray > _BAR_LUMA
        # Too dark to tell; most of the picture's middle must be seen.
        if lit[height // 4 : -height // 4, width // 4 : -width // 4].mean() < 0.3:
            return
        self._num_lit += 1
        columns = np.flatnonzero(lit.mean(0) > _LIT_SHARE)
        rows = np.flatnonzero(lit.mean(1) > _LIT_SHARE)
        self._edges["left"][columns[0]] += 1
        self._edges["right"][width - 1 - columns[-1]] += 1
        self._edges["top"][rows[0]] += 1
        self._edges["bottom"][height - 1 - rows[-1]] += 1

    def crop(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Return left, top, width and height of the picture, in even pixels of the film.

        Args:
            width, height: of the film's frames.
        """
        if self._num_lit < _MIN_FRAMES:
            return (0, 0, width, height)
        left, right = self._bars("left", "right", width)
        top, bottom = self._bars("top", "bottom", height)
        return (left, top, (width - left - right) // 2 * 2, (height - top - bottom) // 2 * 2)

    def _bars(self, first: str, second: str, side: int) -> tuple[int, int]:
        """Return the widths of the bars on both sides; a bar on one side alone is none."""
        seen_side = len(self._edges[first]) - 1
        bars = [self._bar(first), self._bar(second)]
        if min(bars) < _MIN_BAR * seen_side or max(bars) > _MAX_BAR * seen_side:
            return (0, 0)
        if seen_side == side:
            return (bars[0] + bars[0] % 2, bars[1] + bars[1] % 2)
        # One small pixel may be half a bar: the crop begins behind it.
        scaled = [int(np.ceil((bar + 0.5) * side / seen_side)) for bar in bars]
        return (scaled[0] + scaled[0] % 2, scaled[1] + scaled[1] % 2)

    def _bar(self, edge: str) -> int:
        """Return the width of one bar in pixels of the frames that were seen; 0 for none."""
        counts = self._edges[edge]
        outside = np.cumsum(counts) / self._num_lit
        bar = int(np.searchsorted(outside, _BEYOND, side="right"))
        there = counts[max(0, bar - 1) : bar + 2].sum() / self._num_lit
        return bar if there >= _AGREEMENT else 0
