"""Single frames of the user's movies as pictures, at full quality: each a quick job."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from app.state.editor import EditorState
from app.state.file_names import shortened
from app.state.job_entries import Finished, JobEntry
from app.state.jobs import JobsState
from app.state.monitor import FootagePicture
from app.timeline.parts import new_id
from engine.protocol.media import FrameJob
from engine.protocol.messages import JobFinished

_PREFIX = "frame-"


class FootageFrames(QObject):
    """Has frames written. Why one could not be is told by the queue."""

    def __init__(self, editor: EditorState, jobs: JobsState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._jobs = jobs
        self._waiting: dict[str, Callable[[], object]] = {}
        jobs.finished.connect(self._on_finished)
        jobs.changed.connect(self._clear_up)

    def grab(self, picture: FootagePicture, output: Path, then: Callable[[], object]) -> None:
        """Write the frame of a movie that is looked at, over what is there; then go on."""
        name = _PREFIX + new_id()
        job = FrameJob(
            job_id=name,
            path=str(picture.movie),
            rate=self._editor.project.format.rate,
            frame=picture.frame,
            output=str(output),
            overwrite=True,
        )
        self._waiting[name] = then
        entry = JobEntry(job, shortened(picture.label), self._jobs.next_batch, "", (0, 0))
        self._jobs.ask_aside([entry], first=True)

    def _on_finished(self, entry: JobEntry, _ending: JobFinished) -> None:
        then = self._waiting.pop(entry.job.job_id, None)
        if then is not None:
            then()

    def _clear_up(self) -> None:
        for entry in self._jobs.entries:
            if entry.job.job_id.startswith(_PREFIX) and isinstance(entry.status, Finished):
                self._jobs.forget(entry.job.job_id)  # the picture is there: nothing to be told
