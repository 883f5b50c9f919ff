"""Movie frames for the screen: one decode thread, a bounded cache, a list of what comes next.

The screen says which frames it will want, nearest first; the thread decodes what is missing and
tells when each is there. A wish list replaces the one before, so a jump never waits for old work.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.media.images import image_of_bgra

if TYPE_CHECKING:
    from app.media.movie import MovieReader

MAX_OPEN_MOVIES = 4
CACHE_BYTES = 384 * 1024 * 1024


class FrameKey(NamedTuple):
    """One frame of one movie file."""

    path: str
    frame: int


class FrameServer(QObject):
    """Serve decoded frames by key.

    Signals:
        arrived: a wanted frame can now be had (its key).
    """

    arrived = Signal(object)

    def __init__(self, parent: QObject | None = None, cache_bytes: int = CACHE_BYTES) -> None:
        super().__init__(parent)
        self._cache: OrderedDict[FrameKey, QImage] = OrderedDict()
        self._cached_bytes = 0
        self._cache_bytes = cache_bytes
        self._wanted: tuple[FrameKey, ...] = ()
        self._size = (1280, 720)
        self._generation = 0
        self._missing: set[FrameKey] = set()
        self._condition = threading.Condition()
        self._ending = False
        self._thread: threading.Thread | None = None

    def set_size(self, width: int, height: int) -> None:
        """Decode for a screen of this many pixels; frames of another size are dropped."""
        with self._condition:
            if (width, height) == self._size:
                return
            self._size = (max(16, width), max(16, height))
            self._generation += 1
            # The old pictures stay until new ones replace them: no flash while resizing.
            self._condition.notify()

    def frame(self, key: FrameKey) -> QImage | None:
        """Return a frame, or None while it is not decoded."""
        with self._condition:
            image = self._cache.get(key)
            if image is not None:
                self._cache.move_to_end(key)
            return image

    def want(self, keys: Sequence[FrameKey]) -> None:
        """Say which frames are needed, the most urgent first."""
        with self._condition:
            self._wanted = tuple(keys)
            if self._thread is None and keys and not self._ending:
                self._thread = threading.Thread(target=self._work, name="decode", daemon=True)
                self._thread.start()
            self._condition.notify()

    def forget(self, path: str) -> None:
        """Drop what is known of a file that was written anew."""
        with self._condition:
            for key in [key for key in self._cache if key.path == path]:
                self._drop(key)
            self._missing = {key for key in self._missing if key.path != path}
            self._generation += 1

    def close(self) -> None:
        """End the thread."""
        with self._condition:
            self._ending = True
            self._condition.notify()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _work(self) -> None:
        readers: OrderedDict[str, MovieReader] = OrderedDict()
        sizes: dict[FrameKey, int] = {}
        generation = -1
        while True:
            with self._condition:
                if generation != self._generation:
                    generation = self._generation
                    for reader in readers.values():
                        reader.close()
                    readers.clear()
                key = self._next_missing(sizes, generation)
                while key is None and not self._ending and generation == self._generation:
                    self._condition.wait()
                    key = self._next_missing(sizes, generation)
                if self._ending:
                    break
                size = self._size
            if key is None:
                continue
            image = _decode(readers, key, size)
            self._store(key, image)
            sizes = {k: g for k, g in sizes.items() if g == generation}
            sizes[key] = generation
        for reader in readers.values():
            reader.close()

    def _next_missing(self, sizes: dict[FrameKey, int], generation: int) -> FrameKey | None:
        for key in self._wanted:
            fresh = key in self._cache and sizes.get(key) == generation
            if not fresh and key not in self._missing:
                return key
        return None

    def _store(self, key: FrameKey, image: QImage | None) -> None:
        with self._condition:
            if image is None:
                self._missing.add(key)
                return
            if key in self._cache:
                self._drop(key)
            self._cache[key] = image
            self._cached_bytes += image.sizeInBytes()
            wanted = set(self._wanted)
            for old in list(self._cache):
                if self._cached_bytes <= self._cache_bytes:
                    break
                if old not in wanted:
                    self._drop(old)
            if self._ending:
                return
        self.arrived.emit(key)

    def _drop(self, key: FrameKey) -> None:
        self._cached_bytes -= self._cache.pop(key).sizeInBytes()


def _decode(
    readers: OrderedDict[str, MovieReader], key: FrameKey, size: tuple[int, int]
) -> QImage | None:
    from app.media.movie import MovieReader

    try:
        reader = readers.get(key.path)
        if reader is None:
            reader = readers[key.path] = MovieReader(Path(key.path))
            while len(readers) > MAX_OPEN_MOVIES:
                readers.popitem(last=False)[1].close()
        readers.move_to_end(key.path)
        pixels = reader.frame(key.frame, *size)
    except (OSError, ValueError, IndexError):
        return None  # the file went away or is damaged: the screen keeps what it has
    return image_of_bgra(pixels) if pixels is not None else None
