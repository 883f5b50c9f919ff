"""Timelines and storyboards in and out of the film: gestures, with the files' work in a thread.

What comes in is one undo step after the film's last shot. What is left out or assumed is said.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot

from app.media.contact_sheet import SheetWish, export_sheet
from app.media.timeline_export import ExportWish, Written, export_boards, export_timeline
from app.media.timeline_import import Brought, bring_in, read_timeline
from app.state.document import DocumentState
from app.state.editor import EditorState
from app.state.notices import NoticesState
from app.timeline.interchange.cut import CutOptions
from app.timeline.interchange.rates import can_drop
from app.timeline.interchange.skeleton import Skeleton, adopt, lay, remarks_of
from app.timeline.interchange.text import ExchangeError
from app.timeline.project import Project
from app.timeline.storage import ProjectError
from engine.protocol.jobs import FrameRate

TIMELINE_SUFFIXES = frozenset({".otio", ".fcpxml", ".edl", ".storyboarder"})
"""Files that are brought in wherever they are dropped."""


@dataclass(frozen=True, slots=True)
class BoardsWish:
    """A folder of boards to be made."""

    target: Path
    options: CutOptions = field(default_factory=CutOptions)


@dataclass(frozen=True, slots=True)
class _Read:
    """What a file says, and the files that it names, by now in the project's folder."""

    skeleton: Skeleton
    brought: Brought


_Result = _Read | Written | str
"""A sentence says why it could not be done."""


class _Relay(QObject):
    done = Signal(int, object)


class _Work(QRunnable):
    def __init__(self, work: Callable[[], _Result], ticket: int, relay: _Relay) -> None:
        super().__init__()
        self._work = work
        self._ticket = ticket
        self._relay = relay

    def run(self) -> None:
        result: _Result
        try:
            result = self._work()
        except (ExchangeError, ProjectError) as error:
            result = str(error)
        except MemoryError:
            result = "That needs more memory than there is; close other programs and try again."
        with contextlib.suppress(RuntimeError):  # the window was closed meanwhile
            self._relay.done.emit(self._ticket, result)


class InterchangeState(QObject):
    """Brings timelines and storyboards in, and writes them.

    Signals:
        changed: work began or ended.
        imported: shots came in.
    """

    changed = Signal()
    imported = Signal()

    def __init__(
        self,
        editor: EditorState,
        document: DocumentState,
        notices: NoticesState,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self._document = document
        self._notices = notices
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._relay = _Relay(self)
        self._relay.done.connect(self._deliver)
        self._waiting: dict[int, Callable[[_Result], None]] = {}
        self._ticket = 0
        self._is_closing = False

    @property
    def is_busy(self) -> bool:
        """Whether files are being read or written."""
        return bool(self._waiting)

    @property
    def can_drop(self) -> bool:
        """Whether the film's rate has drop-frame timecode."""
        return can_drop(self._editor.project.format.rate)

    def bring_in(self, path: Path) -> None:
        """Read a timeline, a storyboard or a folder of pictures, and put it after the last shot."""
        if not self._editor.may_write():
            return
        folder = self._editor.folder
        rate = self._editor.project.format.rate

        def work() -> _Result:
            return _read(path, folder, rate, lambda: self._is_closing)

        def arrived(result: _Result) -> None:
            if isinstance(result, _Read) and self._editor.folder == folder:
                self._lay(result, path.name)
            elif isinstance(result, str):
                self._notices.error(result)

        self._start(work, arrived)

    def take_dropped(self, paths: Sequence[Path]) -> bool:
        """Bring in a timeline that was dropped; return whether it was one."""
        if len(paths) != 1 or paths[0].suffix.lower() not in TIMELINE_SUFFIXES:
            return False
        self.bring_in(paths[0])
        return True

    def export(self, wish: ExportWish | SheetWish | BoardsWish) -> None:
        """Write the film as a timeline, a contact sheet or a folder of boards."""
        project, folder = self._editor.project, self._editor.folder
        name = self._document.name

        def work() -> _Result:
            return _written(name, project, folder, wish, lambda: self._is_closing)

        self._start(work, lambda result: self._tell_written(result, wish.target))

    def close(self) -> None:
        """Let the work at hand end; nothing is delivered afterwards."""
        self._is_closing = True
        self._waiting.clear()
        self._pool.clear()
        self._pool.waitForDone(10_000)

    def _start(self, work: Callable[[], _Result], then: Callable[[_Result], None]) -> None:
        self._ticket += 1
        self._waiting[self._ticket] = then
        self._pool.start(_Work(work, self._ticket, self._relay))
        self.changed.emit()

    @Slot(int, object)
    def _deliver(self, ticket: int, result: _Result) -> None:
        then = self._waiting.pop(ticket, None)
        self.changed.emit()
        if then is not None:
            then(result)

    def _lay(self, read: _Read, name: str) -> None:
        skeleton, brought = read.skeleton, read.brought
        before = self._editor.project
        base = before.num_frames

        def edit(film: Project) -> Project:
            return lay(adopt(film, skeleton), skeleton, brought.media, brought.sounds)

        if not self._editor.do("Import timeline", edit):
            return
        film = self._editor.project
        count = len(film.shots) - len(before.shots)
        shots = "1 shot" if count == 1 else f"{count} shots"
        remarks = (*remarks_of(skeleton, film.format.rate), *brought.remarks)
        self._editor.seek(base)
        self.imported.emit()
        self._notices.info(" ".join([f"{shots} came in from {name}.", *remarks]))

    def _tell_written(self, result: _Result, target: Path) -> None:
        if isinstance(result, str):
            self._notices.error(result)
        elif isinstance(result, Written):
            more = [path.name for path in result.files[1:] if path.parent == target.parent]
            names = " and ".join([target.name, *more])
            verb = "were" if more else "was"
            self._notices.info(" ".join([f"{names} {verb} written.", *result.remarks]))


def _read(path: Path, folder: Path, rate: FrameRate, is_cancelled: Callable[[], bool]) -> _Read:
    skeleton = read_timeline(path, rate)
    base = path if path.is_dir() else path.parent
    return _Read(skeleton, bring_in(folder, skeleton, base, is_cancelled))


def _written(
    name: str,
    project: Project,
    folder: Path,
    wish: ExportWish | SheetWish | BoardsWish,
    is_cancelled: Callable[[], bool],
) -> Written:
    match wish:
        case ExportWish():
            return export_timeline(name, project, folder, wish)
        case SheetWish():
            return export_sheet(name, project, folder, wish, is_cancelled)
        case BoardsWish():
            return export_boards(name, project, folder, wish.target, wish.options)
