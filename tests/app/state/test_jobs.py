"""The queue against a fake engine: done, failed, stopped, lost and gone on with."""

from __future__ import annotations

import json
from pathlib import Path

from app.state.job_entries import Failed, Finished, Interrupted, Running, Stopped
from app.state.monitor import BoardPicture, FormingPicture, MoviePicture, NoPicture
from app.timeline.exporting import ExportChoices
from engine.protocol.export import ExportJob
from engine.protocol.jobs import DraftJob, RefineJob
from tests.app.conftest import Studio


def test_generate_makes_a_draft_and_the_viewer_follows(studio: Studio) -> None:
    studio.engine.step_s = 0.02

    async def story() -> None:
        await studio.fill((20, (0,)), (20, (0,)))
        jobs, monitor = studio.app.jobs, studio.app.workspace.monitor
        assert isinstance(monitor.picture(5), BoardPicture)
        studio.app.window.commands["generate"].trigger()
        await studio.until(lambda: isinstance(monitor.picture(5), FormingPicture))
        assert jobs.is_active
        await studio.until(lambda: not jobs.is_active)
        picture = monitor.picture(5)
        assert isinstance(picture, MoviePicture)
        assert picture.kind == "draft"
        (entry,) = jobs.entries
        assert isinstance(entry.status, Finished)
        assert entry.title == "Shots 1–2"
        jobs.generate()
        assert len(studio.engine.submitted) == 1
        assert "has its draft" in studio.app.window.banner.text

    studio.play(story)


def test_forming_clip_plays_by_itself_until_paused(studio: Studio) -> None:
    studio.engine.step_s = 0.05

    async def story() -> None:
        await studio.fill((24, (0,)))
        playback = studio.app.playback
        studio.app.jobs.generate()
        await studio.until(lambda: playback.is_playing)
        assert playback.loop == (0, 24)
        playback.pause()
        await studio.until(lambda: not studio.app.jobs.is_active)
        assert not playback.is_playing

    studio.play(story)


def test_render_makes_drafts_masters_and_the_movie(studio: Studio, tmp_path: Path) -> None:
    async def story() -> None:
        await studio.fill((300, (0,)), (100, (0,)))
        output = tmp_path / "film.mp4"
        output.write_bytes(b"old")
        studio.app.jobs.render(ExportChoices(), output, replaces=True)
        await studio.until(lambda: not studio.app.jobs.is_active, 20)
        kinds = [type(job) for job in studio.engine.submitted]
        assert kinds == [DraftJob, RefineJob, DraftJob, RefineJob, ExportJob]
        assert output.stat().st_size > 1000
        assert studio.app.window.banner.text == f"The film was written to {output}."
        picture = studio.app.workspace.monitor.picture(350)
        assert isinstance(picture, MoviePicture)
        assert (picture.kind, picture.key.frame) == ("master", 50)
        export = studio.engine.submitted[-1]
        assert isinstance(export, ExportJob)
        assert [segment.stop for segment in export.segments] == [300, 100]

    studio.play(story)


def test_each_shot_is_a_file_and_one_that_fails_loses_no_other(
    studio: Studio, tmp_path: Path
) -> None:
    async def story() -> None:
        await studio.fill((20, (0,)), (20, (0,)), (20, (0,)))
        jobs, engine = studio.app.jobs, studio.engine
        blocked = tmp_path / "film_02.mp4"
        blocked.write_bytes(b"mine")
        assert jobs.render(ExportChoices(range="shots"), tmp_path / "film.mp4", replaces=False)
        await studio.until(lambda: not jobs.is_active, 20)
        endings = {entry.title: type(entry.status) for entry in jobs.entries[-3:]}
        assert endings == {"film_01.mp4": Finished, "film_02.mp4": Failed, "film_03.mp4": Finished}
        assert blocked.read_bytes() == b"mine"
        notice = studio.app.notices.current
        assert notice is not None
        assert notice.text == "2 of 3 files were written; Jobs can retry the others."
        blocked.unlink()
        jobs.retry(jobs.entries[-2].job.job_id)
        await studio.until(lambda: not jobs.is_active, 20)
        assert studio.app.window.banner.text == f"3 files were written to {tmp_path}."
        assert [type(job) for job in engine.submitted].count(RefineJob) == 1

    studio.play(story)


def test_only_what_is_marked_is_made_and_written(studio: Studio, tmp_path: Path) -> None:
    async def story() -> None:
        await studio.fill((300, (0,)), (100, (0,)))
        output, editor = tmp_path / "part.mp4", studio.app.editor
        jobs = studio.app.jobs
        assert not jobs.render(ExportChoices(range="in_out"), output, replaces=False)
        assert studio.app.window.banner.text.startswith("Nothing is marked")
        editor.do("Mark", lambda film: film.model_copy(update={"in_point": 320}))
        assert jobs.render(ExportChoices(range="in_out"), output, replaces=False)
        await studio.until(lambda: not jobs.is_active, 20)
        assert [entry.title for entry in jobs.entries] == ["Shot 2", "Shot 2", "part.mp4"]
        export = studio.engine.submitted[-1]
        assert isinstance(export, ExportJob)
        (segment,) = export.segments
        assert (segment.start, segment.stop) == (20, 100)

    studio.play(story)


def test_a_movie_names_the_models_of_takes_made_for_it(studio: Studio, tmp_path: Path) -> None:
    studio.engine.model_facts = {"name": "/models/gen", "sha256": "abc"}

    async def story() -> None:
        await studio.fill((20, (0,)))
        studio.app.jobs.render(ExportChoices(), tmp_path / "film.mp4", replaces=False)
        await studio.until(lambda: not studio.app.jobs.is_active, 20)
        export = studio.engine.submitted[-1]
        assert isinstance(export, ExportJob) and export.mark is not None
        (take,) = json.loads(export.mark.project or "")["takes"]
        assert take["take"] == studio.app.takes.passes[0].take
        for part in ("draft", "master"):
            assert take[part]["model"] == {"name": "gen", "sha256": "abc"}

    studio.play(story)


def test_stop_ends_what_runs_and_what_waits(studio: Studio) -> None:
    studio.engine.hold()

    async def story() -> None:
        await studio.fill((300, (0,)), (310, (0,)))
        jobs = studio.app.jobs
        jobs.generate()
        await studio.until(lambda: jobs.running)
        studio.app.window.commands["stop"].trigger()
        await studio.until(lambda: not jobs.is_active)
        assert [type(entry.status) for entry in jobs.entries] == [Stopped, Stopped]
        studio.engine.release()
        jobs.generate()
        await studio.until(lambda: not jobs.is_active)
        assert [type(entry.status) for entry in jobs.entries] == [Finished, Finished]

    studio.play(story)


def test_failure_is_one_sentence_and_ends_its_batch(studio: Studio, tmp_path: Path) -> None:
    studio.engine.hold()

    async def story() -> None:
        await studio.fill((48, (0,)))
        jobs = studio.app.jobs
        jobs.render(ExportChoices(), tmp_path / "film.mp4", replaces=True)
        await studio.until(lambda: jobs.running)
        assert jobs.running is not None
        sentence = "The card has too little memory; choose a smaller size."
        studio.engine.fail(jobs.running.job.job_id, "out_of_memory", sentence)
        await studio.until(lambda: not jobs.is_active)
        assert [type(entry.status) for entry in jobs.entries] == [Failed, Stopped, Stopped]
        assert studio.app.window.banner.text == sentence
        assert studio.app.window.isVisible()

    studio.play(story)


def test_lost_engine_loses_nothing_and_goes_on(studio: Studio) -> None:
    studio.engine.step_s = 0.02

    async def story() -> None:
        await studio.fill((48, (0,)))
        jobs, window = studio.app.jobs, studio.app.window
        jobs.generate()
        await studio.until(lambda: studio.engine.steps_done)
        studio.engine.die()
        await studio.until(lambda: jobs.can_go_on)
        assert [type(entry.status) for entry in jobs.entries] == [Interrupted]
        assert window.isVisible()
        assert window.banner.text == "The engine stopped unexpectedly; nothing is lost."
        (button,) = window.banner.buttons()
        assert button.text() == "Go on"
        button.click()
        await studio.until(lambda: not jobs.is_active)
        assert [type(entry.status) for entry in jobs.entries] == [Finished]
        assert window.banner.text == ""
        first, second = studio.engine.submitted
        assert first == second

    studio.play(story)


def test_engine_that_cannot_start_is_one_sentence(studio: Studio) -> None:
    studio.engine.start_error = "The engine could not be started; see the log."

    async def story() -> None:
        await studio.until(lambda: studio.app.notices.current)
        assert studio.app.window.banner.text == studio.engine.start_error
        await studio.fill((48, (0,)))
        studio.app.jobs.generate()
        await studio.until(lambda: not studio.app.jobs.is_active)
        assert isinstance(studio.app.jobs.entries[0].status, Failed)

    studio.play(story)


def test_a_long_shot_is_made_in_parts_that_add_up(studio: Studio, tmp_path: Path) -> None:
    async def story() -> None:
        await studio.fill((400, (0, 190)), (10, ()))
        studio.app.jobs.render(ExportChoices(), tmp_path / "film.mp4", replaces=True)
        await studio.until(lambda: not studio.app.jobs.is_active, 20)
        titles = [entry.title for entry in studio.app.jobs.entries]
        assert titles[::2] == ["Shot 1", "Shots 1–2", "film.mp4"]
        export = studio.engine.submitted[-1]
        assert isinstance(export, ExportJob)
        assert [segment.stop for segment in export.segments] == [190, 220]
        monitor = studio.app.workspace.monitor
        first, second = monitor.picture(189), monitor.picture(190)
        assert isinstance(first, MoviePicture)
        assert isinstance(second, MoviePicture)
        assert (first.key.frame, second.key.frame) == (189, 0)
        assert first.key.path != second.key.path

    studio.play(story)


def test_takes_are_found_again_when_their_report_says_so(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)))
        takes = studio.app.takes
        studio.app.jobs.generate()
        await studio.until(lambda: not studio.app.jobs.is_active)
        (part,) = takes.passes
        folder = part.folder(studio.app.editor.folder)
        takes._seen.clear()
        takes._takes.clear()
        (folder / "take.json").unlink(missing_ok=True)
        assert takes.take(part).draft is None
        takes._takes.clear()
        (folder / "take.json").write_text('{"draft": {"ok": 1}}')
        assert takes.take(part).draft == folder / "draft.mkv"

    studio.play(story)


def test_another_seed_is_another_take_and_undo_brings_the_first_back(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)))
        studio.app.jobs.generate()
        await studio.until(lambda: not studio.app.jobs.is_active)
        monitor = studio.app.workspace.monitor
        studio.app.workspace.shots.reroll_seed()
        assert isinstance(monitor.picture(3), BoardPicture)
        monitor.set_source("draft")
        assert isinstance(monitor.picture(3), NoPicture)
        studio.app.editor.undo()
        assert isinstance(monitor.picture(3), MoviePicture)

    studio.play(story)


def test_running_entry_says_stage_step_and_time_left(studio: Studio) -> None:
    from app.views.job_row import status_text

    studio.engine.step_s = 0.03

    async def story() -> None:
        await studio.fill((48, (0,)))
        seen: set[str] = set()
        fractions: list[float] = []

        def note() -> None:
            running = studio.app.jobs.running
            if running is not None and isinstance(running.status, Running):
                seen.add(status_text(running))
                fractions.append(running.fraction)

        studio.app.jobs.changed.connect(note)
        studio.app.jobs.generate()
        await studio.until(lambda: not studio.app.jobs.is_active)
        assert any(text.startswith("Denoising · 2 of 4 · ") and "left" in text for text in seen)
        assert fractions == sorted(fractions)

    studio.play(story)


def test_a_pause_gives_the_memory_back(studio: Studio) -> None:
    studio.engine.step_s = 0.02

    async def story() -> None:
        await studio.fill((48, (0,)))
        jobs = studio.app.jobs
        jobs.generate()
        await studio.until(lambda: studio.engine.steps_done)
        assert studio.engine.num_rests == 0
        jobs.pause()
        await studio.until(lambda: studio.engine.num_rests == 1)
        assert jobs.running is None
        jobs.resume()
        await studio.until(lambda: not jobs.is_active)
        assert [type(entry.status) for entry in jobs.entries] == [Finished]

    studio.play(story)
