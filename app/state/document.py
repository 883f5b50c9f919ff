"""The film as a thing on disk: new, open, save, save as, autosave and recovery.

The user's save is written only when the user says so; everything else goes to a recovery copy
beside it, which is offered after a crash and can be refused.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from app.media.carried import carries_project
from app.state.background import Background
from app.state.copying import copy_project, refusal_to_copy
from app.state.editor import Change, EditorState
from app.state.notices import Notice, NoticeAction, NoticesState
from app.state.reopening import Reopened, rebuild
from app.state.scratch import (
    AUTOSAVE_FILE,
    JOURNAL_FOLDER,
    ProjectLock,
    create_scratch,
    is_scratch,
    leftover,
    read_autosave,
    remove_scratch,
)
from app.state.settings import SettingsState
from app.timeline.project import Project
from app.timeline.sample import copy_sample
from app.timeline.storage import (
    PROJECT_FILE,
    PROJECT_SUFFIX,
    ProjectError,
    create_project,
    load_project,
    save_project,
)

AUTOSAVE_DELAY_MS = 1500
_MOVIES = frozenset({".mp4", ".mov", ".mkv"})
UNTITLED = "Untitled film"


class DocumentState(QObject):
    """Where the film is saved, and whether it is.

    Signals:
        changed: name, place or modified mark changed.
        switching: another film is about to be looked at; jobs of this one should end.
    """

    changed = Signal()
    switching = Signal()

    def __init__(
        self,
        editor: EditorState,
        settings: SettingsState,
        notices: NoticesState,
        scratch_root: Path,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self._settings = settings
        self._notices = notices
        self._scratch_root = scratch_root
        self._saved: Project = editor.project
        self._lock: ProjectLock | None = None
        self._is_copying = False
        self._is_busy: Callable[[], bool] = lambda: False
        self._background = Background(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AUTOSAVE_DELAY_MS)
        self._timer.timeout.connect(self.autosave)
        editor.changed.connect(self._follow)

    @property
    def is_untitled(self) -> bool:
        """Whether the film was never saved under a name."""
        return is_scratch(self._scratch_root, self._editor.folder)

    @property
    def is_modified(self) -> bool:
        """Whether something would be lost without a save."""
        return self._editor.project is not self._saved and self._editor.project != self._saved

    @property
    def is_copying(self) -> bool:
        """Whether a copy under another name is being made."""
        return self._is_copying

    @property
    def name(self) -> str:
        """What the film is called."""
        return UNTITLED if self.is_untitled else self._editor.folder.stem

    def guard_with(self, is_busy: Callable[[], bool]) -> None:
        """Say how to find out that takes are being written."""
        self._is_busy = is_busy

    def begin(self, path: Path | None) -> None:
        """Start the session: open a project, or make a new one and offer what a crash left."""
        left = leftover(self._scratch_root) if path is None else None
        if path is not None and is_movie(path):
            self.new()
            self.open(path)
        elif path is None or not self.open(path):
            refusal = self._notices.current
            self.new()
            if refusal is not None:
                self._notices.show(refusal)
        if left is not None:
            self._offer_leftover(left)

    def new(self) -> bool:
        """Begin an untitled film; the one before is the caller's to save."""
        project = Project()
        try:
            folder = create_scratch(self._scratch_root, project)
        except ProjectError as error:
            self._notices.error(str(error))
            return False
        self._enter(project, folder)
        return True

    def open(self, path: Path) -> bool:
        """Open a project folder, the ``project.json`` in it, or a movie that carries a film."""
        if is_movie(path):
            self._reopen(path)
            return True
        folder = (path.parent if path.name == PROJECT_FILE else path).absolute()
        lock = ProjectLock(folder)
        try:
            project = load_project(folder)
        except ProjectError as error:
            self._notices.error(str(error))
            self._settings.forget_project(folder)
            return False
        if folder != self._editor.folder and not lock.take():
            self._notices.error(f"{folder.stem} is open in another window already.")
            return False
        self._enter(project, folder, lock)
        if not self.is_untitled:
            self._settings.remember_project(folder)
        self._offer_recovery(project, folder)
        return True

    def _reopen(self, movie: Path) -> None:
        """Rebuild the film that a movie carries, as an untitled one; if not, all stays."""
        made: list[Reopened] = []
        folder = self._scratch_root / f"untitled-{uuid.uuid4().hex[:8]}{PROJECT_SUFFIX}"

        def work() -> None:
            create_project(folder, Project())
            reopened = rebuild(movie, folder)
            save_project(folder, reopened.project)
            made.append(reopened)

        def arrived(error: str | None) -> None:
            if error is not None or not made:
                remove_scratch(self._scratch_root, folder)
                self._notices.error(error or f"{movie.name} could not be opened.")
                return
            self._enter(made[0].project, folder)
            self._saved = Project()  # it has no place of its own yet: closing asks for one
            self._notices.info(made[0].said)
            self.changed.emit()

        self._background.start(work, arrived)

    def open_sample(self) -> bool:
        """Open a copy of the storyboard that ships with the program."""
        try:
            folder = copy_sample()
        except ProjectError as error:
            self._notices.error(str(error))
            return False
        return self.open(folder)

    def save(self) -> bool:
        """Write the film to its own folder."""
        project = self._editor.project
        try:
            save_project(self._editor.folder, project)
        except ProjectError as error:
            self._notices.error(str(error))
            return False
        self._saved = project
        self._drop_autosave()
        self.changed.emit()
        return True

    def save_as(self, path: Path, then: Callable[[bool], None] | None = None) -> None:
        """Write the film with its media and takes to another folder and go on there."""
        target = (
            path if path.suffix == PROJECT_SUFFIX else path.with_name(path.name + PROJECT_SUFFIX)
        )
        target = target.absolute()
        source = self._editor.folder
        if target == source:
            done = self.save()
            if then:
                then(done)
            return
        refusal = self._refusal(target)
        if refusal is not None:
            self._notices.error(refusal)
            if then:
                then(False)
            return
        project = self._editor.project
        self._is_copying = True
        self.changed.emit()

        def arrived(error: str | None) -> None:
            self._is_copying = False
            if error is None:
                self._settle_in(source, target, project)
            else:
                self._notices.error(error)
            self.changed.emit()
            if then:
                then(error is None)

        self._background.start(lambda: copy_project(source, target, project), arrived)

    def autosave(self) -> None:
        """Write the recovery copy, in a worker thread."""
        if not self.is_modified:
            return
        folder, project = self._editor.folder, self._editor.project

        def write() -> None:
            with contextlib.suppress(OSError):
                (folder / JOURNAL_FOLDER).mkdir(exist_ok=True)
            save_project(folder, project, AUTOSAVE_FILE)

        self._background.start(write, self._autosaved)

    def discard_changes(self) -> None:
        """The user does not want what was not saved."""
        self._timer.stop()
        self._background.wait()
        self._saved = self._editor.project
        if self.is_untitled:
            remove_scratch(self._scratch_root, self._editor.folder)
        else:
            self._drop_autosave()

    def close(self) -> None:
        """End the session; an untitled film that is empty leaves no trace."""
        self._timer.stop()
        self._background.close()
        self._leave()

    def _refusal(self, target: Path) -> str | None:
        if self._is_busy():
            return "Takes are being made; stop generating or wait before saving elsewhere."
        if self._is_copying:
            return "The film is still being saved elsewhere."
        return refusal_to_copy(self._editor.folder, target)

    def _settle_in(self, source: Path, target: Path, project: Project) -> None:
        lock = ProjectLock(target)
        lock.take()
        if self._lock is not None:
            self._lock.release()
        self._lock = lock
        self._saved = project
        self._editor.move_to(target)
        if is_scratch(self._scratch_root, source):
            remove_scratch(self._scratch_root, source)
        else:
            (source / AUTOSAVE_FILE).unlink(missing_ok=True)
        self._settings.remember_project(target)
        if self.is_modified:
            self._timer.start()

    def _enter(self, project: Project, folder: Path, lock: ProjectLock | None = None) -> None:
        self.switching.emit()
        self._timer.stop()
        self._background.wait()
        if folder != self._editor.folder or self._lock is None:
            self._leave()
            self._lock = lock or ProjectLock(folder)
            self._lock.take()
        self._saved = project
        self._notices.clear()
        self._editor.load(project, folder)
        self.changed.emit()

    def _leave(self) -> None:
        folder = self._editor.folder
        if self._lock is None:
            return
        if self.is_untitled and not self._editor.project.shots:
            remove_scratch(self._scratch_root, folder)
        self._lock.release()
        self._lock = None

    def _offer_recovery(self, project: Project, folder: Path) -> None:
        recovered = read_autosave(folder)
        if recovered is None or recovered == project:
            return

        def restore() -> None:
            self._editor.do("Restore unsaved changes", lambda _: recovered)

        self._notices.show(
            Notice(
                "question",
                "Changes that were not saved the last time were kept.",
                (NoticeAction("Restore", restore), NoticeAction("Discard", self._drop_autosave)),
            )
        )

    def _offer_leftover(self, folder: Path) -> None:
        def reopen() -> None:
            if self.open(folder):
                self._restore_quietly(folder)

        def discard() -> None:
            remove_scratch(self._scratch_root, folder)

        self._notices.show(
            Notice(
                "question",
                "An untitled film from the last session was not saved.",
                (NoticeAction("Open it", reopen), NoticeAction("Discard", discard)),
            )
        )

    def _restore_quietly(self, folder: Path) -> None:
        """An untitled film was never saved: its recovery copy is the film."""
        recovered = read_autosave(folder)
        self._notices.clear()
        if recovered is not None:
            self._editor.load(recovered, folder)
            self.changed.emit()

    def _drop_autosave(self) -> None:
        with contextlib.suppress(OSError):
            (self._editor.folder / AUTOSAVE_FILE).unlink(missing_ok=True)

    def _autosaved(self, error: str | None) -> None:
        if error is not None:
            self._notices.error(f"The recovery copy could not be written: {error}")
        elif not self.is_modified and not self._timer.isActive():
            self._drop_autosave()

    def _follow(self, change: Change) -> None:
        if not change & Change.PROJECT:
            return
        if self.is_modified:
            self._timer.start()
        self.changed.emit()


def is_movie(path: Path) -> bool:
    """Whether a path names a movie file rather than a project folder."""
    return path.suffix.lower() in _MOVIES and path.is_file()


def can_open(path: Path) -> bool:
    """Whether a path holds a film: a project folder, or a movie that carries one."""
    return path.suffix == PROJECT_SUFFIX or carries_project(path)
