"""Small pictures of boards and movie frames, made by worker threads and kept within a budget.

Asking never waits: what is not there yet comes back as None, and ``ready`` tells when to ask again.
"""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal
from PySide6.QtGui import QImage

from app.media.images import image_of_bgra, image_of_rgb
from app.media.kept_frames import keep_frame, kept_frame
from app.media.stills import StillError, load

CACHE_BYTES = 192 * 1024 * 1024


class ThumbnailKey(NamedTuple):
    """A picture and how large it shall at least be; ``frame`` is None for a still."""

    path: str
    height: int
    frame: int | None = None


class _Relay(QObject):
    """Carries a picture from a worker to the thread of the cache."""

    done = Signal(object, object)


class _Load(QRunnable):
    def __init__(self, key: ThumbnailKey, relay: _Relay, *, keeps: bool) -> None:
        super().__init__()
        self._key = key
        self._keeps = keeps
        self._relay = relay

    def run(self) -> None:
        key = self._key
        image = _still(key) if key.frame is None else _movie_frame(key, keeps=self._keeps)
        try:
            self._relay.done.emit(self._key, image)
        except RuntimeError:
            return  # the cache is gone: nobody waits for this picture any more


class ThumbnailCache(QObject):
    """Thumbnails by key.

    Signals:
        ready: another picture can be had.
    """

    ready = Signal()

    def __init__(self, parent: QObject | None = None, cache_bytes: int = CACHE_BYTES) -> None:
        super().__init__(parent)
        self._images: OrderedDict[ThumbnailKey, QImage] = OrderedDict()
        self._pending: set[ThumbnailKey] = set()
        self._failed: set[ThumbnailKey] = set()
        self._bytes = 0
        self._cache_bytes = cache_bytes
        self._keeps = True
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(2)
        self._relay = _Relay(self)
        self._relay.done.connect(self._keep)

    def still(self, path: str, height: int) -> QImage | None:
        """Return a board at least ``height`` pixels high (or as high as it is), if it is there."""
        return self._get(ThumbnailKey(path, height))

    def movie_frame(self, path: str, frame: int, height: int) -> QImage | None:
        """Return a frame of a movie, fitted to ``height`` pixels, if it is there."""
        return self._get(ThumbnailKey(path, height, frame))

    def kept(self, path: str, height: int, frame: int | None = None) -> QImage | None:
        """Return a picture if it is there; nothing is loaded for it."""
        return self._images.get(ThumbnailKey(path, height, frame))

    def failed(self, path: str, height: int) -> bool:
        """Whether a board could not be read."""
        return ThumbnailKey(path, height) in self._failed

    def forget(self, path: str) -> None:
        """Drop the pictures of a file that was written anew."""
        for key in [key for key in self._images if key.path == path]:
            self._bytes -= self._images.pop(key).sizeInBytes()
        self._failed = {key for key in self._failed if key.path != path}

    def keep_on_disk(self, keeps: bool) -> None:
        """Say whether small pictures may be kept beside light copies: the film may not be ours."""
        self._keeps = keeps

    def forget_failed(self) -> None:
        """Try again what could not be read: its drive may be back."""
        self._failed.clear()
        self.ready.emit()

    def close(self) -> None:
        """Let running workers end; nothing is delivered afterwards."""
        self._pool.clear()
        self._pool.waitForDone(5000)

    def _get(self, key: ThumbnailKey) -> QImage | None:
        image = self._images.get(key)
        if image is not None:
            self._images.move_to_end(key)
            return image
        if key not in self._pending and key not in self._failed:
            self._pending.add(key)
            self._pool.start(_Load(key, self._relay, keeps=self._keeps))
        return None

    def _keep(self, key: ThumbnailKey, image: QImage | None) -> None:
        self._pending.discard(key)
        if image is None:
            self._failed.add(key)
        else:
            self._images[key] = image
            self._bytes += image.sizeInBytes()
            while self._bytes > self._cache_bytes and len(self._images) > 1:
                self._bytes -= self._images.popitem(last=False)[1].sizeInBytes()
        self.ready.emit()


def _still(key: ThumbnailKey) -> QImage | None:
    try:
        return image_of_rgb(load(Path(key.path), key.height, key.height))
    except (StillError, MemoryError):
        return None


def _movie_frame(key: ThumbnailKey, *, keeps: bool) -> QImage | None:
    from app.media.movie import MovieReader  # PyAV loads when the first movie is shown

    assert key.frame is not None
    path = Path(key.path)
    kept = kept_frame(path, key.frame, key.height)
    if kept is not None:
        return kept
    try:
        reader = MovieReader(path)
        try:
            pixels = reader.frame(key.frame, 4 * key.height, key.height)
        finally:
            reader.close()
    except (OSError, ValueError, IndexError):
        return None
    if pixels is None:
        return None
    image = image_of_bgra(pixels)
    if keeps:
        keep_frame(path, key.frame, key.height, image)
    return image
