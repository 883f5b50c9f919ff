"""The film on its disk: save, save as, recovery copy, and what is done when another takes it over.

The user's save is written only when the user says so; everything else goes to a recovery copy
beside it. Which film is looked at, and how it is opened, is decided by ``DocumentState``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from app.state.background import Background
from app.state.copying import copy_project, left_words, refusal_to_copy
from app.state.editor import Change, EditorState
from app.state.holding import Holding
from app.state.notices import Notice, NoticeAction, NoticesState
from app.state.scratch import AUTOSAVE_FILE, JOURNAL_FOLDER, is_scratch, remove_scratch
from app.state.settings import SettingsState
from app.timeline.project import Project
from app.timeline.project_lock import ProjectLock, Taken
from app.timeline.storage import PROJECT_SUFFIX, ProjectError, save_project

AUTOSAVE_DELAY_MS = 1500
QUIET_MS = 100
UNTITLED = "Untitled film"


class SavedFilm(QObject):
    """Where the film is saved, and whether it is.

    Signals:
        changed: name, place, modified mark or read-only mark changed.
        letting_go: another window gets this film; jobs of this one should end.
        place_wanted: the user wants to save under another name.
    """

    changed = Signal()
    letting_go = Signal()
    place_wanted = Signal()

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
        self._holding = Holding(self)
        self._holding.asked.connect(self._let_go)
        self._holding.lost.connect(self._be_read_only)
        editor.guard_with(self._holding.owns)
        self._is_copying = False
        self._has_complained = False
        self._is_busy: Callable[[], bool] = lambda: False
        self._is_at_work: Callable[[], bool] = lambda: False
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
    def is_read_only(self) -> bool:
        """Whether another window works on the film, or its folder cannot be written."""
        return self._holding.is_read_only

    def owns_folder(self) -> bool:
        """Whether the film's folder is this window's to write to; asked before every write."""
        return self._holding.owns()

    @property
    def is_copying(self) -> bool:
        """Whether a copy under another name is being made."""
        return self._is_copying

    @property
    def name(self) -> str:
        """What the film is called."""
        return UNTITLED if self.is_untitled else self._editor.folder.stem

    def guard_with(self, is_busy: Callable[[], bool], is_at_work: Callable[[], bool]) -> None:
        """Say how to find out that takes are being made, and that the engine does anything."""
        self._is_busy, self._is_at_work = is_busy, is_at_work

    def save(self) -> bool:
        """Write the film to its own folder."""
        if not self._editor.may_write():
            return False
        project = self._editor.project
        try:
            save_project(self._editor.folder, project, may_replace=self._holding.still_owns)
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
        left: list[str] = []
        self.changed.emit()

        def arrived(error: str | None) -> None:
            self._is_copying = False
            if error is None:
                self._settle_in(source, target, project, is_whole=not left)
                if left:
                    self._notices.error(left_words(source, left))
            else:
                self._notices.error(error)
            self.changed.emit()
            if then:
                then(error is None)

        self._background.start(lambda: left.extend(copy_project(source, target, project)), arrived)

    def autosave(self) -> None:
        """Write the recovery copy, in a worker thread."""
        if not self.is_modified or not self._holding.owns():
            return
        folder, project, owns = self._editor.folder, self._editor.project, self._holding.still_owns

        def write() -> None:
            with contextlib.suppress(OSError):
                (folder / JOURNAL_FOLDER).mkdir(exist_ok=True)
            save_project(folder, project, AUTOSAVE_FILE, may_replace=owns)

        self._background.start(write, lambda error: self._autosaved(folder, error))

    def discard_changes(self) -> None:
        """The user does not want what was not saved."""
        self._timer.stop()
        self._background.wait()
        self._saved = self._editor.project
        if self.is_untitled and self._holding.owns():
            remove_scratch(self._scratch_root, self._editor.folder)
        else:
            self._drop_autosave()

    def _refusal(self, target: Path) -> str | None:
        if self._is_busy():
            return "Takes are being made; stop generating or wait before saving elsewhere."
        if self._is_copying:
            return "The film is still being saved elsewhere."
        return refusal_to_copy(self._editor.folder, target)

    def _settle_in(self, source: Path, target: Path, project: Project, *, is_whole: bool) -> None:
        was_ours = self._holding.owns()
        lock = ProjectLock(target)
        is_ours = isinstance(lock.take(), Taken)
        self._holding.enter(lock if is_ours else None)
        self._editor.set_read_only(not is_ours)
        self._saved = project
        self._editor.move_to(target)
        if not was_ours:
            pass  # what lies there is another window's
        elif is_scratch(self._scratch_root, source):
            if is_whole:
                remove_scratch(self._scratch_root, source)
        else:
            with contextlib.suppress(OSError):  # its drive may be gone
                (source / AUTOSAVE_FILE).unlink(missing_ok=True)
        self._settings.remember_project(target)
        if self.is_modified:
            self._timer.start()

    # Another window gets the film.

    def _let_go(self) -> None:
        """End what is under way and have the disk hold all, then let the other window begin."""
        self._timer.stop()
        self._editor.set_read_only(True)
        self.letting_go.emit()
        self.autosave()
        self._background.start(lambda: None, lambda _: self._let_go_when_quiet())

    def _let_go_when_quiet(self) -> None:
        if self._is_at_work():
            QTimer.singleShot(QUIET_MS, self, self._let_go_when_quiet)
        else:
            self._holding.let_go()

    def _be_read_only(self) -> None:
        """The film is another window's: what this one has stays in its memory."""
        self._timer.stop()
        self._editor.set_read_only(True)
        self.letting_go.emit()
        self._notices.show(
            Notice(
                "error",
                f"{self.name} was taken over by another window, so nothing more is written to it "
                "here; “Save as…” keeps what this window has.",
                (NoticeAction("Save as…", self.place_wanted.emit),),
            )
        )
        self.changed.emit()

    def _drop_autosave(self) -> None:
        if not self._holding.owns():
            return
        with contextlib.suppress(OSError):
            (self._editor.folder / AUTOSAVE_FILE).unlink(missing_ok=True)

    def _autosaved(self, folder: Path, error: str | None) -> None:
        if folder != self._editor.folder:
            return
        if error is not None and self.is_read_only:
            return  # it is told already
        if error is not None:
            if not self._has_complained:  # once, not after every edit
                self._notices.error(f"The recovery copy could not be written: {error}")
            self._has_complained = True
            return
        self._has_complained = False
        if not self.is_modified and not self._timer.isActive():
            self._drop_autosave()

    def _follow(self, change: Change) -> None:
        if not change & Change.PROJECT:
            return
        if self.is_modified and not self.is_read_only:
            self._timer.start()
        self.changed.emit()
