"""Measurements of clips, the bars of a film, near copies, and why a clip is left out."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from engine.data.measures.duplicates import ClipMarks, DuplicateFinder
from engine.data.measures.letterbox import Letterbox
from engine.data.measures.quality import Limits, QualityMeter, verdict
from engine.data.measures.writing import text_lines, text_share
from engine.data.schema import Quality
from tests.engine.data.measures.test_camera import rendered, world

LINES = ("It was a dark and stormy night", "when the ship left the harbour", "and nobody saw it")


def gray_scene(size: tuple[int, int] = (480, 270), seed: int = 0) -> np.ndarray:
    small = cv2.resize(world(seed), size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)


def written(gray: np.ndarray, scale: float = 0.6) -> np.ndarray:
    out = gray // 2
    for row, line in enumerate(LINES):
        cv2.putText(out, line, (30, 60 + 40 * row), cv2.FONT_HERSHEY_SIMPLEX, scale, 255, 2)
    return out


def test_written_words_are_found_and_scenery_is_not() -> None:
    assert len(text_lines(written(gray_scene()))) >= 3
    assert text_share(written(gray_scene())) > 0.04
    assert text_share(gray_scene()) < 0.005


def measured(frames: list[np.ndarray]) -> Quality:
    meter = QualityMeter(24.0)
    for frame in frames:
        meter.see(frame)
    return meter.quality()


def panning(step: float) -> list[np.ndarray]:
    picture = world()
    return [rendered(picture, 1, step * index - 0.15) for index in range(32)]


def test_motion_is_in_thousandths_of_a_frame_width_per_frame() -> None:
    assert measured(panning(0.01)).motion == pytest.approx(10, rel=0.25)
    assert measured(panning(0.0)).motion == pytest.approx(0, abs=0.1)


def test_a_blurred_clip_is_less_sharp() -> None:
    sharp = panning(0.004)
    blurred = [np.asarray(cv2.GaussianBlur(frame, (0, 0), 6.0)) for frame in sharp]
    assert measured(blurred).sharpness < 0.3 * measured(sharp).sharpness


def test_black_and_flat_frames_are_counted_and_say_nothing_else() -> None:
    black = [np.full((180, 320, 3), 8, np.uint8)] * 16
    grey = [np.full((180, 320, 3), 120, np.uint8)] * 16
    assert measured(black).black == measured(grey).black == 1.0
    assert measured([*panning(0.004)[:16], *black]).black == pytest.approx(0.5)
    assert measured([*panning(0.004)[:16], *black]).sharpness > 0.1


def test_an_empty_clip_has_a_quality() -> None:
    assert measured([]) == Quality(motion=0, sharpness=0, text=0, black=0)


def test_every_limit_gives_its_own_reason() -> None:
    good = Quality(motion=3, sharpness=0.3, text=0, black=0)
    assert verdict(good, Limits()) == ()
    for change, word in (
        ({"motion": 0.0}, "moves"),
        ({"motion": 80.0}, "fast"),
        ({"sharpness": 0.01}, "blurred"),
        ({"text": 0.3}, "text"),
        ({"black": 0.4}, "black"),
    ):
        (reason,) = verdict(good.model_copy(update=change), Limits())
        assert word in reason
        assert reason.endswith(".")


def boxed(inner: np.ndarray, top: int, left: int) -> np.ndarray:
    return np.pad(inner, ((top, top), (left, left), (0, 0)), constant_values=6)


def found(frames: list[np.ndarray], width: int = 1920, height: int = 1080) -> tuple[int, ...]:
    letterbox = Letterbox()
    for frame in frames:
        letterbox.see(frame)
    return letterbox.crop(width, height)


def scenes(size: tuple[int, int], count: int = 24) -> list[np.ndarray]:
    return [
        np.asarray(cv2.resize(world(seed % 4), size, interpolation=cv2.INTER_AREA), np.uint8)
        for seed in range(count)
    ]


def test_letterbox_bars_are_cut_off() -> None:
    left, top, width, height = found([boxed(scene, 34, 0) for scene in scenes((480, 202))])
    assert (left, width) == (0, 1920)
    # 34 of 270 rows are 136 of 1080; the crop may lose one small row more.
    assert 136 <= top <= 142
    assert 1080 - 2 * 142 <= height <= 1080 - 2 * 136


def test_pillarbox_bars_are_cut_off_exactly_at_the_films_own_size() -> None:
    boxes = [boxed(scene, 0, 60) for scene in scenes((360, 270))]
    assert found(boxes, 480, 270) == (60, 0, 360, 270)


def test_a_subtitle_in_a_bar_does_not_make_it_picture_and_one_title_neither() -> None:
    frames = [boxed(scene, 34, 0) for scene in scenes((480, 202), 200)]
    cv2.putText(frames[0], "Meanwhile", (180, 258), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (240,) * 3, 2)
    assert found(frames)[3] < 820


def test_dark_scenes_have_no_bars() -> None:
    frames = scenes((480, 270))
    for index, frame in enumerate(frames):
        frame[: 30 + 7 * (index % 9)] = 5
        frame[270 - 20 - 5 * (index % 11) :] = 5
    assert found(frames) == (0, 0, 1920, 1080)
    assert found([frame // 20 for frame in scenes((480, 270))]) == (0, 0, 1920, 1080)


def test_a_bar_on_one_side_is_a_dark_wall() -> None:
    frames = scenes((480, 270))
    for frame in frames:
        frame[:, :80] = 4
    assert found(frames) == (0, 0, 1920, 1080)


def marks(frames: list[np.ndarray]) -> np.ndarray:
    clip = ClipMarks()
    for frame in frames:
        clip.see(frame)
    return clip.marks()


def clip_of(seed: int, num_frames: int = 48) -> list[np.ndarray]:
    picture = world(seed)
    return [rendered(picture, 1, 0.004 * index - 0.1) for index in range(num_frames)]


def test_a_darker_smaller_recoded_copy_is_found_and_another_clip_is_not() -> None:
    finder = DuplicateFinder()
    for seed in range(4):
        finder.keep(f"clip{seed}", marks(clip_of(seed)))
    copy = []
    for frame in clip_of(2):
        small = cv2.resize(frame, (256, 144), interpolation=cv2.INTER_AREA)
        coded = cv2.imencode(".jpg", (small * 0.8).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 40])
        copy.append(np.asarray(cv2.imdecode(coded[1], cv2.IMREAD_COLOR), np.uint8))
    assert finder.find(marks(copy)) == "clip2"
    assert finder.find(marks(clip_of(9))) is None


def test_marks_are_at_most_sixteen_however_long_a_clip_is() -> None:
    assert 8 <= len(marks(clip_of(0, 48) * 20)) <= 16


def test_black_clips_are_no_copies_of_each_other() -> None:
    black = marks([np.zeros((90, 160, 3), np.uint8)] * 30)
    finder = DuplicateFinder()
    finder.keep("black", black)
    assert finder.find(black) is None


def test_the_oldest_clips_are_forgotten() -> None:
    finder = DuplicateFinder(max_marks=20)
    for seed in range(4):
        finder.keep(f"clip{seed}", marks(clip_of(seed)))
    assert finder.find(marks(clip_of(0))) is None
    assert finder.find(marks(clip_of(3))) == "clip3"
