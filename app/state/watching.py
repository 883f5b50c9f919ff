"""Watching a clip take form: when a preview comes and nothing plays, its pass plays over and over.

Who pauses has seen enough: that job does not start to play again.
"""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.state.jobs import JobsState
from app.state.playback import PlaybackState
from app.state.settings import SettingsState


class Watching(QObject):
    """Plays what is being made, unless the user does something else."""

    def __init__(
        self,
        jobs: JobsState,
        playback: PlaybackState,
        settings: SettingsState,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._playback = playback
        self._settings = settings
        self._begun = ""
        jobs.preview_changed.connect(self._on_preview)

    def _on_preview(self, take: str) -> None:
        running = self._jobs.running
        if running is None or running.take != take or self._begun == running.job.job_id:
            return
        plays_itself = self._playback.is_playing and self._playback.loop is None
        if plays_itself or not self._settings.values.plays_previews:
            return
        self._begun = running.job.job_id
        self._playback.play_loop(*running.frames)
