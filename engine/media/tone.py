"""HDR and wide-gamut pictures as BT.709: PQ and HLG through one stated curve.

The curve is the EETF of ITU-R BT.2390 (a Hermite spline in PQ) from a 1000 cd/m² master down to
BT.2408's reference white of 203 cd/m², which becomes full white: everything below some 88 cd/m² is
left alone, what lies above is bent together. It acts on the largest of R, G and B and scales all
three alike, so hues stay. Then BT.2020 (ITU-R BT.2087) or P3 (SMPTE RP 431-2, EG 432-1) is turned
into BT.709, colours outside are clipped, and the result is coded for a display of gamma 2.4
(BT.1886).

Arrays are (height, width, 3) uint16, as they are coded.
"""

from __future__ import annotations

import functools

import cv2
import numpy as np
from numpy.typing import NDArray

PQ, HLG = 16, 18
"""AVCOL_TRC_SMPTE2084 and AVCOL_TRC_ARIB_STD_B67."""
BT709, BT2020, DCI_P3, DISPLAY_P3 = 1, 9, 11, 12
"""AVCOL_PRI_BT709, _BT2020, _SMPTE431 and _SMPTE432."""
WIDE = frozenset({BT2020, DCI_P3, DISPLAY_P3})

MASTER_PEAK, WHITE = 1000.0, 203.0
"""cd/m²: the brightest light that is kept apart, and what becomes white."""

_GAMMA = 2.4
_FROM_BT2020 = np.array(
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]],
    dtype=np.float32,
)
_FROM_DISPLAY_P3 = np.array(
    [[1.2249, -0.2249, 0.0], [-0.0421, 1.0421, 0.0], [-0.0196, -0.0786, 1.0983]],
    dtype=np.float32,
)
_FROM_DCI_P3 = np.array(  # its greenish white brought to D65 by Bradford's transform
    [[1.1575, -0.1550, -0.0025], [-0.0415, 1.0456, -0.0041], [-0.0181, -0.0786, 1.0967]],
    dtype=np.float32,
)
_M1, _M2 = 2610 / 16384, 2523 / 4096 * 128
_C1, _C2, _C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
_HLG_A, _HLG_B, _HLG_C = 0.17883277, 0.28466892, 0.55991073
_HLG_WEIGHTS = np.array([0.2627, 0.6780, 0.0593], dtype=np.float32)

Coded = NDArray[np.uint16]
Curve = NDArray[np.float64]


def to_bt709(frame: Coded, transfer: int, primaries: int) -> Coded:
    """Return a picture in BT.709; the same array where it is so already.

    Args:
        frame: RGB, coded by ``transfer`` in ``primaries`` (FFmpeg's numbers).
    """
    if transfer == PQ:
        light = _bent(_pq_light()[frame])
    elif transfer == HLG:
        scene = _hlg_scene()[frame]
        luminance = cv2.transform(scene, _HLG_WEIGHTS[None, :])
        # BT.2100's OOTF at 1000 cd/m²: gamma 1.2 on the luminance.
        gain = (np.maximum(luminance, 1e-6) ** 0.2)[..., None] * MASTER_PEAK
        light = _bent((scene * gain).astype(np.float32, copy=False))
    elif primaries in WIDE:
        light = _display_light()[frame]
    else:
        return frame
    narrow = _narrowed(light, primaries)
    coded = np.clip(narrow, 0.0, 1.0) ** np.float32(1 / _GAMMA)
    return np.rint(coded * 65535).astype(np.uint16)


def _narrowed(light: NDArray[np.float32], primaries: int) -> NDArray[np.float32]:
    """Return linear light in BT.709's primaries; HDR that does not say has BT.2020's."""
    match primaries:
        case 1:
            return light
        case 11:
            matrix = _FROM_DCI_P3
        case 12:
            matrix = _FROM_DISPLAY_P3
        case _:
            matrix = _FROM_BT2020
    return np.asarray(cv2.transform(light, matrix), np.float32)


def tone_curve(light: Curve) -> Curve:
    """Return what BT.2390's curve makes of light in cd/m², as a share of white."""
    top = _pq_of(np.array(MASTER_PEAK))
    most = float(_pq_of(np.array(WHITE)) / top)
    knee = 1.5 * most - 0.5
    e1 = np.clip(_pq_of(light) / top, 0.0, 1.0)
    t = np.clip((e1 - knee) / (1 - knee), 0.0, 1.0)
    spline = (
        (2 * t**3 - 3 * t**2 + 1) * knee
        + (t**3 - 2 * t**2 + t) * (1 - knee)
        + (-2 * t**3 + 3 * t**2) * most
    )
    return _light_of(np.where(e1 < knee, e1, spline) * top) / WHITE


def _bent(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return light in cd/m² as shares of white, all channels scaled by the curve at the largest."""
    largest = np.maximum(light.max(axis=-1), 1e-4)
    table, step = _curve_table()
    place = np.sqrt(np.minimum(largest, MASTER_PEAK)) / step
    low = np.minimum(place.astype(np.int32), len(table) - 2)
    share = place - low
    bent = table[low] * (1 - share) + table[low + 1] * share
    return light * (bent / largest)[..., None]


@functools.cache
def _curve_table() -> tuple[NDArray[np.float32], float]:
    """Return the curve over the square root of light, and the step of the table."""
    roots = np.linspace(0.0, np.sqrt(MASTER_PEAK), 8192)
    return tone_curve(roots**2).astype(np.float32), float(roots[1])


@functools.cache
def _pq_light() -> NDArray[np.float32]:
    return _light_of(np.arange(65536) / 65535).astype(np.float32)


@functools.cache
def _hlg_scene() -> NDArray[np.float32]:
    """Return BT.2100's inverse OETF of HLG: scene light in [0, 1]."""
    x = np.arange(65536) / 65535
    scene = np.where(x <= 0.5, x**2 / 3, (np.exp((x - _HLG_C) / _HLG_A) + _HLG_B) / 12)
    return scene.astype(np.float32)


@functools.cache
def _display_light() -> NDArray[np.float32]:
    return ((np.arange(65536) / 65535) ** _GAMMA).astype(np.float32)


def _pq_of(light: Curve) -> Curve:
    """Return SMPTE ST 2084's code of light in cd/m²."""
    y = np.clip(light / 10000.0, 0.0, 1.0) ** _M1
    return ((_C1 + _C2 * y) / (1 + _C3 * y)) ** _M2


def _light_of(code: Curve) -> Curve:
    """Return the light in cd/m² of an ST 2084 code."""
    root = np.asarray(code) ** (1 / _M2)
    return 10000.0 * (np.maximum(root - _C1, 0.0) / (_C2 - _C3 * root)) ** (1 / _M1)
