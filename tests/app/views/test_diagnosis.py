"""Help > Diagnostics: the doctor's words and the last crash, ready to be copied."""

from __future__ import annotations

import sys

from PySide6.QtGui import QGuiApplication

from app.application.crash_reports import REPORT
from app.state.diagnosis import DiagnosisState
from tests.app.conftest import Studio


def doctored(studio: Studio, code: str) -> DiagnosisState:
    diagnosis = studio.app.diagnosis
    diagnosis._command = (sys.executable, "-c", code)
    return diagnosis


def test_the_window_shows_and_copies_the_report(studio: Studio) -> None:
    (studio.root / "logs").mkdir()
    (studio.root / "logs" / REPORT).write_text("builtins.KeyError\n")

    async def story() -> None:
        diagnosis = doctored(studio, "print('Nothing is wrong.')")
        studio.app.window.commands["diagnosis"].trigger()
        window = studio.app.window.manners.diagnosis
        assert window.isVisible()
        assert window.text.toPlainText() == "Looking at this installation…"
        assert not window.copy.isEnabled()
        await studio.until(lambda: not diagnosis.is_looking)
        shown = window.text.toPlainText()
        assert shown.startswith("Nothing is wrong.")
        assert shown.endswith("builtins.KeyError")
        window.copy.click()
        assert QGuiApplication.clipboard().text() == shown
        window.close()

    studio.play(story)


def test_a_doctor_that_says_nothing_or_cannot_be_called_is_one_sentence(studio: Studio) -> None:
    async def story() -> None:
        diagnosis = doctored(studio, "raise SystemExit(3)")
        diagnosis.look()
        await studio.until(lambda: not diagnosis.is_looking)
        assert "could not be looked at" in diagnosis.text
        diagnosis._command = ("/no/such/program",)
        diagnosis.look()
        await studio.until(lambda: not diagnosis.is_looking)
        assert "could not be looked at" in diagnosis.text

    studio.play(story)


def test_closing_the_window_ends_a_doctor_at_work(studio: Studio) -> None:
    async def story() -> None:
        diagnosis = doctored(studio, "import time; time.sleep(60)")
        diagnosis.look()
        await studio.settle()
        assert diagnosis.is_looking

    studio.play(story)
    assert not studio.app.diagnosis.is_looking
