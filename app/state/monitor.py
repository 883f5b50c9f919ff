"""What the viewer shows at a film frame: board, forming clip, draft or master."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal

from app.media.fitting import Look
from app.media.player import FrameKey
from app.media.previews import PreviewClip
from app.state.animatic import Dissolve, dissolve_at
from app.state.boards import board_at
from app.state.editor import Change, EditorState
from app.state.jobs import JobsState
from app.state.light_copies import LightCopies
from app.state.playback import PlaybackState
from app.state.relinking import Relinking
from app.state.takes import TakesState
from app.state.viewing import TakeSide, ViewingState
from app.timeline.footage_edits import is_beside_footage
from app.timeline.parts import FootageUse
from app.timeline.project import Keyframe, Project
from app.timeline.storage import media_path
from app.timeline.takes import FilmPass
from engine.planning.resolution import FrameSize

Source = Literal["auto", "board", "draft", "master"]

AHEAD = 16
"""Frames that are decoded before they are needed."""


@dataclass(frozen=True, slots=True)
class NoPicture:
    """Nothing to show: no board, or the chosen source is not made yet."""

    reason: str


@dataclass(frozen=True, slots=True)
class BoardPicture:
    """A board, fitted to the film's frame.

    Attributes:
        path: its image.
        keyframe: says how it is fitted.
        film: size of the film's frame.
        name: what the user calls it.
        is_offline: its file is not where it was.
        into: the board it dissolves into, if it does so now.
        share: how much of that one is seen.
    """

    path: Path
    keyframe: Keyframe
    film: FrameSize
    name: str = ""
    is_offline: bool = False
    into: BoardPicture | None = None
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class FormingPicture:
    """A frame of the clip that is being denoised."""

    clip: PreviewClip
    frame: int


@dataclass(frozen=True, slots=True)
class MoviePicture:
    """A frame of a finished movie, which has the film's shape."""

    key: FrameKey
    kind: Literal["draft", "master", "take"]
    label: str = ""


@dataclass(frozen=True, slots=True)
class FootagePicture:
    """A frame of a user's movie, from its light copy.

    Attributes:
        key: in the light copy.
        look: how it stands in the film's frame.
        film: size of that frame.
        label: what it is called.
        is_offline: the movie is not where it was.
    """

    key: FrameKey
    look: Look
    film: FrameSize
    label: str
    is_offline: bool = False


Picture = NoPicture | BoardPicture | FormingPicture | MoviePicture | FootagePicture


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
        viewing: ViewingState,
        copies: LightCopies,
        relinking: Relinking,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self._takes = takes
        self._jobs = jobs
        self._playback = playback
        self._viewing = viewing
        self._copies = copies
        self._relinking = relinking
        self._source: Source = "auto"
        self._tried: Project | None = None
        takes.changed.connect(self.changed)
        jobs.preview_changed.connect(self._on_preview)
        viewing.changed.connect(self.changed)
        editor.changed.connect(self._on_edit)
        relinking.changed.connect(self.changed)

    @property
    def source(self) -> Source:
        """What the user chose to see."""
        return self._source

    def set_source(self, source: Source) -> None:
        """Choose what is shown; ``auto`` is the best there is."""
        if source != self._source:
            self._source = source
            self.changed.emit()

    def try_out(self, project: Project | None) -> None:
        """Show the movies as another film would have them, while a hand is on it; None ends it."""
        if project is not self._tried:
            self._tried = project
            self.changed.emit()

    def picture(self, film_frame: int) -> Picture:
        """Return what is to be seen at a film frame."""
        return self._picture(film_frame, self._source)

    def other_picture(self, film_frame: int) -> Picture | None:
        """Return the other side of a comparison, None when nothing is compared."""
        if self._viewing.comparison == "off":
            return None
        other = self._viewing.other
        if not isinstance(other, TakeSide):
            return self._picture(film_frame, other)
        local = film_frame - other.start
        if not 0 <= local < other.num_frames:
            return NoPicture(f"{other.label} does not reach here")
        return MoviePicture(FrameKey(str(other.movie), local), "take", other.label)

    def upcoming(self, film_frame: int) -> Sequence[FrameKey]:
        """Return the movie frames that will be wanted next, this one first, both sides by turns."""
        return [
            picture.key
            for frame in self._playback.ahead(film_frame, AHEAD)
            for picture in (self.picture(frame), self.other_picture(frame))
            if isinstance(picture, MoviePicture | FootagePicture)
        ]

    def _picture(self, film_frame: int, source: Source) -> Picture:
        found = (self._tried or self._editor.project).shot_at(film_frame)
        if found is None:
            return NoPicture("")
        if found[1].footage is not None:
            return self._footage(found[1].footage, film_frame - found[0])
        part = self._takes.pass_at(film_frame)
        movie = self._of_take(part, film_frame, source) if part and source != "board" else None
        if movie is not None:
            return movie
        if source in {"draft", "master"}:
            return NoPicture(f"No {source} of this shot yet")
        return self._board(film_frame)

    def _of_take(self, part: FilmPass, film_frame: int, source: Source) -> Picture | None:
        local = film_frame - part.start
        clip = self._jobs.preview(part.take)
        if source == "auto" and clip is not None and self._jobs.is_forming(part.take):
            return FormingPicture(clip, local)
        take = self._takes.take(part)
        if take.master is not None and source != "draft":
            return MoviePicture(FrameKey(str(take.master), local), "master")
        if take.draft is not None and source != "master":
            return MoviePicture(FrameKey(str(take.draft), local), "draft")
        if clip is not None and source == "auto":
            return FormingPicture(clip, local)
        return None

    def _footage(self, use: FootageUse, local: int) -> Picture:
        item = self._editor.project.footage_item(use.footage)
        copy = self._copies.path(item)
        if copy is None:
            return NoPicture(self._copies.sign(item))
        film = self._editor.project.format
        return FootagePicture(
            FrameKey(str(copy), use.start + local),
            Look(use.fit, use.bars),
            FrameSize(film.width, film.height),
            item.name,
            self._copies.is_offline(item),
        )

    def _board(self, film_frame: int) -> Picture:
        project = self._editor.project
        keyframe = board_at(project, film_frame)
        if keyframe is None:
            found = project.shot_at(film_frame)
            if found is not None and is_beside_footage(project, found[1].id):
                return NoPicture("New frames come here; Generate makes them")
            return NoPicture("No board in this shot")
        film = self._editor.project.format
        size = FrameSize(film.width, film.height)
        picture = self._picture_of(keyframe, size)
        dissolve = self._dissolve(film_frame)
        if dissolve is None:
            return picture
        into = self._picture_of(dissolve.into, size)
        return replace(picture, into=into, share=dissolve.share)

    def _picture_of(self, keyframe: Keyframe, film: FrameSize) -> BoardPicture:
        item = self._editor.project.media_item(keyframe.media)
        path = media_path(self._editor.folder, item)
        is_offline = item.id in self._relinking.missing
        return BoardPicture(path, keyframe, film, item.name, is_offline)

    def _dissolve(self, film_frame: int) -> Dissolve | None:
        if not self._viewing.shows("dissolves"):
            return None
        return dissolve_at(self._editor.project, film_frame)

    def _on_preview(self, _take: str) -> None:
        self.changed.emit()

    def _on_edit(self, change: Change) -> None:
        if change & (Change.PROJECT | Change.FOLDER):
            self.changed.emit()
