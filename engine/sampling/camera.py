"""Camera words of a caption, and the move they stand for around a single keyframe.

A shot with one keyframe leaves its camera open; the caption then says where it goes ("slow pan
left", "push in"). The move is a plain similarity of the keyframe, eased so that hardly anything
outside the
picture is ever needed: a pan closes in as it travels. Knows no net and no latent.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Frames = NDArray[np.float32]

_MOVES: tuple[tuple[str, str, float], ...] = (
    (r"\b(pan|pans|panning|truck|trucks)\b.{0,12}\bleft\b", "x", -1.0),
    (r"\b(pan|pans|panning|truck|trucks)\b.{0,12}\bright\b", "x", 1.0),
    (r"\b(tilt|tilts|tilting|crane|cranes|boom)\b.{0,12}\bup\b", "y", -1.0),
    (r"\b(tilt|tilts|tilting|crane|cranes|boom)\b.{0,12}\bdown\b", "y", 1.0),
    (
        r"\b(push|pushes|dolly|dollies|zoom|zooms|move|moves|track|tracks)\b.{0,8}\bin\b",
        "zoom",
        1.0,
    ),
    (r"\b(pull|pulls|dolly|dollies|zoom|zooms)\b.{0,8}\b(out|back)\b", "zoom", -1.0),
    (r"\broll(s|ing)?\b.{0,8}\bleft\b", "roll", -1.0),
    (r"\broll(s|ing)?\b.{0,8}\bright\b", "roll", 1.0),
)
_SLOW, _FAST = r"\b(slow|slowly|gentle|gently)\b", r"\b(fast|quick|quickly|rapid|whip)\b"
_REACH = {"x": 0.18, "y": 0.14, "zoom": 0.45, "roll": 0.35}
"""Where a move comes to rest: frame widths, log-zoom, radians."""
_WIDENING = 0.12
"""Log-zoom to which a view may widen beyond the picture, where its edge is mirrored."""


@dataclass(frozen=True, slots=True)
class CameraMove:
    """Speeds per frame: frame widths for x and y, log-zoom, radians."""

    x: float = 0.0
    y: float = 0.0
    zoom: float = 0.0
    roll: float = 0.0


def read_camera(caption: str) -> CameraMove:
    """Return the move that a caption's camera words ask for; none means a camera that stands."""
    text = caption.lower()
    pace = 0.0025 if re.search(_SLOW, text) else 0.012 if re.search(_FAST, text) else 0.006
    found = {axis: sign * pace for pattern, axis, sign in _MOVES if re.search(pattern, text)}
    return CameraMove(**found)


def moved(picture: Frames, move: CameraMove, offset: int) -> Frames:
    """Return the keyframe as the camera sees it ``offset`` frames later (earlier, if negative).

    Args:
        picture: (height, width, 3), the keyframe.
        move: speeds.
        offset: frames from the keyframe.
    """
    height, width = picture.shape[:2]
    x, y, zoom, roll = (
        _eased(getattr(move, axis) * offset, _REACH[axis]) for axis in ("x", "y", "zoom", "roll")
    )
    # Close in just enough that the travelled view stays inside the picture.
    aspect = height / width
    room = max(2 * abs(x), 2 * abs(y) / aspect, abs(math.sin(roll)) / aspect * 0.8)
    zoom = max(zoom, -_WIDENING) + math.log1p(min(room, 0.6) / (1 - min(room, 0.6)))
    scale = math.exp(-zoom)
    c, s = math.cos(roll) * scale, math.sin(roll) * scale
    centre = np.asarray([(width - 1) / 2, (height - 1) / 2])
    target = centre + np.asarray([x, y]) * width
    linear = np.asarray([[c, -s], [s, c]])
    matrix = np.column_stack([linear, target - linear @ centre])
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    seen = cv2.warpAffine(
        picture, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REFLECT_101
    )
    return np.asarray(seen, dtype=np.float32).clip(0, 1)


def _eased(travel: float, reach: float) -> float:
    """Return travel that begins at its speed and comes to rest at ``reach``."""
    return reach * math.tanh(travel / reach)
