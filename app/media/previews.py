"""The forming clip: a memory-mapped ``.npy`` whose frames are looked at one by one.

A newer preview replaces the file and never alters it, so a mapped one stays whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from app.media.images import image_of_rgb


@dataclass(frozen=True, eq=False)
class PreviewClip:
    """A whole clip as it stood when the engine sent it.

    Attributes:
        frames: uint8 (frames, height, width, 3).
        emitted_at: when the engine sent it, in seconds since the epoch.
    """

    frames: NDArray[np.uint8]
    emitted_at: float
    _images: dict[int, QImage] = field(default_factory=dict[int, QImage], repr=False)

    @property
    def num_frames(self) -> int:
        """Length of the clip in frames."""
        return self.frames.shape[0]

    def image(self, frame: int) -> QImage:
        """Return a frame as an image; past the end the last one holds."""
        index = min(max(frame, 0), self.num_frames - 1)
        image = self._images.get(index)
        if image is None:
            image = image_of_rgb(self.frames[index])
            self._images[index] = image
        return image


def open_preview(path: Path, emitted_at: float) -> PreviewClip | None:
    """Map a preview; None when it is gone already or makes no sense."""
    try:
        frames = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    if frames.ndim != 4 or frames.shape[3] != 3 or frames.dtype != np.uint8 or not len(frames):
        return None
    return PreviewClip(frames, emitted_at)
