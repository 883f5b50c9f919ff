"""Says when a job was done with less memory at a time than was asked for."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.state.job_entries import JobEntry
from app.state.jobs import JobsState
from app.state.notices import NoticesState
from engine.protocol.messages import SPARED, JobFinished


class ShortageState(QObject):
    """Follows the queue; one sentence in a session is enough for each degree of thrift."""

    def __init__(
        self, jobs: JobsState, notices: NoticesState, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._notices = notices
        self._told = 0
        jobs.finished.connect(self._look)

    def _look(self, _entry: JobEntry, ending: JobFinished) -> None:
        thrift = ending.report.get(SPARED)
        if not isinstance(thrift, int) or thrift <= self._told:
            return
        self._told = thrift
        self._notices.info(
            "Memory ran out, so this was made with less at a time, which takes longer; close other "
            "programs or choose a smaller size."
        )
