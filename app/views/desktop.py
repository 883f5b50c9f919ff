"""A message on the desktop when a long batch ends behind other windows.

It goes through the tray, or where a Linux desktop has none, through its portal; the window's
button in the task bar asks for attention in any case.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from app.state.job_entries import Failed, Finished, JobEntry
from app.state.jobs import JobsState
from app.state.language import counted, said, told
from app.views.icons import app_icon
from app.views.session_bus import notify

LONG_S = 30.0
"""A batch that takes less needs no message."""


class DesktopMessages(QObject):
    """Tells when the queue has ended while none of our windows is in front.

    Args:
        show: shows a sentence on the desktop; None finds out how.
        long_s: a batch that takes less is not worth a message, in seconds.
    """

    def __init__(
        self,
        jobs: JobsState,
        window: QWidget,
        show: Callable[[str], object] | None = None,
        long_s: float = LONG_S,
    ) -> None:
        super().__init__(window)
        self._show_text = show or self._show
        self._long_s = long_s
        self._jobs = jobs
        self._window = window
        self._began: float | None = None
        self._before: frozenset[str] = frozenset()
        self._tray: QSystemTrayIcon | None = None
        jobs.changed.connect(self._follow)

    def _follow(self) -> None:
        if self._jobs.is_active:
            if self._began is None:
                self._began = time.monotonic()
                self._before = frozenset(
                    entry.job.job_id for entry in self._jobs.entries if not entry.is_open
                )
            return
        began, self._began = self._began, None
        if began is None or time.monotonic() - began < self._long_s or QApplication.activeWindow():
            return
        fresh = [e for e in self._jobs.entries if e.job.job_id not in self._before]
        text = ending_text(fresh)
        if text:
            QApplication.alert(self._window)
            self._show_text(text)

    def _show(self, text: str) -> None:
        if not QSystemTrayIcon.isSystemTrayAvailable():
            notify(QApplication.applicationName(), text)
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(app_icon(), self)
            self._tray.messageClicked.connect(self._come)
        self._tray.show()
        self._tray.showMessage("SmartDirector", text, app_icon())

    def _come(self) -> None:
        self._window.raise_()
        self._window.activateWindow()


def ending_text(entries: list[JobEntry]) -> str:
    """Say in one sentence how a batch ended; empty when the user ended it."""
    failed = [entry for entry in entries if isinstance(entry.status, Failed)]
    if failed:
        return said(
            "Jobs", "{title} could not be made; the window says why.", title=told(failed[0].title)
        )
    done = [entry for entry in entries if isinstance(entry.status, Finished)]
    if not done:
        return ""
    movie = next((entry for entry in done if entry.kind == "export"), None)
    if movie is not None:
        return said("Jobs", "{title} is written.", title=told(movie.title))
    return (
        counted("Jobs", "%n takes are ready.", "1 take is ready.", n=len(done))
        if len(done) > 1
        else said("Jobs", "{title}: the take is ready.", title=told(done[0].title))
    )
