"""The search for seams: planted ones are found, a clean clip is left in peace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest

from engine.evaluation.seams import Borders, Seam, measure

Clip = list[np.ndarray[Any, Any]]

BORDERS = Borders({"windows": (20,), "heads": (12, 28)}, cuts=(), columns=(96,), rows=(64,))


def _clip(num_frames: int = 40) -> Clip:
    """A camera that glides over soft noise while the light slowly changes."""
    rng = np.random.default_rng(0)
    wide = cv2.GaussianBlur(rng.uniform(0, 1, (160, 320, 3)), (0, 0), 2)
    wide = (wide - wide.mean()) / wide.std() * 35 + 120
    frames: Clip = []
    for index in range(num_frames):
        shift = np.float32([[1, 0, -1.3 * index], [0, 1, -0.4 * index]])
        moved = cv2.warpAffine(wide, shift, (192, 128), flags=cv2.INTER_CUBIC)
        frames.append(np.clip(moved + 0.3 * index, 0, 255).astype(np.uint8))
    return frames


def _seen(clip: Clip) -> dict[tuple[str, str], tuple[int, ...]]:
    seams: list[Seam] = measure(clip, BORDERS)
    return {(seam.kind, seam.curve): seam.seen for seam in seams if seam.seen}


def test_a_clean_clip_has_no_seam() -> None:
    assert _seen(_clip()) == {}


def _lighter(clip: Clip) -> None:
    for frame in clip[20:]:
        frame[:] = np.clip(frame.astype(int) + 3, 0, 255)


def _redder(clip: Clip) -> None:
    for frame in clip[20:]:
        frame[..., 0] = np.clip(frame[..., 0].astype(int) + 8, 0, 255)


def _softer(clip: Clip) -> None:
    for index in range(20, len(clip)):
        clip[index] = cv2.GaussianBlur(clip[index], (0, 0), 1.0)


def _flash(clip: Clip) -> None:
    clip[28] = np.clip(clip[28].astype(int) + 3, 0, 255).astype(np.uint8)


def _tile(clip: Clip) -> None:
    for frame in clip:
        frame[:, 100:] = np.clip(frame[:, 100:].astype(int) + 4, 0, 255)


def _soft_tile(clip: Clip) -> None:
    for index, frame in enumerate(clip):
        clip[index][70:78] = cv2.GaussianBlur(frame, (0, 0), 2.0)[70:78]


@pytest.mark.parametrize(
    ("plant", "place"),
    [
        (_lighter, (("windows", "luma"), (20,))),
        (_redder, (("windows", "chroma"), (20,))),
        (_softer, (("windows", "sharpness"), (20,))),
        (_flash, (("heads", "luma"), (28,))),
        (_tile, (("columns", "luma"), (96,))),
        (_soft_tile, (("rows", "sharpness"), (64,))),
    ],
)
def test_a_planted_seam_is_found(
    plant: Callable[[Clip], None], place: tuple[tuple[str, str], tuple[int, ...]]
) -> None:
    clip = _clip()
    plant(clip)
    key, where = place
    seen = _seen(clip)
    assert seen.get(key) == where
    assert {kind for kind, _ in seen} == {key[0]}, "and nowhere else"


def test_a_cut_is_no_seam() -> None:
    clip = [*_clip(20), *(255 - frame for frame in _clip(20))]
    seams = measure(clip, Borders({"heads": (20,)}, cuts=(20,)))
    assert all(not seam.seen for seam in seams)


def test_a_clip_too_short_to_tell_is_refused() -> None:
    with pytest.raises(ValueError, match="five frames"):
        measure(_clip(4), BORDERS)
