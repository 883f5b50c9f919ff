"""How much of a picture carries written words, by the form of writing.

Letters are small spots of stroke brighter or darker than what is around them; words are several of
about one height on one line, close to one another. Foliage, brickwork and windows have spots too,
but seldom a row of even ones: a row must be even in height, base line and spacing. Pure.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]
Boxes = NDArray[np.int64]

_CONTRAST = 45
"""Levels by which a letter stands out."""
_KERNEL = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9))
_MIN_HEIGHT, _MAX_HEIGHT = 5, 40
_MIN_LETTERS = 6


def text_share(gray: Gray) -> float:
    """Return the share of a picture that lies in rows of letters.

    Args:
        gray: (height, width) luma, about 480 wide.
    """
    rows = text_rows(gray)
    area = sum(float((right - left) * (bottom - top)) for left, top, right, bottom in rows)
    return min(1.0, area / gray.size)


def text_rows(gray: Gray) -> list[tuple[int, int, int, int]]:
    """Return rows of letters, (left, top, right, bottom) in pixels."""
    rows: list[tuple[int, int, int, int]] = []
    for operation in (cv2.MORPH_TOPHAT, cv2.MORPH_BLACKHAT):
        stands_out = cv2.morphologyEx(gray, operation, _KERNEL)
        spots = (stands_out > _CONTRAST).astype(np.uint8)
        if spots.mean() > 0.0005:
            rows += _rows(_letters(spots))
    return rows


def _letters(spots: Gray) -> Boxes:
    """Return (n, 4) boxes left, top, width, height of spots that may be letters."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(spots, connectivity=8)
    width, height = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]
    fill = stats[1:, cv2.CC_STAT_AREA] / (width * height)
    fits = (
        (height >= _MIN_HEIGHT)
        & (height <= _MAX_HEIGHT)
        & (width <= 4 * height)
        & (height <= 9 * width)
        & (fill > 0.18)
        & (fill < 0.95)
    )
    boxes = stats[1:][fits][:, :4].astype(np.int64)
    return boxes[np.argsort(boxes[:, 0], kind="stable")][:4000]


def _rows(letters: Boxes) -> list[tuple[int, int, int, int]]:
    """Return rows: letters that follow each other on one base line, alike in height."""
    left, top, width, height = letters.T if len(letters) else np.empty((4, 0), np.int64)
    base = top + height
    free = np.ones(len(letters), bool)
    found: list[tuple[int, int, int, int]] = []
    for first in range(len(letters)):
        if not free[first]:
            continue
        row = [first]
        while True:
            last = row[-1]
            tall = max(height[last], height[first])
            gap = left - (left[last] + width[last])
            near = np.flatnonzero(
                free
                & (left > left[last])
                & (gap < 0.9 * tall)
                & (gap > -0.3 * tall)
                & (abs(base - base[last]) <= max(1, 0.25 * tall))
                & (height <= 1.6 * tall)
                & (1.6 * height >= tall)
            )
            if not len(near):
                break
            row.append(int(near[0]))
        free[row] = False
        if _is_even(row, letters):
            found.append(
                (
                    int(left[row[0]]),
                    int(top[row].min()),
                    int((left + width)[row].max()),
                    int(base[row].max()),
                )
            )
    return found


def _is_even(row: list[int], letters: Boxes) -> bool:
    if len(row) < _MIN_LETTERS:
        return False
    _, top, width, height = letters[row].T
    base = top + height
    typical = float(np.median(height))
    on_line = abs(base - np.median(base)) <= max(1.0, 0.15 * typical)
    return bool(on_line.mean() > 0.7 and width.mean() < 1.4 * typical)
