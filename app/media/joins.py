"""How two frames go over into each other: both as small pictures, and the step between them.

Measured by a worker thread with numpy from the movies themselves. Asking never waits.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal
from PySide6.QtGui import QImage

from app.media.images import image_of_bgra
from app.media.player import FrameKey

HEIGHT = 90
MAX_BYTES = 128 * 1024 * 1024
"""Of pictures that are kept, the oldest go first."""


class JoinKey(NamedTuple):
    """The frames on both sides of a join."""

    left: FrameKey
    right: FrameKey


_SizedKey = tuple[JoinKey, int]
"""A join, and how many pixels high its pictures shall be."""


@dataclass(frozen=True, eq=False)
class JoinLook:
    """A join as it looks.

    Attributes:
        luma: how much brighter the second frame is on the whole, in 8-bit levels.
        chroma: how far its mean colour lies from the first one's, in 8-bit levels of Cb and Cr.
    """

    left: QImage
    right: QImage
    luma: float
    chroma: float


def measure(left: NDArray[np.uint8], right: NDArray[np.uint8]) -> tuple[float, float]:
    """Return the step in (luma, chroma) between two frames, BGRA, in 8-bit levels (BT.709)."""
    a, b = _mean_ycc(left), _mean_ycc(right)
    return float(b[0] - a[0]), float(np.hypot(b[1] - a[1], b[2] - a[2]))


def _mean_ycc(frame: NDArray[np.uint8]) -> NDArray[np.float64]:
    blue, green, red = (frame[..., n].mean(dtype=np.float64) for n in range(3))
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return np.array([luma, (blue - luma) / 1.8556, (red - luma) / 1.5748])


class _Relay(QObject):
    done = Signal(object, object)


class _Measure(QRunnable):
    def __init__(self, key: _SizedKey, relay: _Relay) -> None:
        super().__init__()
        self._key = key
        self._relay = relay

    def run(self) -> None:
        look = _look(*self._key)
        try:
            self._relay.done.emit(self._key, look)
        except RuntimeError:
            return  # the window is gone: nobody waits for this any more


class JoinMeter(QObject):
    """Joins by key.

    Signals:
        ready: another join was measured.
    """

    ready = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._known: dict[_SizedKey, JoinLook | None] = {}
        self._pending: set[_SizedKey] = set()
        self._bytes = 0
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._relay = _Relay(self)
        self._relay.done.connect(self._keep)

    def look(self, join: JoinKey, height: int = HEIGHT) -> JoinLook | None:
        """Return a join's look; None while it is measured, or when a frame cannot be read.

        Args:
            join: the frames on both sides.
            height: of the pictures, in pixels of the screen.
        """
        key = (join, height)
        if key not in self._known and key not in self._pending:
            self._pending.add(key)
            self._pool.start(_Measure(key, self._relay))
        return self._known.get(key)

    def forget(self) -> None:
        """Movies were written anew."""
        self._known.clear()
        self._bytes = 0

    def close(self) -> None:
        """Let the worker end."""
        self._pool.clear()
        self._pool.waitForDone(5000)

    def _keep(self, key: _SizedKey, look: JoinLook | None) -> None:
        self._pending.discard(key)
        self._known[key] = look
        self._bytes += _bytes(look)
        while self._bytes > MAX_BYTES and len(self._known) > 1:
            self._bytes -= _bytes(self._known.pop(next(iter(self._known))))
        self.ready.emit()


def _bytes(look: JoinLook | None) -> int:
    return look.left.sizeInBytes() + look.right.sizeInBytes() if look is not None else 0


def _look(key: JoinKey, height: int) -> JoinLook | None:
    left, right = _frame(key.left, height), _frame(key.right, height)
    if left is None or right is None:
        return None
    luma, chroma = measure(left, right)
    return JoinLook(image_of_bgra(left), image_of_bgra(right), luma, chroma)


def _frame(key: FrameKey, height: int) -> NDArray[np.uint8] | None:
    from app.media.movie import MovieReader  # PyAV loads when the first movie is shown

    try:
        reader = MovieReader(Path(key.path))
        try:
            return reader.frame(key.frame, 4 * height, height)
        finally:
            reader.close()
    except (OSError, ValueError, IndexError):
        return None
