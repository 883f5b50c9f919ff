"""How much of a picture carries written words, by the form of writing.

Ink is what stands out from a small neighbourhood, brighter or darker. A line of writing is a long
low patch of it, of one luma, that most of its rows cross many times over at an even pace. Foliage,
brickwork and windows stand out too, but neither of one luma nor evenly. Found are horizontal lines
of print on calm ground; handwriting, slanted words and single letters are not. Pure.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]
Box = tuple[int, int, int, int]

_CONTRAST = 55
"""Levels by which ink stands out."""
_KERNEL = cv2.getStructuringElement(cv2.MORPH_RECT, (13, 13))
_JOINING = cv2.getStructuringElement(cv2.MORPH_RECT, (9, 1))
_MIN_HEIGHT, _MAX_HEIGHT = 6, 46
_MIN_LENGTH = 3.5
"""Of a line, in its heights."""
_MIN_LUMA = 150
"""Of ink; the ground's of dark ink."""
_PRINT_SPAN, _MIN_APART = 70.0, 90.0
"""Levels within which print lies, and by which the ground is darker."""
_MIN_STROKES = 5.0
_PACE = (0.5, 3.0)
"""Strokes for each height of a line."""


def text_share(gray: Gray) -> float:
    """Return the share of a picture that lies in lines of writing.

    Args:
        gray: (height, width) luma, about 480 wide.
    """
    covered = np.zeros(gray.shape, bool)
    for left, top, right, bottom in text_lines(gray):
        covered[top:bottom, left:right] = True
    return float(covered.mean())


def text_lines(gray: Gray) -> list[Box]:
    """Return lines of writing, (left, top, right, bottom) in pixels."""
    lines: list[Box] = []
    for operation, picture in ((cv2.MORPH_TOPHAT, gray), (cv2.MORPH_BLACKHAT, 255 - gray)):
        stands_out = cv2.morphologyEx(gray, operation, _KERNEL) > _CONTRAST
        ink = (stands_out & (picture > _MIN_LUMA)).astype(np.uint8)
        if ink.mean() < 0.0005:
            continue
        patches = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, _JOINING)
        count, _, stats, _ = cv2.connectedComponentsWithStats(patches, connectivity=4)
        for left, top, width, height, _ in stats[1 : min(count, 4000)].tolist():
            if _MIN_HEIGHT <= height <= _MAX_HEIGHT and width >= _MIN_LENGTH * height:
                box = (left, top, left + width, top + height)
                if _is_written(picture[top : top + height, left : left + width]):
                    lines.append(box)
    return lines


def _is_written(patch: Gray) -> bool:
    """Whether a patch, in which writing would be bright, is a line of letters."""
    height, width = patch.shape
    brightest = float(np.quantile(patch, 0.97))
    core = patch > brightest - _PRINT_SPAN
    share = float(core.mean())
    if not 0.1 < share < 0.6:
        return False
    if brightest - float(patch[~core].mean()) < _MIN_APART:
        return False
    # Strokes that the rows cross: about one to three for each letter, letters half as wide as tall.
    strokes = float(np.quantile((np.diff(core.astype(np.int8), axis=1) > 0).sum(1), 0.6))
    # And no hole wider than between two words.
    holes = np.diff(np.flatnonzero(core.any(0)))
    is_even = not len(holes) or holes.max() <= max(6.0, 1.2 * height)
    return bool(
        strokes >= _MIN_STROKES and _PACE[0] < strokes * height / width < _PACE[1] and is_even
    )
