"""How the film is computed, from the inspector: left to the model, set, refused, reset."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.timeline.exporting import ExportChoices
from app.timeline.generation import Drafting, Refining
from app.timeline.hardware import Hardware
from engine.protocol.jobs import DraftJob, RefineJob
from tests.app.conftest import Studio


def _type(line, text: str) -> None:
    line.setFocus()
    line.selectAll()
    QTest.keyClick(line, Qt.Key.Key_Backspace)
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Qt.Key.Key_Return)


def _saved(settings: Path) -> dict[str, Any]:
    return json.loads(settings.read_text())


async def _open(studio: Studio):
    await studio.fill((48, (0, 20)))
    section = studio.app.window.inspector.drafting
    assert not section.body.isVisible()
    QTest.mouseClick(section.heading, Qt.MouseButton.LeftButton)
    await studio.until(lambda: "(" in section.numbers["num_steps"].line.placeholderText())
    return section


def test_empty_fields_say_what_the_model_does(studio: Studio) -> None:
    async def story() -> None:
        section = await _open(studio)
        assert section.numbers["num_steps"].line.placeholderText() == "Model's own (4)"
        assert section.numbers["guidance_interval"].line.placeholderText() == "Model's own (0 to 1)"
        assert section.solver.choice.currentText() == "Model's own (Euler)"
        studio.app.workspace.shots.set_model("missing")
        await studio.until(section.problem.text)
        assert "not installed" in section.problem.text()
        assert section.numbers["num_steps"].line.placeholderText() == "Model's own"

    studio.play(story)


def test_settings_reach_the_job_and_are_steps_to_undo(studio: Studio) -> None:
    async def story() -> None:
        section = await _open(studio)
        app = studio.app
        _type(section.numbers["num_steps"].line, "6")
        _type(section.numbers["guidance_scale"].line, "2,5")
        _type(section.numbers["guidance_interval"].line, "0.2 - 0.8")
        section.solver.choice.setCurrentIndex(2)
        section.solver.choice.activated.emit(2)
        section.negative.setPlainText("blur")
        section.flush()
        drafting = app.editor.project.drafting
        assert drafting == Drafting(
            num_steps=6,
            guidance_scale=2.5,
            guidance_interval=(0.2, 0.8),
            solver="unipc",
            negative_caption="blur",
        )
        assert section._aside.text() == "5 set"
        app.jobs.generate()
        await studio.until(lambda: not app.jobs.is_active)
        job = studio.engine.submitted[-1]
        assert isinstance(job, DraftJob)
        assert (job.num_steps, job.guidance_scale, job.negative_caption) == (6, 2.5, "blur")
        QTest.mouseClick(section.numbers["num_steps"].reset, Qt.MouseButton.LeftButton)
        assert app.editor.project.drafting.num_steps is None
        QTest.mouseClick(section.reset, Qt.MouseButton.LeftButton)
        assert app.editor.project.drafting == Drafting()
        assert app.editor.undo_name == "Reset generation"
        assert not section.reset.isVisible()
        app.editor.undo()
        assert section.numbers["guidance_scale"].line.text() == "2.5"

    studio.play(story)


def test_values_that_cannot_be_are_refused_in_one_sentence(studio: Studio) -> None:
    async def story() -> None:
        section = await _open(studio)
        app = studio.app
        for name, text, said in (
            ("num_steps", "many", "Steps takes 1 to 1000"),
            ("num_steps", "0", "steps cannot be used"),
            ("guidance_interval", "0.9 to 0.2", "the lower one first"),
            ("shift", "1.2.3", "Shift takes"),
        ):
            app.notices.clear()
            _type(section.numbers[name].line, text)
            assert said in app.window.banner.text, (name, text)
            assert section.numbers[name].line.text() == ""
        assert app.editor.project.drafting == Drafting()

    studio.play(story)


def test_loras_are_added_weighed_missed_and_removed(studio: Studio) -> None:
    async def story() -> None:
        section = await _open(studio)
        app = studio.app
        path = studio.root / "grain.safetensors"
        path.write_bytes(b"x")
        app.workspace.generation.add_loras([path])
        app.workspace.generation.add_loras([path])
        row = section.loras.rows[0]
        assert len(section.loras.rows) == 1
        assert not row.problem.isVisible()
        row.weight.setValue(0.7)
        row.weight.setValue(0.6)
        assert app.editor.project.drafting.loras[0].weight == 0.6
        app.editor.undo()
        assert app.editor.project.drafting.loras[0].weight == 1
        path.unlink()
        app.editor.redo()
        assert "grain.safetensors is not there" in row.problem.text()
        app.jobs.generate()
        assert "bring the file back or remove it" in app.window.banner.text
        assert not studio.engine.submitted
        QTest.mouseClick(row.remove, Qt.MouseButton.LeftButton)
        assert app.editor.project.drafting.loras == ()

    studio.play(story)


def test_a_master_is_made_anew_with_other_settings(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((24, (0,)))
        app, section = studio.app, studio.app.window.inspector.refining
        app.jobs.render(ExportChoices(), studio.root / "a.mp4", replaces=True)
        await studio.until(lambda: not app.jobs.is_active)
        made = len([j for j in studio.engine.submitted if isinstance(j, RefineJob)])
        app.jobs.render(ExportChoices(), studio.root / "b.mp4", replaces=True)
        await studio.until(lambda: not app.jobs.is_active)
        assert len([j for j in studio.engine.submitted if isinstance(j, RefineJob)]) == made == 1
        QTest.mouseClick(section.heading, Qt.MouseButton.LeftButton)
        _type(section.noise.line, "0.3")
        assert app.editor.project.refining == Refining(noise=0.3)
        app.jobs.render(ExportChoices(), studio.root / "c.mp4", replaces=True)
        await studio.until(lambda: not app.jobs.is_active)
        jobs = [j for j in studio.engine.submitted if isinstance(j, RefineJob)]
        assert [job.noise for job in jobs] == [None, 0.3]
        drafts = [j for j in studio.engine.submitted if isinstance(j, DraftJob)]
        assert len(drafts) == 1

    studio.play(story)


def test_the_machine_is_set_once_for_all_films(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((24, (0,)))
        app, section = studio.app, studio.app.window.inspector.hardware
        QTest.mouseClick(section.heading, Qt.MouseButton.LeftButton)
        assert section.memory.line.placeholderText() == "What is free"
        before = app.editor.project
        _type(section.memory.line, "8")
        section.fp8.setFocus()
        QTest.keyClick(section.fp8, Qt.Key.Key_Space)
        _type(section.gpus.line, "2")
        assert app.editor.project is before
        saved = _saved(studio.places.settings)["hardware"]
        assert (saved["memory_gib"], saved["fp8"], saved["num_gpus"]) == (8, True, 2)
        app.jobs.generate()
        await studio.until(lambda: not app.jobs.is_active)
        compute = studio.engine.submitted[-1].compute
        assert (compute.memory_gib, compute.fp8, compute.num_gpus) == (8, True, 2)
        _type(section.gpus.line, "99")
        assert "cannot be used" in app.window.banner.text
        assert section.gpus.line.text() == "2"
        QTest.mouseClick(section.reset, Qt.MouseButton.LeftButton)
        assert app.settings.values.hardware == Hardware()

    studio.play(story)


def test_what_was_open_stays_open(studio: Studio) -> None:
    async def story() -> None:
        await _open(studio)
        assert "drafting" not in studio.app.settings.values.folded
        assert "hardware" in studio.app.settings.values.folded

    studio.play(story)
