"""Movie frames for the screen: one decode thread, a bounded cache, a list of what comes next.

The screen says which frames it will want, nearest first; the thread decodes what is missing and
tells when each is there. A wish list replaces the one before, so a jump never waits for old work.
While a film plays, pictures that would come too late anyway are passed over: it drops, never lags.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.media.images import image_of_bgra

if TYPE_CHECKING:
    from app.media.movie import MovieReader

MAX_OPEN_MOVIES = 4
CACHE_BYTES = 96 * 1024 * 1024
NATIVE = (0, 0)
"""The size that leaves pictures as large as they are."""

_HASTE = 0.5
"""A picture that takes more than this share of the time it is seen for is scaled in haste."""

_PASSING = 12
"""Frames before the one sought that are kept, if they are wanted, when a film plays backwards."""


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
        self._interval_s = 0.0
        self._cost_s = 0.0
        self._size = (1280, 720)
        self._generation = 0
        self._missing: set[FrameKey] = set()
        self._condition = threading.Condition()
        self._ending = False
        self._thread: threading.Thread | None = None

    def set_size(self, width: int, height: int) -> None:
        """Decode for a screen of this many pixels (``NATIVE``: as they are)."""
        size = (width, height)
        if size != NATIVE:
            size = (max(16, width), max(16, height))
        with self._condition:
            if size == self._size:
                return
            self._size = size
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

    def want(self, keys: Sequence[FrameKey], interval_s: float = 0.0) -> None:
        """Say which frames are needed, the most urgent first.

        Args:
            keys: the frames.
            interval_s: while playing, the time from one of them to the next; 0 when it stands.
        """
        with self._condition:
            self._wanted = tuple(keys)
            self._interval_s = interval_s
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

    def forget_missing(self) -> None:
        """Try again what could not be decoded: its drive may be back."""
        with self._condition:
            self._missing.clear()
            self._condition.notify()

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
                passing = self._passed_on_the_way(key, sizes, generation)
                is_hasty = 0 < self._interval_s * _HASTE < self._cost_s
            if key is None:
                continue
            began = time.perf_counter()
            for found, image in _decode(readers, key, size, passing, is_hasty=is_hasty):
                self._store(found, image)
                sizes[found] = generation
            with self._condition:  # what is not kept any more needs no note of its size
                sizes = {key: sizes[key] for key in self._cache if sizes.get(key) == generation}
            self._note_cost((time.perf_counter() - began) / (1 + len(passing)))
        for reader in readers.values():
            reader.close()

    def _next_missing(self, sizes: dict[FrameKey, int], generation: int) -> FrameKey | None:
        missing = [
            place
            for place, key in enumerate(self._wanted)
            if key not in self._missing and not self._is_fresh(key, sizes, generation)
        ]
        if not missing:
            return None
        # What would be late when it is decoded is left out, as long as something is ahead of it.
        late = int(self._cost_s / self._interval_s) if self._interval_s else 0
        return self._wanted[next((place for place in missing if place >= late), missing[0])]

    def _is_fresh(self, key: FrameKey, sizes: dict[FrameKey, int], generation: int) -> bool:
        return key in self._cache and sizes.get(key) == generation

    def _passed_on_the_way(
        self, key: FrameKey | None, sizes: dict[FrameKey, int], generation: int
    ) -> frozenset[int]:
        """Return the frames before ``key`` that are wanted later: the film plays backwards."""
        if key is None:
            return frozenset()
        return frozenset(
            other.frame
            for other in self._wanted[self._wanted.index(key) :]
            if other.path == key.path
            and key.frame - _PASSING <= other.frame < key.frame
            and not self._is_fresh(other, sizes, generation)
        )

    def _note_cost(self, seconds: float) -> None:
        with self._condition:
            self._cost_s += (seconds - self._cost_s) / 4

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
    readers: OrderedDict[str, MovieReader],
    key: FrameKey,
    size: tuple[int, int],
    passing: frozenset[int],
    *,
    is_hasty: bool,
) -> Iterator[tuple[FrameKey, QImage | None]]:
    """Yield the frame that is sought, and those wanted ones that were passed on the way."""
    from app.media.movie import MovieReader

    is_found = False
    try:
        reader = readers.get(key.path)
        if reader is None:
            reader = readers[key.path] = MovieReader(Path(key.path))
            while len(readers) > MAX_OPEN_MOVIES:
                readers.popitem(last=False)[1].close()
        readers.move_to_end(key.path)
        for frame, pixels in reader.run_to(key.frame, *size, passing, is_hasty=is_hasty):
            is_found |= frame == key.frame
            yield FrameKey(key.path, frame), image_of_bgra(pixels)
    except (OSError, ValueError, IndexError):
        # The file went away or is damaged: the screen keeps what it has.
        broken = readers.pop(key.path, None)
        if broken is not None:
            broken.close()
    if not is_found:
        yield key, None
