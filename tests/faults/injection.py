"""Named points in whatever writes to disk or steps, at which a process can be made to die or fail.

A test-only layer over the functions of the operating system that this program writes with: it is
laid on in a process that tests have forked, never in the program. A point is named by what happens
and to which file, and numbered by how often that was seen: ``replace:draft.safetensors#2``. At a
point the process can be killed *before*, *after*, or, where a file is flushed, with half of it on
the disk (*torn*); or the call can fail as a full or broken disk makes it fail.

FFmpeg writes its own files; what happens while it does is met at the pipelines' own steps.
"""

from __future__ import annotations

import builtins
import io
import os
import re
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.pipelines.steps import Pipeline, StageProgress


@dataclass(frozen=True)
class Fault:
    """What goes wrong, and where.

    Attributes:
        point: ``name#count``.
        way: ``before``, ``after`` or ``torn`` for a kill; the name of an errno for a failure.
    """

    point: str
    way: str

    def __str__(self) -> str:
        return f"{self.way} {self.point}"


class Injection:
    """The layer, for one process.

    Args:
        root: only what lies below is looked at.
        trace: gets the name of every point that was passed, a line each, at once.
        fault: what goes wrong; None merely traces.
    """

    def __init__(self, root: Path, trace: Path, fault: Fault | None) -> None:
        self._root = str(root)
        self._trace = os.open(trace, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        self._write = os.write
        self._fault = fault
        self._seen: Counter[str] = Counter()

    def lay_on(self) -> None:
        """Take the place of the functions, for good."""
        for name in ("replace", "rename", "unlink", "mkdir", "rmdir", "fsync", "write", "open"):
            setattr(os, name, self._wrapped(name, getattr(os, name)))
        opened = self._wrapped("create", io.open)
        io.open = opened  # pathlib's
        builtins.open = opened

    def drain(self, pipeline: Pipeline) -> None:
        """Run a pipeline to its end, each step a point."""
        for step in pipeline:
            if isinstance(step, StageProgress):
                self.at(f"step:{step.stage} {step.step} of {step.num_steps}", lambda: None)

    def at(self, name: str, call: Callable[[], Any], file: Path | None = None) -> Any:
        """Do something at a point, or die, or fail."""
        self._seen[name] += 1
        point = f"{name}#{self._seen[name]}"
        is_here = self._fault is not None and self._fault.point == point
        way = self._fault.way if self._fault is not None and is_here else ""
        if way == "before":
            self._die()
        if way == "torn" and file is not None:
            os.truncate(file, file.stat().st_size // 2)
            self._die()
        if way.startswith("E"):
            import errno

            number: int = getattr(errno, way)
            raise OSError(number, os.strerror(number))
        result = call()
        if way == "after":
            self._die()
        self._write(self._trace, f"{point}\n".encode())
        return result

    def _die(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def _wrapped(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(*args: Any, **options: Any) -> Any:
            first = args[0] if args else None
            if name in {"fsync", "write"}:
                path = self._path_of(first) if isinstance(first, int) else None
                if path is None:
                    return call(*args, **options)
                point = f"{name}:{_plain(str(path))}"
                return self.at(point, lambda: call(*args, **options), path)
            if not isinstance(first, str | os.PathLike) or not self._is_ours(name, args, options):
                return call(*args, **options)
            target = args[1] if name in {"replace", "rename"} else first
            file = _plain(str(target))
            return self.at(f"{name}:{file}", lambda: call(*args, **options))

        return wrapper

    def _path_of(self, descriptor: int) -> Path | None:
        """Return the file that a descriptor writes to, where it lies below the root."""
        try:
            path = str(Path(f"/proc/self/fd/{descriptor}").readlink())
        except OSError:
            return None
        return Path(path) if path.startswith(self._root) else None

    def _is_ours(self, name: str, args: tuple[Any, ...], options: dict[str, Any]) -> bool:
        if not str(args[0]).startswith(self._root):
            return False
        if name == "create":
            mode = args[1] if len(args) > 1 else options.get("mode", "r")
            return any(sign in mode for sign in "wxa+")
        if name == "open":
            flags = args[1] if len(args) > 1 else options.get("flags", 0)
            return bool(flags & (os.O_WRONLY | os.O_RDWR))
        return True


def _plain(path: str) -> str:
    """Return a file's name without what differs from run to run."""
    return re.sub(r"\.\d+(?=\.part(\.\w+)?$)", "", Path(path).name)
