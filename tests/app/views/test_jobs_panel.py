"""The list of jobs stays quick: few rows, more on demand, none while nobody looks."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.state.job_entries import JobEntry
from app.views.jobs import ROWS_AT_ONCE
from engine.protocol.jobs import DraftJob, FrameRate, ShotSpec
from tests.app.conftest import Studio

LEFT = Qt.MouseButton.LeftButton


def ask(studio: Studio, count: int) -> None:
    jobs = [draft(number, studio) for number in range(count)]
    entries = [JobEntry(job, f"S{n}", n + 1, f"take{n}", (0, 9)) for n, job in enumerate(jobs)]
    studio.app.jobs.ask(entries)


def draft(number: int, studio: Studio) -> DraftJob:
    return DraftJob(
        job_id=f"job-{number}",
        folder=str(studio.root / f"take{number}"),
        shots=(ShotSpec(num_frames=9),),
        rate=FrameRate(num=24),
        width=64,
        height=64,
    )


def shown(studio: Studio) -> list[str]:
    return [row.job_id for row in studio.app.window.jobs_panel.rows]


def test_of_many_jobs_the_first_have_rows_and_a_button_shows_more(studio: Studio) -> None:
    studio.engine.hold()

    async def story() -> None:
        panel = studio.app.window.jobs_panel
        studio.app.window.commands["show_jobs"].trigger()
        ask(studio, 2 * ROWS_AT_ONCE + 5)
        await studio.until(lambda: studio.app.jobs.running)
        names = [f"job-{number}" for number in range(2 * ROWS_AT_ONCE + 5)]
        assert shown(studio) == names[:ROWS_AT_ONCE]
        assert panel.more.text() == f"Show more ({ROWS_AT_ONCE + 5} not shown)"
        await studio.settle(0.05)
        panel._scroll.ensureWidgetVisible(panel.more)
        QTest.mouseClick(panel.more, LEFT)
        assert shown(studio) == names[: 2 * ROWS_AT_ONCE]
        assert panel.rows[ROWS_AT_ONCE].hasFocus(), "the keyboard goes on where it was"
        QTest.mouseClick(panel.more, LEFT)
        assert shown(studio) == names
        assert not panel.more.isVisible()
        studio.app.jobs.stop()
        await studio.until(lambda: not studio.app.jobs.is_active)
        studio.app.jobs.clear_done()
        assert shown(studio) == []
        ask(studio, ROWS_AT_ONCE + 1)
        assert len(shown(studio)) == ROWS_AT_ONCE, "as few as at first"
        assert panel.more.text() == "Show one more"
        studio.app.jobs.stop()
        await studio.until(lambda: not studio.app.jobs.is_active)

    studio.play(story)


def test_while_nobody_looks_no_row_is_made_and_then_all_is_there(studio: Studio) -> None:
    studio.engine.hold()

    async def story() -> None:
        ask(studio, 3)
        await studio.until(lambda: studio.app.jobs.running)
        assert shown(studio) == []
        studio.app.window.commands["show_jobs"].trigger()
        assert shown(studio) == ["job-0", "job-1", "job-2"]
        studio.app.jobs.stop()
        await studio.until(lambda: not studio.app.jobs.is_active)

    studio.play(story)
