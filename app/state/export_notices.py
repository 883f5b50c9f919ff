"""Says that what was exported is there, once all files of one export are done, and offers them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from app.state.job_entries import Finished, JobEntry
from app.state.jobs import JobsState
from app.state.notices import Notice, NoticeAction, NoticesState


class ExportNotices(QObject):
    """Watches the queue for exports that end."""

    def __init__(
        self, jobs: JobsState, notices: NoticesState, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._notices = notices
        self._open: frozenset[int] = frozenset()
        jobs.changed.connect(self._look)

    def _look(self) -> None:
        exports = [entry for entry in self._jobs.entries if entry.kind == "export"]
        still_open = frozenset(entry.batch for entry in exports if entry.is_open)
        ended, self._open = self._open - still_open, still_open
        for batch in sorted(ended):
            self._tell([entry for entry in exports if entry.batch == batch])

    def _tell(self, entries: list[JobEntry]) -> None:
        done = [Path(entry.status.path) for entry in entries if isinstance(entry.status, Finished)]
        if not done:
            return  # why is told already, or the user stopped it
        path, folder, count, total = done[0], done[0].parent, len(done), len(entries)
        actions = (NoticeAction("Show in folder", lambda: open_path(folder)),)
        if total == 1:
            text = f"The film was written to {path}."
            actions = (NoticeAction("Open", lambda: open_path(path)), *actions)
        elif count == total:
            text = f"{count} files were written to {folder}."
        else:
            text = f"{count} of {total} files were written; Jobs can retry the others."
        self._notices.show(Notice("success", text, actions))


def open_path(path: Path) -> None:
    """Let the system open a file or a folder with what it opens such things with."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
