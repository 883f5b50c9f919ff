"""Rendered moves are what they say, and the table tells what was taken for what."""

from __future__ import annotations

from collections import Counter

import cv2
import numpy as np
import pytest

from engine.data.schema import CameraMove
from engine.evaluation.camera_moves import Outcome, cases, confusion, outcome, shares
from engine.evaluation.rendered_moves import NUM_FRAMES, SIZE, Case, rendered
from tests.engine.data.measures.test_camera import world

PICTURES = [world(seed) for seed in range(3)]


def test_a_rendered_pan_shifts_the_picture_by_its_amount() -> None:
    pan = Case("pan", "right", 6.0, 0.0, 0.0, 3)
    frames = list(rendered(pan, PICTURES))
    assert len(frames) == NUM_FRAMES
    first, last = (np.float32(cv2.cvtColor(frames[at], cv2.COLOR_RGB2GRAY)) for at in (0, 20))
    (shift, _), _ = cv2.phaseCorrelate(first, last)
    assert shift == pytest.approx(-20 * 0.006 * SIZE[0], abs=1.0)
    assert pan.truth.amount == pytest.approx(47 * 0.006)


@pytest.mark.parametrize(
    "wanted",
    [
        Case("static", "", 0.0, 5.0, 0.15, 1),
        Case("tilt", "up", 6.0, 5.0, 0.15, 2),
        Case("roll", "clockwise", 6.0, 0.0, 0.0, 3),
        Case("zoom", "out", 6.0, 0.0, 0.15, 4),
        Case("dolly", "in", 6.0, 0.0, 0.0, 5),
        Case("hand-held", "", 3.0, 0.0, 0.0, 6),
    ],
    ids=lambda wanted: wanted.kind,
)
def test_rendered_moves_are_measured_rightly(wanted: Case) -> None:
    told = outcome(wanted, PICTURES)
    assert told.is_right
    if wanted.kind not in {"static", "dolly"}:
        assert told.error < 0.25


def test_all_kinds_directions_speeds_noises_and_figures_are_asked() -> None:
    counts = Counter(one.kind for one in cases(2))
    assert counts == {
        "static": 18, "pan": 54, "tilt": 54, "zoom": 54, "dolly": 54, "roll": 54, "hand-held": 54,
    }  # fmt: skip
    assert len({one.seed for one in cases(2)}) == sum(counts.values())
    assert len({(one.kind, one.direction) for one in cases(2)}) == 12


def test_tables_count_right_wrong_turned_and_nothing() -> None:
    pan = Case("pan", "left", 6.0, 0.0, 0.0, 0)
    right = CameraMove(kind="pan", direction="left", amount=pan.truth.amount * 1.1)
    outcomes = [
        Outcome(pan, (right,)),
        Outcome(pan, (right.model_copy(update={"direction": "right"}),)),
        Outcome(pan, (CameraMove(kind="static"),)),
        Outcome(pan, ()),
    ]
    (row,) = (line for line in confusion(outcomes).splitlines() if line.startswith("| pan"))
    cells = [cell.strip() for cell in row.split("|")[2:-1]]
    assert cells == ["1", "1", "", "", "", "", "", "1", "1", "25.0%", "10.0%, 10.0%"]
    assert "| middle (6.0 ‰ of a width a frame) | 1 of 4 |" in shares(outcomes)
    assert "| noise of 5 levels | 0 of 0 |" in shares(outcomes)
