"""Showing or playing another file in the place of one of the film's, because the user says so."""

from __future__ import annotations

from pathlib import Path
from typing import assert_never

from PySide6.QtCore import QObject

from app.state.editor import EditorState
from app.state.footage_intake import FootageIntake, MovieResult
from app.state.intake import Intake, IntakeResult
from app.state.notices import NoticesState
from app.state.sound_intake import SoundIntake, SoundResult
from app.timeline import footage_edits
from app.timeline.edits import replace_media
from app.timeline.sounds import replace_sound
from app.timeline.sources import Source


class Replacing(QObject):
    """Takes another file in, and lets it stand wherever the old one stood; one undo step."""

    def __init__(
        self,
        editor: EditorState,
        intakes: tuple[Intake, SoundIntake, FootageIntake],
        notices: NoticesState,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self._pictures, self._sounds, self._movies = intakes
        self._notices = notices

    def replace(self, source: Source, path: Path) -> None:
        """Take a file in the place of another one of its kind."""
        match source.kind:
            case "board":
                self._replace_board(source, path)
            case "sound":
                self._replace_sound(source, path)
            case "movie":
                self.replace_movie(path)
            case _:
                assert_never(source.kind)

    def replace_movie(self, path: Path) -> None:
        """Show another movie in the selected shot, from the same frame on if it is long enough."""
        shot = self._editor.selected_shot
        if shot is None or shot.footage is None:
            self._notices.error(footage_edits.NO_FOOTAGE)
            return
        folder, start = self._editor.folder, shot.footage.start

        def arrived(result: MovieResult) -> None:
            self._refuse(result.refusals)
            if result.items and self._editor.folder == folder:
                movie = result.items[0]
                self._editor.do(
                    "Replace footage",
                    lambda film: footage_edits.replace_movie(film, shot.id, movie, start),
                )

        self._movies.start([path], self._editor.project.format.rate, arrived)

    def _replace_board(self, source: Source, path: Path) -> None:
        folder = self._editor.folder

        def arrived(result: IntakeResult) -> None:
            self._refuse(result.refusals)
            if result.items and self._editor.folder == folder:
                item = result.items[0]
                self._editor.do("Replace image", lambda film: replace_media(film, source.id, item))

        self._pictures.start(folder, [path], arrived)

    def _replace_sound(self, source: Source, path: Path) -> None:
        folder = self._editor.folder
        clips = self._editor.project.sound_clips
        place = next(((c.frame, c.lane) for c in clips if c.sound == source.id), (0, 0))

        def arrived(result: SoundResult) -> None:
            self._refuse(result.refusals)
            if result.items and self._editor.folder == folder:
                item = result.items[0]
                self._editor.do("Replace sound", lambda film: replace_sound(film, source.id, item))

        self._sounds.start(folder, [path], place, arrived)

    def _refuse(self, refusals: tuple[str, ...]) -> None:
        if refusals:
            self._notices.error(refusals[0])
