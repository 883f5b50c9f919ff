"""Several GPUs for one pass: each holds the whole net and works on its share of the tokens.

The tokens are shared out by diffusers' context parallelism (Ulysses: all heads of a share of the
tokens outside of attention, a share of the heads of all tokens inside). The caller's process is
rank 0 and goes on using its transformer as ever; helper processes, one for each further GPU, repeat
every forward with the same inputs. The processes find each other by a file and, on Linux,
talk over the loopback interface alone.

Knows processes and collectives; knows no jobs.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, NoReturn

import torch
import torch.distributed as dist
from diffusers import ContextParallelConfig
from torch import Tensor
from torch.distributed.distributed_c10d import _abort_process_group

from engine.models.transformer import DirectorTransformer
from engine.protocol.errors import HelperLost

_LOG = logging.getLogger(__name__)

LoadFn = Callable[[torch.device], DirectorTransformer]
"""Loads the very same transformer on a device; it is pickled to the helper processes."""

_KILLED_S = 10.0
"""For the system to clear away what a killed process held."""

_TIMEOUT = timedelta(minutes=10)


def share_tokens(transformer: DirectorTransformer, num_ranks: int) -> None:
    """Split the tokens of every forward over the default process group.

    Raises:
        ValueError: the heads cannot be shared out by so many ranks.
    """
    check_heads(transformer, num_ranks)
    transformer.enable_parallelism(config=ContextParallelConfig(ulysses_degree=num_ranks))


def check_heads(transformer: DirectorTransformer, num_ranks: int) -> None:
    """Raise ValueError where the heads cannot be shared out by so many ranks."""
    num_heads = int(transformer.config["num_attention_heads"])
    if num_heads % num_ranks:
        raise ValueError(
            f"{num_heads} attention heads cannot be shared by {num_ranks} devices; use fewer."
        )


@dataclass(frozen=True)
class _Call:
    """What the helpers must know before the tensors of a forward arrive."""

    shapes: tuple[tuple[str, tuple[int, ...], torch.dtype], ...]


class Helpers:
    """The processes on the further GPUs; ``close`` ends them.

    Args:
        transformer: rank 0's, loaded on its GPU.
        load: makes the same one on another device.
        num_gpus: how many take part, rank 0 included.

    Raises:
        ValueError: there are not so many GPUs, or the heads cannot be shared out.
    """

    def __init__(self, transformer: DirectorTransformer, load: LoadFn, num_gpus: int) -> None:
        present = torch.cuda.device_count()
        if num_gpus > present:
            raise ValueError(
                f"{num_gpus} GPUs are asked for, but this machine has {present}; ask for fewer."
            )
        check_heads(transformer, num_gpus)
        self._store = tempfile.TemporaryDirectory(prefix="smartdirector-")
        meeting = str(Path(self._store.name) / "meeting")
        context = multiprocessing.get_context("spawn")
        self._processes: list[BaseProcess] = [
            context.Process(target=_help, args=(rank, num_gpus, meeting, load), daemon=True)
            for rank in range(1, num_gpus)
        ]
        for process in self._processes:
            process.start()
        self._is_closing = False
        self._lost: int | None = None
        join(0, num_gpus, meeting)
        threading.Thread(target=self._watch, name="helpers", daemon=True).start()
        share_tokens(transformer, num_gpus)
        self._hook = transformer.register_forward_pre_hook(_announce, with_kwargs=True)

    def check(self) -> None:
        """Say so where a helper has ended; what waited for it fails with an error of its own.

        Raises:
            HelperLost: one sentence names the GPU.
        """
        if self._lost is not None:
            raise HelperLost(
                f"The process on GPU {self._lost} ended, perhaps because its memory ran out; try "
                "again, or use fewer GPUs."
            )

    def close(self) -> None:
        """Let the helpers end; the transformer is of no further use."""
        self._hook.remove()
        self._is_closing = True
        if self._lost is None:
            _tell(None)
        for process in self._processes:
            process.join(timeout=30 if self._lost is None else 0)
            if process.is_alive():
                process.kill()
                process.join(timeout=_KILLED_S)
        with suppress(RuntimeError, AssertionError, ValueError):  # it was given up already
            dist.destroy_process_group()
        self._store.cleanup()

    def _watch(self) -> None:
        """Give the group up as soon as a helper ends: NCCL would wait for it until a time-out."""
        ended = wait([process.sentinel for process in self._processes])
        if self._is_closing:
            return
        # A process that ends counts as alive until it is reaped; its sentinel tells at once.
        self._lost = next(rank for rank, p in enumerate(self._processes, 1) if p.sentinel in ended)
        _LOG.error("the process on GPU %d ended", self._lost)
        try:
            _abort_process_group()
        except Exception:  # what cannot be aborted fails by itself, or by its time-out
            _LOG.exception("the process group could not be given up")


def join(rank: int, num_ranks: int, meeting: str) -> None:
    """Enter the process group: gloo for words, NCCL for tensors on GPUs."""
    on_gpu = torch.cuda.is_available()
    if on_gpu:
        torch.cuda.set_device(rank)
    if sys.platform == "linux":  # nothing may listen where another machine could reach it
        for name in ("GLOO_SOCKET_IFNAME", "NCCL_SOCKET_IFNAME"):
            os.environ.setdefault(name, "lo")
    dist.init_process_group(
        "cpu:gloo,cuda:nccl" if on_gpu else "gloo",
        init_method=Path(meeting).as_uri(),
        rank=rank,
        world_size=num_ranks,
        timeout=_TIMEOUT,
    )


def leave() -> NoReturn:
    """Leave the process group and end this process, which did nothing else, at once.

    Threads of gloo outlive the group; one that wants the interpreter while it is taken apart
    crashes.
    """
    dist.destroy_process_group()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(0)


def _help(rank: int, num_ranks: int, meeting: str, load: LoadFn) -> None:
    """Repeat rank 0's forwards until it says that it is done."""
    join(rank, num_ranks, meeting)
    device = torch.device("cuda", rank) if torch.cuda.is_available() else torch.device("cpu")
    transformer = load(device)
    share_tokens(transformer, num_ranks)
    kept: dict[str, Tensor] = {}
    while (call := _heard()) is not None:
        tensors = {name: torch.empty(s, dtype=t, device=device) for name, s, t in call.shapes}
        for tensor in tensors.values():
            dist.broadcast(tensor, src=0)
        # The rotary embedding is kept for as long as it is asked for by the same tensor.
        positions = tensors.get("positions")
        before = kept.get("positions")
        if positions is not None and before is not None and torch.equal(positions, before):
            tensors["positions"] = before
        kept = tensors
        with torch.no_grad():
            transformer(**tensors)
    leave()


def _announce(
    module: torch.nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Send a forward's inputs to the helpers, by name."""
    del module
    names = ("hidden_states", "timestep", "encoder_hidden_states", "positions")
    inputs = {**dict(zip(names, args, strict=False)), **kwargs}
    tensors = {
        name: value.contiguous() for name, value in inputs.items() if isinstance(value, Tensor)
    }
    _tell(_Call(tuple((name, tuple(t.shape), t.dtype) for name, t in tensors.items())))
    for tensor in tensors.values():
        dist.broadcast(tensor, src=0)
    return (), inputs


def _tell(call: _Call | None) -> None:
    dist.broadcast_object_list([call], src=0, device=torch.device("cpu"))


def _heard() -> _Call | None:
    box: list[_Call | None] = [None]
    dist.broadcast_object_list(box, src=0, device=torch.device("cpu"))
    return box[0]
