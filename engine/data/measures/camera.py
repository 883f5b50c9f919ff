"""What the camera does in a shot, measured from its pictures, and said in words.

The scene's similarity is followed from frame to frame (:mod:`engine.data.measures.tracking`) and
summed up into a path: pan, tilt, growth, roll. What is slow in the path is a move, what is quick is
a hand-held camera. Growth is a dolly where near things grow faster than far ones, else a zoom.

Limits: a camera that travels sideways is called a pan, and up a tilt. A dolly to something flat
looks like a zoom and is called so. A figure that fills the picture's rim as well is taken for the
scene. Pure: knows no file and no job.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.data.measures.tracking import Anchor, Depth, Similarity
from engine.data.schema import CameraMove, Direction, MoveKind

Picture = NDArray[np.uint8]
Path = NDArray[np.float64]

_WIDTH = 320
_STEPS_PER_S = 12.0
_SMOOTHING_S = 0.9
_MIN_KNOWN = 0.6
_MIN_SPREAD = 0.14
"""Relative difference of growth from which a growth is a dolly's."""
_MIN_SHAKE = 0.55
"""Thousandths of a frame width per frame from which a camera is hand-held."""
_AXES: tuple[tuple[MoveKind, float, Direction, Direction], ...] = (
    ("pan", 0.045, "right", "left"),
    ("tilt", 0.06, "down", "up"),
    ("zoom", 0.04, "in", "out"),
    ("roll", 2.0, "clockwise", "counter-clockwise"),
)
"""Kinds, the least amount that is a move, and the names of positive and negative."""
_WIDTHS: dict[MoveKind, float] = {
    "pan": 1.0,
    "tilt": 9 / 16,
    "zoom": 0.5,
    "dolly": 0.5,
    "roll": 0.5 * np.pi / 180,
    "static": 0.0,
    "hand-held": 0.0,
}
"""How far an amount of 1 carries the picture, in frame widths: what makes moves comparable."""


class CameraMeter:
    """Watches one shot.

    Args:
        rate: frames a second; about 12 of them are looked at.
    """

    def __init__(self, rate: float = 24.0) -> None:
        self._stride = max(1, round(rate / _STEPS_PER_S))
        self._rate = rate
        self._num_seen = 0
        self._anchor: Anchor | None = None
        self._steps: list[tuple[float, float, float, float] | None] = []
        self._depths: list[Depth] = []
        self._aspect = 9 / 16

    def see(self, frame: Picture) -> None:
        """Take the next frame, (height, width, 3) uint8 RGB."""
        due = self._num_seen % self._stride == 0
        self._num_seen += 1
        if not due:
            return
        self._aspect = frame.shape[0] / frame.shape[1]
        gray = _small(frame)
        if self._anchor is None:
            self._anchor = Anchor(gray)
            return
        before = self._anchor.motion
        after = self._anchor.follow(gray)
        self._steps.append(None if after is None else _step(after.after(before.inverse())))
        depth = self._anchor.depth() if after is not None else None
        if depth is not None:
            self._depths.append(depth)
        if after is None or self._anchor.is_worn():
            self._anchor = Anchor(gray)

    def moves(self) -> tuple[CameraMove, ...]:
        """Return the moves of the shot, the strongest first; none where nothing could be told."""
        known = [step for step in self._steps if step is not None]
        if not known or len(known) < _MIN_KNOWN * len(self._steps):
            return ()
        # The last look is up to a stride before the shot's end.
        looked = len(self._steps) * self._stride
        steps = _filled(self._steps) * ((self._num_seen - 1) / looked)
        window = max(3, round(_SMOOTHING_S * self._rate / self._stride))
        path = np.vstack([np.zeros(4), np.cumsum(steps, axis=0)])
        smooth = _smoothed(path, window)
        found = self._slow(smooth)
        shake = self._shake(path - smooth)
        if shake >= _MIN_SHAKE:
            found.append(CameraMove(kind="hand-held", amount=shake))
        if not found:
            return (CameraMove(kind="static"),)
        return tuple(sorted(found, key=lambda move: -_WIDTHS[move.kind] * move.amount))

    def _slow(self, smooth: Path) -> list[CameraMove]:
        found: list[CameraMove] = []
        units = (1.0, 1 / self._aspect, 1.0, 180 / np.pi)
        for axis, (kind, least, forth, back) in enumerate(_AXES):
            named: MoveKind = "dolly" if kind == "zoom" and self._is_deep() else kind
            for amount, direction in zip(
                _ways(smooth[:, axis] * units[axis], least), (forth, back), strict=True
            ):
                if amount >= least:
                    found.append(CameraMove(kind=named, direction=direction, amount=amount))
        return found

    def _is_deep(self) -> bool:
        spreads = [depth.spread for depth in self._depths]
        return bool(spreads and np.median(spreads) > _MIN_SPREAD)

    def _shake(self, rest: Path) -> float:
        """Return the mean quick motion, in thousandths of a frame width per frame."""
        # Roll is felt at half a frame's width from the centre, at the most.
        quick = np.diff(rest, axis=0) * np.asarray([1.0, 1.0, 0.0, 0.25])
        return float(np.linalg.norm(quick, axis=1).mean() * 1000 / self._stride)


@dataclass(frozen=True, slots=True)
class _Word:
    forth: str
    back: str


_WORDS: dict[MoveKind, _Word] = {
    "pan": _Word("pan right", "pan left"),
    "tilt": _Word("tilt down", "tilt up"),
    "zoom": _Word("zoom in", "zoom out"),
    "dolly": _Word("push in", "pull out"),
    "roll": _Word("roll right", "roll left"),
    "static": _Word("static camera", "static camera"),
    "hand-held": _Word("handheld camera", "handheld camera"),
}
_SLOW, _FAST = 0.004, 0.011
"""Frame widths per 24th of a second, as the starter's training captions have it."""
_MINOR = 0.25
"""A move below this part of the strongest is not spoken of."""


def describe(moves: tuple[CameraMove, ...], duration_s: float) -> str:
    """Return moves as a phrase: "slow pan left, with a push in, handheld"; empty for none.

    The words are those that :func:`engine.sampling.camera.read_camera` reads and that the starter
    was trained with. One pace is said, that of the strongest move.

    Args:
        moves: the strongest first.
        duration_s: seconds of the shot.
    """
    travels = [move for move in moves if _WIDTHS[move.kind] > 0]
    shaken = any(move.kind == "hand-held" for move in moves)
    if not travels:
        return _WORDS["hand-held" if shaken else "static"].forth if moves else ""
    first = travels[0]
    reach = _WIDTHS[first.kind] * first.amount
    speed = reach / max(duration_s * 24, 1.0)
    pace = "slow " if speed < _SLOW else "fast " if speed > _FAST else ""
    spoken: dict[MoveKind, str] = {}
    for move in travels:
        if move.kind in spoken:
            spoken[move.kind] += " and then back"
        elif _WIDTHS[move.kind] * move.amount >= _MINOR * reach:
            spoken[move.kind] = _said(move)
    phrase = pace + ", with a ".join(spoken.values())
    return phrase + (", handheld" if shaken else "")


def _said(move: CameraMove) -> str:
    forth = {forth for _, _, forth, _ in _AXES}
    word = _WORDS[move.kind]
    return word.forth if move.direction in forth else word.back


def _small(frame: Picture) -> NDArray[np.uint8]:
    gray = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
    height, width = gray.shape
    if width > _WIDTH:
        size = (_WIDTH, max(16, round(height * _WIDTH / width)))
        gray = cv2.resize(gray, size, interpolation=cv2.INTER_AREA)
    # Grain has corners too, that nobody can follow.
    return np.asarray(cv2.GaussianBlur(gray, (5, 5), 1.0), np.uint8)


def _step(moved: Similarity) -> tuple[float, float, float, float]:
    """Return what the camera did: widths to the right and down, log scale, radians clockwise."""
    return (
        -moved.shift.real,
        -moved.shift.imag,
        float(np.log(abs(moved.turn))),
        -float(np.angle(moved.turn)),
    )


def _filled(steps: list[tuple[float, float, float, float] | None]) -> Path:
    """Return (n, 4) steps, where unknown ones go on as their neighbours do."""
    known = [index for index, step in enumerate(steps) if step is not None]
    values: Path = np.asarray([steps[index] for index in known], np.float64)
    places = np.arange(len(steps))
    columns: list[Path] = [np.interp(places, known, values[:, axis]) for axis in range(4)]
    return np.asarray(columns, np.float64).T


def _smoothed(path: Path, window: int) -> Path:
    """Return the path without what is quicker than a window; a steady move stays what it is."""
    half = min(window // 2, (len(path) - 1) // 2)
    if half < 1:
        return path
    # Mirrored through its end points, so that a steady move goes on beyond them.
    before = 2 * path[0] - path[half:0:-1]
    after = 2 * path[-1] - path[-2 : -half - 2 : -1]
    longer = np.vstack([before, path, after])
    kernel = np.hanning(2 * half + 3)[1:-1]
    kernel /= kernel.sum()
    columns = [np.convolve(longer[:, axis], kernel, "valid") for axis in range(path.shape[1])]
    return np.asarray(columns, np.float64).T


def _ways(curve: NDArray[np.float64], least: float) -> tuple[float, float]:
    """Return how far a curve goes up and down; swings below ``least`` do not count."""
    ways = {1: 0.0, -1: 0.0}
    heading = 0
    low = high = pivot = extreme = float(curve[0])
    for value in map(float, curve):
        if heading == 0:
            low, high = min(low, value), max(high, value)
            if value - low >= least:
                heading, pivot, extreme = 1, low, value
            elif high - value >= least:
                heading, pivot, extreme = -1, high, value
        elif heading * (value - extreme) > 0:
            extreme = value
        elif heading * (extreme - value) >= least:
            ways[heading] += abs(extreme - pivot)
            heading, pivot, extreme = -heading, extreme, value
    if heading:
        ways[heading] += abs(extreme - pivot)
    return ways[1], ways[-1]
