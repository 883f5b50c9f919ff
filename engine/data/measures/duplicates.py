"""Clips that are nearly the same as one before: perceptual hashes of several frames.

A frame's mark is 256 bits, the signs of the low frequencies of its small luma picture; brightness,
size and encoding hardly change it. A clip has up to sixteen marks, evenly in time. Empty frames
have none: all black frames are alike. Pure, and of bounded memory: the oldest clips are forgotten.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.data.measures.quality import is_empty, luma_of

Picture = NDArray[np.uint8]
Marks = NDArray[np.uint64]

_SIDE = 16
_MAX_MARKS = 16
_NEAR_BITS = 34
"""Bits of 256 that may differ."""
_NEAR_SHARE = 0.7
"""Share of a clip's marks that must be found in one other."""
_FIRST_STRIDE = 6
_POPCOUNT = np.array([bin(value).count("1") for value in range(1 << 16)], np.uint8)


class ClipMarks:
    """Watches one clip and keeps at most sixteen marks of it, evenly in time."""

    def __init__(self) -> None:
        self._stride = _FIRST_STRIDE
        self._num_seen = 0
        self._marks: list[Marks | None] = []

    def see(self, frame: Picture) -> None:
        """Take the next frame, (height, width, 3) uint8 RGB."""
        due = self._num_seen % self._stride == 0
        self._num_seen += 1
        if not due:
            return
        self._marks.append(mark_of(frame))
        if len(self._marks) == 2 * _MAX_MARKS:
            self._marks, self._stride = self._marks[::2], 2 * self._stride

    def marks(self) -> Marks:
        """Return (n, 4) marks, n at most 16."""
        step = 2 if len(self._marks) > _MAX_MARKS else 1
        kept = [mark for mark in self._marks[::step] if mark is not None]
        return np.stack(kept) if kept else np.empty((0, 4), np.uint64)


class DuplicateFinder:
    """Remembers clips by their marks.

    Args:
        max_marks: how many marks are remembered; 200 000 take 8 MB and hold some 15 000 clips.
    """

    def __init__(self, max_marks: int = 200_000) -> None:
        self._marks = np.zeros((max_marks, 4), np.uint64)
        self._owners = np.full(max_marks, -1, np.int64)
        self._names: dict[int, str] = {}
        self._next = 0
        self._num_clips = 0

    def find(self, marks: Marks) -> str | None:
        """Return the name of the clip of which this one is nearly a copy, or none."""
        if not len(marks) or not self._names:
            return None
        filled = self._owners >= 0
        owners = self._owners[filled]
        hits = [np.unique(owners[_distances(self._marks[filled], mark)]) for mark in marks]
        found, counts = np.unique(np.concatenate(hits), return_counts=True)
        if not len(found) or counts.max() < _NEAR_SHARE * len(marks):
            return None
        return self._names[int(found[np.argmax(counts)])]

    def keep(self, name: str, marks: Marks) -> None:
        """Remember a clip; the oldest are forgotten when there is no room."""
        self._names[self._num_clips] = name
        for mark in marks:
            forgotten = int(self._owners[self._next])
            if forgotten >= 0 and forgotten != self._num_clips:
                self._names.pop(forgotten, None)
                self._owners[self._owners == forgotten] = -1
            self._marks[self._next], self._owners[self._next] = mark, self._num_clips
            self._next = (self._next + 1) % len(self._owners)
        self._num_clips += 1


def mark_of(frame: Picture) -> Marks | None:
    """Return (4,) the mark of a picture; none of an empty one."""
    gray = luma_of(frame, 160)
    if is_empty(gray):
        return None
    small = cv2.resize(gray, (4 * _SIDE, 4 * _SIDE), interpolation=cv2.INTER_AREA)
    waves = cv2.dct(small.astype(np.float32))[:_SIDE, :_SIDE].ravel()
    bits = waves > np.median(waves[1:])
    return np.packbits(bits).view(np.uint64)


def _distances(kept: Marks, mark: Marks) -> NDArray[np.bool_]:
    """Return which marks are near."""
    differing = (kept ^ mark).view(np.uint16)
    return _POPCOUNT[differing].sum(1, dtype=np.int64) <= _NEAR_BITS
