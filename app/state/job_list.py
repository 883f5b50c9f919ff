"""The queue as others see it: what is in it, what runs, how far it is, how takes form.

Reads only; what is done to the queue, and how it reaches the engine, is its owner's.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.media.previews import PreviewClip
from app.state import job_queue
from app.state.forming import FormingClips
from app.state.job_entries import Interrupted, JobEntry, Running, Waiting


class JobList(QObject):
    """The queue of this window, to be looked at.

    Signals:
        changed: an entry changed, came, or went.
        preview_changed: a newer preview of a take can be shown (the take's name).
        finished: a job is done (its entry, and the engine's last word on it).
        dropped: a job has let go after others took its place (its entry).
        told: the engine told of itself, its device or a model.
    """

    changed = Signal()
    preview_changed = Signal(str)
    finished = Signal(object, object)
    dropped = Signal(object)
    told = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[JobEntry, ...] = ()
        self._forming = FormingClips()
        self._is_paused = False

    @property
    def entries(self) -> tuple[JobEntry, ...]:
        """The queue, oldest first, with what is done."""
        return self._entries

    @property
    def running(self) -> JobEntry | None:
        """The entry that is under way."""
        return next((e for e in self._entries if isinstance(e.status, Running)), None)

    @property
    def is_active(self) -> bool:
        """Whether something runs or waits (an interrupted job waits for the user)."""
        return any(isinstance(entry.status, Running | Waiting) for entry in self._entries)

    @property
    def is_making(self) -> bool:
        """Whether something that was asked for runs or waits: reading movies goes on by itself."""
        return any(
            isinstance(entry.status, Running | Waiting) and entry.kind not in {"import", "frame"}
            for entry in self._entries
        )

    @property
    def is_paused(self) -> bool:
        """Whether the queue stands still, or will at the next step."""
        return self._is_paused

    @property
    def fraction(self) -> float | None:
        """How much of what was asked for is done, 0 to 1; None when nothing is under way."""
        return job_queue.fraction_done(self._entries) if self.is_active else None

    @property
    def can_go_on(self) -> bool:
        """Whether interrupted jobs can be submitted again."""
        return any(isinstance(entry.status, Interrupted) for entry in self._entries)

    def preview(self, take: str) -> PreviewClip | None:
        """Return how a take stood when it was last previewed."""
        return self._forming.get(take)

    def is_forming(self, take: str) -> bool:
        """Whether a job is at work on a take."""
        running = self.running
        return running is not None and running.take == take

    def forming_frame(self, take: str, frame: int, has_movie: bool) -> QImage | None:
        """Return a frame of a take as it forms, or as it was stopped where it has no movie."""
        clip = self._forming.get(take)
        is_shown = clip is not None and (not has_movie or self.is_forming(take))
        return clip.image(frame) if clip is not None and is_shown else None
