"""Storyboard pictures drawn for tests and for trying the window out."""

from __future__ import annotations

import math
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

SKIES = (
    ((24, 32, 68), (232, 128, 88)),
    ((40, 72, 128), (240, 190, 140)),
    ((86, 140, 200), (220, 232, 240)),
    ((20, 24, 40), (90, 70, 110)),
    ((150, 60, 50), (250, 200, 120)),
)


def draw_board(path: Path, number: int, size: tuple[int, int] = (960, 540)) -> Path:
    """Draw a landscape with a sun, hills and a small house; each number another one."""
    width, height = size
    top, bottom = SKIES[number % len(SKIES)]
    column = Image.new("RGB", (1, height))
    for y in range(height):
        t = (y / height) ** 1.3
        column.putpixel(
            (0, y), tuple(round(a + (b - a) * t) for a, b in zip(top, bottom, strict=True))
        )
    image = column.resize(size)
    draw = ImageDraw.Draw(image, "RGBA")
    sun_x = width * (0.2 + 0.13 * (number % 6))
    sun_y = height * (0.3 + 0.06 * math.sin(number * 1.7))
    for radius, alpha in ((0.16, 26), (0.11, 60), (0.07, 255)):
        r = radius * height
        draw.ellipse((sun_x - r, sun_y - r, sun_x + r, sun_y + r), fill=(255, 236, 196, alpha))
    for layer in range(4):
        base = height * (0.55 + 0.12 * layer)
        shade = tuple(round(c * (0.62 - 0.14 * layer)) for c in bottom)
        points = [(0.0, float(height))]
        for step in range(41):
            x = width * step / 40
            wave = math.sin(step * 0.33 + layer * 2.1 + number) + 0.5 * math.sin(
                step * 0.9 + number
            )
            points.append((x, base + wave * height * 0.045))
        points.append((float(width), float(height)))
        draw.polygon(points, fill=(*shade, 255))
    house = width * (0.62 - 0.05 * (number % 5))
    y = height * 0.8
    draw.rectangle((house, y - 46, house + 70, y), fill=(28, 24, 26, 255))
    draw.polygon(
        [(house - 8, y - 46), (house + 35, y - 80), (house + 78, y - 46)], fill=(18, 16, 18, 255)
    )
    draw.rectangle((house + 26, y - 30, house + 42, y - 12), fill=(255, 210, 120, 255))
    image = image.filter(ImageFilter.GaussianBlur(0.6))
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)
    return path
