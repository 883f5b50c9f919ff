"""Sound while the film plays: in step with the picture, silent where it must be."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
import qasync

from app.state.sounding import NO_DEVICE
from app.timeline.sounds import heard
from engine.media.sound import Mix
from tests.app.conftest import Studio
from tests.app.fake_sound import FakeDevice
from tests.sounds import noise, write_wav


async def _with_sound(studio: Studio, seconds: float = 8.0, frame: int = 0) -> None:
    await studio.fill((240, (0,)))
    path = write_wav(studio.root / "song.wav", noise(seconds))
    studio.app.workspace.sounds.drop([path], frame)
    await studio.until(lambda: studio.app.editor.project.sound_clips)


@pytest.fixture
def devices(studio: Studio) -> list[FakeDevice]:
    """Every device that was opened."""
    return studio.devices


def test_the_picture_keeps_to_what_is_heard(studio: Studio, devices: list[FakeDevice]) -> None:
    async def story() -> None:
        await _with_sound(studio)
        studio.device_speed = 1.5  # a device that is so wrong that drift shows at once
        playback, editor = studio.app.playback, studio.app.editor
        playback.toggle()
        await studio.until(lambda: editor.playhead > 3)
        began, first = time.perf_counter(), editor.playhead
        await studio.settle(1.2)
        speed = (editor.playhead - first) / (time.perf_counter() - began) / 24
        assert 1.35 < speed < 1.65
        (device,) = devices
        behind = len(device.heard) / 48_000 - editor.playhead / 24
        assert 0 <= behind < 0.25
        playback.pause()
        await studio.until(lambda: not device.is_running)

    studio.play(story)


def test_what_is_heard_is_what_the_movie_will_hold(
    studio: Studio, devices: list[FakeDevice]
) -> None:
    async def story() -> None:
        await _with_sound(studio, frame=10)
        editor = studio.app.editor
        studio.app.workspace.sounds.set_gain(-6)
        editor.seek(4)
        studio.app.playback.toggle()
        await studio.until(lambda: editor.playhead > 24)
        studio.app.playback.pause()
        sounds = heard(editor.project, editor.folder)
        whole = np.concatenate(list(Mix(sounds, 240 * 2000).blocks()))
        played = devices[0].heard[: 20 * 2000]
        assert np.abs(played - whole[4 * 2000 :][: len(played)]).max() < 2e-4

    studio.play(story)


def test_other_speeds_are_silent(studio: Studio, devices: list[FakeDevice]) -> None:
    async def story() -> None:
        await _with_sound(studio)
        playback = studio.app.playback
        playback.shuttle(1)
        await studio.until(lambda: devices and len(devices[0].blocks) > 5)
        playback.shuttle(1)
        await studio.until(lambda: not devices[0].is_running)
        await studio.settle(0.2)
        assert len(devices) == 1
        playback.shuttle(-1)
        await studio.settle(0.2)
        assert len(devices) == 1
        playback.shuttle(1)
        await studio.until(lambda: len(devices) == 2)

    studio.play(story)


def test_an_edit_is_heard_at_once(studio: Studio, devices: list[FakeDevice]) -> None:
    async def story() -> None:
        await _with_sound(studio)
        studio.app.playback.toggle()
        await studio.until(lambda: devices and len(devices[0].blocks) > 10)
        assert np.abs(devices[0].blocks[-1]).max() > 0
        studio.app.workspace.sounds.toggle_muted()
        await studio.until(lambda: np.abs(devices[0].blocks[-1]).max() == 0)
        assert studio.app.playback.is_playing

    studio.play(story)


def test_a_scrub_while_playing_takes_the_sound_along(
    studio: Studio, devices: list[FakeDevice]
) -> None:
    async def story() -> None:
        await _with_sound(studio)
        studio.app.playback.toggle()
        await studio.until(lambda: studio.app.editor.playhead > 2)
        studio.app.editor.seek(100)
        await studio.until(lambda: len(devices) == 2 and len(devices[1].blocks) > 10)
        sounds = heard(studio.app.editor.project, studio.app.editor.folder)
        whole = np.concatenate(list(Mix(sounds, 240 * 2000).blocks()))
        got = devices[1].heard[:4000]
        assert np.abs(got - whole[200_000:204_000]).max() < 2e-4

    studio.play(story)


def test_without_a_device_the_film_plays_and_says_so_once(
    loop: qasync.QEventLoop, tmp_path: Path
) -> None:
    studio = Studio(loop, tmp_path)
    studio.has_device = False

    async def story() -> None:
        await _with_sound(studio)
        said: list[str] = []
        notices = studio.app.notices
        notices.changed.connect(lambda: notices.current and said.append(notices.current.text))
        for _ in range(2):
            began = time.perf_counter()
            start = studio.app.editor.playhead
            studio.app.playback.toggle()
            await studio.until(lambda: studio.app.editor.playhead > start + 12)  # noqa: B023
            assert time.perf_counter() - began < 1.2
            studio.app.playback.pause()
        assert said.count(NO_DEVICE) == 1

    studio.play(story)


def test_a_film_without_sound_opens_no_device(studio: Studio, devices: list[FakeDevice]) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)))
        studio.app.playback.toggle()
        await studio.settle(0.2)
        assert devices == []

    studio.play(story)
