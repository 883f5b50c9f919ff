"""One frame as a picture of its own, in full size: from a movie, a board, or pixels at hand.

Runs in a worker thread: everything it needs is in the recipe. Knows no project.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF
from PySide6.QtGui import QImage, QPainter

from app.media.fitting import Fitter, Look
from app.media.images import image_of_bgra, image_of_rgb
from app.media.stills import StillError, load
from engine.planning.resolution import FrameSize


class GrabError(ValueError):
    """A frame that cannot be had; the message is one sentence for the user."""


@dataclass(frozen=True, slots=True)
class MovieFrame:
    """A frame of a movie, as large as it is stored."""

    path: Path
    frame: int


@dataclass(frozen=True, slots=True)
class BoardFrame:
    """A board as the film shows it, perhaps dissolving into another."""

    path: Path
    look: Look
    size: FrameSize
    into: BoardFrame | None = None
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Pixels:
    """A picture that is in memory already."""

    image: QImage


Recipe = MovieFrame | BoardFrame | Pixels


def grab(recipe: Recipe) -> QImage:
    """Return the picture.

    Raises:
        GrabError: the file behind it is gone or damaged.
    """
    match recipe:
        case MovieFrame(path, frame):
            return _movie_frame(path, frame)
        case BoardFrame():
            return _board(recipe)
        case Pixels(image):
            return image.copy()


def png_of(image: QImage) -> bytes:
    """Return a picture as a PNG file."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG"):  # pyright: ignore[reportCallIssue, reportArgumentType]
        raise GrabError("This frame cannot be written as a PNG.")
    return bytes(content.data())


def _movie_frame(path: Path, frame: int) -> QImage:
    from app.media.movie import MovieReader  # PyAV loads when it is needed first

    try:
        reader = MovieReader(path)
        try:
            pixels = reader.frame(frame, 0, 0)
        finally:
            reader.close()
    except (OSError, ValueError, IndexError) as error:
        raise GrabError(f"{path.name} cannot be read any more; render the shot again.") from error
    if pixels is None:
        raise GrabError(f"{path.name} ends before this frame; render the shot again.")
    return image_of_bgra(pixels)


def _board(recipe: BoardFrame) -> QImage:
    width, height = recipe.size.width, recipe.size.height
    try:
        board = image_of_rgb(load(recipe.path, width, height))
    except (StillError, MemoryError) as error:
        raise GrabError(str(error) or "There is not enough memory for this frame.") from error
    into = _board(recipe.into) if recipe.into is not None else None
    image = QImage(width, height, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        whole = QRectF(0, 0, width, height)
        Fitter().draw(painter, whole, board, recipe.size, recipe.look)
        if into is not None:
            painter.setOpacity(recipe.share)
            painter.drawImage(whole, into)
    return image
