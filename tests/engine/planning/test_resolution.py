from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.planning.resolution import FrameSize, cover_crop, draft_size

sizes = st.builds(FrameSize, st.integers(1, 9000), st.integers(1, 9000))
film_sizes = st.builds(FrameSize, st.integers(64, 8192), st.integers(64, 8192)).filter(
    lambda size: 1 / 4 <= size.width / size.height <= 4
)
anchors = st.floats(0, 1)


@given(sizes, sizes, anchors, anchors)
def test_crop_lies_in_the_image_and_fills_one_side(
    image: FrameSize, frame: FrameSize, x: float, y: float
) -> None:
    box = cover_crop(image, frame, x, y)
    assert 0 <= box.left < box.right <= image.width
    assert 0 <= box.top < box.bottom <= image.height
    assert box.width == image.width or box.height == image.height


@given(film_sizes, film_sizes)
def test_crop_is_never_stretched_by_more_than_rounding(image: FrameSize, frame: FrameSize) -> None:
    box = cover_crop(image, frame)
    exact = frame.width / frame.height
    slack = 0.5 / box.width + 0.5 / box.height
    assert math.isclose(box.width / box.height, exact, rel_tol=slack + 1e-9)


def test_anchors_reach_both_ends() -> None:
    image, frame = FrameSize(200, 100), FrameSize(100, 100)
    assert cover_crop(image, frame, 0.0).left == 0
    assert cover_crop(image, frame, 1.0).right == 200
    with pytest.raises(ValueError, match="between 0 and 1"):
        cover_crop(image, frame, 1.1)


@given(film_sizes, st.sampled_from([(256 * 144, 8), (256 * 144, 16), (832 * 480, 32)]))
def test_draft_size_is_legal_and_near_in_area_and_aspect(
    master: FrameSize, model: tuple[int, int]
) -> None:
    area, multiple = model
    draft = draft_size(master, area, multiple)
    assert draft.width % multiple == draft.height % multiple == 0
    assert abs(math.log(draft.width * draft.height / area)) < 0.35
    aspect_error = math.log(draft.width / draft.height * master.height / master.width)
    assert abs(aspect_error) < 2 * multiple / min(draft.width, draft.height)


@pytest.mark.parametrize(
    ("master", "area", "multiple", "draft"),
    [
        (FrameSize(1920, 1080), 256 * 144, 16, FrameSize(256, 144)),
        (FrameSize(1080, 1920), 256 * 144, 16, FrameSize(144, 256)),
        (FrameSize(1080, 1080), 832 * 480, 32, FrameSize(640, 640)),
    ],
)
def test_draft_sizes_of_common_films(
    master: FrameSize, area: int, multiple: int, draft: FrameSize
) -> None:
    assert draft_size(master, area, multiple) == draft


@given(sizes, st.integers(1, 64))
def test_padding_is_the_least_that_fits(size: FrameSize, multiple: int) -> None:
    padded = size.padded(multiple)
    assert padded.width % multiple == padded.height % multiple == 0
    assert 0 <= padded.width - size.width < multiple
    assert 0 <= padded.height - size.height < multiple


def test_empty_frame_is_refused() -> None:
    with pytest.raises(ValueError, match="0×9"):
        FrameSize(0, 9)
