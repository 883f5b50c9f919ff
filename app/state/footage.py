"""Gestures on footage: brought in, slipped, extended, bridged, set. Each is one undo step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.state.editor import Change, EditorState
from app.state.footage_intake import FootageIntake, MovieResult
from app.state.notices import NoticeAction, NoticesState
from app.state.selection import ShotSelected, select_shots
from app.timeline import edits, footage_edits
from app.timeline.edits import EditError
from app.timeline.parts import FootageItem, FootageUse, RoomChoice
from app.timeline.project import Format, Project, Shot

MIN_EXTENSION_S, MAX_EXTENSION_S = 0.5, 10.0
"""How much can be made beside footage at once."""

_MAX_FILM_RATE = 240


class FootageEdits(QObject):
    """What can be done to footage.

    Signals:
        changed: movies are being looked at, or none any more; what extensions are like changed.
    """

    changed = Signal()

    def __init__(
        self,
        editor: EditorState,
        intake: FootageIntake,
        notices: NoticesState,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self._intake = intake
        self._notices = notices
        self._seconds = 2.0
        self._room: RoomChoice = "silence"
        self._place: int | None = None
        intake.changed.connect(self.changed)
        editor.changed.connect(self._follow)

    # What is there.

    @property
    def incoming(self) -> tuple[str, ...]:
        """Names of the movies that are being looked at."""
        return self._intake.incoming

    @property
    def incoming_index(self) -> int | None:
        """Before which shot they will stand; None while none come in."""
        return self._place if self._intake.incoming else None

    @property
    def selected(self) -> tuple[Shot, FootageItem] | None:
        """The selected shot with the movie that it shows, if it shows one."""
        shot = self._editor.selected_shot
        if shot is None or shot.footage is None:
            return None
        return shot, self._editor.project.footage_item(shot.footage.footage)

    @property
    def seconds(self) -> float:
        """How long an extension is."""
        return self._seconds

    @property
    def room(self) -> RoomChoice:
        """What is heard in an extension."""
        return self._room

    def set_seconds(self, seconds: float) -> None:
        """Choose how long extensions are."""
        self._seconds = max(MIN_EXTENSION_S, min(MAX_EXTENSION_S, seconds))
        self.changed.emit()

    def choose_room(self, room: RoomChoice) -> None:
        """Choose what is heard in extensions that are to come."""
        self._room = room
        self.changed.emit()

    # Coming in.

    def drop(self, paths: Sequence[Path], index: int) -> None:
        """Put movies before the shot at ``index``, each as a shot."""
        if not self._editor.may_write():
            return
        folder, rate = self._editor.folder, self._editor.project.format.rate
        self._place = index

        def place(result: MovieResult) -> None:
            if self._editor.folder != folder:
                return
            if self._editor.project.format.rate != rate and result.items:
                self.drop(paths, index)  # the film runs at another rate by now: count again
            else:
                self._lay(result, index)

        self._intake.start(paths, rate, place)

    def index_here(self) -> int:
        """Return where movies go that come in without a place: after the shot at hand."""
        project = self._editor.project
        shot = self._editor.selected_shot
        if shot is None:
            found = project.shot_at(self._editor.playhead)
            shot = found[1] if found is not None else None
        return project.shots.index(shot) + 1 if shot is not None else len(project.shots)

    def _lay(self, result: MovieResult, index: int) -> None:
        self._tell(result)
        if not result.items:
            return
        was_empty = not self._editor.project.shots
        names: tuple[str, ...] = ()

        def edit(film: Project) -> Project:
            nonlocal names
            film, names = footage_edits.insert_movies(film, result.items, index)
            return film

        count = len(result.items)
        if self._editor.do("Add movie" if count == 1 else f"Add {count} movies", edit):
            self._editor.select(select_shots(names))
            if was_empty and not result.refusals:  # one thing at a time
                self._offer_format(result.items[0])

    def _tell(self, result: MovieResult) -> None:
        if result.refusals:
            first, *others = result.refusals
            more = f" ({len(others)} more could not be used either.)" if others else ""
            self._notices.error(first + more)

    # The film's size and rate from its first movie.

    def _offer_format(self, item: FootageItem) -> None:
        film = self._editor.project.format
        wanted = format_of(item)
        if wanted is None or wanted == film:
            return
        told = f"{item.name} is {item.width}×{item.height} at {_fps(item.own_rate.fraction)} fps"
        self._notices.info(
            f"{told}, the film {film.width}×{film.height} at {_fps(film.rate.fraction)}.",
            NoticeAction("Set the film to the movie's", lambda: self._take_format(item, wanted)),
        )

    def _take_format(self, item: FootageItem, wanted: Format) -> None:
        """Count the movies at the new rate first, then change all of it in one step."""
        folder = self._editor.folder
        places = [Path(known.path) for known in self._editor.project.footage]

        def arrived(result: MovieResult) -> None:
            if self._editor.folder != folder:
                return
            self._tell(result)
            found = {known.fingerprint: known for known in result.items}
            self._editor.do(
                f"Set the film to {item.name}", lambda film: _reformatted(film, wanted, found)
            )

        self._intake.start(places, wanted.rate, arrived)

    # At the mouse.

    def preview_slip(self, shot_id: str, delta: int) -> tuple[Project, int]:
        """Return the film with a shot's movie slipped, and by how many frames that could be."""
        project = self._editor.project
        done = footage_edits.clamp_slip(project, shot_id, delta)
        return footage_edits.slip(project, shot_id, done), done

    def slip(self, delta: int) -> None:
        """Slip the selected shot's movie by some frames; slips in a row are one undo step."""
        chosen = self.selected
        if chosen is None:
            self._notices.error(footage_edits.NO_FOOTAGE)
            return
        name = chosen[0].id
        _, done = self.preview_slip(name, delta)
        if done:
            self._editor.do(
                "Slip footage",
                lambda film: footage_edits.slip(film, name, done),
                merge_key=f"slip {name}",
            )

    # New frames beside footage.

    def extend_after(self) -> None:
        """Make room for frames that go on from the selected footage."""
        self._extend("Extend after", footage_edits.extend_after)

    def extend_before(self) -> None:
        """Make room for frames that lead into the selected footage."""
        self._extend("Extend before", footage_edits.extend_before)

    def bridge(self) -> None:
        """Lead from the selected footage into the next one."""
        self._extend("Bridge footage", footage_edits.bridge)

    def _extend(
        self, name: str, edit: Callable[[Project, str, int, RoomChoice], tuple[Project, str]]
    ) -> None:
        chosen = self.selected
        if chosen is None:
            self._notices.error(footage_edits.NO_FOOTAGE)
            return
        rate = self._editor.project.format.rate.fraction
        num_frames = max(1, round(Fraction(self._seconds) * rate))
        made = ""

        def extended(film: Project) -> Project:
            nonlocal made
            film, made = edit(film, chosen[0].id, num_frames, self._room)
            return film

        if self._editor.do(name, extended):
            self._editor.select(ShotSelected(made))
            start = next(at for at, shot in self._editor.project.shot_starts() if shot.id == made)
            self._editor.seek(start)

    # What the inspector sets.

    def set_use(self, name: str, **changes: object) -> None:
        """Change how the selected footage is shown or heard."""
        chosen = self.selected
        if chosen is None:
            return
        shot = chosen[0]

        def edit(film: Project) -> Project:
            use = film.shot(shot.id).footage
            assert isinstance(use, FootageUse)
            return footage_edits.set_use(film, shot.id, edits.with_changes(use, **changes))

        self._editor.do(name, edit, merge_key=f"{name} {shot.id}")

    def set_room(self, shot_id: str, room: RoomChoice) -> None:
        """Choose what is heard in a shot that goes on from footage or leads into it."""
        self._editor.do("Change room", lambda film: footage_edits.set_room(film, shot_id, room))

    def _follow(self, change: Change) -> None:
        if change & Change.FOLDER:
            self._place = None


def format_of(item: FootageItem) -> Format | None:
    """Return the format of a film that is made for a movie; None where films are not like that."""
    width, height = (side // 2 * 2 for side in (item.width, item.height))
    if not 1 <= item.own_rate.fraction <= _MAX_FILM_RATE:
        return None
    try:
        return Format(width=width, height=height, rate=item.own_rate)
    except ValueError:
        return None


def _reformatted(film: Project, wanted: Format, found: dict[str, FootageItem]) -> Project:
    """Return the film in another format, with every shot of footage showing its whole time."""
    if any(item.fingerprint not in found for item in film.footage):
        raise EditError("A movie is not where it was; relink it before the film changes its rate.")
    ratio = wanted.rate.fraction / film.format.rate.fraction
    items = {
        item.id: edits.with_changes(found[item.fingerprint], id=item.id) for item in film.footage
    }
    shots: list[Shot] = []
    for shot in film.shots:
        use = shot.footage
        if use is None:
            shots.append(shot)
            continue
        before, now = film.footage_item(use.footage), items[use.footage]
        is_whole = use.start == 0 and shot.num_frames == before.num_frames
        start = min(round(use.start * ratio), now.num_frames - 1)
        length = now.num_frames if is_whole else max(1, round(shot.num_frames * ratio))
        length = min(length, now.num_frames - start)
        other = edits.with_changes(use, start=start)
        shots.append(edits.with_changes(shot, num_frames=length, footage=other))
    return edits.with_changes(
        film, format=wanted, shots=tuple(shots), footage=tuple(items.values())
    )


def _fps(rate: Fraction) -> str:
    return f"{float(rate):.5g}"
