"""The tour for newcomers: what is told in which order, and how far one has come.

It only points at things; the film is edited by nobody but the user. Knows no widget: views find
the place that a step is about by its name.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.state.document import DocumentState
from app.state.editor import Change, EditorState
from app.state.grid import requested_frames
from app.state.selection import KeyframeSelected, ShotSelected
from app.state.settings import SettingsState


@dataclass(frozen=True, slots=True)
class TourStep:
    """One thing to know.

    Attributes:
        name: of the place in the window.
        command: whose key is told, if it is about one.
    """

    name: str
    title: str
    text: str
    command: str = ""


STEPS: tuple[TourStep, ...] = (
    TourStep(
        "boards",
        "Boards on the timeline",
        "Every picture is a board, pinned to the moment where it shall be seen. Drag one to "
        "another moment, or drop images from your files: on a shot, or behind the last one.",
        "add_images",
    ),
    TourStep(
        "grid",
        "Asked and used",
        "The model counts in chunks of 4n + 1 frames, so a board may come up to two frames early "
        "or late. This lane shows where it can stand. Where asked and used differ, the inspector "
        "says so and offers the exact frame.",
        "toggle_exact",
    ),
    TourStep(
        "caption",
        "A caption for each shot",
        "Say what happens, as you would to a cameraman. The film has a caption of its own for what "
        "all shots share, and a shot without one is fine.",
        "edit_caption",
    ),
    TourStep(
        "viewer",
        "The boards play already",
        "Before anything is made, the boards run as an animatic, so that you can find the pace. "
        "Takes replace them in place as they come.",
        "play",
    ),
    TourStep(
        "generate",
        "Generate",
        "Makes drafts of all shots. You see the clip take form, may stop at any step and go on "
        "later; nothing that was computed is lost.",
        "generate",
    ),
    TourStep(
        "takes",
        "Takes",
        "Each result is a take, kept with its seed. Compare, rate and keep the good ones; re-roll "
        "one part while the rest stays as it is.",
        "reroll_pass",
    ),
    TourStep(
        "render",
        "Export",
        "Refines the drafts to full size with your boards as anchors, and writes the movie the "
        "way you need it.",
        "render",
    ),
)


class TourState(QObject):
    """Where the tour stands.

    Signals:
        changed: another step is shown, none any more, or the offer has gone.
    """

    changed = Signal()

    def __init__(
        self,
        editor: EditorState,
        document: DocumentState,
        settings: SettingsState,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self._document = document
        self._settings = settings
        self._index: int | None = None
        self._was_offered = self.is_offered
        editor.changed.connect(self._follow)

    @property
    def is_offered(self) -> bool:
        """Whether somebody new looks at an empty film."""
        return not self._settings.values.tour_offered and not self._editor.project.shots

    @property
    def index(self) -> int | None:
        """Number of the step that is shown, from 0; None when there is no tour."""
        return self._index

    @property
    def step(self) -> TourStep | None:
        """The step that is shown."""
        return STEPS[self._index] if self._index is not None else None

    def begin(self) -> None:
        """Show the film that is open; an empty one gives way to the sample."""
        self._settings.update(tour_offered=True)
        if self._editor.project.shots or self._document.open_sample():
            self._go(0)
        else:
            self.changed.emit()

    def decline(self) -> None:
        """Never offer it again; the Help menu has it."""
        self._settings.update(tour_offered=True)
        self.changed.emit()

    def next(self) -> None:
        """Go on; after the last step the tour ends."""
        if self._index is not None:
            self._go(self._index + 1 if self._index + 1 < len(STEPS) else None)

    def back(self) -> None:
        """Show the step before."""
        if self._index:
            self._go(self._index - 1)

    def end(self) -> None:
        """Stop here."""
        if self._index is not None:
            self._go(None)

    def _go(self, index: int | None) -> None:
        self._index = index
        if self.step is not None:
            self._point(self.step.name)
        self.changed.emit()

    def _point(self, name: str) -> None:
        """Select what the step is about."""
        project = self._editor.project
        if name == "grid":
            asked, used = requested_frames(project), self._editor.grid.used
            moved = [key for key, frame in asked.items() if used.get(key, frame) != frame]
            inner = [key for key, frame in asked.items() if frame > 0]
            for keyframe_id in (moved or inner)[:1]:
                self._editor.seek(asked[keyframe_id])
                self._editor.select(KeyframeSelected(keyframe_id))
        elif name == "caption" and project.shots:
            self._editor.select(ShotSelected(project.shots[0].id))

    def _follow(self, change: Change) -> None:
        if not change & Change.PROJECT:
            return
        if self._index is not None and not self._editor.project.shots:
            self._go(None)
        elif self.is_offered != self._was_offered:
            self._was_offered = self.is_offered
            self.changed.emit()
