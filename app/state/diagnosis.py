"""What this installation is, for a report that the user hands on: the doctor's words and a crash.

The doctor is a process of its own, so that looking never holds the window up.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

MAX_REPORT_BYTES = 64 * 1024


def doctor_command() -> tuple[str, ...]:
    """Return how the doctor is called: with this Python, from this program."""
    return (sys.executable, str(Path(__file__).parents[2] / "main.py"), "doctor")


class DiagnosisState(QObject):
    """The report.

    Args:
        crash_report: where the last crash was described; it need not exist.
        command: how the doctor is called.

    Signals:
        changed: there is a report, or looking has begun.
    """

    changed = Signal()

    def __init__(
        self,
        crash_report: Path,
        command: Sequence[str] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._crash_report = crash_report
        self._command = tuple(command or doctor_command())
        self._process: QProcess | None = None
        self._text = ""

    @property
    def is_looking(self) -> bool:
        """Whether the doctor is at work."""
        return self._process is not None

    @property
    def text(self) -> str:
        """The report; empty before there is one."""
        crash = self._crash()
        if not self._text or not crash:
            return self._text
        return f"{self._text}\n\n--- crash ---\n{crash}"

    def look(self) -> None:
        """Ask the doctor."""
        if self._process is not None:
            return
        process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("SMARTDIRECTOR_NO_SETUP", "1")
        process.setProcessEnvironment(environment)
        process.finished.connect(self._arrived)
        process.errorOccurred.connect(self._failed)
        self._process = process
        process.start(self._command[0], list(self._command[1:]))
        self.changed.emit()

    def close(self) -> None:
        """End the doctor, if it is at work."""
        process, self._process = self._process, None
        if process is not None:
            process.finished.disconnect(self._arrived)
            process.errorOccurred.disconnect(self._failed)
            process.kill()
            process.waitForFinished(2000)

    def _arrived(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        said = bytes(process.readAllStandardOutput().data()).decode(errors="replace").strip()
        self._text = said or "This installation could not be looked at; run main.py doctor."
        process.deleteLater()
        self.changed.emit()

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._arrived()

    def _crash(self) -> str:
        try:
            with self._crash_report.open("rb") as stream:
                return stream.read(MAX_REPORT_BYTES).decode("utf-8", errors="replace").strip()
        except OSError:
            return ""
