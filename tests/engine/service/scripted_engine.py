"""A real engine process with tiny pipelines: the draft job's caption says how one behaves.

Started by path as a child process. ``film`` makes a clip in ``num_steps`` steps with previews; the
other captions are the ways a pipeline can misbehave.
"""

from __future__ import annotations

import ctypes
import errno
import os
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[3]))

from engine.protocol.errors import ModelMissing
from engine.protocol.jobs import DraftJob
from engine.service.process import serve

if TYPE_CHECKING:
    from engine.pipelines.steps import Pipeline

STEP_S = 0.01


def pipelines() -> Mapping[str, Callable[[Any], Pipeline]]:
    """Return the scripted pipelines."""
    return {"draft": draft, "refine": draft}


def draft(job: DraftJob) -> Pipeline:
    """Behave as the caption says; leave a file ``closed`` behind when the generator is closed."""
    from engine.pipelines.steps import JobResult, StageProgress

    folder = Path(job.folder)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield StageProgress("load", 0, 1)
        yield StageProgress("load", 1, 1)
        yield from BEHAVIOURS[job.caption](job)
        (folder / "draft.mkv").write_bytes(b"a movie")
        return JobResult(folder / "draft.mkv", 9, {"path": folder, "seed": job.seed})
    finally:
        (folder / "closed").touch()


def film(job: DraftJob) -> Generator[Any]:
    """Denoise with previews; cancellable between steps."""
    import numpy as np

    from engine.pipelines.steps import ClipPreview, StageProgress

    num_steps = job.num_steps or 4
    yield StageProgress("denoise", 0, num_steps)
    for step in range(1, num_steps + 1):
        time.sleep(STEP_S)
        yield StageProgress("denoise", step, num_steps)
        frames = np.full((9, 36, 64, 3), step % 256, np.uint8)
        yield ClipPreview(frames, Path(job.folder) / "scratch")


def bad_preview(job: DraftJob) -> Generator[Any]:
    """Yield previews that cannot be written, among them one for a folder that is a file."""
    import numpy as np

    from engine.pipelines.steps import ClipPreview

    (Path(job.folder) / "scratch").write_bytes(b"in the way")
    yield ClipPreview(np.zeros((9, 36, 64, 3), np.uint8), Path(job.folder) / "scratch")
    yield ClipPreview(np.zeros((9, 36), np.uint8), Path(job.folder) / "elsewhere")


def noisy(job: DraftJob) -> Generator[Any]:
    """Print in every way a library might."""
    print("print() inside a pipeline")
    print('{"kind":"finished"}', flush=True)
    os.write(1, b"a C library writes to descriptor 1\n")
    ctypes.CDLL(None).puts(b"puts() of the C library")
    ctypes.CDLL(None).fflush(None)
    subprocess.run(["echo", "a child process"], check=True)
    assert sys.stdin.read() == ""
    yield from film(job)


def stuck(job: DraftJob) -> Generator[Any]:
    """Hang inside one step."""
    from engine.pipelines.steps import StageProgress

    yield StageProgress("denoise", 0, 1)
    time.sleep(600)


def stubborn(job: DraftJob) -> Generator[Any]:
    """Fail while being closed."""
    try:
        yield from film(job)
    finally:
        raise RuntimeError("cannot let go")


def raising(error: BaseException) -> Callable[[DraftJob], Generator[Any]]:
    """Return a behaviour that raises an error after its first step."""

    def behave(job: DraftJob) -> Generator[Any]:
        from engine.pipelines.steps import StageProgress

        yield StageProgress("denoise", 0, 1)
        raise error

    return behave


BEHAVIOURS: dict[str, Callable[[DraftJob], Generator[Any]]] = {
    "film": film,
    "bad preview": bad_preview,
    "noisy": noisy,
    "stuck": stuck,
    "stubborn": stubborn,
    "missing model": raising(ModelMissing("The model is not there;\nfetch it.")),
    "value": raising(ValueError("The keyframe on frame 9 is no picture.")),
    "no space": raising(OSError(errno.ENOSPC, "No space left on device", "/films/a.mkv")),
    "no permission": raising(PermissionError(errno.EACCES, "Permission denied", "/films/a.mkv")),
    "memory": raising(MemoryError()),
    "unknown": raising(KeyError("latents")),
    "exit": raising(SystemExit(5)),
}

if __name__ == "__main__":
    sys.exit(serve(pipelines))
