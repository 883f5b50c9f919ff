"""Pictures as encoders want them: no colour drifts, whatever matrix and range footage asks for."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from engine.media.conversion import from_rgb
from engine.media.picture import Colour, rgb_of
from tests.engine.media.test_footage import index_look


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv422p", "yuv444p"])
@pytest.mark.parametrize("matrix", [1, 6])
@pytest.mark.parametrize("is_full", [False, True])
def test_soft_colours_come_back_without_a_drift(
    pixel_format: str, matrix: int, is_full: bool
) -> None:
    random = np.random.default_rng(3)
    drifts: list[np.ndarray] = []
    for _ in range(6):
        picture = random.uniform(0.2, 0.8, 3) + random.normal(0, 0.05, (64, 66, 3))
        soft = cv2.GaussianBlur(np.clip(picture, 0, 1), (0, 0), 4)
        rgb = np.rint(soft * 65535).astype(np.uint16)
        colour = Colour(1, 1, matrix, 2 if is_full else 1)
        frame = from_rgb(rgb, pixel_format, colour)
        frame.colorspace, frame.color_range = matrix, colour.range
        seen = rgb_of(frame, index_look())
        assert np.abs(seen.astype(int) - rgb).max() < 4 * 257
        drifts.append((seen.astype(float) - rgb).mean(axis=(0, 1)) / 257)
    assert np.abs(np.mean(drifts, axis=0)).max() < 0.1, "levels of 255"
