"""Progress on the program's button in the task bar, where the desktop takes it over D-Bus.

Docks and task bars of Linux desktops (Ubuntu's dock, Plasma, Plank) listen to the signal of
Unity's launcher. Qt has no call for the task bars of Windows and macOS any more; there the title
of the window tells the progress, as it does everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from app.state.jobs import JobsState
from app.views.session_bus import show_progress

_STEPS = 100


class TaskBar(QObject):
    """Shows how much of the queue is done.

    Args:
        send: tells the desktop about an application: its URI, its properties.
    """

    def __init__(
        self,
        jobs: JobsState,
        parent: QObject,
        send: Callable[[str, Mapping[str, object]], object] = show_progress,
    ) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._send = send
        self._shown: int | None = None
        jobs.changed.connect(self._follow)

    def _follow(self) -> None:
        fraction = self._jobs.fraction
        step = None if fraction is None else round(fraction * _STEPS)
        if step == self._shown:
            return
        self._shown = step
        progress = 0.0 if step is None else step / _STEPS
        properties = {"progress": progress, "progress-visible": step is not None}
        self._send(f"application://{QGuiApplication.desktopFileName()}.desktop", properties)
