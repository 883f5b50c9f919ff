"""Shots of joined scenes: cuts, dissolves, fades; flashes are none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from engine.data.measures.segmentation import (
    LightShots,
    NetShots,
    ShotFinder,
    load_autoshot,
    shot_finder,
    spans_of,
)
from engine.data.measures.transitions import Segmentation
from engine.protocol.errors import BadInput
from tests.engine.data.measures.test_camera import rendered, world

LENGTH = 40


def scene(seed: int, num_frames: int = LENGTH) -> list[np.ndarray]:
    picture = world(seed)
    return [rendered(picture, 1, 0.001 * index) for index in range(num_frames)]


def dissolved(first: list[np.ndarray], second: list[np.ndarray], length: int) -> list[np.ndarray]:
    shares = (np.arange(length) + 1) / (length + 1)
    mixed = [
        ((1 - share) * one + share * two).astype(np.uint8)
        for share, one, two in zip(shares, first[-length:], second[:length], strict=True)
    ]
    return [*first[:-length], *mixed, *second[length:]]


def faded(first: list[np.ndarray], second: list[np.ndarray], length: int) -> list[np.ndarray]:
    shares = (np.arange(length) + 1) / length
    out = [
        (frame * (1 - share)).astype(np.uint8)
        for frame, share in zip(first[-length:], shares, strict=True)
    ]
    come = [
        (frame * share).astype(np.uint8)
        for frame, share in zip(second[:length], shares, strict=True)
    ]
    return [*first[:-length], *out, *come, *second[length:]]


def flashed(frames: list[np.ndarray], at: int, length: int) -> list[np.ndarray]:
    white = [np.full_like(frame, 250) for frame in frames[at : at + length]]
    return [*frames[:at], *white, *frames[at + length :]]


def seen(finder: ShotFinder, frames: list[np.ndarray]) -> Segmentation:
    for frame in frames:
        finder.see(frame)
    return finder.segmentation()


FINDERS = pytest.mark.parametrize("method", ["light", "transnet"])


@FINDERS
def test_a_cut_parts_two_shots_on_its_frame(method: str) -> None:
    found = seen(shot_finder(method), [*scene(0), *scene(1)])
    assert [(one.kind, one.start, one.stop) for one in found.transitions] == [("cut", 40, 40)]
    assert [(shot.start, shot.stop) for shot in found.shots] == [(0, 40), (40, 80)]


@FINDERS
def test_frames_of_a_dissolve_belong_to_no_shot(method: str) -> None:
    found = seen(shot_finder(method), dissolved(scene(0, 52), scene(1, 52), 12))
    (one,) = found.transitions
    assert one.kind == "dissolve"
    assert one.start in range(36, 42)
    assert one.stop in range(51, 57)
    assert [(shot.start, shot.stop) for shot in found.shots] == [(0, one.start), (one.stop, 92)]


@FINDERS
def test_a_fade_through_black_is_trimmed(method: str) -> None:
    found = seen(shot_finder(method), faded(scene(0), scene(1), 10))
    (one,) = found.transitions
    assert one.kind == "fade"
    assert one.start in range(29, 36)
    assert one.stop in range(45, 52)


@FINDERS
@pytest.mark.parametrize("length", [1, 3])
def test_a_flash_is_no_boundary(method: str, length: int) -> None:
    found = seen(shot_finder(method), flashed(scene(0, 80), 40, length))
    assert found.transitions == ()
    assert [(shot.start, shot.stop) for shot in found.shots] == [(0, 80)]


def test_nothing_seen_is_no_shot() -> None:
    assert seen(LightShots(), []).shots == ()


def test_a_film_of_black_has_no_shot() -> None:
    assert seen(LightShots(), [np.zeros((90, 160, 3), np.uint8)] * 30).shots == ()


def difference_net(weights: dict[str, torch.Tensor]):
    """A net that sees a transition where the mean luma jumps."""

    def odds(frames: torch.Tensor) -> torch.Tensor:
        luma = frames.float().mean((2, 3, 4))
        jumps = torch.nn.functional.pad((luma[:, 1:] - luma[:, :-1]).abs(), (0, 1))
        return (jumps - weights["least"]) * 10

    return odds


def test_a_net_that_the_user_brings_finds_shots(tmp_path: Path) -> None:
    save_file({"least": torch.tensor([20.0])}, tmp_path / "net.safetensors")
    net = load_autoshot(f"{__name__}:difference_net", tmp_path / "net.safetensors")
    dark = [frame // 3 for frame in scene(1)]
    found = seen(NetShots(net), [*scene(0), *dark])
    assert [(one.kind, one.start) for one in found.transitions] == [("cut", 40)]


@pytest.mark.parametrize(
    ("maker", "name", "word"),
    [
        ("no.such:maker", "net.safetensors", "imported"),
        (f"{__name__}:nobody", "net.safetensors", "imported"),
        (f"{__name__}:difference_net", "net.pth", "safetensors"),
        (f"{__name__}:difference_net", "missing.safetensors", "read"),
    ],
)
def test_a_net_that_cannot_be_used_is_refused(
    tmp_path: Path, maker: str, name: str, word: str
) -> None:
    save_file({"least": torch.tensor([20.0])}, tmp_path / "net.safetensors")
    with pytest.raises(BadInput, match=word):
        load_autoshot(maker, tmp_path / name)


def test_spans_hold_frames_on_both_sides_of_a_cut() -> None:
    one = np.zeros(100, np.float32)
    one[49] = 0.9
    assert spans_of(one, np.zeros(100, np.float32), 0.5) == [(49, 51)]
