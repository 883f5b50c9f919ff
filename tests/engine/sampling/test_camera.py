"""Camera words and the moves they stand for."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from engine.sampling.camera import CameraMove, moved, read_camera
from engine.sampling.motion import dis_flow


@pytest.mark.parametrize(
    ("caption", "axis", "sign"),
    [
        ("Slow pan left across the harbour", "x", -1),
        ("the camera pans to the right", "x", 1),
        ("tilt up", "y", -1),
        ("a fast push in on her face", "zoom", 1),
        ("dolly back", "zoom", -1),
        ("the camera rolls right", "roll", 1),
    ],
)
def test_words_give_moves(caption: str, axis: str, sign: int) -> None:
    move = read_camera(caption)
    assert np.sign(getattr(move, axis)) == sign


def test_other_words_leave_the_camera_standing() -> None:
    assert read_camera("a man left in a hurry, static camera") == CameraMove()
    assert read_camera("the red car drives right") == CameraMove()


def test_pace_words_count() -> None:
    slow, plain, fast = (read_camera(f"{word} pan left").x for word in ("slow", "", "fast"))
    assert fast < plain < slow < 0


def photo() -> np.ndarray:
    rng = np.random.default_rng(0)
    small = rng.random((9, 16, 3), dtype=np.float32)
    return cv2.resize(small, (128, 72), interpolation=cv2.INTER_CUBIC).clip(0, 1)


def test_keyframe_itself_is_unmoved() -> None:
    np.testing.assert_allclose(
        moved(photo(), CameraMove(0.01, 0.01, 0.01, 0.01), 0), photo(), atol=1e-5
    )


def test_pan_left_moves_the_picture_right_and_push_in_spreads_it() -> None:
    pan = dis_flow(photo(), moved(photo(), read_camera("pan left"), 6))
    assert pan[20:-20, 30:-30, 0].mean() > 1
    push = dis_flow(photo(), moved(photo(), read_camera("push in"), 6))
    assert push[20:-20, 80:-16, 0].mean() > push[20:-20, 16:-80, 0].mean() + 1
