"""What jobs are expected to cost, held against what was measured."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.planning.workload import GIB, PassSize, draft_cost, refine_cost
from engine.protocol.facts import DeviceReport, ModelFacts

H200 = DeviceReport(name="NVIDIA H200", type="cuda", total_bytes=141 * GIB, free_bytes=139 * GIB)
LAPTOP = DeviceReport(
    name="a laptop", type="cpu", total_bytes=16 * GIB, free_bytes=12 * GIB, num_cores=2
)
WAN = ModelFacts(
    draft_area=832 * 480,
    size_multiple=32,
    stride=16,
    num_layers=30,
    width=3072,
    ffn_width=14336,
    num_steps=60,
    max_window_latents=21,
    tile=120,
    transformer_bytes=10_000_000_000,
    codec_bytes=2_800_000_000,
    text_bytes=11_000_000_000,
)
STARTER = ModelFacts(
    draft_area=256 * 144,
    size_multiple=16,
    stride=8,
    num_layers=9,
    width=384,
    ffn_width=1536,
    num_steps=2,
    max_window_latents=9,
    tile=30,
    transformer_bytes=46_000_000,
    codec_bytes=250_000,
    text_bytes=1_600_000,
    is_light=True,
)
FIVE_SECONDS = PassSize(21, 81, 2, 1, 1920, 1088)


def test_wan_on_a_large_card_costs_what_was_measured() -> None:
    cost = draft_cost(FIVE_SECONDS, WAN, H200, fp8=False)
    assert cost.seconds["denoise"] / WAN.num_steps == pytest.approx(0.2, rel=0.5)
    assert 12 * GIB < cost.peak_bytes < 22 * GIB
    assert cost.least_bytes < 8 * GIB, "A step within 8 GiB was measured."
    assert cost.slowdown == pytest.approx(1.6, rel=0.3)
    master = refine_cost(FIVE_SECONDS, WAN, H200, fp8=False)
    assert master.slowdown < cost.slowdown, "Long forwards hide the weights on their way."
    assert master.peak_bytes > cost.peak_bytes


def test_starter_on_two_cores_costs_what_was_measured() -> None:
    size = PassSize(33, 108, 8, 3, 1920, 1080)
    draft = draft_cost(size, STARTER, LAPTOP, fp8=False)
    assert sum(draft.seconds.values()) == pytest.approx(5, rel=0.7)
    assert draft.peak_bytes == pytest.approx(0.81 * GIB, rel=0.25)
    refiner = STARTER.model_copy(update={"num_layers": 6, "width": 192, "ffn_width": 768})
    master = refine_cost(size, refiner, LAPTOP, fp8=False)
    assert sum(master.seconds.values()) == pytest.approx(120, rel=0.5)
    assert master.peak_bytes == pytest.approx(2.4 * GIB, rel=0.25)
    assert master.least_bytes == master.peak_bytes, "Nothing is streamed on a CPU."


def test_longer_passes_cost_more_than_their_share() -> None:
    double = replace(FIVE_SECONDS, num_latents=42, num_frames=162)
    once = draft_cost(FIVE_SECONDS, WAN, H200, fp8=False)
    twice = draft_cost(double, WAN, H200, fp8=False)
    assert twice.seconds["denoise"] > 2 * once.seconds["denoise"]
    assert twice.seconds["decode"] == pytest.approx(2 * once.seconds["decode"])


def test_eight_bits_save_half_of_the_weights() -> None:
    full = draft_cost(FIVE_SECONDS, WAN, H200, fp8=False)
    packed = draft_cost(FIVE_SECONDS, WAN, H200, fp8=True)
    assert full.peak_bytes - packed.peak_bytes == WAN.transformer_bytes / 2
