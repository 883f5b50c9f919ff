"""Files that come in from outside, sorted by what they are: movies, sounds, pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.state.drops import DropTarget, OntoEmpty, OntoShot
from app.state.editor import EditorState
from app.state.footage import FootageEdits
from app.state.footage_intake import MOVIE_SUFFIXES
from app.state.keyframes import KeyframeEdits
from app.state.sound_intake import SOUND_SUFFIXES
from app.state.sounds import SoundEdits


@dataclass(frozen=True, slots=True)
class Places:
    """Where files go.

    Attributes:
        pictures: onto a frame of a shot, or between shots.
        index: movies stand before the shot at this index.
        frame: film frame on which sounds begin.
    """

    pictures: DropTarget
    index: int
    frame: int


def is_movie_file(path: Path) -> bool:
    """Whether a file is taken for a movie."""
    return path.suffix.lower() in MOVIE_SUFFIXES


class Arrivals:
    """Hands files on to whoever takes their kind."""

    def __init__(
        self,
        editor: EditorState,
        keyframes: KeyframeEdits,
        footage: FootageEdits,
        sounds: SoundEdits,
    ) -> None:
        self._keyframes = keyframes
        self._editor = editor
        self._footage = footage
        self._sounds = sounds

    def drop(self, paths: Sequence[Path], places: Places) -> None:
        """Bring files in."""
        movies = [path for path in paths if is_movie_file(path)]
        sounds = [path for path in paths if path.suffix.lower() in SOUND_SUFFIXES]
        others = [path for path in paths if path not in movies and path not in sounds]
        if movies:
            self._footage.drop(movies, places.index)
        if sounds:
            self._sounds.drop(sounds, places.frame)
        if others or not paths:
            self._keyframes.drop(others, places.pictures)

    def add(self, paths: Sequence[Path]) -> None:
        """Bring files in beside what is selected: pictures onto the shot, or as new shots."""
        project, playhead = self._editor.project, self._editor.playhead
        shot = self._editor.selected_shot
        target: DropTarget = OntoEmpty(len(project.shots))
        if shot is not None and shot.footage is not None:
            target = OntoEmpty(project.shots.index(shot) + 1)
        elif shot is not None:
            found = project.shot_at(playhead)
            inside = found is not None and found[1].id == shot.id
            target = OntoShot(shot.id, playhead - found[0] if found and inside else 0)
        self.drop_here(paths, target, playhead)

    def drop_here(self, paths: Sequence[Path], pictures: DropTarget, frame: int) -> None:
        """Bring files in where no place was pointed at: movies after the shot at hand."""
        self.drop(paths, Places(pictures, self._footage.index_here(), frame))
