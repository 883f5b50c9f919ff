"""How much memory a device has: the questions that loading asks. Knows no net."""

from __future__ import annotations

import ctypes
import gc
import sys
from contextlib import suppress

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


def give_back(device: torch.device) -> None:
    """Return what nobody uses any more to the system, so that other programs can have it."""
    gc.collect()
    if device.type == "cuda":
        torch.cuda.empty_cache()
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another C library than glibc has no such call
            ctypes.CDLL(None).malloc_trim(0)
