"""Finding movies that are not where they were, and showing another movie in a shot's place.

A movie is known by its fingerprint: only the same one takes its place. Others that are missing, and
lie in the same folder under their names, are found along with it. What the film has made itself
lies in its own folder, and is found there without being asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject

from app.media.fingerprints import FingerprintError, fingerprint_of
from app.state.background import Background
from app.state.editor import Change, EditorState
from app.state.export_notices import open_path
from app.state.footage_intake import FootageIntake, MovieResult
from app.state.light_copies import LightCopies
from app.state.notices import NoticesState
from app.timeline import footage_edits
from app.timeline.parts import FootageItem
from app.timeline.storage import TAKES_FOLDER, ProjectError


class Relinking(QObject):
    """Says where movies lie, and puts others in their place."""

    def __init__(
        self,
        editor: EditorState,
        copies: LightCopies,
        intake: FootageIntake,
        notices: NoticesState,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self._copies = copies
        self._intake = intake
        self._notices = notices
        self._background = Background(self)
        self._sought: set[str] = set()
        editor.changed.connect(self._follow)

    def relink(self, path: Path) -> None:
        """Say where the selected shot's movie lies now."""
        item = self._selected()
        if item is None:
            return
        others = [known for known in self._copies.offline if known.id != item.id]
        found: dict[str, str] = {}

        def work() -> None:
            try:
                fingerprint = fingerprint_of(path)
            except FingerprintError as error:
                raise ProjectError(str(error)) from error
            if fingerprint != item.fingerprint:
                raise ProjectError(
                    f"{path.name} is another movie than {item.name}; use Replace to show it."
                )
            found[item.id] = str(path.absolute())
            found.update(_beside(path.parent, others))

        self._start(work, found, lambda: self._tell(item, found))

    def replace(self, path: Path) -> None:
        """Show another movie in the selected shot, from the same frame on if it is long enough."""
        shot = self._editor.selected_shot
        if shot is None or shot.footage is None:
            self._notices.error(footage_edits.NO_FOOTAGE)
            return
        folder, start = self._editor.folder, shot.footage.start

        def arrived(result: MovieResult) -> None:
            if result.refusals:
                self._notices.error(result.refusals[0])
            if result.items and self._editor.folder == folder:
                movie = result.items[0]
                self._editor.do(
                    "Replace footage",
                    lambda film: footage_edits.replace_movie(film, shot.id, movie, start),
                )

        self._intake.start([path], self._editor.project.format.rate, arrived)

    def reveal(self) -> None:
        """Show the selected shot's movie in its folder."""
        item = self._selected()
        if item is not None:
            open_path(Path(item.path).parent)

    def close(self) -> None:
        """Let go; nothing is delivered afterwards."""
        self._background.close()

    def _selected(self) -> FootageItem | None:
        shot = self._editor.selected_shot
        if shot is None or shot.footage is None:
            self._notices.error(footage_edits.NO_FOOTAGE)
            return None
        return self._editor.project.footage_item(shot.footage.footage)

    def _follow(self, change: Change) -> None:
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
                found.update(_same(path, item))

        self._start(work, found)

    def _start(
        self,
        work: Callable[[], None],
        found: dict[str, str],
        then: Callable[[], None] = lambda: None,
    ) -> None:
        folder = self._editor.folder

        def arrived(error: str | None) -> None:
            if error is not None:
                self._notices.error(error)
            elif found and self._editor.folder == folder:
                self._editor.do("Relink footage", lambda film: footage_edits.relink(film, found))
                self._copies.look_again()
                then()

        self._background.start(work, arrived)

    def _tell(self, item: FootageItem, found: dict[str, str]) -> None:
        more = len(found) - 1
        if more:
            self._notices.info(f"{item.name} was found again, and {more} more beside it.")
        else:
            self._notices.info(f"{item.name} was found again.")


def _beside(folder: Path, items: Sequence[FootageItem]) -> dict[str, str]:
    """Return the movies that lie in a folder under their names, by id."""
    found: dict[str, str] = {}
    for item in items:
        for name in dict.fromkeys((item.name, Path(item.path).name)):
            found.update(_same(folder / name, item))
    return found


def _same(path: Path, item: FootageItem) -> dict[str, str]:
    try:
        is_same = fingerprint_of(path) == item.fingerprint
    except (FingerprintError, ValueError):
        return {}
    return {item.id: str(path.absolute())} if is_same else {}
