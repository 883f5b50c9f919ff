"""The frame at the playhead as a picture: saved as PNG, copied, or pinned as a keyframe.

It is what the viewer shows, in full size, without what is drawn over it. A worker thread makes it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QRunnable, QTemporaryDir, QThreadPool, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImage

from app.media.fitting import Look
from app.media.grabs import BoardFrame, GrabError, MovieFrame, Pixels, Recipe, grab, png_of
from app.state.drops import OntoShot
from app.state.editor import EditorState
from app.state.footage_frames import FootageFrames
from app.state.keyframes import KeyframeEdits
from app.state.monitor import (
    BoardPicture,
    FootagePicture,
    FormingPicture,
    MonitorState,
    MoviePicture,
    NoPicture,
)
from app.state.notices import NoticesState
from app.state.timecode import timecode
from app.timeline.footage_edits import neighbours
from app.timeline.storage import write_atomically

NO_NEIGHBOUR = (
    "There is no made shot beside this movie; extend it first, then pin the frame to that shot."
)


class _Relay(QObject):
    done = Signal(object, object)


class _Grab(QRunnable):
    """Make the picture, write it where it shall be written, and tell."""

    def __init__(self, recipe: Recipe, path: Path | None, ticket: int, relay: _Relay) -> None:
        super().__init__()
        self._recipe = recipe
        self._path = path
        self._ticket = ticket
        self._relay = relay

    def run(self) -> None:
        result: QImage | str
        try:
            result = grab(self._recipe)
            if self._path is not None:
                write_atomically(self._path, png_of(result))
        except GrabError as error:
            result = str(error)
        except OSError as error:
            result = f"The frame was not written: {error.strerror or error}; choose another place."
        try:
            self._relay.done.emit(self._ticket, result)
        except RuntimeError:
            return  # the window was closed meanwhile


class GrabState(QObject):
    """Takes the frame that is looked at."""

    def __init__(
        self,
        editor: EditorState,
        monitor: MonitorState,
        keyframes: KeyframeEdits,
        notices: NoticesState,
        footage: FootageFrames,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self._monitor = monitor
        self._keyframes = keyframes
        self._notices = notices
        self._footage = footage
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._relay = _Relay(self)
        self._relay.done.connect(self._deliver)
        self._waiting: dict[int, Callable[[QImage], object]] = {}
        self._next_ticket = 0
        self._scratch = QTemporaryDir()

    @property
    def frame_name(self) -> str:
        """A name for the frame at the playhead, as a file may have it."""
        code = timecode(self._editor.playhead, self._editor.project.format.rate)
        return f"frame {code.replace(':', '-')}"

    def save(self, path: Path) -> None:
        """Write the frame as a PNG file."""
        self._start(path, lambda _: self._notices.info(f"The frame was saved as {path.name}."))

    def copy(self) -> None:
        """Put the frame on the clipboard, for this or any other program."""

        def put(image: QImage) -> None:
            QGuiApplication.clipboard().setImage(image)
            self._notices.info("The frame was copied; paste it where you want it.")

        self._start(None, put)

    def pin(self) -> None:
        """Make the frame a keyframe of its shot, right where it stands.

        A frame of a movie goes to a made shot beside it: to the next one, else to the one before.
        """
        found = self._editor.project.shot_at(self._editor.playhead)
        if found is None:
            self._notices.error("There is no shot under the playhead; put the playhead on one.")
            return
        start, shot = found
        if shot.footage is not None:
            self.pin_beside(is_next=neighbours(self._editor.project, shot.id)[1] is not None)
            return
        self._pin_to(OntoShot(shot.id, self._editor.playhead - start))

    def pin_beside(self, *, is_next: bool) -> None:
        """Pin the movie's frame to the start of the next shot, or to the end of the one before."""
        found = self._editor.project.shot_at(self._editor.playhead)
        if found is None or found[1].footage is None:
            self._notices.error("Put the playhead on a shot that shows a movie.")
            return
        before, after = neighbours(self._editor.project, found[1].id)
        shot = after if is_next else before
        if shot is None:
            self._notices.error(NO_NEIGHBOUR)
            return
        self._pin_to(OntoShot(shot.id, 0 if is_next else shot.num_frames - 1))

    def _pin_to(self, target: OntoShot) -> None:
        path = Path(self._scratch.path()) / f"{self.frame_name}.png"
        folder = self._editor.folder

        def drop(_image: QImage) -> None:
            if self._editor.folder == folder:
                self._keyframes.drop([path], target)

        self._start(path, drop)

    def _start(self, path: Path | None, then: Callable[[QImage], object]) -> None:
        # Of a movie the engine makes it, from the file itself.
        output = path or Path(self._scratch.path()) / f"{self.frame_name}.png"
        if self._footage.grab(self._editor.playhead, output, lambda: then(QImage(str(output)))):
            return
        recipe = self._recipe()
        if recipe is None:
            self._notices.error("There is no picture at the playhead; choose a frame that has one.")
            return
        self._next_ticket += 1
        self._waiting[self._next_ticket] = then
        self._pool.start(_Grab(recipe, path, self._next_ticket, self._relay))

    def _recipe(self) -> Recipe | None:
        picture = self._monitor.picture(self._editor.playhead)
        match picture:
            case NoPicture() | FootagePicture():
                return None
            case BoardPicture():
                return self._board(picture)
            case MoviePicture(key):
                return MovieFrame(Path(key.path), key.frame)
            case FormingPicture(clip, frame):
                return Pixels(clip.image(frame))

    def _board(self, picture: BoardPicture) -> BoardFrame:
        keyframe = picture.keyframe
        into = self._board(picture.into) if picture.into is not None else None
        look = Look(keyframe.fit, keyframe.bars, keyframe.anchor_x, keyframe.anchor_y)
        return BoardFrame(picture.path, look, picture.film, into, picture.share)

    @Slot(object, object)
    def _deliver(self, ticket: int, result: QImage | str) -> None:
        then = self._waiting.pop(ticket)
        if isinstance(result, str):
            self._notices.error(result)
        else:
            then(result)
