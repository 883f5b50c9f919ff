"""Several processes with a share of the tokens each give what one gives alone."""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from pathlib import Path

import pytest
import torch
import torch.distributed as dist

from engine.models.parallel import Helpers, join, leave, share_tokens
from engine.models.transformer import DirectorTransformer
from engine.protocol.errors import HelperLost
from tests.sockets import family, is_loopback, open_ports

TINY = {
    "num_attention_heads": 4,
    "attention_head_dim": 24,
    "in_channels": 8,
    "out_channels": 8,
    "text_dim": 16,
    "freq_dim": 32,
    "ffn_dim": 64,
    "num_layers": 2,
}


def make() -> DirectorTransformer:
    torch.manual_seed(0)
    return DirectorTransformer(**TINY).eval()


def forward(model: DirectorTransformer, num_frames: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(1)
    latent = torch.randn(1, 8, num_frames, 6, 4, generator=generator)
    timestep = torch.rand(1, num_frames, generator=generator) * 1000
    captions = torch.randn(1, 7, 16, generator=generator)
    bias = torch.randn(num_frames, 7, generator=generator)
    positions = torch.arange(num_frames, dtype=torch.float64) / 4
    with torch.no_grad():
        return model(latent, timestep, captions, positions, caption_bias=bias)


def _rank(rank: int, num_ranks: int, folder: str) -> None:
    torch.set_num_threads(1)
    # diffusers counts accelerators to choose a device; a machine without any has one CPU.
    torch.accelerator.device_count = lambda: 1
    join(rank, num_ranks, f"{folder}/meeting")
    model = make()
    share_tokens(model, num_ranks)
    for num_frames in (5, 4):  # a share ends inside a latent frame, and on its border
        torch.save(forward(model, num_frames), f"{folder}/{rank}-{num_frames}.pt")
    dist.barrier()  # who leaves early takes the connection with it
    leave()


def test_shares_of_the_tokens_give_what_one_process_gives(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_rank, args=(rank, 2, str(tmp_path))) for rank in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(timeout=100)
        assert process.exitcode == 0
    for num_frames in (5, 4):
        alone = forward(make(), num_frames)
        for rank in range(2):
            shared = torch.load(tmp_path / f"{rank}-{num_frames}.pt", weights_only=True)
            torch.testing.assert_close(shared, alone, atol=2e-6, rtol=0)


def test_heads_that_cannot_be_shared_are_refused() -> None:
    with pytest.raises(ValueError, match="4 attention heads cannot be shared by 3 devices"):
        share_tokens(make(), 3)


def _load(_device: torch.device) -> DirectorTransformer:
    torch.set_num_threads(1)
    torch.accelerator.device_count = lambda: 1
    return make()


def test_a_helper_that_dies_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.accelerator, "device_count", lambda: 1)
    alone = forward(make(), 4)
    model = make()
    helpers = Helpers(model, _load, 2)
    try:
        torch.testing.assert_close(forward(model, 4), alone, atol=2e-6, rtol=0)
        helpers.check()
        if sys.platform == "linux":
            ports = open_ports(family(os.getpid()))
            assert ports, "gloo without a port: then the README need not speak of one"
            assert all(map(is_loopback, ports))
        (helper,) = multiprocessing.active_children()
        helper.kill()
        began = time.monotonic()
        with pytest.raises((RuntimeError, ValueError)):
            for _ in range(100):
                forward(model, 4)
        while helpers._lost is None:
            time.sleep(0.01)
        assert time.monotonic() - began < 10
        with pytest.raises(HelperLost, match="GPU 1 ended"):
            helpers.check()
    finally:
        helpers.close()
    assert not dist.is_initialized()
    assert not multiprocessing.active_children()
