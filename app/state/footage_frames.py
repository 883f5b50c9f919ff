"""Single frames of the user's movies as pictures, at full quality: each a quick job."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from app.state.editor import EditorState
from app.state.file_names import shortened
from app.state.job_entries import JobEntry
from app.state.jobs import JobsState
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

    def grab(self, film_frame: int, output: Path, then: Callable[[], object]) -> bool:
        """Write the frame of a movie that is shown there, over what is there; then go on.

        Returns:
            Whether a movie is shown there at all.
        """
        project = self._editor.project
        found = project.shot_at(film_frame)
        if found is None or found[1].footage is None:
            return False
        start, use = found[0], found[1].footage
        item = project.footage_item(use.footage)
        name = _PREFIX + new_id()
        job = FrameJob(
            job_id=name,
            path=item.path,
            rate=item.rate,
            frame=use.start + film_frame - start,
            output=str(output),
            overwrite=True,
        )
        self._waiting[name] = then
        entry = JobEntry(job, shortened(item.name), self._jobs.next_batch, "", (0, 0))
        self._jobs.ask_aside([entry], first=True)
        return True

    def _on_finished(self, entry: JobEntry, _ending: JobFinished) -> None:
        then = self._waiting.pop(entry.job.job_id, None)
        if then is not None:
            then()

    def _clear_up(self) -> None:
        for entry in self._jobs.entries:
            if entry.job.job_id.startswith(_PREFIX) and not entry.is_open:
                self._waiting.pop(entry.job.job_id, None)
                self._jobs.forget(entry.job.job_id)  # the picture is there, or why not is told
