"""Previews on their way to the editor: ``.npy`` files that are written whole and never altered.

Every preview gets a name of its own, so that a reader's memory map keeps what it shows; the newest
two stay on disk. A preview that cannot be written is worth a line in the log and no more.
"""

from __future__ import annotations

import contextlib
import logging
import time
from pathlib import Path

import numpy as np

from engine.pipelines.steps import ClipPreview
from engine.protocol.messages import Preview

NUM_KEPT = 2

_log = logging.getLogger(__name__)


class PreviewWriter:
    """Writes one job's previews."""

    def __init__(self, job_id: str) -> None:
        self._job_id = job_id
        self._has_failed = False

    def write(self, clip: ClipPreview) -> Preview | None:
        """Write a preview and return the event that announces it, None when it could not be."""
        try:
            path = write_preview(clip.frames, clip.scratch)
        except (OSError, ValueError, MemoryError):
            if not self._has_failed:
                _log.warning("A preview of job %s was lost.", self._job_id, exc_info=True)
            self._has_failed = True
            return None
        num_frames, height, width, _ = clip.frames.shape
        return Preview(
            job_id=self._job_id,
            path=str(path),
            num_frames=num_frames,
            width=width,
            height=height,
            emitted_at=time.time(),
        )


def write_preview(frames: np.ndarray, folder: Path) -> Path:
    """Write uint8 frames (T, H, W, 3) under a new name in ``folder``; drop all but the newest.

    Raises:
        ValueError: the array is not a clip.
        OSError: it cannot be written.
    """
    if frames.dtype != np.uint8 or frames.ndim != 4 or frames.shape[-1] != 3:
        raise ValueError(f"Not a clip: {frames.dtype} {frames.shape}.")
    folder.mkdir(exist_ok=True)  # a project whose drive is gone is not made anew in its place
    earlier = sorted(folder.glob("preview-*.npy"), key=_number)
    number = _number(earlier[-1]) + 1 if earlier else 1
    path = folder / f"preview-{number:06d}.npy"
    part = path.with_suffix(".part")
    try:
        with part.open("wb") as stream:
            np.save(stream, np.ascontiguousarray(frames), allow_pickle=False)
        part.replace(path)
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    for old in earlier[: len(earlier) + 1 - NUM_KEPT]:
        # On Windows a file that the editor still shows cannot go yet; a later preview takes it.
        with contextlib.suppress(OSError):
            old.unlink()
    return path


def _number(path: Path) -> int:
    digits = path.stem.removeprefix("preview-")
    return int(digits) if digits.isascii() and digits.isdecimal() else 0
