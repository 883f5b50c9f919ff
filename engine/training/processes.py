"""Several processes that train one model: how they find each other and what they share.

Started by ``torchrun`` (or ``accelerate launch``), one process per GPU, on one host or several. All
weights trained: each process holds its part of them (FSDP2, ``fully_shard``), block by block. A
LoRA: each holds the whole frozen base, and gradients of the adapter are averaged. On CPUs the same
runs over gloo. Knows no recipe.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import DTensor, distribute_tensor

from engine.models.transformer import DirectorTransformer


@dataclass(frozen=True)
class Team:
    """This process among those that train together.

    Attributes:
        rank: its number; 0 writes and speaks.
        size: how many there are.
        device: where it computes.
    """

    rank: int
    size: int
    device: torch.device

    @property
    def leads(self) -> bool:
        """Whether this process writes files and speaks."""
        return self.rank == 0

    def wait(self) -> None:
        """Wait for the others."""
        if self.size > 1:
            dist.barrier()

    def agree(self, wish: bool) -> bool:
        """Return whether any process wishes so: the same answer everywhere."""
        if self.size == 1:
            return wish
        said = torch.tensor(float(wish), device=self.device)
        dist.all_reduce(said, op=dist.ReduceOp.MAX)
        return bool(said)

    def total(self, value: float) -> float:
        """Return the sum of everybody's values."""
        if self.size == 1:
            return value
        said = torch.tensor(value, device=self.device, dtype=torch.float64)
        dist.all_reduce(said)
        return float(said)

    def leave(self) -> None:
        """Part from the others."""
        if self.size > 1 and dist.is_initialized():
            dist.destroy_process_group()


def join_team(device: torch.device | None = None) -> Team:
    """Return this process's place among those that a launcher started; alone without one.

    Args:
        device: where to compute; None takes the process's own GPU, if there is one.
    """
    size, rank = int(os.environ.get("WORLD_SIZE", "1")), int(os.environ.get("RANK", "0"))
    if device is None:
        has_gpu = torch.cuda.is_available()
        local = int(os.environ.get("LOCAL_RANK", "0"))
        device = torch.device("cuda", local) if has_gpu else torch.device("cpu")
    if device.type == "cuda":
        torch.cuda.set_device(device)
    if size > 1 and not dist.is_initialized():
        dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    return Team(rank, size, device)


def share_weights(net: DirectorTransformer, team: Team) -> None:
    """Leave each process its part of a net's weights, gathered block by block when they are used.

    A block's weights are let go after it has run, so one block at a time is whole.
    """
    if team.size == 1:
        return
    for block in net.blocks:
        fully_shard(block)
    fully_shard(net)


def average_gradients(parameters: Iterable[Tensor], team: Team) -> None:
    """Average the gradients that every process holds whole."""
    if team.size == 1:
        return
    gradients = [p.grad for p in parameters if p.grad is not None]
    flat = torch.cat([g.flatten() for g in gradients])
    dist.all_reduce(flat)
    flat /= team.size
    parts = flat.split([g.numel() for g in gradients])
    for gradient, part in zip(gradients, parts, strict=True):
        gradient.copy_(part.view_as(gradient))


def own_part(tensor: Tensor) -> Tensor:
    """Return what of a tensor lies in this process; writing to it writes to the tensor."""
    return tensor.to_local() if isinstance(tensor, DTensor) else tensor


def whole(tensor: Tensor, like: Tensor) -> Tensor:
    """Return a tensor gathered from all processes, on the CPU.

    Args:
        tensor: this process's part.
        like: the parameter that it belongs to.
    """
    if isinstance(like, DTensor):
        tensor = DTensor.from_local(
            tensor, like.device_mesh, like.placements, shape=like.shape, stride=like.stride()
        ).full_tensor()
    return tensor.detach().cpu()


def part_of(tensor: Tensor, like: Tensor) -> Tensor:
    """Return this process's part of a whole tensor, as a parameter like that is shared out."""
    if not isinstance(like, DTensor):
        return tensor.to(like.device)
    # Everybody has read the same file, so nothing is sent.
    made: Any = distribute_tensor(
        tensor.to(like.device), like.device_mesh, like.placements, src_data_rank=None
    )
    return made.to_local()
