"""What the editor draws of a fitted picture is what the engine makes of it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from app.media.fitting import Fitter, Look
from app.media.images import image_of_rgb
from engine.media.fitting import fit_to_frame
from engine.planning.resolution import FrameSize
from engine.protocol.jobs import Bars, Fit, KeyframeSpec

FILM = FrameSize(320, 180)


def _drawn(image: QImage, look: Look) -> np.ndarray:
    canvas = QImage(FILM.width, FILM.height, QImage.Format.Format_RGB888)
    canvas.fill(0xFF00FF)
    painter = QPainter(canvas)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    Fitter().draw(painter, QRectF(0, 0, FILM.width, FILM.height), image, FILM, look)
    painter.end()
    rows = np.frombuffer(canvas.constBits(), np.uint8).reshape(FILM.height, canvas.bytesPerLine())
    return rows[:, : 3 * FILM.width].reshape(FILM.height, FILM.width, 3).astype(int)


@pytest.mark.parametrize("size", [(300, 120), (120, 300), (320, 180), (200, 200)])
@pytest.mark.parametrize(
    ("fit", "bars"),
    [("cover", "black"), ("contain", "black"), ("contain", "blur"), ("contain", "edge")],
)
@pytest.mark.parametrize("anchor", [0.0, 0.5, 0.9])
def test_editor_and_engine_show_the_same(
    qapp: QApplication, size: tuple[int, int], fit: Fit, bars: Bars, anchor: float
) -> None:
    width, height = size
    x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    waves = [127 + 120 * np.sin(5 * x + k + 7 * y * (k + 1) / 3) for k in range(3)]
    pixels = np.stack(waves, axis=-1).astype(np.uint8)
    spec = KeyframeSpec(image="", frame=0, fit=fit, bars=bars, anchor_x=anchor, anchor_y=anchor)
    made = fit_to_frame(pixels, FILM, spec).astype(int)
    shown = _drawn(image_of_rgb(pixels), Look(fit, bars, anchor, anchor))
    off = np.abs(made - shown)
    assert off.mean() < 2
    assert np.percentile(off, 99) <= 12  # a row of pixels where the picture ends
