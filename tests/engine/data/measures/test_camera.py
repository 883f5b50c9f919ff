"""The camera's moves, measured from rendered shots, and the words for them."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import cv2
import numpy as np
import pytest

from engine.data.measures.camera import CameraMeter, describe
from engine.data.schema import DIRECTIONS, CameraMove, MoveKind
from engine.sampling.camera import read_camera

NUM_FRAMES = 48
SIZE = (320, 180)
View = Callable[[float], tuple[complex, complex]]


def world(seed: int = 0) -> np.ndarray:
    """Return a picture with detail at several scales."""
    rng = np.random.default_rng(seed)
    out = np.zeros((720, 1280, 3), np.float32)
    for cells in (8, 24, 80, 240):
        noise = rng.random((cells * 9 // 16, cells, 3), np.float32)
        out += cv2.resize(noise, (1280, 720), interpolation=cv2.INTER_CUBIC)
    return np.asarray(cv2.normalize(out, None, 0, 255, cv2.NORM_MINMAX), np.uint8)


def rendered(picture: np.ndarray, turn: complex, centre: complex) -> np.ndarray:
    """Return the frame of a camera at ``centre``, in frame widths from the middle of the world."""
    linear = np.asarray([[turn.real, -turn.imag], [turn.imag, turn.real]]) * 2
    middle = np.asarray([640, 360]) + np.asarray([centre.real, centre.imag]) * 640
    shift = middle - linear @ np.asarray([SIZE[0] / 2, SIZE[1] / 2])
    flags = cv2.INTER_AREA | cv2.WARP_INVERSE_MAP
    return np.asarray(
        cv2.warpAffine(picture, np.column_stack([linear, shift]), SIZE, flags=flags), np.uint8
    )


def measured(view: View, stickers: int = 0) -> tuple[CameraMove, ...]:
    """Return the moves of a rendered shot with a patch of another world going across it."""
    ground, other = world(), world(1)
    meter = CameraMeter(24.0)
    for index in range(NUM_FRAMES):
        frame = rendered(ground, *view(index / (NUM_FRAMES - 1)))
        left = 20 + 4 * index if stickers else 0
        frame[40:140, left : left + stickers] = other[40:140, 100 : 100 + stickers]
        meter.see(frame)
    return meter.moves()


MOVES: list[tuple[str, str, float, View]] = [
    ("pan", "right", 0.2, lambda t: (1, 0.2 * t)),
    ("pan", "left", 0.2, lambda t: (1, -0.2 * t)),
    ("tilt", "down", 0.2 * 16 / 9, lambda t: (1, 0.2j * t)),
    ("tilt", "up", 0.2 * 16 / 9, lambda t: (1, -0.2j * t)),
    ("zoom", "in", 0.25, lambda t: (np.exp(-0.25 * t), 0)),
    ("zoom", "out", 0.25, lambda t: (np.exp(0.25 * t) * 0.7, 0)),
    ("roll", "clockwise", 12.0, lambda t: (np.exp(1j * np.radians(12) * t), 0)),
    ("roll", "counter-clockwise", 12.0, lambda t: (np.exp(-1j * np.radians(12) * t), 0)),
]


@pytest.mark.parametrize("stickers", [0, 100])
@pytest.mark.parametrize(("kind", "direction", "amount", "view"), MOVES)
def test_a_move_is_named_and_measured_whatever_goes_across(
    kind: str, direction: str, amount: float, view: View, stickers: int
) -> None:
    moves = measured(view, stickers)
    assert [(move.kind, move.direction) for move in moves] == [(kind, direction)]
    # The meter's last look is a frame before the shot's end.
    assert moves[0].amount == pytest.approx(amount, rel=0.1)


def test_a_camera_that_stands_is_static_though_somebody_walks() -> None:
    assert measured(lambda t: (1, 0), stickers=100) == (CameraMove(kind="static"),)


def test_a_shaking_camera_is_hand_held_and_goes_nowhere() -> None:
    rng = np.random.default_rng(3)
    shake = cv2.GaussianBlur(rng.normal(0, 1, (NUM_FRAMES, 2)), (1, 7), 1.0) * 0.006
    moves = measured(lambda t: (1, complex(*shake[round(t * (NUM_FRAMES - 1))])))
    assert [move.kind for move in moves] == ["hand-held"]


def test_near_things_growing_faster_make_a_dolly() -> None:
    far, near = world(), world(1)
    meter = CameraMeter(24.0)
    for index in range(NUM_FRAMES):
        way = 0.25 * index / (NUM_FRAMES - 1)
        frame = rendered(far, np.exp(-0.5 * way), 0)
        close = rendered(near, np.exp(-1.6 * way), 0)
        mask = rendered(_posts(), np.exp(-1.6 * way), 0)
        meter.see(np.where(mask > 127, close, frame))
    first = meter.moves()[0]
    assert (first.kind, first.direction) == ("dolly", "in")


def _posts() -> np.ndarray:
    mask = np.zeros((720, 1280, 3), np.uint8)
    for left in (80, 260, 420, 780, 940, 1120):
        mask[330:, left : left + 90] = 255
    return mask


def test_nothing_is_claimed_of_what_cannot_be_seen() -> None:
    meter = CameraMeter()
    assert meter.moves() == ()
    for _ in range(NUM_FRAMES):
        meter.see(np.full((180, 320, 3), 90, np.uint8))
    assert meter.moves() == ()
    assert describe(meter.moves(), 2.0) == ""


def test_a_figure_before_a_bare_wall_says_nothing_of_the_camera() -> None:
    other = world(1)
    meter = CameraMeter(24.0)
    for index in range(NUM_FRAMES):
        frame = np.full((180, 320, 3), 120, np.uint8)
        frame[40:150, 60 + 2 * index : 140 + 2 * index] = other[40:150, 100:180]
        meter.see(frame)
    assert meter.moves() == ()


AXES: dict[MoveKind, tuple[str, str]] = {
    "pan": ("x", "right"),
    "tilt": ("y", "down"),
    "zoom": ("zoom", "in"),
    "dolly": ("zoom", "in"),
    "roll": ("roll", "clockwise"),
}
TRAVELS = [
    CameraMove(kind=kind, direction=direction, amount=10.0 if kind == "roll" else 0.2)
    for kind in AXES
    for direction in sorted(DIRECTIONS[kind])
]


@pytest.mark.parametrize(("first", "second"), list(itertools.product(TRAVELS, TRAVELS)))
@pytest.mark.parametrize("duration_s", [0.5, 2.0, 12.0])
def test_what_is_described_is_read_as_the_same_moves(
    first: CameraMove, second: CameraMove, duration_s: float
) -> None:
    if AXES[first.kind][0] == AXES[second.kind][0] and first.kind != second.kind:
        return
    moves = (first, second, CameraMove(kind="hand-held", amount=2.0))
    read = read_camera(describe(moves, duration_s))
    wanted = {AXES[move.kind][0]: move for move in (second, first)}
    for axis in ("x", "y", "zoom", "roll"):
        move = wanted.get(axis)
        sign = 0 if move is None else 1 if move.direction == AXES[move.kind][1] else -1
        assert np.sign(getattr(read, axis)) == sign


def test_pace_is_said() -> None:
    pan = (CameraMove(kind="pan", direction="left", amount=0.2),)
    assert describe(pan, 8.0) == "slow pan left"
    assert describe(pan, 1.4) == "pan left"
    assert describe(pan, 0.5) == "fast pan left"
    assert describe((CameraMove(kind="static"),), 3.0) == "static camera"
    assert describe((CameraMove(kind="hand-held", amount=1.0),), 3.0) == "handheld camera"
    assert read_camera("static camera") == read_camera("handheld camera") == read_camera("")
