"""HDR through the stated curve: fixed points, order, and colours that are known."""

from __future__ import annotations

import numpy as np
import pytest

from engine.media.tone import (
    BT2020,
    DCI_P3,
    DISPLAY_P3,
    HLG,
    MASTER_PEAK,
    PQ,
    WHITE,
    to_bt709,
    tone_curve,
)


def _pq(nits: float) -> int:
    """SMPTE ST 2084, written down a second time."""
    y = (nits / 10000) ** 0.1593017578125
    return round(65535 * ((0.8359375 + 18.8515625 * y) / (1 + 18.6875 * y)) ** 78.84375)


def _patch(*levels: int) -> np.ndarray:
    return np.full((2, 2, 3), levels, dtype=np.uint16)


def test_the_curve_keeps_the_dark_and_ends_at_white() -> None:
    light = np.linspace(0, MASTER_PEAK, 4001)
    bent = tone_curve(light)
    assert np.all(np.diff(bent) >= -1e-9)
    dark = light < 88
    assert bent[dark] == pytest.approx(light[dark] / WHITE, abs=1e-6)
    assert bent[-1] == pytest.approx(1.0, abs=1e-6)
    assert tone_curve(np.array([5000.0]))[0] == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize(("nits", "share"), [(0.0, 0.0), (20.3, 0.1), (81.2, 0.4), (1000.0, 1.0)])
def test_grey_in_pq_is_grey(nits: float, share: float) -> None:
    grey = _patch(*[_pq(nits) if nits else 0] * 3)
    out = to_bt709(grey, PQ, BT2020)[0, 0] / 65535
    assert out == pytest.approx([share ** (1 / 2.4)] * 3, abs=0.004)


def test_grey_in_hlg_is_grey_and_its_white_is_white() -> None:
    # Reference white of BT.2408 is 75 % of HLG's signal: 203 cd/m² on a display of 1000.
    out = to_bt709(_patch(*[round(0.75 * 65535)] * 3), HLG, BT2020)[0, 0] / 65535
    wanted = tone_curve(np.array([WHITE]))[0] ** (1 / 2.4)
    assert out == pytest.approx([wanted] * 3, abs=0.01)
    top = to_bt709(_patch(65535, 65535, 65535), HLG, BT2020)[0, 0]
    assert top.min() > 65000


def test_a_bt709_colour_that_was_carried_in_bt2020_comes_back() -> None:
    """BT.2087's matrix the other way round, from the primaries' own coordinates."""
    wanted = np.array([0.6, 0.3, 0.2])
    to_2020 = np.array(
        [[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]]
    )
    carried = (to_2020 @ wanted) ** (1 / 2.4)
    out = to_bt709(_patch(*np.rint(carried * 65535).astype(int)), 14, BT2020)[0, 0] / 65535
    assert out == pytest.approx(wanted ** (1 / 2.4), abs=0.003)


@pytest.mark.parametrize(
    ("primaries", "from_709"),
    [
        # From the primaries' own coordinates, the other way round; DCI's white is Bradford's D65.
        (
            DISPLAY_P3,
            [[0.8225, 0.1775, 0.0], [0.0332, 0.9668, 0.0], [0.0171, 0.0724, 0.9105]],
        ),
        (
            DCI_P3,
            [[0.8686, 0.1289, 0.0025], [0.0345, 0.9618, 0.0037], [0.0168, 0.0711, 0.9121]],
        ),
    ],
)
def test_a_bt709_colour_that_was_carried_in_p3_comes_back(
    primaries: int, from_709: list[list[float]]
) -> None:
    wanted = np.array([0.6, 0.3, 0.2])
    carried = (np.array(from_709) @ wanted) ** (1 / 2.4)
    patch = _patch(*np.rint(carried * 65535).astype(int))
    out = to_bt709(patch, 1, primaries)[0, 0] / 65535
    assert out == pytest.approx(wanted ** (1 / 2.4), abs=0.003)
    white = to_bt709(_patch(65535, 65535, 65535), 1, primaries)[0, 0] / 65535
    assert white == pytest.approx([1.0] * 3, abs=0.001)


def test_hdr_in_p3_is_not_taken_for_bt2020() -> None:
    red = _patch(_pq(81.2), _pq(8.12), _pq(8.12))
    wide, narrow = (to_bt709(red, PQ, primaries)[0, 0] for primaries in (BT2020, DISPLAY_P3))
    assert narrow[1] > wide[1] + 500


def test_what_is_bt709_already_is_not_touched() -> None:
    frame = _patch(100, 20000, 65535)
    assert to_bt709(frame, 1, 1) is frame
