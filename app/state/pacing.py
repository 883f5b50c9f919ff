"""Gestures on the pacing of a shot: try one, apply it, keep the shot's own under a name."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from app.state.editor import EditorState
from app.state.notices import NoticesState
from app.state.settings import SettingsState
from app.timeline import pacing as rules
from app.timeline.edits import EditError
from app.timeline.pacing import BUILT_IN, Pacing
from app.timeline.project import Project, Shot


class PacingState(QObject):
    """The pacings that there are, and what they do to the selected shot.

    Signals:
        changed: other pacings, or whether the shot's length is kept.
        preview_changed: another pacing is tried, or none any more.
        name_wanted: the user wants to keep the shot's pacing and has to name it.
    """

    changed = Signal()
    preview_changed = Signal()
    name_wanted = Signal()

    def __init__(
        self,
        editor: EditorState,
        settings: SettingsState,
        notices: NoticesState,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self._settings = settings
        self._notices = notices
        self._preview: Project | None = None
        settings.changed.connect(self.changed)
        editor.changed.connect(self.end_preview)

    @property
    def own(self) -> tuple[Pacing, ...]:
        """The user's own pacings."""
        return self._settings.values.pacings

    @property
    def all(self) -> tuple[Pacing, ...]:
        """The program's pacings, then the user's."""
        return (*BUILT_IN, *self.own)

    @property
    def keeps_length(self) -> bool:
        """Whether a shot keeps its length when it is paced."""
        return self._settings.values.pacing_keeps_length

    @property
    def preview(self) -> Project | None:
        """The film as the pacing that is tried would make it."""
        return self._preview

    def current(self, shot: Shot) -> Pacing | None:
        """Return the pacing in which a shot's boards stand, None when it is another."""
        rate = self._editor.project.format.rate.fraction
        found = rules.matching(self.all, shot, rate, keeps_length=False)
        return found or rules.matching(self.all, shot, rate, keeps_length=True)

    def keep_length(self, keeps: bool) -> None:
        """Scale pacings to the shot's length, or let the shot have theirs."""
        self._settings.update(pacing_keeps_length=keeps)

    def apply(self, name: str) -> None:
        """Pace the selected shot."""
        shot, pacing = self._editor.selected_shot, self._find(name)
        if shot is None:
            self._notices.info("Select a shot to pace its boards.")
        elif pacing is not None:
            self.end_preview()
            keeps = self.keeps_length
            self._editor.do(
                f"Pace shot: {pacing.name}",
                lambda film: rules.pace(film, shot.id, pacing, keeps_length=keeps),
            )

    def try_out(self, name: str) -> None:
        """Show what a pacing would do to the selected shot."""
        shot, pacing = self._editor.selected_shot, self._find(name)
        tried: Project | None = None
        if shot is not None and pacing is not None:
            try:
                tried = rules.pace(
                    self._editor.project, shot.id, pacing, keeps_length=self.keeps_length
                )
            except EditError:
                tried = None
        self._show(tried)

    def end_preview(self, _change: object = None) -> None:
        """Show the film as it is."""
        self._show(None)

    def ask_for_name(self) -> None:
        """Begin to keep the selected shot's pacing."""
        shot = self._editor.selected_shot
        if shot is None or not shot.keyframes:
            self._notices.info("Select a shot with boards to keep its pacing.")
        else:
            self.name_wanted.emit()

    def save(self, name: str) -> bool:
        """Keep the selected shot's pacing under a name; whether it was kept."""
        shot = self._editor.selected_shot
        if shot is None:
            return False
        rate = self._editor.project.format.rate.fraction
        return self._change(lambda: rules.with_pacing(self.own, rules.pacing_of(shot, name, rate)))

    def rename(self, old: str, new: str) -> bool:
        """Give one of the user's pacings another name; whether it has it."""
        return self._change(lambda: rules.renamed(self.own, old, new))

    def delete(self, name: str) -> None:
        """Forget one of the user's pacings; shots stay as they are."""
        self._settings.update(pacings=rules.without(self.own, name))

    def _change(self, change: Callable[[], tuple[Pacing, ...]]) -> bool:
        try:
            self._settings.update(pacings=change())
        except EditError as error:
            self._notices.error(str(error))
            return False
        return True

    def _find(self, name: str) -> Pacing | None:
        return next((known for known in self.all if known.name == name), None)

    def _show(self, tried: Project | None) -> None:
        if tried is not self._preview:
            self._preview = tried
            self.preview_changed.emit()
