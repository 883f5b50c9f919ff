"""Small pictures of a light copy's frames, kept on the disk beside it: at once there the next time.

They can be thrown away at any time. Runs in worker threads; knows no project.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

from PySide6.QtGui import QImage

LIGHT_COPY = "proxy.mp4"
"""What a light copy is called; frames of no other movie are kept, for others are written anew."""

FOLDER = "frames"
MOST_HEIGHT = 192
_QUALITY = 85


def kept_frame(movie: Path, frame: int, height: int) -> QImage | None:
    """Return a frame that was kept before."""
    path = _place(movie, frame, height)
    if path is None or not path.is_file():
        return None
    image = QImage(str(path))
    return None if image.isNull() else image.convertToFormat(QImage.Format.Format_RGB32)


def keep_frame(movie: Path, frame: int, height: int, image: QImage) -> None:
    """Keep a frame, where there is room for it; where there is none, nothing is lost."""
    path = _place(movie, frame, height)
    if path is None:
        return
    part = path.with_name(f".{path.stem}.part{path.suffix}")
    with contextlib.suppress(OSError):
        path.parent.mkdir(exist_ok=True)
        is_whole = image.save(str(part), "JPG", _QUALITY)  # pyright: ignore[reportCallIssue, reportArgumentType]
        if is_whole:
            part.replace(path)
        else:
            part.unlink(missing_ok=True)


def _place(movie: Path, frame: int, height: int) -> Path | None:
    if movie.name != LIGHT_COPY or height > MOST_HEIGHT:
        return None
    return movie.parent / FOLDER / f"{height}-{frame}.jpg"
