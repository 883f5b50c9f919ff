"""A sound device that really asks for blocks at a clock of its own, and keeps what it was given."""

from __future__ import annotations

import threading
import time

import numpy as np

from app.media.sound_player import Fill, NoDevice
from engine.planning.sound import SAMPLE_RATE


class FakeDevice:
    """Plays 10 ms at a time.

    Args:
        speed: how fast its crystal runs; 1.001 is 0.1 % fast.
        latency_s: from asking to hearing.
        is_missing: there is no such device.
    """

    def __init__(
        self, speed: float = 1.0, latency_s: float = 0.05, *, is_missing: bool = False
    ) -> None:
        self._speed = speed
        self._latency_s = latency_s
        self._is_missing = is_missing
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None
        self.is_unplugged = False
        self.blocks: list[np.ndarray] = []

    def start(self, fill: Fill) -> None:
        if self._is_missing:
            raise NoDevice("there is none")
        self._thread = threading.Thread(target=self._work, args=(fill,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._ending.set()
        if self._thread is not None:
            self._thread.join(5)

    @property
    def heard(self) -> np.ndarray:
        """All that was played."""
        return np.concatenate(self.blocks) if self.blocks else np.zeros((0, 2), np.float32)

    @property
    def is_running(self) -> bool:
        """Whether it still asks."""
        return self._thread is not None and self._thread.is_alive()

    def _work(self, fill: Fill) -> None:
        count = SAMPLE_RATE // 100
        began = time.monotonic()
        number = 0
        while not self._ending.is_set() and not self.is_unplugged:
            due = began + number * 0.01 / self._speed
            self._ending.wait(max(0.0, due - time.monotonic()))
            out = np.zeros((count, 2), np.float32)
            fill(out, due + self._latency_s)
            self.blocks.append(out)
            number += 1
