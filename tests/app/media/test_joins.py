"""Steps in luma and chroma."""

from __future__ import annotations

import numpy as np
import pytest

from app.media.joins import measure


def _flat(red: int, green: int, blue: int) -> np.ndarray:
    return np.full((4, 6, 4), (blue, green, red, 255), dtype=np.uint8)


def test_a_brighter_grey_is_a_step_in_luma_only() -> None:
    luma, chroma = measure(_flat(100, 100, 100), _flat(110, 110, 110))
    assert luma == pytest.approx(10)
    assert chroma == pytest.approx(0, abs=1e-6)


def test_another_tint_of_the_same_brightness_is_a_step_in_chroma() -> None:
    luma, chroma = measure(_flat(100, 100, 100), _flat(100, 100 - 10, 100 + 99))
    assert abs(luma) < 0.1
    assert chroma > 40


def test_the_step_has_a_sign() -> None:
    assert measure(_flat(90, 90, 90), _flat(60, 60, 60))[0] == pytest.approx(-30)
