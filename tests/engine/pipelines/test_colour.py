"""Steps in colour at chunk heads: found, taken away, and left alone where there is none."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.media.movie import RgbFrame
from engine.models.codec import decode_chunks, encode_chunks
from engine.models.klt import AutoencoderKLT
from engine.pipelines.boards import to_frames, to_tensor
from engine.pipelines.colour import FADE, HeadColours
from engine.pipelines.given import given_frames
from engine.planning.plan import ChunkPlan, Placement, plan_pass
from engine.protocol.jobs import HeadColour
from engine.training.fit_klt import fit_basis, gather_moments

SHIFT = torch.tensor([6.0, -4.0, 3.0]) / 127.5
GAIN = 1.05


class ShiftedCodec:
    """A codec that gives every chunk's first frame another colour, as some are said to."""

    temporal_stride = 4
    streams = True

    def __init__(self) -> None:
        self._codec = _fitted()
        self.latent_channels = self._codec.latent_channels
        self.spatial_stride = self._codec.spatial_stride

    def encode(self, frames_BCTHW: Tensor) -> Tensor:
        return self._codec.encode(frames_BCTHW)

    def encode_stream(self, parts_BCTHW: Iterable[Tensor]) -> Iterator[Tensor]:
        return self._codec.encode_stream(parts_BCTHW)

    def decode(self, z_BCNHW: Tensor) -> Tensor:
        return torch.cat(list(self.decode_stream(z_BCNHW)), dim=2)

    def decode_stream(self, z_BCNHW: Tensor | Iterable[Tensor]) -> Iterator[Tensor]:
        for index, part in enumerate(self._codec.decode_stream(z_BCNHW)):
            shifted = part * GAIN + SHIFT.view(1, 3, 1, 1, 1)
            yield (shifted if index == 0 else part).clamp(-1, 1)


def _clip(num_frames: int) -> list[np.ndarray[Any, Any]]:
    """A drifting pattern that slowly grows lighter: (96, 160, 3) uint8 frames."""
    y, x = np.mgrid[0:96, 0:160].astype(np.float64)
    frames: list[np.ndarray[Any, Any]] = []
    for index in range(num_frames):
        planes = [np.sin((x + index) / (2.5 + k)) * np.cos(y / (4.5 - k)) for k in range(3)]
        frames.append((np.stack(planes, -1) * 50 + 120 + 0.2 * index).astype(np.uint8))
    return frames


@functools.cache
def _fitted() -> AutoencoderKLT:
    codec = AutoencoderKLT(latent_channels=96)
    moments = gather_moments(codec, [to_tensor(_clip(16))[:, :, :16]])
    return fit_basis(codec, moments, "separable")


def _decoded(codec: Any, plan: ChunkPlan, clip: list[np.ndarray[Any, Any]]) -> list[RgbFrame]:
    z = encode_chunks(codec, to_tensor(clip[: plan.num_frames]), plan)
    return list(to_frames(decode_chunks(codec, z, plan)))


def _through(
    frames: list[RgbFrame],
    plan: ChunkPlan,
    mode: HeadColour,
    clip: list[np.ndarray[Any, Any]],
    low: list[RgbFrame] | None = None,
) -> tuple[list[RgbFrame], HeadColours]:
    boards = {frame: clip[frame] for frame in plan.keyframe_frames.values()}
    lows = [frame.astype(np.float32) / np.float32(257) for frame in low or frames]
    colours = HeadColours(plan, given_frames(plan), boards, mode, iter(lows), low_is_true=False)
    out: list[RgbFrame] = []
    for frame in frames:
        out += colours.push(frame)
    out += colours.flush()
    return out, colours


@pytest.fixture(scope="module")
def plan() -> ChunkPlan:
    """Keyframes on 0, 17 and 34 of 51 frames."""
    return plan_pass([Placement(0, 0), Placement(17, 1), Placement(34, 2)], 51)


def _step(frames: list[RgbFrame], head: int, side: int) -> float:
    means = [frames[n].mean(axis=(0, 1)) / 257 for n in (head, head + side)]
    return float(np.abs(means[0] - means[1]).max())


def test_a_shift_of_the_first_frame_is_taken_away(plan: ChunkPlan) -> None:
    clip = _clip(plan.num_frames)
    frames = _decoded(ShiftedCodec(), plan, clip)
    out, colours = _through(frames, plan, "match", clip)
    for head in (17, 34):
        assert np.array_equal(out[head], frames[head]), "no keyframe's pixel changes"
        for side in (-1, 1):
            before, after = _step(frames, head, side), _step(out, head, side)
            assert before > 4
            assert after < 0.25 * before, "most of the step is gone"
    steps = [_step(out, n, 1) for n in range(1, plan.num_frames - 1)]
    assert max(steps) < 2.5, "it is spread over frames, not moved to another one"
    assert all(row["corrected"] for row in colours.rows)
    far = [n for n in range(plan.num_frames) if min(abs(n - h) for h in (0, 17, 34)) > FADE]
    assert far
    assert all(np.array_equal(out[n], frames[n]) for n in far)


def test_where_there_is_no_shift_nothing_happens(plan: ChunkPlan) -> None:
    clip = _clip(plan.num_frames)
    frames = _decoded(_fitted(), plan, clip)
    out, colours = _through(frames, plan, "match", clip)
    assert all(np.array_equal(a, b) for a, b in zip(out, frames, strict=True))
    assert not any(row["corrected"] for row in colours.rows)


def test_off_measures_and_changes_nothing(plan: ChunkPlan) -> None:
    clip = _clip(plan.num_frames)
    frames = _decoded(ShiftedCodec(), plan, clip)
    out, colours = _through(frames, plan, "off", clip)
    assert all(np.array_equal(a, b) for a, b in zip(out, frames, strict=True))
    assert [row["frame"] for row in colours.rows] == [17, 34]
    for row in colours.rows:
        assert np.allclose(row["excess_after"], row["step_after"], atol=0.5)
        assert row["step_after"][0] > 4


def test_pixels_puts_the_board_on_its_frame_and_nowhere_else(plan: ChunkPlan) -> None:
    clip = _clip(plan.num_frames)
    frames = _decoded(ShiftedCodec(), plan, clip)
    out, _ = _through(frames, plan, "pixels", clip)
    for index, frame in enumerate(out):
        wanted = clip[index].astype(np.uint16) * 257 if index in (0, 17, 34) else frames[index]
        assert np.array_equal(frame, wanted)


def test_a_new_head_is_brought_to_its_neighbours() -> None:
    plan = plan_pass([Placement(0, 0), Placement(17)], 34)
    clip = _clip(plan.num_frames)
    frames = _decoded(ShiftedCodec(), plan, clip)
    out, colours = _through(frames, plan, "match", clip)
    assert _step(frames, 17, -1) > 4
    assert max(_step(out, 17, -1), _step(out, 17, 1)) < 1
    assert all(np.array_equal(out[n], frames[n]) for n in range(12, 30) if n != 17)
    assert [row["given"] for row in colours.rows] == [False]


def test_a_cut_is_no_step() -> None:
    cut = Placement(17, 1, is_cut=True)
    plan = plan_pass([Placement(0, 0), cut], 34)
    clip = _clip(17) + [255 - frame for frame in _clip(17)]
    frames = _decoded(_fitted(), plan, clip)
    out, _ = _through(frames, plan, "match", clip)
    assert all(np.array_equal(a, b) for a, b in zip(out, frames, strict=True))


def test_a_flash_that_the_movie_has_stays() -> None:
    plan = plan_pass([Placement(0, 0), Placement(17, 1, exact=True)], 34)
    clip = _clip(plan.num_frames)
    clip[17] = (clip[17].astype(int) + 9).clip(0, 255).astype(np.uint8)
    frames = [frame.astype(np.uint16) * np.uint16(257) for frame in clip]
    lows = (frame.astype(np.float32) for frame in clip)
    colours = HeadColours(plan, given_frames(plan), {}, "match", lows, low_is_true=True)
    out = [done for frame in frames for done in colours.push(frame)] + list(colours.flush())
    assert all(np.array_equal(a, b) for a, b in zip(out, frames[:34], strict=True))
