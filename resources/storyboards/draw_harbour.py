"""Draws the sample storyboard, a harbour at dusk: painted by code, dedicated to the public (CC0).

``python resources/storyboards/draw_harbour.py FOLDER`` writes the boards of ``harbour.sdproj`` as
JPEGs; ``--film FILE.mp4`` writes the whole scripted film instead, the truth that a model's
in-betweens can be held against.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.float32]
WIDTH, HEIGHT = 1920, 1080
SKY_LINE = 760  # row of the horizon in the world
WORLD_W, WORLD_H = 4200, 1600
BOARD_FRAMES = (0, 17, 34, 39, 56, 73, 90, 107)
NUM_FRAMES = 108
CUT = 39


@dataclass(frozen=True)
class Camera:
    """What the camera sees: its centre in the world, and its magnification."""

    x: float
    y: float
    zoom: float


def noise(height: int, width: int, cell_y: float, cell_x: float, seed: int) -> Picture:
    """Return smooth fractal noise in [0, 1] with the given feature size in pixels."""
    rng = np.random.default_rng(seed)
    total = np.zeros((height, width), np.float32)
    weight = 0.0
    for octave in range(4):
        scale = 2.0**octave
        rows, columns = int(height / cell_y * scale) + 2, int(width / cell_x * scale) + 2
        coarse = rng.random((rows, columns), dtype=np.float32)
        total += cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC) / scale
        weight += 1.0 / scale
    return np.clip(total / weight, 0.0, 1.0)


def gradient(stops: list[tuple[float, tuple[int, int, int]]], height: int) -> Picture:
    """Return a column (height, 1, 3) that runs through the colours at the given shares."""
    at = np.linspace(0, 1, height)
    shares = [share for share, _ in stops]
    channels = [np.interp(at, shares, [colour[c] / 255 for _, colour in stops]) for c in range(3)]
    return np.stack(channels, -1).astype(np.float32)[:, None]


def paint_sky() -> Picture:
    """Return the sky, opaque (H, W, 4)."""
    column = gradient(
        [(0, (38, 56, 110)), (0.45, (122, 98, 150)), (0.75, (236, 150, 120)), (1, (255, 208, 140))],
        SKY_LINE,
    )
    sky = np.repeat(column, WORLD_W, axis=1)
    rows, columns = np.mgrid[0:SKY_LINE, 0:WORLD_W].astype(np.float32)
    distance = np.hypot(rows - (SKY_LINE - 120), columns - 1500)
    glow = np.exp(-((distance / 420) ** 1.1))[..., None]
    sky += glow * np.array([0.42, 0.26, 0.05], np.float32)
    clouds = noise(SKY_LINE, WORLD_W, 70, 420, 3)
    cover = np.clip((clouds - 0.5) * 5, 0, 1) * np.clip(rows / SKY_LINE * 1.6, 0.1, 0.9)
    lit = np.array([1.0, 0.72, 0.58], np.float32)
    sky = sky * (1 - cover[..., None] * 0.75) + lit * cover[..., None] * 0.75
    disc = np.clip((64 - distance) / 3, 0, 1)[..., None]
    sky = sky * (1 - disc) + np.array([1.0, 0.93, 0.72], np.float32) * disc
    layer = with_alpha(sky, np.ones((SKY_LINE, WORLD_W), np.float32), SKY_LINE)
    layer[SKY_LINE:] = layer[SKY_LINE - 1]  # layers move apart as the camera does: leave no gap
    return layer


def with_alpha(colour: Picture, alpha: Picture, top_rows: int) -> Picture:
    """Return a world-sized RGBA layer whose first ``top_rows`` rows hold the colours."""
    layer = np.zeros((WORLD_H, WORLD_W, 4), np.float32)
    layer[:top_rows, :, :3] = colour[:top_rows]
    layer[:top_rows, :, 3] = alpha[:top_rows]
    return layer


def paint_ridge(
    base: float, swing: float, cell: float, tint: tuple[int, int, int], foot: int, seed: int
) -> Picture:
    """Return a range of hills whose crest wanders around row ``base``."""
    crest = base - (noise(1, WORLD_W, 1, cell, seed)[0] - 0.5) * 2 * swing
    rows = np.arange(WORLD_H, dtype=np.float32)[:, None]
    alpha = np.clip((rows - crest[None]) / 2.5, 0, 1) * (rows < foot)
    depth = np.clip((rows - crest[None]) / 260, 0, 1)
    strokes = noise(WORLD_H, WORLD_W, 26, 60, seed + 1)
    value = 0.82 + 0.3 * (strokes - 0.5) + 0.16 * depth
    colour = value[..., None] * np.array(tint, np.float32) / 255
    return with_alpha(colour, alpha.astype(np.float32), WORLD_H)


def paint_sea() -> Picture:
    """Return the sea with the sun's path on it."""
    height = WORLD_H - SKY_LINE
    column = gradient([(0, (235, 165, 130)), (0.25, (110, 110, 150)), (1, (26, 48, 84))], height)
    sea = np.repeat(column, WORLD_W, axis=1)
    rows, columns = np.mgrid[0:height, 0:WORLD_W].astype(np.float32)
    waves = noise(height, WORLD_W, 14, 180, 11) - 0.5
    sea += (waves * (0.25 + rows / height * 0.3))[..., None]
    path = np.exp(-(((columns - 1500) / (60 + rows * 0.5)) ** 2))
    glitter = np.clip(noise(height, WORLD_W, 9, 90, 12) * 2.2 - 0.85, 0, 1) * path
    sea += glitter[..., None] * np.array([0.75, 0.5, 0.22], np.float32)
    layer = np.zeros((WORLD_H, WORLD_W, 4), np.float32)
    layer[SKY_LINE:, :, :3] = sea
    layer[SKY_LINE:, :, 3] = 1
    return layer


def polygon(layer: Picture, points: list[tuple[float, float]], tint: tuple[int, int, int]) -> None:
    """Fill a polygon on an RGBA layer, antialiased."""
    shift = 4
    fixed = np.round(np.array(points) * (1 << shift)).astype(np.int32)
    red, green, blue = (value / 255 for value in tint)
    cv2.fillPoly(layer, [fixed], (red, green, blue, 1.0), cv2.LINE_8, shift)


def paint_town() -> Picture:
    """Return the houses along the shore, windows lit."""
    layer = np.zeros((WORLD_H, WORLD_W, 4), np.float32)
    rng = np.random.default_rng(5)
    walls = [(196, 120, 96), (222, 186, 150), (150, 92, 96), (208, 150, 110), (120, 104, 130)]
    shore = [(1985.0, SKY_LINE + 30.0), (2030.0, SKY_LINE + 8.0), (3560.0, SKY_LINE + 8.0)]
    shore += [(3640.0, SKY_LINE + 66.0), (2600.0, SKY_LINE + 78.0), (2010.0, SKY_LINE + 62.0)]
    polygon(layer, shore, (86, 70, 84))
    x = 2050.0
    while x < 3500:
        width, height = float(rng.integers(64, 120)), float(rng.integers(80, 190))
        floor = SKY_LINE + 34 + 14 * math.sin(x / 130)
        top = floor - height
        polygon(
            layer,
            [(x, top), (x + width, top), (x + width, floor), (x, floor)],
            walls[int(rng.integers(len(walls)))],
        )
        roof = [(x - 8, top + 2), (x + width / 2, top - 46), (x + width + 8, top + 2)]
        polygon(layer, roof, (112, 52, 56))
        for row in np.arange(top + 20, floor - 30, 44):
            for column in np.arange(x + 14, x + width - 22, 34):
                lit = (255, 214, 130) if rng.random() < 0.6 else (70, 60, 88)
                corners = [(column, row), (column + 16, row), (column + 16, row + 24)]
                polygon(layer, [*corners, (column, row + 24)], lit)
        x += width + float(rng.integers(4, 30))
    return layer


def paint_headland() -> Picture:
    """Return the rock with the lighthouse."""
    layer = paint_ridge(SKY_LINE + 40, 10, 200, (70, 66, 84), WORLD_H, 21)
    columns = np.arange(WORLD_W, dtype=np.float32)
    rise = 150 * np.exp(-(((columns - 2750) / 330) ** 2))
    rows = np.arange(WORLD_H, dtype=np.float32)[:, None]
    crest = SKY_LINE + 190 - rise
    keep = np.exp(-(((columns - 2750) / 560) ** 4))
    inside = np.clip((rows - crest[None] - (1 - keep) * 260) / 3, 0, 1)
    below = np.clip((SKY_LINE + 215 - rows) / 40, 0, 1)
    layer[..., 3] = inside * below
    tower_foot, tower_top, x = SKY_LINE + 52.0, SKY_LINE - 330.0, 2750.0
    for band in range(6):
        low = tower_foot + (tower_top - tower_foot) * band / 6
        high = tower_foot + (tower_top - tower_foot) * (band + 1) / 6
        wide, narrow = 46 - band * 3.2, 46 - (band + 1) * 3.2
        tint = (236, 226, 214) if band % 2 == 0 else (186, 62, 54)
        corners = [(x - wide, low), (x + wide, low), (x + narrow, high), (x - narrow, high)]
        polygon(layer, corners, tint)
    gallery = [(x - 40, tower_top), (x + 40, tower_top), (x + 40, tower_top - 12)]
    polygon(layer, [*gallery, (x - 40, tower_top - 12)], (58, 50, 62))
    lamp = [(x - 22, tower_top - 12), (x + 22, tower_top - 12), (x + 22, tower_top - 64)]
    polygon(layer, [*lamp, (x - 22, tower_top - 64)], (255, 226, 150))
    cap = [(x - 34, tower_top - 62), (x, tower_top - 104), (x + 34, tower_top - 62)]
    polygon(layer, cap, (150, 48, 46))
    return layer


def paint_boat() -> Picture:
    """Return a sailing boat on a small transparent picture, (420, 360, 4)."""
    boat = np.zeros((420, 360, 4), np.float32)
    polygon(boat, [(176, 20), (176, 310), (40, 300)], (244, 232, 214))
    polygon(boat, [(190, 48), (190, 306), (310, 296)], (232, 140, 104))
    polygon(boat, [(179, 14), (187, 14), (187, 330), (179, 330)], (74, 54, 50))
    polygon(boat, [(30, 322), (340, 322), (296, 384), (80, 384)], (150, 46, 48))
    polygon(boat, [(30, 322), (340, 322), (334, 334), (36, 334)], (236, 222, 204))
    return cv2.GaussianBlur(boat, (0, 0), 0.8)


def eased(share: float) -> float:
    """Return a share of a move that starts and ends gently."""
    share = min(max(share, 0.0), 1.0)
    return share * share * (3 - 2 * share)


def camera_at(frame: int) -> Camera:
    """Return the scripted camera: a pan over the bay, a cut, then a push towards the light."""
    if frame < CUT:
        return Camera(1250 + 330 * eased(frame / (CUT - 1)), 690, 1.0)
    share = eased((frame - CUT) / (NUM_FRAMES - 1 - CUT))
    return Camera(2420 + 190 * share, 650 - 60 * share, 1.16 + 0.42 * share)


def boat_at(frame: int) -> tuple[float, float, float]:
    """Return the boat's place in the world and its scale."""
    if frame < CUT:
        return 1080 + 6.2 * frame, SKY_LINE + 150 + 5 * math.sin(frame / 7), 0.8
    since = frame - CUT
    return 2120 + 3.6 * since, SKY_LINE + 128 + 3 * math.sin(frame / 7), 0.5


def place(layer: Picture, camera: Camera, depth: float, supersample: int) -> Picture:
    """Return a world layer as the camera sees it; ``depth`` 1 moves fully, 0 stands still."""
    zoom = (1 + (camera.zoom - 1) * depth) * supersample
    x = WORLD_W / 2 + (camera.x - WORLD_W / 2) * depth
    y = SKY_LINE + (camera.y - SKY_LINE) * depth
    matrix = np.array(
        [
            [zoom, 0, WIDTH * supersample / 2 - zoom * x],
            [0, zoom, HEIGHT * supersample / 2 - zoom * y],
        ],
        np.float64,
    )
    size = (WIDTH * supersample, HEIGHT * supersample)
    return cv2.warpAffine(
        layer, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )


class Harbour:
    """The painted layers, ready to be filmed."""

    def __init__(self) -> None:
        self._layers: list[tuple[Picture, float]] = [
            (paint_sky(), 0.55),
            (paint_ridge(SKY_LINE - 90, 90, 520, (128, 100, 146), SKY_LINE + 200, 7), 0.7),
            (paint_ridge(SKY_LINE - 30, 46, 300, (96, 78, 116), SKY_LINE + 200, 9), 0.85),
            (paint_sea(), 1.0),
            (paint_town(), 1.0),
            (paint_headland(), 1.0),
        ]
        self._boat = paint_boat()

    def frame(self, index: int, supersample: int = 2) -> NDArray[np.uint8]:
        """Return one frame of the film, (1080, 1920, 3) RGB."""
        camera = camera_at(index)
        shape = (HEIGHT * supersample, WIDTH * supersample, 3)
        picture = np.zeros(shape, np.float32)
        for layer, depth in self._layers:
            seen = place(layer, camera, depth, supersample)
            alpha = seen[..., 3:]
            picture = picture * (1 - alpha) + seen[..., :3] * alpha
        picture = self._with_boat(picture, index, camera, supersample)
        small = cv2.resize(picture, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
        return np.clip(small * 255 + 0.5, 0, 255).astype(np.uint8)

    def _with_boat(self, picture: Picture, index: int, camera: Camera, supersample: int) -> Picture:
        x, y, scale = boat_at(index)
        zoom = camera.zoom * supersample
        left = WIDTH * supersample / 2 + (x - camera.x) * zoom
        foot = HEIGHT * supersample / 2 + (y - camera.y) * zoom
        size = scale * zoom
        height = self._boat.shape[0]
        matrix = np.array([[size, 0, left], [0, size, foot - (height - 36) * size]], np.float64)
        canvas = (picture.shape[1], picture.shape[0])
        seen = cv2.warpAffine(self._boat, matrix, canvas, flags=cv2.INTER_AREA)
        mirrored = np.array([[size, 0, left], [0, -size * 0.5, foot + 330 * size * 0.5]])
        glass = cv2.warpAffine(self._boat, mirrored, canvas, flags=cv2.INTER_AREA)
        shade = glass[..., 3:] * 0.32
        picture = picture * (1 - shade) + glass[..., :3] * shade
        return picture * (1 - seen[..., 3:]) + seen[..., :3] * seen[..., 3:]


def main() -> None:
    """Write the boards, or the film."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--film", type=Path, help="write all frames as a movie instead")
    options = parser.parse_args()
    harbour = Harbour()
    if options.film is None:
        options.folder.mkdir(parents=True, exist_ok=True)
        for number, frame in enumerate(BOARD_FRAMES, start=1):
            picture = cv2.cvtColor(harbour.frame(frame), cv2.COLOR_RGB2BGR)
            name = str(options.folder / f"board-{number}.jpg")
            cv2.imwrite(name, picture, [cv2.IMWRITE_JPEG_QUALITY, 94])
        return
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from engine.media.encodings import INTERMEDIATE
    from engine.media.writer import MovieWriter

    write: Callable[..., MovieWriter] = MovieWriter
    with write(options.film, WIDTH, HEIGHT, Fraction(24), INTERMEDIATE) as movie:
        for index in range(NUM_FRAMES):
            movie.write(harbour.frame(index, supersample=1))


if __name__ == "__main__":
    main()
