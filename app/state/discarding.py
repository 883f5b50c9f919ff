"""Takes that were thrown away: their folders follow the document, through undo and redo.

Until the project is closed nothing is deleted; see docs/adr/0009.
"""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.state.editor import Change, EditorState
from app.state.notices import NoticesState
from app.state.take_library import TakeLibrary
from app.state.takes import TakesState
from app.timeline.storage import ProjectError, load_project
from app.timeline.take_files import bring_back, discard, sweep


class Discarding(QObject):
    """Moves folders of takes aside and back."""

    def __init__(
        self,
        editor: EditorState,
        takes: TakesState,
        library: TakeLibrary,
        notices: NoticesState,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self._takes = takes
        self._library = library
        self._notices = notices
        self._aside = frozenset(editor.project.discarded)
        editor.changed.connect(self._follow)

    def settle(self) -> None:
        """The project is about to be closed: delete what its saved film threw away."""
        folder = self._editor.folder
        if not self._editor.owns_folder():
            return
        try:
            saved = load_project(folder)
        except ProjectError:
            return  # nothing is deleted on behalf of a film that cannot be read
        sweep(folder, saved.discarded, delete=True)

    def _follow(self, change: Change) -> None:
        now = frozenset(self._editor.project.discarded)
        if change & Change.PROJECT and change & Change.FOLDER:
            self._aside = now
            if self._editor.owns_folder():
                sweep(self._editor.folder, now, delete=False)
            return
        if now == self._aside:
            return
        gone, back = now - self._aside, self._aside - now
        self._aside = now
        if not self._editor.owns_folder():
            return
        try:
            for name in gone:
                discard(self._editor.folder, name)
            for name in back:
                bring_back(self._editor.folder, name)
        except OSError as error:
            self._notices.error(f"The take could not be moved: {error.strerror or error}.")
        self._takes.look_again()
        self._library.refresh()
