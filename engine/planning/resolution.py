"""Frame sizes: what the nets can take, how an image is cropped to it, and what is cropped after.

Pure integer arithmetic over widths and heights in pixels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.protocol.jobs import Fit

BACKDROP_SIDE = 48
"""The blurred copy behind a contained picture is made at this size (its longer side, in pixels),
then enlarged: the same blur at every resolution, and next to free."""

BACKDROP_RADIUS = 1.6
"""Standard deviation of its Gaussian blur, in pixels of the small copy."""

BACKDROP_SHADE = 0.6
"""What is left of its brightness, so that the picture stands out."""

EDGE_SHARE = 0.02
"""How much of the picture, beside a bar, the bar's edge colour is the mean of."""


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


@dataclass(frozen=True, slots=True)
class Fitting:
    """How a picture goes into a frame: ``source`` of the picture is drawn over ``target``.

    Attributes:
        source: part of the picture, in its pixels.
        target: part of the frame, in its pixels; the rest is bars.
    """

    source: CropBox
    target: CropBox


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar beside a contained picture.

    Attributes:
        place: in the frame, in pixels.
        edge: the strip of the picture beside it, in the picture's pixels, whose mean colour an
            edge-coloured bar has.
    """

    place: CropBox
    edge: CropBox


def fit_picture(
    image: FrameSize,
    frame: FrameSize,
    fit: Fit = "cover",
    anchor_x: float = 0.5,
    anchor_y: float = 0.5,
) -> Fitting:
    """Return how a picture goes into a frame, never stretched. The one rule of engine and editor.

    Args:
        image: size of the picture.
        frame: size of the frame.
        fit: ``cover`` crops the picture, ``contain`` leaves bars.
        anchor_x, anchor_y: which part survives the crop, or where the picture stands between its
            bars: 0 (left, top) to 1 (right, bottom).

    Raises:
        ValueError: an anchor lies outside [0, 1].
    """
    if fit == "cover":
        source = cover_crop(image, frame, anchor_x, anchor_y)
        return Fitting(source, CropBox(0, 0, frame.width, frame.height))
    # The part of the frame that has the picture's shape is the crop of the frame to the picture.
    return Fitting(
        CropBox(0, 0, image.width, image.height), cover_crop(frame, image, anchor_x, anchor_y)
    )


def bars_of(image: FrameSize, frame: FrameSize, fitting: Fitting) -> tuple[Bar, ...]:
    """Return the bars beside a picture, each with the strip of the picture that it touches."""
    box = fitting.target
    wide = max(1, round(image.width * EDGE_SHARE))
    high = max(1, round(image.height * EDGE_SHARE))
    bars = (
        Bar(CropBox(0, 0, box.left, frame.height), CropBox(0, 0, wide, image.height)),
        Bar(
            CropBox(box.right, 0, frame.width, frame.height),
            CropBox(image.width - wide, 0, image.width, image.height),
        ),
        Bar(CropBox(0, 0, frame.width, box.top), CropBox(0, 0, image.width, high)),
        Bar(
            CropBox(0, box.bottom, frame.width, frame.height),
            CropBox(0, image.height - high, image.width, image.height),
        ),
    )
    return tuple(bar for bar in bars if bar.place.width > 0 and bar.place.height > 0)


def backdrop_size(frame: FrameSize) -> FrameSize:
    """Return the size of the small copy that is blurred behind a contained picture."""
    scale = BACKDROP_SIDE / max(frame.width, frame.height)
    return FrameSize(max(2, round(frame.width * scale)), max(2, round(frame.height * scale)))


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
