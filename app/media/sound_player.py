"""The ear's clock: plays a programme on a device and tells which sample is being heard.

Opening and closing devices may take long, so a thread of its own does it; the device's thread then
asks for blocks. Whoever plays asks ``heard()`` and never waits. Knows no Qt.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from engine.planning.sound import SAMPLE_RATE

if TYPE_CHECKING:  # numpy loads when the first sound is heard
    from app.media.sounding import Block, Programme

STALL_S = 0.75
"""A device that asks for nothing for so long is gone: unplugged, or asleep."""

_log = logging.getLogger(__name__)

Fill: TypeAlias = "Callable[[Block, float], None]"
"""Writes the next samples, float32 (samples, 2); the moment (``time.monotonic``) at which the first
of them will be heard."""


class NoDevice(Exception):
    """There is nothing that sound could be played on."""


class SoundDevice(Protocol):
    """A device that asks for samples as it plays them."""

    def start(self, fill: Fill) -> None:
        """Begin to ask. Raises ``NoDevice``."""
        ...

    def stop(self) -> None:
        """Ask no more and let go of the device."""
        ...


class SoundPlayer:
    """Plays from a sample of the film on, at normal speed."""

    def __init__(self, make_device: Callable[[], SoundDevice]) -> None:
        self._make_device = make_device
        self._lock = threading.Lock()
        self._programme: Programme | None = None
        self._run = 0
        self._position = 0
        self._origin = 0
        self._anchor: tuple[int, float] | None = None
        self._asked_at = 0.0
        self._has_failed = False
        self._is_missing = False
        self._orders: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    @property
    def has_failed(self) -> bool:
        """Whether the last attempt found no device, or lost it."""
        return self._has_failed

    def set_programme(self, programme: Programme) -> None:
        """Play something else from the next block on."""
        with self._lock:
            self._programme = programme

    def begin(self, position: int, programme: Programme) -> None:
        """Play from a sample on, as soon as there is a device."""
        with self._lock:
            self._run += 1
            self._programme = programme
            self._position = self._origin = position
            self._anchor = None
            # Without a device last time, the picture does not wait; one that is there now is
            # found meanwhile, and heard the next time.
            self._has_failed = self._is_missing
            self._asked_at = time.monotonic()
            run = self._run
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="sound", daemon=True)
            self._thread.start()
        self._orders.put(run)

    def end(self) -> None:
        """Be silent."""
        with self._lock:
            self._run += 1
            run = self._run
        if self._thread is not None:
            self._orders.put(-run)

    def heard(self) -> float | None:
        """Return how many samples were heard since ``begin``; None when there is no device.

        Before the device has begun it is 0: the picture waits for the sound.
        """
        with self._lock:
            if self._has_failed:
                return None
            now = time.monotonic()
            if now - self._asked_at > STALL_S:
                self._has_failed = True
                return None
            if self._anchor is None:
                return 0.0
            first, moment = self._anchor
            return max(0.0, first - self._origin + (now - moment) * SAMPLE_RATE)

    def close(self) -> None:
        """End the thread and let go of the device."""
        if self._thread is not None:
            self._orders.put(None)
            self._thread.join(5.0)
            self._thread = None

    def _work(self) -> None:
        device: SoundDevice | None = None
        while True:
            order = self._orders.get()
            while order is not None and not self._orders.empty():
                order = self._orders.get()  # only the last wish counts
            if device is not None:
                device.stop()
                device = None
            if order is None:
                return
            if order > 0:
                device = self._opened(order)

    def _opened(self, run: int) -> SoundDevice | None:
        try:
            device = self._make_device()
            device.start(lambda out, moment: self._fill(run, out, moment))
        except NoDevice as error:
            _log.info("No sound: %s", error)
            with self._lock:
                self._is_missing = True
                self._has_failed = self._has_failed or run == self._run
            return None
        with self._lock:
            self._is_missing = False
            is_late = self._has_failed
        if is_late:
            device.stop()
            return None
        return device

    def _fill(self, run: int, out: Block, moment: float) -> None:
        with self._lock:
            if run != self._run or self._has_failed:
                out[:] = 0
                return
            position = self._position
            self._position += len(out)
            self._asked_at = time.monotonic()
            self._anchor = self._steadied(position, moment)
            programme = self._programme
        assert programme is not None
        programme.fill(out, position)

    def _steadied(self, position: int, moment: float) -> tuple[int, float]:
        """Follow the device's clock, but not the jitter with which it asks."""
        if self._anchor is None:
            return position, moment
        first, began = self._anchor
        expected = began + (position - first) / SAMPLE_RATE
        error = moment - expected
        if abs(error) > 0.2:
            return position, moment  # it stumbled: what was late stays late
        return position, expected + 0.05 * error


class MiniaudioDevice:
    """The system's own output, through miniaudio."""

    _PERIOD_MS = 20
    _PERIODS = 4

    def __init__(self) -> None:
        self._device: Any = None

    def start(self, fill: Fill) -> None:
        """Begin to play.

        Raises:
            NoDevice: the library or every device is missing.
        """
        try:
            import miniaudio
        except ImportError as error:
            raise NoDevice("miniaudio is not installed") from error
        backends = [b for b in miniaudio.Backend if b != miniaudio.Backend.NULL]
        try:
            device = miniaudio.PlaybackDevice(
                output_format=miniaudio.SampleFormat.FLOAT32,
                nchannels=2,
                sample_rate=SAMPLE_RATE,
                buffersize_msec=self._PERIOD_MS,
                callback_periods=self._PERIODS,
                backends=backends,
                app_name="SmartDirector",
            )
            samples = _asked(fill, self._PERIOD_MS * self._PERIODS / 1000)
            next(samples)
            device.start(samples)
        except miniaudio.MiniaudioError as error:
            raise NoDevice(str(error)) from error
        self._device = device

    def stop(self) -> None:
        """Let go of the device."""
        if self._device is not None:
            self._device.close()
            self._device = None


def _asked(fill: Fill, latency_s: float) -> Generator[Any, int, None]:
    import numpy as np

    count = yield b""
    while True:
        out = np.zeros((count, 2), np.float32)
        fill(out, time.monotonic() + latency_s)
        count = yield out
