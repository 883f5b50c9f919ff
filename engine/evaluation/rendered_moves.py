"""Shots rendered of pictures by a camera whose move is known, to measure what measures moves.

A plane picture is seen by a camera that pans, tilts, zooms, rolls, shakes or stands; a dolly goes
into three planes at different depths. Figures cut out of other pictures may go across, and noise
may be laid over everything. The same seed makes the same shot.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.data.schema import CameraMove, Direction, MoveKind

Picture = NDArray[np.uint8]
Mask = NDArray[np.float32]
Seen = NDArray[np.float32]

NUM_FRAMES = 48
SIZE = (480, 270)
_DEPTHS = (4.0, 2.0, 1.2)
_COVERS = (1.0, 0.35, 0.2)
"""Distances of a dolly's planes, and about what share of the picture each covers."""


@dataclass(frozen=True, slots=True)
class Case:
    """One shot to render.

    Attributes:
        kind, direction: of the move.
        speed: thousandths of a frame width per frame at the picture's edge, or the shake.
        noise: deviation of the noise, levels.
        figure: share of the picture that a moving cut-out covers; 0 for none.
        seed: of everything else.
    """

    kind: MoveKind
    direction: Direction
    speed: float
    noise: float
    figure: float
    seed: int

    @property
    def truth(self) -> CameraMove:
        """What a perfect meter says."""
        way = self.speed / 1000 * (NUM_FRAMES - 1)
        amounts: dict[MoveKind, float] = {
            "static": 0.0,
            "pan": way,
            "tilt": way * SIZE[0] / SIZE[1],
            "zoom": way,
            "dolly": way,
            "roll": float(np.degrees(way)),
            "hand-held": self.speed,
        }
        return CameraMove(kind=self.kind, direction=self.direction, amount=amounts[self.kind])


def rendered(case: Case, pictures: list[Picture]) -> Iterator[Picture]:
    """Yield the frames of a case, (height, width, 3) uint8 RGB.

    Args:
        case: what to render.
        pictures: what the world is made of; three at least.
    """
    rng = np.random.default_rng(case.seed)
    chosen = [pictures[int(index)] for index in rng.permutation(len(pictures))[:3]]
    planes = [_plane(picture) for picture in chosen]
    masks = [_blobs(planes[0].shape[:2], cover, rng) for cover in _COVERS[1:]]
    figure = _Figure(planes[1], case.figure, rng)
    shake = _shake(rng) * case.speed / 1000
    for index in range(NUM_FRAMES):
        progress = index / (NUM_FRAMES - 1)
        if case.kind == "dolly":
            frame = _into(planes, masks, case, progress)
        else:
            frame = _view(planes[0], *_pose(case, progress, shake[index]))
        frame = figure.over(frame, progress)
        if case.noise:
            grain = rng.normal(0, case.noise, frame.shape[:2]).astype(np.float32)
            frame = np.asarray(np.clip(frame + grain[..., None], 0, 255), np.float32)
        yield frame.astype(np.uint8)


def _pose(case: Case, progress: float, shake: complex) -> tuple[complex, complex]:
    """Return the view's turn and its centre, in frame widths from the middle of the plane."""
    sign = 1.0 if case.direction in {"right", "down", "in", "clockwise"} else -1.0
    way = sign * case.speed / 1000 * (NUM_FRAMES - 1) * (progress - 0.5)
    match case.kind:
        case "pan":
            return 1.0, way
        case "tilt":
            return 1.0, 1j * way
        case "zoom":
            return complex(np.exp(-way)), 0.0
        case "roll":
            return complex(np.exp(1j * way)), 0.0
        case "hand-held":
            return 1.0, shake
        case "static" | "dolly":
            return 1.0, 0.0


def _into(planes: list[Picture], masks: list[Mask], case: Case, progress: float) -> Seen:
    """Return three planes as a camera sees them that goes towards them, or away."""
    sign = 1.0 if case.direction == "in" else -1.0
    way = case.speed / 1000 * (NUM_FRAMES - 1)
    # How far the camera goes so that the middle plane grows by the way, as a logarithm.
    gone = _DEPTHS[1] * (1 - np.exp(-way)) * (progress if sign > 0 else 1 - progress)
    frame = _view(planes[0], 1 - gone / _DEPTHS[0], 0.0)
    for plane, mask, depth in zip(planes[1:], masks, _DEPTHS[1:], strict=True):
        # What is nearer than a tenth has gone past the camera.
        scale = 1 - gone / depth
        if scale > 0.1:
            cover = _view(mask, scale, 0.0)[..., None]
            frame = np.asarray(frame * (1 - cover) + _view(plane, scale, 0.0) * cover, np.float32)
    return frame


def _view(plane: Picture | Mask, turn: complex, centre: complex) -> Seen:
    """Return what a view sees: half the plane's width when ``turn`` is 1."""
    height, width = plane.shape[:2]
    unit = width / 2
    step = unit / SIZE[0]
    turn = complex(turn)
    linear = step * np.asarray([[turn.real, -turn.imag], [turn.imag, turn.real]])
    middle = np.asarray([width / 2 + centre.real * unit, height / 2 + centre.imag * unit])
    matrix = np.column_stack([linear, middle - linear @ np.asarray(SIZE) / 2])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    seen = cv2.warpAffine(plane, matrix, SIZE, flags=flags, borderMode=cv2.BORDER_REFLECT_101)
    return np.asarray(seen, np.float32)


def _plane(picture: Picture) -> Picture:
    """Return a picture at twice the size of a view."""
    width, height = 2 * SIZE[0], 2 * SIZE[1]
    scale = max(width / picture.shape[1], height / picture.shape[0])
    wide, high = round(picture.shape[1] * scale), round(picture.shape[0] * scale)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    scaled = cv2.resize(picture, (wide, high), interpolation=way)
    return np.asarray(scaled[:height, :width], np.uint8)


def _blobs(shape: tuple[int, int], cover: float, rng: np.random.Generator) -> Mask:
    """Return a mask of things that stand about, covering a share of the plane."""
    coarse = rng.random((9, 16)).astype(np.float32)
    smooth = cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.asarray(smooth > np.quantile(smooth, 1 - cover), np.float32)


def _shake(rng: np.random.Generator) -> NDArray[np.complex128]:
    """Return (frames,) places of a hand-held camera whose mean step is 1."""
    raw = rng.normal(0, 1, (NUM_FRAMES + 12, 2))
    smooth = np.column_stack([np.convolve(raw[:, axis], np.hanning(7), "valid") for axis in (0, 1)])
    places = smooth[:NUM_FRAMES, 0] + 1j * smooth[:NUM_FRAMES, 1]
    return np.asarray(places / np.abs(np.diff(places)).mean(), np.complex128)


class _Figure:
    """A round cut-out that goes across the picture."""

    def __init__(self, plane: Picture, share: float, rng: np.random.Generator) -> None:
        self._size = np.sqrt(share * SIZE[0] * SIZE[1] / np.pi)
        self._texture = plane
        self._path = rng.uniform(-0.2, 0.2, 2) + 1j * rng.uniform(-0.1, 0.1, 2)
        self._path += np.asarray([-0.3, 0.3]) * rng.choice([-1, 1])

    def over(self, frame: Seen, progress: float) -> Seen:
        """Return the frame with the figure in it."""
        if not self._size:
            return frame
        place = self._path[0] + (self._path[1] - self._path[0]) * progress
        x, y = SIZE[0] * (0.5 + place.real), SIZE[1] / 2 + SIZE[0] * place.imag
        mask = np.zeros((SIZE[1], SIZE[0]), np.float32)
        axes = (int(self._size * 0.8), int(self._size * 1.25))
        cv2.ellipse(mask, (int(x), int(y)), axes, 0, 0, 360, 1.0, -1)
        # Its texture goes with it.
        shift = complex((SIZE[0] / 2 - x) / SIZE[0], (SIZE[1] / 2 - y) / SIZE[0])
        figure = _view(self._texture, 1.0, shift)
        cover = cv2.GaussianBlur(mask, (0, 0), 1.0)[..., None]
        return np.asarray(frame * (1 - cover) + figure * cover, np.float32)
