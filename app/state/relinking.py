"""Finding boards, sounds and movies that are not where they were.

What a file is, its content says: SHA-256 for boards and sounds, the fingerprint for movies. Only
the same content takes a place without a question; names and folders only say where to look. A
board or a sound is copied back to where the film has it, so nothing of the film changes; a movie
stays where it is found, and the film says so, in one undo step. What the film has made itself lies
in its own folder, and is found there without being asked for.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import assert_never

from PySide6.QtCore import QObject, QTimer, Signal

from app.media.searching import Search, Wanted, digest_of, search
from app.state.background import Background
from app.state.disk_facts import DiskFacts
from app.state.editor import Change, EditorState
from app.state.export_notices import open_path
from app.state.lacking import Presence
from app.state.light_copies import LightCopies
from app.state.notices import Notice, NoticeAction, NoticesState
from app.state.replacing import Replacing
from app.state.selection import selected_sound_ids
from app.timeline import footage_edits
from app.timeline.parts import MediaItem, SoundItem
from app.timeline.sources import Source, sources
from app.timeline.storage import TAKES_FOLDER, ProjectError, put_back

NOTHING_CHOSEN = "Select a board, a sound, or a shot that shows a movie first."
SAY_AFTER_MS = 400
"""A search that takes no longer is not spoken of."""

_NAMED = 3


class Relinking(QObject):
    """Says what is not where it was, and where it lies now.

    Signals:
        changed: something else is missing, or a search began or ended.
        restored: files are back where the film has them.
        find_wanted: a folder is to be chosen in which to look.
    """

    changed = Signal()
    restored = Signal()
    find_wanted = Signal()

    def __init__(
        self,
        editor: EditorState,
        copies: LightCopies,
        disk: DiskFacts,
        replacing: Replacing,
        notices: NoticesState,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self._copies = copies
        self._disk = disk
        self._replacing = replacing
        self._notices = notices
        self._background = Background(self)
        self._cancelled = threading.Event()
        self._running: Notice | None = None
        self._say_soon = QTimer(self)
        self._say_soon.setSingleShot(True)
        self._say_soon.setInterval(SAY_AFTER_MS)
        self._say_soon.timeout.connect(self._say_running)
        self._sought: set[str] = set()
        self._gone: frozenset[str] = frozenset()
        self._told: frozenset[str] = frozenset()
        editor.changed.connect(self._follow)
        disk.changed.connect(self._on_disk)
        copies.changed.connect(self._on_missing)

    # What there is.

    @property
    def selected(self) -> Source | None:
        """The selected board or sound, or the movie of the selected shot."""
        name = self._selected_id()
        return next((source for source in self._sources() if source.id == name), None)

    @property
    def has_selected(self) -> bool:
        """Whether something is selected that can be relinked."""
        return self._selected_id() is not None

    @property
    def missing(self) -> frozenset[str]:
        """Ids of what is not where or what it was."""
        return self._disk.missing | {item.id for item in self._copies.offline}

    @property
    def presence(self) -> Presence:
        """What is missing, for those who are about to need it."""
        return Presence(self.missing, self._disk.is_away)

    @property
    def lost(self) -> tuple[Source, ...]:
        """What of the film is not where or what it was, in its order."""
        gone = self.missing
        return tuple(source for source in self._sources() if source.id in gone) if gone else ()

    @property
    def is_searching(self) -> bool:
        """Whether files are being looked for."""
        return self._running is not None

    # What the user does.

    def relink(self, path: Path) -> None:
        """Say where the selected file lies now; what else is missing is looked for around it."""
        source = self.selected
        if source is None:
            self._notices.error(NOTHING_CHOSEN)
            return
        if not self._editor.may_write():
            return
        others = [lost for lost in self.lost if lost.id != source.id]
        found, is_other = Search(), threading.Event()

        def work() -> None:
            digest = digest_of(path, is_movie=source.kind == "movie")
            if digest is None:
                raise ProjectError(f"{path.name} cannot be read; choose another file.")
            if digest != source.digest:
                is_other.set()
                return
            rest = search(path.parent, _wanted(others), self._cancelled.is_set)
            found.found |= {source.id: path.absolute(), **rest.found}
            found.is_whole = rest.is_whole

        def arrived() -> None:
            if is_other.is_set():
                self._offer(source, path)
            else:
                self._tell([source, *others], found)

        self._start(work, found, arrived, 1 + len(others))

    def find(self, folder: Path) -> None:
        """Look for everything that is missing, of all kinds, in a folder and below it."""
        lost, found = self.lost, Search()
        if not lost:
            self._notices.info("Nothing is missing.")
            return
        if not self._editor.may_write():
            return

        def work() -> None:
            result = search(folder, _wanted(lost), self._cancelled.is_set)
            found.found, found.is_whole = result.found, result.is_whole

        self._start(work, found, lambda: self._tell(lost, found), len(lost))

    def stop(self) -> None:
        """Give the search up; what was found until then counts."""
        self._cancelled.set()

    def replace(self, path: Path) -> None:
        """Show another movie in the selected shot."""
        self._replacing.replace_movie(path)

    def reveal(self) -> None:
        """Show the selected movie in its folder."""
        source = self.selected
        if source is None or source.kind != "movie":
            self._notices.error(footage_edits.NO_FOOTAGE)
        else:
            open_path(source.path.parent)

    def close(self) -> None:
        """Let go; nothing is delivered afterwards."""
        self._cancelled.set()
        self._say_soon.stop()
        self._background.close()

    # How it works.

    def _on_disk(self) -> None:
        """Look after movies that came or went."""
        before, self._gone = self._gone, self._disk.missing
        if any(item.id in before ^ self._gone for item in self._editor.project.footage):
            self._copies.look_again()
        self._on_missing()

    def _on_missing(self) -> None:
        """Say once what is gone, all in one notice: files and movies are looked for by turns."""
        lost = self.lost
        before, self._told = self._told, frozenset(source.id for source in lost)
        if self._told - before and not self._disk.is_away:
            first = lost[0]
            if len(lost) > 1:
                words = f"{first.name} and {len(lost) - 1} more are not where they were."
            elif first.kind == "movie":
                words = f"{first.name} is not where or what it was; select its shot and relink it."
            else:
                words = f"{first.name} is not where it was; select it and relink it."
            find = NoticeAction("Find missing media…", self.find_wanted.emit)
            self._notices.mention(Notice("error", words, (find,)))
        self.changed.emit()

    def _sources(self) -> tuple[Source, ...]:
        return sources(self._editor.project, self._editor.folder)

    def _selected_id(self) -> str | None:
        editor = self._editor
        pair = editor.selected_keyframe
        if pair is not None:
            return pair[1].media
        names = selected_sound_ids(editor.selection)
        sounds = {clip.sound for clip in editor.project.sound_clips if clip.id in names}
        if len(sounds) == 1:
            return sounds.pop()
        shot = editor.selected_shot
        return shot.footage.footage if shot is not None and shot.footage is not None else None

    def _start(
        self, work: Callable[[], None], found: Search, then: Callable[[], None], count: int
    ) -> None:
        folder, project = self._editor.folder, self._editor.project
        copied: dict[str, MediaItem | SoundItem] = {
            item.id: item for item in (*project.media, *project.sounds)
        }
        self._cancelled.clear()
        words = "Looking for a missing file…" if count == 1 else f"Looking for {count} files…"
        running = Notice("question", words, (NoticeAction("Stop", self.stop),))

        def search_and_restore() -> None:
            work()
            for name, path in found.found.items():
                if name in copied:
                    put_back(folder, copied[name], path)

        def arrived(error: str | None) -> None:
            self._running = None
            self._say_soon.stop()
            self._notices.dismiss(running)
            if error is not None:
                self._notices.error(error)
            elif self._editor.folder == folder:
                movies = {n: str(p) for n, p in found.found.items() if n not in copied}
                self._settle(movies, is_restored=len(movies) < len(found.found))
                then()
            self.changed.emit()

        self._running = running
        self._say_soon.start()
        self._background.start(search_and_restore, arrived)
        self.changed.emit()

    def _say_running(self) -> None:
        if self._running is not None:
            self._notices.show(self._running)

    def _settle(self, movies: Mapping[str, str], *, is_restored: bool) -> None:
        if movies:
            self._editor.do("Relink footage", lambda film: footage_edits.relink(film, movies))
            self._copies.look_again()
        if is_restored:
            self.restored.emit()
        self._disk.look_again()

    def _offer(self, source: Source, path: Path) -> None:
        """Ask before another file is taken: it is never taken silently."""
        match source.kind:
            case "movie":
                self._notices.error(
                    f"{path.name} is another movie than {source.name}; use Replace to show it."
                )
                return
            case "board":
                text = f"{path.name} is another picture than {source.name}; show it instead?"
            case "sound":
                text = f"{path.name} is another sound than {source.name}; play it instead?"
            case _:
                assert_never(source.kind)
        actions = (
            NoticeAction("Replace", lambda: self._replacing.replace(source, path)),
            NoticeAction("Leave it", lambda: None),
        )
        self._notices.show(Notice("question", text, actions))

    def _tell(self, lost: Sequence[Source], result: Search) -> None:
        rest = [source.name for source in lost if source.id not in result.found]
        names = ", ".join(rest[:_NAMED]) + ("…" if len(rest) > _NAMED else "")
        found, count = len(result.found), len(lost)
        if not rest and count == 1:
            self._notices.info(f"{lost[0].name} was found again.")
        elif not rest:
            self._notices.info(f"All {count} missing files were found again.")
        elif not result.is_whole:
            self._notices.error(
                f"{found} of {count} missing files were found before the search ended; choose a "
                f"folder closer to {names}."
            )
        elif found:
            self._notices.error(
                f"{found} of {count} missing files were found; still missing: {names}."
            )
        else:
            self._notices.error(f"Nothing was found there; still missing: {names}.")

    def _follow(self, change: Change) -> None:
        if change & Change.FOLDER:
            self._gone = self._told = frozenset()
        if change & (Change.FOLDER | Change.PROJECT):
            self._seek_own()

    def _seek_own(self) -> None:
        """Find what lies in the project's own folder, which was moved or saved elsewhere."""
        folder = self._editor.folder
        items = [
            item
            for item in footage_edits.used_footage(self._editor.project)
            if Path(item.path).parent.parent.name == TAKES_FOLDER
            and Path(item.path).parent.parent.parent != folder
            and f"{folder} {item.id}" not in self._sought
        ]
        if not items:
            return
        self._sought |= {f"{folder} {item.id}" for item in items}
        found: dict[str, str] = {}

        def work() -> None:
            for item in items:
                old = Path(item.path)
                path = folder / TAKES_FOLDER / old.parent.name / old.name
                if digest_of(path, is_movie=True) == item.fingerprint:
                    found[item.id] = str(path.absolute())

        def arrived(error: str | None) -> None:
            if error is None and found and self._editor.folder == folder:
                self._settle(found, is_restored=False)

        self._background.start(work, arrived)


def _wanted(lost: Sequence[Source]) -> list[Wanted]:
    return [Wanted(s.id, s.names, s.digest, is_movie=s.kind == "movie") for s in lost]
