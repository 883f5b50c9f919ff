"""A tiny movie dropped, read, and extended, with the real engine and the starter model."""

from __future__ import annotations

import asyncio
import json
from fractions import Fraction
from pathlib import Path

import pytest
import qasync

from app.client.process import ProcessClient
from app.state.selection import ShotSelected
from engine.planning.resolution import FrameSize
from tests.app.conftest import Studio
from tests.app.movies import movie, read_movie, write_movie

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def test_a_dropped_movie_is_read_and_extended(loop: qasync.QEventLoop, tmp_path: Path) -> None:
    studio = Studio(loop, tmp_path, client=ProcessClient())
    path = tmp_path / "clip.mp4"
    write_movie(path, movie(36, FrameSize(160, 90)), Fraction(24))

    async def story() -> None:
        app, ws = studio.app, studio.app.workspace
        ws.shots.set_size(160, 90)
        ws.footage.drop([path], 0)
        await studio.until(lambda: app.editor.project.shots, 60)
        (item,) = app.editor.project.footage
        await studio.until(lambda: app.copies.path(item), 120)
        light = app.copies.path(item)
        assert light is not None
        report = json.loads(light.with_name("import.json").read_text())["report"]
        assert (report["num_frames"], item.num_frames) == (36, 36)
        assert len(read_movie(light)[0]) == 36, "frame for frame"
        app.editor.select(ShotSelected(app.editor.project.shots[0].id))
        ws.footage.set_seconds(0.5)
        ws.footage.extend_after()
        (part,) = app.takes.passes
        assert (part.first_frame, part.end) == (36, 48)
        app.jobs.generate()
        await studio.until(lambda: not app.jobs.is_active, 400)
        draft = app.takes.take(part).draft
        assert draft is not None, app.notices.current
        frames, rate = read_movie(draft)
        assert rate == 24
        assert len(frames) == part.end - part.start, "with the footage that it goes on from"

    loop.run_until_complete(asyncio.wait_for(studio._whole(story, None), 550))
