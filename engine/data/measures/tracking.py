"""How the picture moves between frames of one shot: tracked features, one similarity for the scene.

Features are found on an anchor frame and followed from it straight into each later frame, so that
errors do not add up while the anchor holds. A similarity is fitted by RANSAC in which not features
vote but places of the picture, its rim twice: a large figure full of detail does not outvote the
scene. Where optical flow finds too little, ORB matches are tried. Pure: knows no file and no names
of moves.

Points are complex numbers, x + iy, in frame widths from the picture's centre, y down; a similarity
is ``p -> turn * p + shift``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]
Points = NDArray[np.complex128]
Weights = NDArray[np.float64]

_FEATURES = 140
_CELLS = (8, 6)
_WINDOW = (15, 15)
_LEVELS = 3
_TRIALS = 160
_TOLERANCE = 1.0 / 320
"""How far from its place a feature of the scene may be seen, in frame widths."""
_LENIENCE = 0.04
"""And what share of its way more: scenes have depth."""
_MIN_FEATURES = 10
_DEPTH_STEP = 0.03
_MIN_SPREAD = 0.4
"""Over what part of the picture's area the scene must be seen: a figure before a plain wall is
followed well, but says nothing of the camera."""
_MIN_AGREEMENT = 0.3
"""Share of the places with features that must follow one similarity."""


@dataclass(frozen=True, slots=True)
class Similarity:
    """``p -> turn * p + shift``; see the module for coordinates."""

    turn: complex = 1.0 + 0.0j
    shift: complex = 0.0j

    def __call__(self, points: Points) -> Points:
        """Return points moved."""
        return self.turn * points + self.shift

    def after(self, first: Similarity) -> Similarity:
        """Return the similarity that does ``first`` and then this."""
        return Similarity(self.turn * first.turn, self.turn * first.shift + self.shift)

    def inverse(self) -> Similarity:
        """Return what undoes this."""
        return Similarity(1 / self.turn, -self.shift / self.turn)


@dataclass(frozen=True, slots=True)
class Depth:
    """What a span of tracked frames tells about depth.

    Attributes:
        growth: natural logarithm of the scale over the span, its size alone.
        spread: how differently near and far things grew, relative to the growth; 0 for a zoom.
    """

    growth: float
    spread: float


class Anchor:
    """A frame, its features, and where they are by now.

    Args:
        gray: (height, width) luma.
    """

    def __init__(self, gray: Gray) -> None:
        self._gray = gray
        self._size = (gray.shape[1], gray.shape[0])
        self._start = features(gray)
        self._now = self._start
        self._num_features = len(self._start)
        self.motion = Similarity()
        self._last = Similarity()
        self._told_growth = 0.0

    @property
    def is_rich(self) -> bool:
        """Whether enough features are followed."""
        return len(self._start) >= _MIN_FEATURES

    def follow(self, gray: Gray) -> Similarity | None:
        """Return the similarity from the anchor to this frame; none where it cannot be told."""
        found = self._by_flow(gray) if self.is_rich else None
        if found is not None:
            self._last, self.motion = self.motion, found
        return found

    def is_worn(self) -> bool:
        """Whether it is time for a new anchor: too far away, or too few features left."""
        motion = self.motion
        return bool(
            abs(np.log(abs(motion.turn))) > 0.12
            or abs(np.angle(motion.turn)) > 0.14
            or abs(motion.shift) > 0.3
            or len(self._start) < 0.6 * self._num_features
        )

    def depth(self) -> Depth | None:
        """Return what the features' ways tell about depth; once for each step in growth.

        Near things leave the picture first, so the small steps are those that know of them.
        """
        growth = abs(float(np.log(abs(self.motion.turn))))
        if growth < self._told_growth + _DEPTH_STEP or not self.is_rich:
            return None
        self._told_growth = growth
        start, now = to_points(self._start, self._size), to_points(self._now, self._size)
        return depth_of(start, now, self.motion)

    def _by_flow(self, gray: Gray) -> Similarity | None:
        step = self.motion.after(self._last.inverse())
        guess = step(to_points(self._now, self._size))
        near = to_pixels(guess, self._size)
        flags = cv2.OPTFLOW_USE_INITIAL_FLOW
        now: Any
        now, ok, _ = cv2.calcOpticalFlowPyrLK(
            self._gray, gray, self._start, near.copy(), winSize=_WINDOW, maxLevel=_LEVELS,
            flags=flags, minEigThreshold=1e-3,
        )  # fmt: skip
        back, ok_back, _ = cv2.calcOpticalFlowPyrLK(
            gray, self._gray, now, self._start.copy(), winSize=_WINDOW, maxLevel=1, flags=flags
        )
        width, height = self._size
        error = np.linalg.norm(back - self._start, axis=1)
        inside = ((now >= 0) & (now < (width, height))).all(1)
        good = (ok[:, 0] > 0) & (ok_back[:, 0] > 0) & (error < 0.7) & inside
        if good.sum() < _MIN_FEATURES:
            return by_orb(self._gray, gray)
        self._start, self._now = self._start[good], now[good]
        return fit(
            to_points(self._start, self._size),
            to_points(self._now, self._size),
            height / width,
            (self.motion, step.after(self.motion), Similarity()),
        )


def features(gray: Gray) -> NDArray[np.float32]:
    """Return (n, 2) corners in pixels, spread over the picture."""
    height, width = gray.shape
    corners: Any = cv2.goodFeaturesToTrack(gray, _FEATURES * 2, 0.001, width / 45, blockSize=5)
    if corners is None:
        return np.empty((0, 2), np.float32)
    corners = corners.reshape(-1, 2)
    # The strongest come first; no cell may have more than its share.
    cells = cell_of(to_points(corners, (width, height)), height / width)
    order = np.argsort(cells, kind="stable")
    ranks = np.empty(len(cells), int)
    sorted_cells = cells[order]
    begins = np.searchsorted(sorted_cells, sorted_cells)
    ranks[order] = np.arange(len(cells)) - begins
    return np.ascontiguousarray(corners[ranks < 2 * _FEATURES // (_CELLS[0] * _CELLS[1])])


def by_orb(first: Gray, second: Gray) -> Similarity | None:
    """Return the similarity between two frames that are far apart; none where none is seen."""
    orb = cv2.ORB.create(400, fastThreshold=10)
    marks: Any
    other_marks: Any
    keys, marks = orb.detectAndCompute(first, None)
    others, other_marks = orb.detectAndCompute(second, None)
    if marks is None or other_marks is None:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(marks, other_marks)
    pairs = [pair for pair in pairs if pair.distance < 48]
    if len(pairs) < 2 * _MIN_FEATURES:
        return None
    size = (first.shape[1], first.shape[0])
    starts = np.asarray([keys[pair.queryIdx].pt for pair in pairs])
    stops = np.asarray([others[pair.trainIdx].pt for pair in pairs])
    return fit(to_points(starts, size), to_points(stops, size), size[1] / size[0], ())


def fit(
    start: Points, stop: Points, aspect: float, guesses: tuple[Similarity, ...]
) -> Similarity | None:
    """Return the similarity that most places of the picture follow; none if too few do.

    Args:
        start, stop: where features were and are.
        aspect: height over width.
        guesses: similarities to try before random ones.
    """
    weights = place_weights(start, aspect)
    rng = np.random.default_rng(len(start))
    one, two = rng.integers(0, len(start), (2, _TRIALS))
    apart = abs(start[one] - start[two]) > 0.1
    one, two = one[apart], two[apart]
    turns = (stop[one] - stop[two]) / (start[one] - start[two])
    shifts = stop[one] - turns * start[one]
    turns = np.concatenate([[guess.turn for guess in guesses], turns])
    shifts = np.concatenate([[guess.shift for guess in guesses], shifts])
    if not len(turns):
        return None
    errors = abs(turns[:, None] * start + shifts[:, None] - stop)
    allowed = _TOLERANCE + _LENIENCE * abs(stop - start)
    votes = np.maximum(0, 1 - (errors / allowed) ** 2) * weights
    best = int(np.argmax(votes.sum(1) * _areas(start, votes)))
    found = Similarity(complex(turns[best]), complex(shifts[best]))
    near = weights
    for _ in range(3):
        near = weights * np.maximum(0, 1 - (abs(found(start) - stop) / allowed) ** 2)
        if near.sum() < _MIN_AGREEMENT or (near > 0).sum() < _MIN_FEATURES:
            return None
        found = _least_squares(start, stop, near)
    # Features all over the picture would spread over this.
    if _areas(start, near[None])[0] < _MIN_SPREAD * aspect / 12:
        return None
    return found if 0.3 < abs(found.turn) < 3 else None


def _areas(points: Points, votes: Weights) -> Weights:
    """Return over what area, (m,), those spread who vote for each of m similarities.

    A figure may have more features than a plain wall behind it, but it stands in one place.
    """
    total = np.maximum(votes.sum(1), 1e-9)
    spans = [
        np.maximum((votes @ place**2) / total - ((votes @ place) / total) ** 2, 1e-6)
        for place in (points.real, points.imag)
    ]
    return np.sqrt(spans[0] * spans[1])


def place_weights(points: Points, aspect: float) -> Weights:
    """Return weights by which each cell counts once, and each at the rim twice; their sum is 1."""
    cells = cell_of(points, aspect)
    counts = np.bincount(cells, minlength=_CELLS[0] * _CELLS[1])
    column, row = cells % _CELLS[0], cells // _CELLS[0]
    rim = (column == 0) | (column == _CELLS[0] - 1) | (row == 0)
    weights = np.where(rim, 2.0, 1.0) / counts[cells]
    return weights / weights.sum()


def cell_of(points: Points, aspect: float) -> NDArray[np.int64]:
    """Return the cell of the picture in which each point lies."""
    column = np.clip((points.real + 0.5) * _CELLS[0], 0, _CELLS[0] - 1).astype(np.int64)
    row = np.clip((points.imag / aspect + 0.5) * _CELLS[1], 0, _CELLS[1] - 1).astype(np.int64)
    return row * _CELLS[0] + column


def depth_of(start: Points, stop: Points, motion: Similarity) -> Depth | None:
    """Tell a dolly's depth from a zoom's flatness.

    With c the picture's centre, a feature moves by t + iw (p − c) + s (p − c): shift and roll are
    everybody's, s is the zoom's alone or grows with nearness for a dolly. Across the line from the
    centre s does not show, so t and w are solved there; what is left along the line is s, feature
    by feature. Things that move by themselves show across the line too and are left out. What
    scatters across the line is noise, and is taken off the spread. None where too little is seen.
    """
    growth = abs(float(np.log(abs(motion.turn))))
    radius = abs(start)
    keep = radius > 0.12
    if keep.sum() < 2 * _MIN_FEATURES:
        return None
    start, stop, radius = start[keep], stop[keep], radius[keep]
    outward = start / radius
    way = (stop - start) * outward.conj()
    system = np.column_stack([-outward.imag, outward.real, radius])
    across = way.imag
    weights = (abs(motion(start) - stop) < 0.5 * growth * radius + 0.01).astype(float)
    noise = 0.0
    solved = np.zeros(3)
    for _ in range(4):
        if (weights > 0.1).sum() < _MIN_FEATURES:
            return None
        solved = np.linalg.lstsq(system * weights[:, None], across * weights, rcond=None)[0]
        rest = across - system @ solved
        noise = max(1.48 * float(np.median(abs(rest[weights > 0.1]))), 0.1 / 320)
        weights = 1 / (1 + (rest / (2 * noise)) ** 2)
    calm = weights > 0.3
    along = way.real - (complex(solved[0], solved[1]) * outward.conj()).real
    grown = (along / radius)[calm]
    low, middle, high = np.percentile(grown, [12, 50, 88])
    measured = (high - low) / 2.35
    scatter = noise * float(np.median(1 / radius[calm]))
    spread = float(np.sqrt(max(0.0, measured**2 - (1.3 * scatter) ** 2)))
    return Depth(growth, spread / max(abs(float(middle)), 0.01))


def to_points(pixels: NDArray[Any], size: tuple[int, int]) -> Points:
    """Return (n,) points of (n, 2) pixels."""
    width, height = size
    x = (pixels[:, 0] - (width - 1) / 2) / width
    return np.asarray(x + 1j * (pixels[:, 1] - (height - 1) / 2) / width, np.complex128)


def to_pixels(points: Points, size: tuple[int, int]) -> NDArray[np.float32]:
    """Return (n, 2) pixels of (n,) points."""
    width, height = size
    x, y = points.real * width + (width - 1) / 2, points.imag * width + (height - 1) / 2
    return np.column_stack([x, y]).astype(np.float32)


def _least_squares(start: Points, stop: Points, weights: Weights) -> Similarity:
    total = weights.sum()
    here, there = (weights @ start) / total, (weights @ stop) / total
    reach = weights @ abs(start - here) ** 2
    turn = (weights * (start - here).conj()) @ (stop - there) / max(float(reach), 1e-12)
    return Similarity(complex(turn), complex(there - turn * here))
