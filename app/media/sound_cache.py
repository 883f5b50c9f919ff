"""Decoded sounds by the hash of their files: made by a worker, kept on disk within a budget.

Asking never waits: what is not there yet comes back as None, and ``changed`` tells when to ask
again. The cache can be thrown away at any time; it is made anew from the project's own files.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot

from engine.protocol.last_used import last_used

if TYPE_CHECKING:  # PyAV and numpy load when the first sound is heard or seen
    from app.media.sounds import PcmFile, Peaks

CACHE_BYTES = 8 * 1024**3
"""On disk: twelve hours of sound."""

_OPEN_PEAKS = 64
_KEPT_NAME = 24


@dataclass(frozen=True, slots=True)
class Decoded:
    """How long a file's sound is, or why it cannot be used."""

    num_samples: int
    error: str = ""


class _Relay(QObject):
    done = Signal(str, object)
    progress = Signal(str, float)


class _Decode(QRunnable):
    def __init__(self, key: str, work: Callable[[], Decoded | None], relay: _Relay) -> None:
        super().__init__()
        self._key = key
        self._work = work
        self._relay = relay

    def run(self) -> None:
        result = self._work()
        with contextlib.suppress(RuntimeError):  # the window was closed meanwhile
            self._relay.done.emit(self._key, result)


class SoundCache(QObject):
    """Samples and peaks of the project's sounds.

    Signals:
        changed: another sound can be had, or is known to be unreadable.
    """

    changed = Signal()

    def __init__(
        self, root: Path, parent: QObject | None = None, cache_bytes: int = CACHE_BYTES
    ) -> None:
        super().__init__(parent)
        self._root = root
        self._cache_bytes = cache_bytes
        self._peaks: OrderedDict[str, Peaks] = OrderedDict()
        self._pending: set[str] = set()
        self._failed: set[str] = set()
        self._in_use: frozenset[str] = frozenset()
        self._ending = threading.Event()
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._relay = _Relay(self)
        self._relay.done.connect(self._keep)

    def use(self, hashes: Sequence[str]) -> None:
        """Say which sounds the film has: these are never thrown away."""
        self._in_use = frozenset(hashes)

    def file_of(self, sha256: str) -> Path:
        """Return where a sound's samples lie, if they are there."""
        return self._root / f"{sha256[:_KEPT_NAME]}.pcm"

    def decode(
        self,
        sha256: str,
        source: Path,
        report: Callable[[float], None] = lambda _: None,
        track: int = 0,
    ) -> Decoded | None:
        """Decode a file now, in the caller's thread; None when the cache is being closed."""
        from app.media.sounds import Cancelled, SoundError, decode_to

        target = self.file_of(sha256)
        try:
            if all(path.is_file() for path in _both_files(target)):
                target.touch()  # the budget throws away what was not used for longest
                return Decoded(target.stat().st_size // 4)
            self._make_room()
            return Decoded(decode_to(source, target, report, self._ending.is_set, track))
        except Cancelled:
            return None
        except (SoundError, OSError) as error:
            return Decoded(0, str(error))

    def peaks(self, sha256: str, source: Path, track: int = 0) -> Peaks | None:
        """Return a sound's peaks, if they are there; else they are made."""
        known = self._peaks.get(sha256)
        if known is not None:
            self._peaks.move_to_end(sha256)
            return known
        if self._is_there(sha256, source, track):
            from app.media.sounds import open_peaks

            with contextlib.suppress(OSError, ValueError):
                known = self._peaks[sha256] = open_peaks(_both_files(self.file_of(sha256))[1])
                while len(self._peaks) > _OPEN_PEAKS:
                    self._peaks.popitem(last=False)
        return known

    def samples(self, sha256: str, source: Path, track: int = 0) -> PcmFile | None:
        """Return a sound's samples, if they are there; else they are made."""
        if not self._is_there(sha256, source, track):
            return None
        from app.media.sounds import PcmFile

        try:
            return PcmFile(self.file_of(sha256))
        except OSError:
            return None

    def failed(self, sha256: str) -> bool:
        """Whether a sound's file is missing or cannot be read."""
        return sha256 in self._failed

    def forget_failed(self) -> None:
        """Try again what could not be read: its drive may be back."""
        self._failed.clear()
        self.changed.emit()

    def close(self) -> None:
        """End the worker; nothing is delivered afterwards."""
        self._ending.set()
        self._pool.clear()
        self._pool.waitForDone(10_000)
        self._peaks.clear()

    def _is_there(self, sha256: str, source: Path, track: int) -> bool:
        if all(path.is_file() for path in _both_files(self.file_of(sha256))):
            return True
        if sha256 not in self._pending and sha256 not in self._failed:
            self._pending.add(sha256)
            work = lambda: self.decode(sha256, source, track=track)  # noqa: E731 - handed to another thread
            self._pool.start(_Decode(sha256, work, self._relay))
        return False

    @Slot(str, object)
    def _keep(self, sha256: str, result: Decoded | None) -> None:
        self._pending.discard(sha256)
        if result is not None and result.error:
            self._failed.add(sha256)
        self.changed.emit()

    def _make_room(self) -> None:
        now = time.time()
        files = sorted(
            self._root.glob("*.pcm"), key=lambda path: last_used(path.stat().st_mtime, now)
        )
        size = sum(path.stat().st_size for path in files)
        names = {name[:_KEPT_NAME] for name in self._in_use}
        for path in files:
            if size <= self._cache_bytes:
                return
            if path.stem not in names:
                size -= path.stat().st_size
                for file in _both_files(path):
                    with contextlib.suppress(OSError):
                        file.unlink()


def track_key(fingerprint: str, track: int) -> str:
    """Return the name under which a track of a movie is kept."""
    return f"{fingerprint[: _KEPT_NAME - 3]}t{track:02}"


def _both_files(target: Path) -> tuple[Path, Path]:
    return target, target.with_suffix(".peaks")
