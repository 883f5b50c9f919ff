"""What processes hold open, as Linux tells it in ``/proc``: ports that listen, descriptors."""

from __future__ import annotations

import ipaddress
import os
import struct
from collections.abc import Iterable
from pathlib import Path

PROC = Path("/proc")
_LISTENS = "0A"


def family(pid: int) -> list[int]:
    """Return a process and all that came of it."""
    found = [pid]
    for parent in found:
        for task in _entries(PROC / str(parent) / "task"):
            try:
                found += map(int, (task / "children").read_text().split())
            except OSError:
                continue
    return found


def descriptors(pid: int) -> dict[int, str]:
    """Return what a process's descriptors lead to: a path, ``pipe:[…]``, ``socket:[…]``."""
    found: dict[int, str] = {}
    for entry in _entries(PROC / str(pid) / "fd"):
        try:
            found[int(entry.name)] = str(entry.readlink())
        except OSError:
            continue  # closed meanwhile
    return found


def open_ports(pids: Iterable[int]) -> list[str]:
    """Return at which addresses processes listen (TCP) or are bound (UDP)."""
    found: list[str] = []
    for pid in pids:
        inodes = {
            target[8:-1] for target in descriptors(pid).values() if target.startswith("socket:[")
        }
        for table in ("tcp", "tcp6", "udp", "udp6"):
            try:
                rows = (PROC / str(pid) / "net" / table).read_text().splitlines()[1:]
            except OSError:
                continue
            found += [
                _address(row[1])
                for row in map(str.split, rows)
                if row[9] in inodes and (table.startswith("udp") or row[3] == _LISTENS)
            ]
    return found


def is_loopback(address: str) -> bool:
    """Return whether an address of ``open_ports`` can be reached from this machine alone."""
    host = ipaddress.ip_address(address.rpartition(":")[0])
    mapped = getattr(host, "ipv4_mapped", None)
    return (mapped or host).is_loopback


def _address(shown: str) -> str:
    """Return an address as people write it; the kernel shows words in the machine's own order."""
    host, port = shown.split(":")
    words = struct.unpack(f">{len(host) // 8}I", bytes.fromhex(host))
    return f"{ipaddress.ip_address(struct.pack(f'={len(words)}I', *words))}:{int(port, 16)}"


def _entries(folder: Path) -> list[Path]:
    try:
        return [folder / name for name in os.listdir(folder)]  # noqa: PTH208
    except OSError:
        return []
