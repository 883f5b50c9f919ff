"""The document as the window sees it: one frozen project, its history, selection and playhead.

One ``changed`` signal says what changed. Edits come in as pure functions; the gestures that build
them live in ``shots`` and ``keyframes``. Knows no widget, file or engine.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.state.grid import FilmGrid, film_grid, requested_frames
from app.state.notices import NoticesState
from app.state.selection import (
    NOTHING,
    Selection,
    selected_keyframe,
    selected_shot,
    still_there,
)
from app.timeline.edits import EditError
from app.timeline.history import History
from app.timeline.project import Keyframe, Project, Shot

READ_ONLY = "This film is read-only here; “Save as…” makes a copy that can be changed."


class Change(enum.Flag):
    """What a ``changed`` signal is about."""

    PROJECT = enum.auto()
    SELECTION = enum.auto()
    PLAYHEAD = enum.auto()
    FOLDER = enum.auto()
    EVERYTHING = PROJECT | SELECTION | PLAYHEAD | FOLDER


class EditorState(QObject):
    """The observable document.

    Signals:
        changed: what changed (a ``Change``).
    """

    changed = Signal(object)

    def __init__(
        self,
        project: Project,
        folder: Path,
        notices: NoticesState,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._history = History(project)
        self._folder = folder
        self._notices = notices
        self._selection: Selection = NOTHING
        self._playhead = 0
        self._merge_key: str | None = None
        self._grid: tuple[Project, FilmGrid] | None = None
        self._is_read_only = False
        self._owns: Callable[[], bool] = lambda: True

    def guard_with(self, owns: Callable[[], bool]) -> None:
        """Say how to find out that the film's folder is still this window's."""
        self._owns = owns

    def set_read_only(self, is_read_only: bool) -> None:
        """Say whether the film may be changed."""
        self._is_read_only = is_read_only

    def owns_folder(self) -> bool:
        """Whether the film's folder may be written to; nothing is told. Reads the disk."""
        return not self._is_read_only and self._owns()

    def may_write(self) -> bool:
        """Whether the film's folder may be written to; the user is told why not."""
        return self._may_change() and self._owns()

    @property
    def project(self) -> Project:
        """The film as it is."""
        return self._history.present

    @property
    def folder(self) -> Path:
        """Where the film's media and takes lie."""
        return self._folder

    @property
    def selection(self) -> Selection:
        """What is selected."""
        return self._selection

    @property
    def playhead(self) -> int:
        """The film frame that is looked at."""
        return self._playhead

    @property
    def undo_name(self) -> str | None:
        """Name of the edit that undo takes back."""
        return self._history.undo_name

    @property
    def redo_name(self) -> str | None:
        """Name of the edit that redo makes again."""
        return self._history.redo_name

    @property
    def grid(self) -> FilmGrid:
        """The present film on the grid."""
        if self._grid is None or self._grid[0] is not self.project:
            self._grid = (self.project, film_grid(self.project))
        return self._grid[1]

    @property
    def selected_shot(self) -> Shot | None:
        """The selected shot, or that of the selected keyframe."""
        return selected_shot(self.project, self._selection)

    @property
    def selected_keyframe(self) -> tuple[Shot, Keyframe] | None:
        """The selected keyframe with its shot."""
        return selected_keyframe(self.project, self._selection)

    def load(self, project: Project, folder: Path) -> None:
        """Look at another film; its history begins here."""
        self._history = History(project)
        self._folder = folder
        self._selection = NOTHING
        self._playhead = 0
        self._merge_key = None
        self.changed.emit(Change.EVERYTHING)

    def move_to(self, folder: Path) -> None:
        """The same film lies in another folder now."""
        self._folder = folder
        self.changed.emit(Change.FOLDER)

    def do(
        self,
        name: str,
        edit: Callable[[Project], Project],
        *,
        merge_key: str | None = None,
        select: Selection | None = None,
    ) -> bool:
        """Make an edit as one undo step; say why not, and change nothing, when it cannot be made.

        Args:
            name: what the user reads after "Undo".
            edit: from the film to the edited film; raises ``EditError``.
            merge_key: edits in a row with the same key fold into one step (typing, spinning).
            select: what is selected afterwards.

        Returns:
            Whether the edit was made (or had nothing to change).
        """
        if not self._may_change():
            return False
        try:
            edited = edit(self.project)
        except EditError as error:
            self._notices.error(str(error))
            return False
        except KeyError:
            self._notices.error("That part of the film is not there any more.")
            return False
        merge = merge_key is not None and merge_key == self._merge_key
        before = self._history
        self._history = before.do(name, edited, merge=merge)
        self._merge_key = merge_key
        if select is not None:
            self._selection = select
        self._settle(before.present, selected=select is not None)
        return True

    def end_merge(self) -> None:
        """Let the next edit be a step of its own, whatever its key."""
        self._merge_key = None

    def undo(self) -> None:
        """Take the last edit back."""
        self._step(self._history.undo())

    def redo(self) -> None:
        """Make the edit again that was taken back."""
        self._step(self._history.redo())

    def select(self, selection: Selection) -> None:
        """Select something, or nothing."""
        if selection != self._selection:
            self._selection = selection
            self.changed.emit(Change.SELECTION)

    def seek(self, frame: int) -> None:
        """Put the playhead on a film frame; beyond the ends it stops at the ends."""
        clamped = max(0, min(frame, self.project.num_frames - 1))
        if clamped != self._playhead:
            self._playhead = clamped
            self.changed.emit(Change.PLAYHEAD)

    def seek_point(self, direction: int) -> None:
        """Put the playhead on the next keyframe or cut in a direction."""
        points = {start for start, _ in self.project.shot_starts()}
        points |= set(requested_frames(self.project).values())
        ahead = [p for p in points if (p - self._playhead) * direction > 0]
        if ahead:
            self.seek(min(ahead) if direction > 0 else max(ahead))

    def _may_change(self) -> bool:
        if self._is_read_only:
            self._notices.error(READ_ONLY)
        return not self._is_read_only

    def _step(self, history: History) -> None:
        if not self._may_change():
            return
        before = self._history.present
        self._history = history
        self._merge_key = None
        self._settle(before, selected=False)

    def _settle(self, before: Project, *, selected: bool) -> None:
        """Bring selection and playhead in line with the film, and tell once what changed."""
        change = Change(0)
        if self.project is not before:
            change |= Change.PROJECT
        kept = still_there(self.project, self._selection)
        if selected or kept != self._selection:
            self._selection = kept
            change |= Change.SELECTION
        playhead = max(0, min(self._playhead, self.project.num_frames - 1))
        if playhead != self._playhead:
            self._playhead = playhead
            change |= Change.PLAYHEAD
        if change:
            self.changed.emit(change)
