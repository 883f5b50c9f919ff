"""Which process this is, on which machine, and whether another one is certainly gone.

Knows the operating system's facts; no clock is asked, so none can lie. What it cannot find out is
an empty string, and an empty string never makes anything certain.
"""

from __future__ import annotations

import hashlib
import os
import socket
import sys
import uuid
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

_WORD = Field(default="", max_length=200)


class ProcessIdentity(BaseModel):
    """A process, told apart from every other one of any machine.

    Attributes:
        machine: the machine it runs on, as a hash; a name alone is often given twice.
        host: the machine's name, for people.
        boot: which start of the machine; empty where the system does not say.
        namespace: in which of the machine's worlds its number counts; containers have their own.
        pid: its number.
        started: when it was started, in the system's own count; numbers are given again.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    machine: str = _WORD
    host: str = _WORD
    boot: str = _WORD
    namespace: str = _WORD
    pid: int = Field(ge=1, lt=2**31)
    started: str = _WORD


def this_process() -> ProcessIdentity:
    """Return the identity of the process that asks."""
    pid = os.getpid()
    return ProcessIdentity(
        machine=_machine(),
        host=socket.gethostname()[:200],
        boot=_boot(),
        namespace=_namespace(),
        pid=pid,
        started=_started(pid),
    )


def is_here(other: ProcessIdentity) -> bool:
    """Whether a process runs, or ran, on this machine."""
    return bool(other.machine) and other.machine == _machine()


def is_certainly_gone(other: ProcessIdentity) -> bool:
    """Whether a process is known to have ended. False where that cannot be known."""
    if not is_here(other):
        return False
    if other.boot and _boot() and other.boot != _boot():
        return True
    if other.namespace != _namespace():
        return False  # its number means another process here
    if not _is_running(other.pid):
        return True
    started = _started(other.pid)
    return bool(other.started and started) and started != other.started


@cache
def _machine() -> str:
    kept = _first_line("/etc/machine-id") or str(uuid.getnode())
    return hashlib.sha256(f"{kept} {socket.gethostname()}".encode()).hexdigest()[:32]


@cache
def _boot() -> str:
    return _first_line("/proc/sys/kernel/random/boot_id")


@cache
def _namespace() -> str:
    try:
        return str(Path("/proc/self/ns/pid").readlink())[:200]
    except OSError:
        return ""


def _started(pid: int) -> str:
    line = _first_line(f"/proc/{pid}/stat")
    fields = line.rpartition(")")[2].split()  # the name in parentheses may hold anything
    return fields[19] if len(fields) > 19 else ""


def _first_line(path: str) -> str:
    try:
        with Path(path).open("rb") as stream:
            return stream.readline(4096).decode("utf-8", "replace").strip()
    except OSError:
        return ""


if sys.platform == "win32":

    def _is_running(pid: int) -> bool:
        import ctypes

        kernel = ctypes.windll.kernel32
        process = kernel.OpenProcess(0x1000, False, pid)
        if not process:
            return kernel.GetLastError() == 5  # there, but not ours to look at
        code = ctypes.c_ulong()
        is_known = kernel.GetExitCodeProcess(process, ctypes.byref(code))
        kernel.CloseHandle(process)
        return not is_known or code.value == 259

else:

    def _is_running(pid: int) -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except OSError:
            return True  # there, but another user's
        return True
