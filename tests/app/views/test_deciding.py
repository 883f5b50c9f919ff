"""Deciding early, as a person does: stop, keep and re-roll on the clip while it forms."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from app.state.deciding import Forming
from app.state.job_entries import Finished, Running, Stopped
from app.timeline.exporting import ExportChoices
from app.timeline.storage import TAKES_FOLDER
from engine.protocol.export import ExportJob
from engine.protocol.jobs import DraftJob, RefineJob
from tests.app.conftest import Studio

LEFT = Qt.MouseButton.LeftButton


async def _forming(studio: Studio, fraction: float = 0.2) -> Forming:
    """Generate, and wait until the first pass has come some way; it goes no further."""
    studio.app.settings.update(plays_previews=False)
    deciding = studio.app.deciding
    studio.engine.step_s = 0.02
    studio.app.jobs.generate()

    def is_far() -> bool:
        forming = deciding.forming
        return forming is not None and forming.fraction >= fraction

    await studio.until(is_far)
    studio.engine.hold()
    await studio.settle(0.05)
    forming = deciding.forming
    assert forming is not None
    return forming


def _press(button: QToolButton) -> None:
    assert button.isVisible()
    QTest.mouseClick(button, LEFT)


async def _done(studio: Studio) -> None:
    studio.engine.release()
    await studio.until(lambda: not studio.app.jobs.is_active, 20)
    await studio.settle()


def _folder(studio: Studio, take: str) -> Path:
    return studio.app.editor.folder / TAKES_FOLDER / take


def test_bars_stand_on_the_clip_and_in_the_viewer_while_it_forms(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((300, (0,)), (100, (0,)))
        early = studio.app.window.top_bar.early
        assert not early.on_timeline.isVisible()
        await _forming(studio)
        for bar in (early.on_timeline, early.on_viewer):
            assert bar.isVisible()
            assert "%" in bar.accessibleName()
        studio.app.editor.seek(350)
        await studio.settle()
        assert not early.on_viewer.isVisible(), "This pass does not form yet."
        view = studio.app.window.timeline
        view.zoom_to(20.0, 0)
        view.horizontalScrollBar().setValue(20 * 320)
        await studio.settle()
        assert not early.on_timeline.isVisible(), "The clip is out of sight."
        await _done(studio)
        assert not early.on_viewer.isVisible()

    studio.play(story)


def test_filmstrip_shows_the_clip_as_it_forms(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((100, (0,)))
        view = studio.app.window.timeline
        lanes, x = view.scene().lanes, round(view.scale.x(60))

        def pixel() -> int:
            return view.viewport().grab().toImage().pixel(x, lanes.strip_top + 20)

        board = pixel()
        forming = await _forming(studio, 0.5)
        early = pixel()
        assert early != board
        studio.engine.release()
        await studio.until(lambda: studio.app.deciding.forming != forming)
        await _done(studio)

    studio.play(story)


def test_reroll_drops_this_pass_and_makes_it_anew_in_its_place(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((300, (0,)), (100, (0,)))
        forming = await _forming(studio)
        _press(studio.app.window.top_bar.early.on_timeline.reroll)
        await studio.until(lambda: len(studio.engine.submitted) == 2)
        fresh = studio.engine.submitted[1]
        assert isinstance(fresh, DraftJob)
        first = studio.engine.submitted[0]
        assert isinstance(first, DraftJob)
        assert fresh.shots == first.shots, "It stands at the same place in the queue."
        assert fresh.seed != first.seed
        assert studio.app.editor.undo_name == "Re-roll shot 1"
        assert not list(_folder(studio, forming.take).glob("scratch/preview-*"))
        await _done(studio)
        assert [type(e.status) for e in studio.app.jobs.entries] == [Finished, Finished]
        assert len(studio.engine.submitted) == 3

    studio.play(story)


def test_second_reroll_is_as_good_as_the_first(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((100, (0,)))
        await _forming(studio)
        seeds: list[int] = []
        for count in (2, 3, 4):
            _press(studio.app.window.top_bar.early.on_viewer.reroll)
            await studio.until(lambda count=count: len(studio.engine.submitted) == count)
            job = studio.engine.submitted[-1]
            assert isinstance(job, DraftJob)
            seeds.append(job.seed)
            await studio.until(
                lambda: studio.app.deciding.forming and studio.app.deciding.forming.can_choose
            )
        assert len(set(seeds)) == 3
        assert len(studio.app.jobs.entries) == 1
        await _done(studio)
        assert studio.app.takes.passes[0].seed == seeds[-1]

    studio.play(story)


def test_undone_reroll_goes_on_where_it_was(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((100, (0,)))
        forming = await _forming(studio, 0.4)
        steps = studio.engine.steps_done[f"draft-{forming.take}"]
        assert steps >= 1
        _press(studio.app.window.top_bar.early.on_timeline.reroll)
        await studio.until(lambda: len(studio.engine.submitted) == 2)
        await _done(studio)
        studio.app.editor.undo()
        assert studio.app.takes.passes[0].take == forming.take
        studio.app.jobs.generate()
        await studio.until(lambda: len(studio.engine.submitted) == 3)
        assert studio.engine.submitted[2].job_id == f"draft-{forming.take}"
        await _done(studio)
        assert studio.app.takes.take(studio.app.takes.passes[0]).draft is not None

    studio.play(story)


def test_dropped_takes_are_swept_when_the_project_is_closed(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((100, (0,)))
        forming = await _forming(studio)
        old = _folder(studio, forming.take)
        assert old.is_dir()
        _press(studio.app.window.top_bar.early.on_timeline.reroll)
        await studio.until(lambda: len(studio.engine.submitted) == 2)
        await _done(studio)
        studio.app.document.save()
        await studio.until(lambda: not studio.app.document.is_modified)
        assert old.is_dir(), "Undo may still want it."
        studio.app.deciding.settle()
        assert not old.exists()
        kept = _folder(studio, studio.app.takes.passes[0].take)
        assert (kept / "draft.mkv").is_file()

    studio.play(story)


def test_rerolled_render_ends_in_a_movie_of_the_new_take(studio: Studio, tmp_path: Path) -> None:
    async def story() -> None:
        await studio.fill((300, (0,)), (100, (0,)))
        studio.engine.step_s = 0.02
        studio.app.settings.update(plays_previews=False)
        studio.app.jobs.render(ExportChoices(), tmp_path / "film.mp4", replaces=True)
        await studio.until(lambda: studio.app.deciding.forming is not None)
        _press(studio.app.window.top_bar.early.on_timeline.reroll)
        await _done(studio)
        kinds = [type(job) for job in studio.engine.submitted]
        assert kinds == [DraftJob, DraftJob, RefineJob, DraftJob, RefineJob, ExportJob]
        export = studio.engine.submitted[-1]
        assert isinstance(export, ExportJob)
        takes = [part.take for part in studio.app.takes.passes]
        assert [Path(s.path).parent.name for s in export.segments] == takes
        assert (tmp_path / "film.mp4").is_file()

    studio.play(story)


def test_kept_clip_is_offered_no_more_and_locked_when_finished(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((100, (0,)))
        forming = await _forming(studio)
        bar = studio.app.window.top_bar.early.on_timeline
        _press(bar.keep)
        await studio.settle()
        assert not bar.keep.isVisible()
        assert not bar.reroll.isVisible()
        assert bar.stop.isVisible()
        assert bar.accessibleName().startswith("Shot 1: Kept")
        assert studio.app.editor.undo_name == "Keep take"
        await _done(studio)
        studio.app.workspace.shots.set_seed(12345)
        assert studio.app.takes.passes[0].take == forming.take, "The finished take is locked."
        studio.app.editor.undo()
        studio.app.editor.undo()
        studio.app.workspace.shots.set_seed(12345)
        assert studio.app.takes.passes[0].take != forming.take

    studio.play(story)


def test_stop_ends_this_pass_only_and_keeps_what_is_computed(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((300, (0,)), (100, (0,)))
        forming = await _forming(studio, 0.4)
        _press(studio.app.window.top_bar.early.on_viewer.stop)
        await studio.until(lambda: len(studio.engine.submitted) == 2)
        first, second = studio.app.jobs.entries
        assert isinstance(first.status, Stopped)
        assert isinstance(second.status, Running)
        assert studio.app.jobs.preview(forming.take) is not None
        await _done(studio)
        assert studio.engine.steps_done[first.job.job_id] >= 1

    studio.play(story)


def test_keys_decide_about_what_forms_at_the_playhead(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((300, (0,)), (100, (0,)))
        await _forming(studio)
        window = studio.app.window
        QTest.keyClick(window, Qt.Key.Key_R)
        await studio.until(lambda: len(studio.engine.submitted) == 2)
        await studio.until(
            lambda: studio.app.deciding.forming and studio.app.deciding.forming.can_choose
        )
        studio.app.editor.seek(350)
        QTest.keyClick(window, Qt.Key.Key_R)
        assert studio.app.editor.undo_name == "Re-roll shot 2"
        assert len(studio.engine.submitted) == 2, "The pass that forms is another one."
        studio.app.editor.seek(10)
        QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ShiftModifier)
        assert studio.app.editor.undo_name == "Keep take"
        forming = studio.app.deciding.forming
        assert forming is not None
        assert forming.is_kept
        QTest.keyClick(window, Qt.Key.Key_Period, Qt.KeyboardModifier.AltModifier)
        await studio.until(lambda: len(studio.engine.submitted) == 3)
        await _done(studio)

    studio.play(story)


def test_time_left_counts_what_comes_after_this_stage(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((300, (0,)), (100, (0,)))
        await _forming(studio)
        forecast, jobs = studio.app.forecast, studio.app.jobs
        running, waiting = jobs.entries
        left, later = forecast.left(running), forecast.left(waiting)
        assert left is not None
        assert later is not None
        whole = forecast.queue_left
        assert whole is not None
        assert abs(whole.value - left.value - later.value) < 1e-6
        studio.app.window.commands["show_jobs"].trigger()
        running_row, waiting_row = studio.app.window.jobs_panel.rows
        assert running_row.accessibleName().endswith("left")
        assert "Waiting · " in waiting_row.accessibleName()
        assert studio.app.window.strip.text.endswith("1 waiting")
        await _done(studio)
        assert forecast.queue_left is None
        assert "left" not in studio.app.window.strip.text

    studio.play(story)
