"""The ear's clock: follows the device, survives its loss, and lets go."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np

from app.media.sound_player import STALL_S, MiniaudioDevice, NoDevice, SoundPlayer
from app.media.sounding import PlacedSound, Programme
from app.media.sounds import PcmFile, decode_to
from engine.protocol.export import SoundSpec
from tests.app.fake_sound import FakeDevice
from tests.sounds import noise, write_wav


def _programme(tmp_path: Path) -> Programme:
    target = tmp_path / "a.pcm"
    decode_to(write_wav(tmp_path / "a.wav", noise(4)), target)
    return Programme((PlacedSound(PcmFile(target), SoundSpec(path="x", stop=192_000)),))


def _until(condition, seconds: float = 3.0) -> None:
    ending = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ending
        time.sleep(0.005)


def test_heard_follows_the_device_and_not_the_computer(tmp_path: Path) -> None:
    device = FakeDevice(speed=1.2, latency_s=0.05)
    player = SoundPlayer(lambda: device)
    player.begin(1000, _programme(tmp_path))
    _until(lambda: (player.heard() or 0) > 0)
    time.sleep(1.0)
    first, at = player.heard() or 0, time.monotonic()
    time.sleep(0.5)
    second, then = player.heard() or 0, time.monotonic()
    player.close()
    rate = (second - first) / (then - at)
    assert 1.12 < rate / 48_000 < 1.28, "the picture must run as fast as the device"
    samples = PcmFile(tmp_path / "a.pcm").read(1000, 1000 + len(device.heard))
    wanted = samples / 32767
    assert np.abs(device.heard[: len(wanted)] - wanted).max() < 1e-6
    ahead = len(device.heard) - second
    assert ahead < 0.3 * 48_000, "what is told is what is heard, not what was handed over"


def test_no_device_is_known_soon_and_nothing_waits(tmp_path: Path) -> None:
    player = SoundPlayer(lambda: FakeDevice(is_missing=True))
    began = time.monotonic()
    player.begin(0, _programme(tmp_path))
    assert time.monotonic() - began < 0.5
    _until(lambda: player.heard() is None)
    player.begin(0, Programme())
    assert player.heard() is None, "the second time the picture does not wait at all"
    player.close()


def test_an_unplugged_device_lets_the_picture_go_on(tmp_path: Path) -> None:
    device = FakeDevice()
    player = SoundPlayer(lambda: device)
    player.begin(0, _programme(tmp_path))
    _until(lambda: (player.heard() or 0) > 0)
    device.is_unplugged = True
    _until(lambda: player.heard() is None, STALL_S + 1)
    player.close()


def test_ending_lets_go_of_device_and_thread(tmp_path: Path) -> None:
    devices: list[FakeDevice] = []

    def make() -> FakeDevice:
        devices.append(FakeDevice())
        return devices[-1]

    before = threading.active_count()
    player = SoundPlayer(make)
    for _ in range(5):
        player.begin(0, _programme(tmp_path))
        _until(lambda: (player.heard() or 0) > 0)
        player.end()
    player.close()
    _until(lambda: threading.active_count() == before)
    assert not any(device.is_running for device in devices)


def test_the_real_library_plays_or_says_that_it_cannot() -> None:
    device = MiniaudioDevice()
    asked: list[int] = []
    try:
        device.start(lambda out, _: asked.append(len(out)))
    except NoDevice as error:
        assert str(error)
        return
    _until(lambda: len(asked) > 3)
    device.stop()
