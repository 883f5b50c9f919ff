"""Takes by when they were made, although clocks jump by years and files say anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.timeline.take_files import TakeFiles, TakeNotes, TakeRecord
from app.views.takes.card import made_text
from engine.protocol.jobs import DraftJob, FrameRate, ShotSpec
from tests.app.conftest import Studio


def take(name: str, made_at: float) -> TakeRecord:
    job = DraftJob(
        job_id=name,
        folder="/takes/a",
        shots=(ShotSpec(num_frames=24),),
        rate=FrameRate(num=24),
        width=960,
        height=540,
    )
    return TakeRecord(name, TakeFiles(Path("draft.mkv")), TakeNotes(), job, "", 8, made_at, ())


@pytest.mark.parametrize("made_at", [0.0, 1.7e9, 4e9, -1e9])
def test_a_take_says_when_it_was_made(made_at: float) -> None:
    assert ":" in made_text(take("a", made_at))


@pytest.mark.parametrize("made_at", [1e13, -1e13, 1e30, float("inf")])
def test_a_time_that_no_calendar_has_is_left_out(made_at: float) -> None:
    assert made_text(take("a", made_at)) == ""


def test_the_newest_take_stands_first_after_a_clock_was_set_back(studio: Studio) -> None:
    async def story() -> None:
        library = studio.app.library
        made = {"future": 4e9, "old": 1e9, "new": 1.7e9}
        library._known = {name: ((), take(name, made_at)) for name, made_at in made.items()}
        assert [record.name for record in library.records] == ["new", "old", "future"]

    studio.play(story)
