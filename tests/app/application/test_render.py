"""What a render says of its keyframes: counted through the film, whatever pass they fell into."""

from __future__ import annotations

from app.application.render import in_film


def test_keyframes_are_reported_where_they_stand_in_the_film() -> None:
    rows = [
        {"keyframe": 0, "requested_frame": 0, "frame": 0, "psnr_db": 40.0},
        {"keyframe": 1, "requested_frame": 11, "frame": 9, "psnr_db": 38.5},
    ]
    assert in_film(rows, 300, 4) == [
        {"keyframe": 4, "requested_frame": 300, "frame": 300, "psnr_db": 40.0},
        {"keyframe": 5, "requested_frame": 311, "frame": 309, "psnr_db": 38.5},
    ]
