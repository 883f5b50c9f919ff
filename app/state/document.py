"""The film as a thing on disk: new, open, taken over from another window, recovered."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.media.carried import carries_project
from app.state.editor import EditorState
from app.state.holding import TakingOver
from app.state.notices import Notice, NoticeAction, NoticesState
from app.state.reopening import Reopened, rebuild
from app.state.saved_film import SavedFilm
from app.state.scratch import create_scratch, leftover, read_autosave, remove_scratch
from app.state.settings import SettingsState
from app.timeline.project import Project
from app.timeline.project_lock import Claim, Held, ProjectLock, Taken, Unwritable
from app.timeline.sample import copy_sample
from app.timeline.storage import (
    PROJECT_FILE,
    PROJECT_SUFFIX,
    ProjectError,
    create_project,
    load_project,
    save_project,
)

_MOVIES = frozenset({".mp4", ".mov", ".mkv"})


class DocumentState(SavedFilm):
    """Which film is looked at.

    Signals:
        switching: another film is about to be looked at; jobs of this one should end.
        switch_wanted: the user wants to; called with what to do once this film's changes are kept.
    """

    switching = Signal()
    switch_wanted = Signal(object)

    def __init__(
        self,
        editor: EditorState,
        settings: SettingsState,
        notices: NoticesState,
        scratch_root: Path,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(editor, settings, notices, scratch_root, parent)
        self._taking_over = TakingOver(self)

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
        self._enter(project, folder, _fresh_lock(folder))
        return True

    def open(self, path: Path) -> bool:
        """Open a project folder, the ``project.json`` in it, or a movie that carries a film."""
        if is_movie(path):
            self._reopen(path)
            return True
        folder = (path.parent if path.name == PROJECT_FILE else path).absolute()
        try:
            project = load_project(folder)
        except ProjectError as error:
            self._notices.error(str(error))
            self._settings.forget_project(folder)
            return False
        if folder == self._editor.folder and self._holding.owns():
            self._look_at(project, folder)
            return True
        lock = ProjectLock(folder)
        return self._open_as(lock.take(), project, folder, lock)

    def _open_as(self, claim: Claim, project: Project, folder: Path, lock: ProjectLock) -> bool:
        match claim:
            case Taken():
                self._look_at(project, folder, lock)
            case Held():
                self._offer_takeover(claim, folder)
                return False
            case Unwritable():
                self._read(folder)
                self._notices.info(f"{folder.stem} cannot be written, so it is read-only here.")
        return True

    def _look_at(self, project: Project, folder: Path, lock: ProjectLock | None = None) -> None:
        """Look at a film that is ours, with its new lock or the one that is held."""
        self._enter(project, folder, lock)
        if not self.is_untitled:
            self._settings.remember_project(folder)
        self._offer_recovery(project, folder)

    def _offer_takeover(self, held: Held, folder: Path) -> None:
        self._notices.show(
            Notice(
                "question",
                held.told(folder.stem),
                (
                    self._offer("Take over", lambda: self._take_over(folder)),
                    self._offer("Open read-only", lambda: self._open_to_read(folder)),
                ),
            )
        )

    def _open_to_read(self, folder: Path) -> None:
        if self._read(folder):
            self._notices.info(
                f"{folder.stem} is read-only here: look, play, export, or save a copy.",
                self._offer("Take over", lambda: self._take_over(folder)),
            )

    def _offer(self, label: str, go_on: Callable[[], None]) -> NoticeAction:
        """Another film comes by this button: this one's changes are asked about first."""
        return NoticeAction(label, lambda: self.switch_wanted.emit(go_on))

    def _read(self, folder: Path) -> bool:
        """Look at a film that is not ours; nothing is written to its folder."""
        try:
            project = load_project(folder)
        except ProjectError as error:
            self._notices.error(str(error))
            return False
        self._leave_for()
        self._holding.enter(None)
        self._load(project, folder)
        return True

    def _take_over(self, folder: Path) -> None:
        """Have another window let go of a film, then open it as that one has left it."""

        def arrived(lock: ProjectLock | None) -> None:
            if lock is None:
                self._notices.error(f"{folder.stem} could not be taken over; open it again.")
                return
            try:
                project = load_project(folder)
            except ProjectError as error:
                lock.release()
                self._notices.error(str(error))
                return
            self._look_at(project, folder, lock)

        self._notices.info(f"Waiting for the other window to let go of {folder.stem}.")
        self._taking_over.start(folder, arrived)

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
            self._enter(made[0].project, folder, _fresh_lock(folder))
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

    def close(self) -> None:
        """End the session; an untitled film that is empty leaves no trace."""
        self._timer.stop()
        self._taking_over.stop()
        self._background.close()
        self._leave()

    def _enter(self, project: Project, folder: Path, lock: ProjectLock | None) -> None:
        """Look at a film; without a lock, at the one that is held, as the disk has it."""
        self._leave_for(stays=lock is None)
        if lock is not None:
            self._holding.enter(lock if lock.standing() == "own" else None)
        self._load(project, folder)

    def _leave_for(self, *, stays: bool = False) -> None:
        self.switching.emit()
        self._taking_over.stop()
        self._timer.stop()
        self.autosave()  # the user was asked before; what came since is kept, too
        self._background.wait()
        if not stays:
            self._leave()

    def _load(self, project: Project, folder: Path) -> None:
        self._saved = project
        self._notices.clear()
        self._editor.set_read_only(self.is_read_only)
        self._editor.load(project, folder)
        self.changed.emit()

    def _leave(self) -> None:
        folder = self._editor.folder
        if self.is_untitled and not self._editor.project.shots and self._holding.owns():
            remove_scratch(self._scratch_root, folder)
        self._holding.leave()

    # What was left.

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


def _fresh_lock(folder: Path) -> ProjectLock:
    """Return the lock of a folder that was made just now."""
    lock = ProjectLock(folder)
    lock.take()
    return lock


def is_movie(path: Path) -> bool:
    """Whether a path names a movie file rather than a project folder."""
    return path.suffix.lower() in _MOVIES and path.is_file()


def can_open(path: Path) -> bool:
    """Whether a path holds a film: a project folder, or a movie that carries one."""
    return path.suffix == PROJECT_SUFFIX or carries_project(path)
