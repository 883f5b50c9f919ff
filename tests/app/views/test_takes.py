"""Takes, joins and the queue as a person uses them: clicks, keys and drags."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.state.job_entries import Failed, Finished, Running, Stopped, Waiting
from app.state.monitor import MoviePicture
from app.state.viewing import TakeSide
from app.timeline.take_files import DISCARDED_FOLDER, read_notes
from app.timeline.takes import film_passes
from app.views.desktop import ending_text
from engine.protocol.jobs import RefineJob
from tests.app.conftest import Studio

LEFT = Qt.MouseButton.LeftButton


async def _generate(studio: Studio) -> None:
    studio.app.settings.update(plays_previews=False)  # the playhead stays where it is put
    if not studio.app.window.bench.isVisible():  # a small screen leaves it closed
        studio.app.window.commands["show_takes"].trigger()
    studio.app.jobs.generate()
    await studio.until(lambda: not studio.app.jobs.is_active, 20)
    names = {part.take for part in studio.app.takes.passes}
    await studio.until(lambda: all(studio.app.library.record(name) for name in names))
    await studio.settle()


def _names(studio: Studio) -> list[str]:
    return [part.take for part in studio.app.takes.passes]


def _trigger(studio: Studio, name: str) -> None:
    action = studio.app.window.commands[name]
    assert action.isEnabled(), f"{name} is greyed out"
    action.trigger()


def test_rerolling_one_pass_keeps_the_others(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((300, (0,)), (100, (0,)))
        await _generate(studio)
        first, second = _names(studio)
        editor = studio.app.editor
        editor.seek(320)
        QTest.keyClick(studio.app.window, Qt.Key.Key_R)
        assert _names(studio)[0] == first
        assert _names(studio)[1] != second
        assert editor.undo_name == "Re-roll shot 2"
        await _generate(studio)
        assert len(studio.engine.submitted) == 3
        panel = studio.app.window.takes_panel
        assert len(panel.cards) == 2
        old = next(card for card in panel.cards if card.name == second)
        QTest.mouseDClick(old, LEFT, pos=QPoint(40, 30))
        assert _names(studio) == [first, second]
        assert editor.project.shots[1].seed is None
        picture = studio.app.workspace.monitor.picture(320)
        assert isinstance(picture, MoviePicture)
        assert second in picture.key.path

    studio.play(story)


def test_another_take_is_laid_over_the_picture(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((100, (0,)))
        await _generate(studio)
        first = _names(studio)[0]
        _trigger(studio, "reroll_pass")
        await _generate(studio)
        panel = studio.app.window.takes_panel
        old = next(card for card in panel.cards if card.name == first)
        QTest.mouseClick(old, LEFT, pos=QPoint(40, 30))
        QTest.keyClick(studio.app.window, Qt.Key.Key_W, Qt.KeyboardModifier.AltModifier)
        viewing = studio.app.workspace.viewing
        assert viewing.comparison == "wipe"
        assert isinstance(viewing.other, TakeSide)
        assert first in str(viewing.other.movie)
        assert viewing.other.num_frames == 100

    studio.play(story)


def test_stars_stand_on_disk_beside_the_take(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)))
        await _generate(studio)
        (card,) = studio.app.window.takes_panel.cards
        QTest.mouseClick(card.stars, LEFT, pos=QPoint(3 * 15 + 8, 8))
        folder = studio.app.editor.folder / "takes" / card.name
        await studio.until(lambda: studio.app.choices.rows[0].record.notes.rating == 4)
        assert read_notes(folder).rating == 4
        assert card.stars.accessibleName() == "Rating: 4 of 5 stars"
        QTest.keyClick(card.stars, Qt.Key.Key_Right)
        await studio.until(lambda: studio.app.choices.rows[0].record.notes.rating == 5)
        assert not studio.app.editor.undo_name or "ate" not in studio.app.editor.undo_name

    studio.play(story)


def test_a_deleted_take_comes_back_with_undo_until_the_film_is_closed(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)))
        await _generate(studio)
        (name,) = _names(studio)
        folder = studio.app.editor.folder
        _trigger(studio, "delete_take")
        assert not (folder / "takes" / name).exists()
        assert (folder / DISCARDED_FOLDER / name / "draft.mkv").is_file()
        await studio.until(lambda: not studio.app.choices.rows)
        assert studio.app.editor.undo_name == "Delete take"
        studio.app.editor.undo()
        await studio.until(lambda: studio.app.choices.rows)
        assert (folder / "takes" / name / "draft.mkv").is_file()
        studio.app.editor.redo()
        studio.app.document.save()
        studio.app.discarding.settle()
        assert not (folder / DISCARDED_FOLDER / name).exists()
        studio.app.editor.undo()
        assert studio.app.takes.take(studio.app.takes.passes[0]).draft is None

    studio.play(story)


def test_a_deletion_that_was_not_saved_deletes_nothing(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)))
        await _generate(studio)
        studio.app.document.save()
        (name,) = _names(studio)
        folder = studio.app.editor.folder
        _trigger(studio, "delete_take")
        studio.app.discarding.settle()
        assert (folder / "takes" / name / "draft.mkv").is_file()

    studio.play(story)


def test_a_kept_take_outlives_other_settings(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)))
        await _generate(studio)
        names = _names(studio)
        _trigger(studio, "keep_take")
        shots = studio.app.workspace.shots
        shots.set_film_caption("Night.")
        shots.reroll_seed()
        assert _names(studio) == names
        studio.app.jobs.generate()
        assert len(studio.engine.submitted) == 1
        studio.app.choices.reroll()
        assert "is kept" in studio.app.window.banner.text
        shots.set_caption(studio.app.editor.project.shots[0].id, "Rain.")
        assert _names(studio) != names
        studio.app.editor.undo()
        _trigger(studio, "keep_take")
        assert _names(studio) != names

    studio.play(story)


def test_a_kept_take_that_is_gone_is_not_waited_for(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)))
        await _generate(studio)
        _trigger(studio, "keep_take")
        studio.app.workspace.shots.reroll_seed()
        (part,) = film_passes(studio.app.editor.project, studio.app.editor.folder)
        (part.folder(studio.app.editor.folder) / "take.json").unlink()
        studio.app.takes._seen.clear()
        studio.app.takes.look_again()
        assert _names(studio) == [part.own_take]

    studio.play(story)


def test_settings_come_back_from_a_take(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0, 20)))
        await _generate(studio)
        (name,) = _names(studio)
        shots, editor = studio.app.workspace.shots, studio.app.editor
        shots.set_caption(editor.project.shots[0].id, "Rain.")
        shots.reroll_seed()
        (row,) = studio.app.choices.rows
        assert not row.fits
        studio.app.choices.use(name)
        assert "restore its settings" in studio.app.window.banner.text
        studio.app.choices.select(name)
        _trigger(studio, "restore_take")
        assert _names(studio) == [name]
        assert editor.undo_name == "Restore settings of take"

    studio.play(story)


def test_only_approved_takes_become_masters(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((300, (0,)), (100, (0,)))
        await _generate(studio)
        assert not studio.app.window.commands["render_approved"].isEnabled()
        studio.app.editor.seek(320)
        _trigger(studio, "approve_take")
        await studio.until(lambda: studio.app.choices.can_render_approved)
        _trigger(studio, "render_approved")
        await studio.until(lambda: not studio.app.jobs.is_active, 20)
        refined = [job for job in studio.engine.submitted if isinstance(job, RefineJob)]
        assert [Path(job.folder).name for job in refined] == [_names(studio)[1]]
        await studio.until(lambda: not studio.app.choices.can_render_approved)

    studio.play(story)


def test_a_click_on_a_board_or_a_join_goes_there(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0, 30)), (40, (0,)))
        await _generate(studio)
        window = studio.app.window
        bars = window.takes_panel.report.bars
        assert [bar.film_frame for bar in bars] == [0, 29, 46]
        assert "asked on frame 30, used on 29: 36.0 dB, alike" in bars[1].accessibleName()
        QTest.mouseClick(bars[1], LEFT)
        assert studio.app.editor.playhead == 29
        _trigger(studio, "show_joins")
        await studio.until(lambda: "luma" in window.joins_panel.buttons[0].steps_text)
        QTest.mouseClick(window.joins_panel.buttons[0], LEFT)
        assert studio.app.editor.playhead == 48

    studio.play(story)


def test_pause_goes_on_from_the_step_it_stood_on(studio: Studio) -> None:
    studio.engine.step_s = 0.03

    async def story() -> None:
        await studio.fill((300, (0,)), (100, (0,)))
        jobs = studio.app.jobs
        jobs.generate()
        await studio.until(lambda: studio.engine.steps_done)
        _trigger(studio, "pause_jobs")
        await studio.until(lambda: jobs.running is None)
        assert [type(e.status) for e in jobs.entries] == [Waiting, Waiting]
        assert jobs.is_paused
        submitted = len(studio.engine.submitted)
        await studio.settle(0.2)
        assert len(studio.engine.submitted) == submitted
        _trigger(studio, "pause_jobs")
        await studio.until(lambda: not jobs.is_active)
        assert [type(e.status) for e in jobs.entries] == [Finished, Finished]
        assert studio.engine.submitted[0] == studio.engine.submitted[1]

    studio.play(story)


def test_resume_before_the_engine_has_let_go(studio: Studio) -> None:
    studio.engine.step_s = 0.05

    async def story() -> None:
        await studio.fill((48, (0,)))
        jobs = studio.app.jobs
        jobs.generate()
        await studio.until(lambda: jobs.running)
        jobs.pause()
        jobs.resume()
        await studio.until(lambda: not jobs.is_active)
        assert [type(e.status) for e in jobs.entries] == [Finished]

    studio.play(story)


def test_waiting_jobs_are_dragged_and_moved_by_buttons(studio: Studio) -> None:
    studio.engine.hold()

    async def story() -> None:
        await studio.fill((300, (0,)), (310, (0,)), (320, (0,)))
        jobs, window = studio.app.jobs, studio.app.window
        window.commands["show_jobs"].trigger()
        jobs.generate()
        await studio.until(lambda: jobs.running)
        await studio.settle(0.1)
        running, second, third = window.jobs_panel.rows
        names = [e.title for e in jobs.entries]
        QTest.mouseClick(third.up, LEFT)
        assert [e.title for e in jobs.entries] == [names[0], names[2], names[1]]
        start = QPoint(60, 8)
        QTest.mousePress(second, LEFT, pos=start)
        QTest.mouseMove(second, start + QPoint(0, second.height() + 4))
        QTest.mouseRelease(second, LEFT, pos=start)
        assert [e.title for e in jobs.entries] == names
        QTest.mouseClick(third.stop, LEFT)
        QTest.mouseClick(running.stop, LEFT)
        await studio.until(lambda: isinstance(jobs.entries[1].status, Running))
        assert [type(e.status) for e in jobs.entries] == [Stopped, Running, Stopped]
        jobs.stop()
        await studio.until(lambda: not jobs.is_active)

    studio.play(story)


def test_a_failed_job_is_tried_again_and_the_title_bar_counts(studio: Studio) -> None:
    studio.engine.hold()

    async def story() -> None:
        await studio.fill((48, (0,)))
        jobs, window = studio.app.jobs, studio.app.window
        window.commands["show_jobs"].trigger()
        jobs.generate()
        await studio.until(lambda: jobs.running)
        assert "% · " in window.windowTitle()
        studio.engine.fail(jobs.entries[0].job.job_id, "internal", "It went wrong.")
        await studio.until(lambda: not jobs.is_active)
        assert isinstance(jobs.entries[0].status, Failed)
        assert "could not be made" in ending_text(list(jobs.entries))
        studio.engine.release()
        QTest.mouseClick(window.jobs_panel.rows[0].retry, LEFT)
        await studio.until(lambda: isinstance(jobs.entries[0].status, Finished))
        assert "%" not in window.windowTitle()
        assert "the take is ready" in ending_text(list(jobs.entries))

    studio.play(story)


def test_a_tab_closes_the_bench_and_it_is_remembered(studio: Studio) -> None:
    async def story() -> None:
        window = studio.app.window
        _trigger(studio, "show_joins")
        assert window.joins_panel.isVisible()
        assert not window.commands["show_takes"].isChecked()
        QTest.keyClick(window, Qt.Key.Key_F8)
        assert not window.bench.isVisible()
        kept = json.loads(studio.places.settings.read_text())
        assert (kept["shows_jobs"], kept["bench_tab"]) == (False, "joins")
        QTest.keyClick(window, Qt.Key.Key_F7)
        assert window.takes_panel.isVisible()

    studio.play(story)
