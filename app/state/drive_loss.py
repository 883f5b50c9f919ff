"""When the film's drive vanishes while the program runs, and when it is back.

All that is in memory stays as it is; saves say why they cannot be made. The queue stands still,
rather than let one job after the other fail. When the folder is back, what was given up is tried
again: the recovery copy, the list of jobs, what stands of the takes.
"""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.state.disk_facts import DiskFacts
from app.state.document import DocumentState
from app.state.editor import Change, EditorState
from app.state.jobs import JobsState
from app.state.notices import NoticesState
from app.state.queue_keeping import QueueKeeping
from app.state.take_library import TakeLibrary
from app.state.takes import TakesState
from app.timeline.storage import away_words


class DriveLoss(QObject):
    """Says it once, holds the queue, and has everything go on afterwards."""

    def __init__(
        self,
        disk: DiskFacts,
        film: tuple[EditorState, DocumentState],
        jobs: JobsState,
        keeping: QueueKeeping,
        takes: tuple[TakesState, TakeLibrary],
        notices: NoticesState,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor, self._document = film
        self._jobs = jobs
        self._keeping = keeping
        self._takes, self._library = takes
        self._notices = notices
        self._has_paused = False
        disk.went.connect(self._hold)
        disk.came_back.connect(self._go_on)
        self._editor.changed.connect(self._follow)

    def _hold(self) -> None:
        if self._jobs.is_active and not self._jobs.is_paused:
            self._jobs.pause()
            self._has_paused = True
        self._notices.error(away_words(self._editor.folder))

    def _follow(self, change: Change) -> None:
        """The film lies elsewhere by now: what was asked for belongs to the old folder."""
        if change & Change.FOLDER and self._has_paused:
            self._has_paused = False
            self._jobs.stop()

    def _go_on(self) -> None:
        self._notices.info(f"{self._editor.folder.name} can be reached again; all goes on.")
        self._document.autosave()
        self._keeping.write_anew()
        self._takes.look_again()
        self._library.refresh()
        if self._has_paused:
            self._has_paused = False
            self._jobs.resume()
