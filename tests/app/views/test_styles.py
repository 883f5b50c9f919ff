"""Training a style on the film's footage, by mouse and keys: what is refused, asked, and put on."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.views.styles import StylePanel
from engine.protocol.training import StyleJob
from tests.app.conftest import Studio
from tests.app.views.test_export import press, shown, type_into
from tests.app.views.test_footage import bring, clip, film, told


def opened(studio: Studio) -> StylePanel:
    studio.app.window.commands["train_style"].trigger()
    panel = studio.app.window.style_panel
    assert panel.isVisible()
    return panel


def jobs(studio: Studio) -> list[StyleJob]:
    return [job for job in studio.engine.submitted if isinstance(job, StyleJob)]


def test_a_film_without_footage_is_told_what_to_do(studio: Studio) -> None:
    async def story() -> None:
        panel = opened(studio)
        assert "Drop a movie on the timeline first" in panel.why_not.text()
        assert not panel.begin.isEnabled()

    studio.play(story)


def test_a_style_is_learnt_from_the_chosen_movies_and_put_on_the_film(studio: Studio) -> None:
    async def story() -> None:
        await bring(studio, clip(studio), clip(studio, "d.mp4", seed=5))
        panel = opened(studio)
        assert panel.movies.count() == 2
        assert "Give the style a name" in panel.why_not.text()
        panel.movies.item(1).setCheckState(Qt.CheckState.Unchecked)
        type_into(panel.name, "Night harbour")
        panel.effort.button("try").click()
        assert "that is little" in panel.facts.text()
        assert panel.begin.isEnabled()
        press(panel.begin)
        assert not panel.isVisible()
        await studio.until(lambda: film(studio).drafting.loras)
        (job,) = jobs(studio)
        assert job.movies == (film(studio).footage[0].path,)
        assert (Path(job.output).name, job.num_steps) == ("Night harbour.safetensors", 60)
        assert job.model == "starter"
        (lora,) = film(studio).drafting.loras
        assert lora.path == job.output
        assert studio.app.editor.undo_name == "Add LoRA"
        assert "Night harbour is trained and on this film" in told(studio)
        studio.app.editor.undo()
        assert film(studio).drafting.loras == ()

    studio.play(story)


def test_a_name_is_used_once(studio: Studio) -> None:
    async def story() -> None:
        await bring(studio, clip(studio))
        panel = opened(studio)
        for name, sentence in (
            ("../out", "Use letters, digits"),
            ("-", "Use letters, digits"),
            ("a\N{RIGHT-TO-LEFT OVERRIDE}b", "Use letters, digits"),
        ):
            studio.app.styles.rename(name)
            assert sentence in panel.why_not.text()
        studio.engine.hold()
        type_into(panel.name, "Noir")
        QTest.keyClick(panel, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        panel = opened(studio)
        type_into(panel.name, "Noir")
        assert "A style Noir is being trained" in panel.why_not.text()
        studio.engine.release()
        await studio.until(lambda: film(studio).drafting.loras)
        assert "A style Noir is there already" in panel.why_not.text()

    studio.play(story)


def test_a_movie_that_is_away_is_not_learnt_from(studio: Studio) -> None:
    async def story() -> None:
        await bring(studio, clip(studio), clip(studio, "d.mp4", seed=5))
        path = Path(film(studio).footage[0].path)
        await asyncio.to_thread(path.rename, path.with_suffix(".away"))
        studio.app.copies.look_again()
        await studio.until(lambda: studio.app.copies.offline)
        panel = opened(studio)
        type_into(panel.name, "Noir")
        states = [panel.movies.item(n).checkState() for n in range(2)]
        assert states == [Qt.CheckState.Unchecked, Qt.CheckState.Checked]
        press(panel.begin)
        await studio.until(lambda: jobs(studio))
        assert jobs(studio)[0].movies == (film(studio).footage[1].path,)

    studio.play(story)


def test_the_panel_fits_its_words(studio: Studio) -> None:
    async def story() -> None:
        await bring(studio, clip(studio))
        panel = opened(studio)
        assert shown(panel.why_not)
        assert panel.begin.geometry().bottom() <= panel.height()
        QTest.keyClick(panel, Qt.Key.Key_Escape)
        assert not panel.isVisible()

    studio.play(story)
