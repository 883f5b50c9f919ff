"""Frame sizes: what the nets can take, how an image is cropped to it, and what is cropped after.

Pure integer arithmetic over widths and heights in pixels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FrameSize:
    """Width and height in pixels."""

    width: int
    height: int

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1:
            raise ValueError(f"A frame of {self.width}×{self.height} pixels is not possible.")

    def padded(self, multiple: int) -> FrameSize:
        """Return the smallest size that holds this one, both sides multiples of ``multiple``."""
        return FrameSize(_ceil_to(self.width, multiple), _ceil_to(self.height, multiple))

    def __str__(self) -> str:
        return f"{self.width}×{self.height}"


@dataclass(frozen=True, slots=True)
class CropBox:
    """A rectangle ``[left, right) × [top, bottom)`` in an image, in pixels."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Width in pixels."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Height in pixels."""
        return self.bottom - self.top


def cover_crop(
    image: FrameSize, frame: FrameSize, anchor_x: float = 0.5, anchor_y: float = 0.5
) -> CropBox:
    """Return the largest part of ``image`` with the aspect ratio of ``frame``: never stretched.

    Args:
        image: size of the picture.
        frame: size of the frame to be filled.
        anchor_x, anchor_y: which part survives, 0 (left, top) to 1 (right, bottom).

    Raises:
        ValueError: an anchor lies outside [0, 1].
    """
    if not (0 <= anchor_x <= 1 and 0 <= anchor_y <= 1):
        raise ValueError("The crop's position must lie between 0 and 1 on both axes.")
    scale = min(image.width / frame.width, image.height / frame.height)
    width = min(image.width, max(1, round(frame.width * scale)))
    height = min(image.height, max(1, round(frame.height * scale)))
    left = round((image.width - width) * anchor_x)
    top = round((image.height - height) * anchor_y)
    return CropBox(left, top, left + width, top + height)


def draft_size(master: FrameSize, area: int, multiple: int) -> FrameSize:
    """Return the size with about ``area`` pixels nearest to the aspect ratio of ``master``.

    Args:
        master: the size the film is finished at.
        area: pixels that the draft model was made for (256 × 144 for the starter, 832 × 480 for
            the 5B).
        multiple: both sides are multiples of this (codec stride × patch size).

    The candidates around the ideal width are compared by aspect error first, area second, so
    that the crop that makes up the difference stays the smallest.
    """
    aspect = master.width / master.height
    ideal = math.sqrt(area * aspect)
    widths = range(
        max(multiple, _floor_to(ideal * 0.9, multiple)),
        _ceil_to(ideal * 1.1, multiple) + 1,
        multiple,
    )
    candidates = (
        FrameSize(width, height)
        for width in widths
        for height in {
            max(multiple, _floor_to(width / aspect, multiple)),
            _ceil_to(width / aspect, multiple),
        }
    )

    def cost(size: FrameSize) -> tuple[float, float]:
        aspect_error = abs(math.log(size.width / size.height / aspect))
        area_error = abs(math.log(size.width * size.height / area))
        return (round(aspect_error, 3) + 0.1 * area_error, area_error)

    return min(candidates, key=cost)


def _ceil_to(value: float, multiple: int) -> int:
    return math.ceil(value / multiple) * multiple


def _floor_to(value: float, multiple: int) -> int:
    return math.floor(value / multiple) * multiple
