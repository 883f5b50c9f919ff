"""How much memory a device has: the questions that loading asks. Knows no net."""

from __future__ import annotations

import torch

from engine.models.host import host_memory


def total_memory(device: torch.device) -> int:
    """Return all the memory of a device in bytes."""
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[1]
    return host_memory()[0]


def free_memory(device: torch.device) -> int:
    """Return the bytes that can still be used; what torch holds in reserve counts as free."""
    if device.type == "cuda":
        reserve = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return torch.cuda.mem_get_info(device)[0] + reserve
    return host_memory()[1]
