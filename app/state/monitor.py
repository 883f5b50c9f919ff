"""What the viewer shows at a film frame: board, forming clip, draft or master."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal

from app.media.player import FrameKey
from app.media.previews import PreviewClip
from app.state.boards import board_at
from app.state.editor import Change, EditorState
from app.state.jobs import JobsState
from app.state.playback import PlaybackState
from app.state.takes import TakesState
from app.timeline.project import Keyframe
from app.timeline.storage import media_path
from app.timeline.takes import FilmPass

Source = Literal["auto", "board", "draft", "master"]

AHEAD = 24
"""Frames that are decoded before they are needed."""


@dataclass(frozen=True, slots=True)
class NoPicture:
    """Nothing to show: no board, or the chosen source is not made yet."""

    reason: str


@dataclass(frozen=True, slots=True)
class BoardPicture:
    """A board, cropped to the film's format around its anchor."""

    path: Path
    keyframe: Keyframe


@dataclass(frozen=True, slots=True)
class FormingPicture:
    """A frame of the clip that is being denoised."""

    clip: PreviewClip
    frame: int


@dataclass(frozen=True, slots=True)
class MoviePicture:
    """A frame of a finished movie."""

    key: FrameKey
    kind: Literal["draft", "master"]


Picture = NoPicture | BoardPicture | FormingPicture | MoviePicture


class MonitorState(QObject):
    """Chooses the picture for each film frame.

    Signals:
        changed: the same frame may look different now.
    """

    changed = Signal()

    def __init__(
        self,
        editor: EditorState,
        takes: TakesState,
        jobs: JobsState,
        playback: PlaybackState,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self._takes = takes
        self._jobs = jobs
        self._playback = playback
        self._source: Source = "auto"
        takes.changed.connect(self.changed)
        jobs.preview_changed.connect(self._on_preview)
        editor.changed.connect(self._on_edit)

    @property
    def source(self) -> Source:
        """What the user chose to see."""
        return self._source

    def set_source(self, source: Source) -> None:
        """Choose what is shown; ``auto`` is the best there is."""
        if source != self._source:
            self._source = source
            self.changed.emit()

    def picture(self, film_frame: int) -> Picture:
        """Return what is to be seen at a film frame."""
        if not self._editor.project.shots:
            return NoPicture("")
        part = self._takes.pass_at(film_frame)
        movie = self._of_take(part, film_frame) if part and self._source != "board" else None
        if movie is not None:
            return movie
        if self._source in {"draft", "master"}:
            return NoPicture(f"No {self._source} of this shot yet")
        return self._board(film_frame)

    def upcoming(self, film_frame: int) -> Sequence[FrameKey]:
        """Return the movie frames that will be wanted next, this one first."""
        num_frames = self._editor.project.num_frames
        step = self._playback.speed
        if step == 0:
            ahead = [film_frame, film_frame + 1, film_frame - 1, film_frame + 2, film_frame - 2]
        else:
            ahead = [film_frame + step * n for n in range(AHEAD)]
        loop = self._playback.loop
        if loop is not None and step > 0:
            start, stop = loop
            ahead = [start + (frame - start) % max(1, stop - start) for frame in ahead]
        keys: list[FrameKey] = []
        for frame in ahead:
            if 0 <= frame < num_frames:
                picture = self.picture(frame)
                if isinstance(picture, MoviePicture):
                    keys.append(picture.key)
        return keys

    def _of_take(self, part: FilmPass, film_frame: int) -> Picture | None:
        local = film_frame - part.start
        clip = self._jobs.preview(part.take)
        if self._source == "auto" and clip is not None and self._jobs.is_forming(part.take):
            return FormingPicture(clip, local)
        take = self._takes.take(part)
        if take.master is not None and self._source != "draft":
            return MoviePicture(FrameKey(str(take.master), local), "master")
        if take.draft is not None and self._source != "master":
            return MoviePicture(FrameKey(str(take.draft), local), "draft")
        if clip is not None and self._source == "auto":
            return FormingPicture(clip, local)
        return None

    def _board(self, film_frame: int) -> Picture:
        project = self._editor.project
        keyframe = board_at(project, film_frame)
        if keyframe is None:
            return NoPicture("No board in this shot")
        path = media_path(self._editor.folder, project.media_item(keyframe.media))
        return BoardPicture(path, keyframe)

    def _on_preview(self, _take: str) -> None:
        self.changed.emit()

    def _on_edit(self, change: Change) -> None:
        if change & (Change.PROJECT | Change.FOLDER):
            self.changed.emit()
