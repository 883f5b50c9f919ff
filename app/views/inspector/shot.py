"""The shot's part of the inspector: caption, length, join, pacing, seed and lock."""

from __future__ import annotations

from typing import cast

from PySide6.QtWidgets import QLabel

from app.state.language import counted, said
from app.state.timecode import seconds_text
from app.state.workspace import Workspace
from app.timeline.footage_edits import is_beside_footage
from app.timeline.parts import RoomChoice
from app.timeline.project import MAX_SHOT_FRAMES, Shot
from app.views.inspector.fields import NumberField, ProseField, Section
from app.views.inspector.footage import RoomField
from app.views.inspector.pacing import PacingField
from app.views.inspector.pass_seed import PassSeedField
from app.views.segments import Segments


class ShotSection(Section):
    """Shows and changes the selected shot."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(said("Inspector", "Shot"))
        self._workspace = workspace
        self._shot: Shot | None = None
        self._caption = ProseField(
            said("Inspector", "Caption of the shot"),
            said("Inspector", "What happens in this shot. Empty is fine."),
            4,
            4000,
        )
        self._caption.paused.connect(self._set_caption)
        self._caption.left.connect(workspace.editor.end_merge)
        self.add_wide(self._caption)
        self._length = NumberField(
            said("Inspector", "Length in frames"), 1, MAX_SHOT_FRAMES, said("Inspector", " frames")
        )
        self._length.entered.connect(self._set_length)
        self._seconds = QLabel()
        self._seconds.setProperty("dim", "true")
        self.add_row(said("Inspector", "Length"), self._length, self._seconds)
        self._join = Segments(
            [
                (
                    "cut",
                    said("Inspector", "Cut"),
                    said("Inspector", "The next shot begins with a hard cut"),
                ),
                (
                    "continue",
                    said("Inspector", "Continue"),
                    said("Inspector", "The movement goes on into the next shot"),
                ),
            ]
        )
        self._join.setAccessibleName(said("Inspector", "Join to the next shot"))
        self._join.chosen.connect(self._set_join)
        self.add_row(said("Inspector", "To next"), self._join)
        self.room = RoomField()
        self.room.chosen.connect(self._set_room)
        self.add_row(said("Inspector", "Sound"), self.room)
        self.pacing = PacingField(workspace.pacing)
        self.add_row(said("Inspector", "Pacing"), self.pacing)
        self.seed = PassSeedField(workspace.choices)
        self.add_row(said("Inspector", "Seed"), self.seed)

    def show_shot(self, shot: Shot) -> None:
        """Show a shot as it is."""
        if self._shot is not None and self._shot.id != shot.id:
            self._caption.flush()
        self._shot = shot
        project = self._workspace.editor.project
        index = next(i for i, known in enumerate(project.shots) if known.id == shot.id)
        parts = self._workspace.editor.grid.passes_of_shot(index)
        latents = " + ".join(str(part.plan.num_latents) for part in parts)
        noun = counted("Inspector", "%n passes", "pass", n=len(parts))
        made = said("Inspector", "{noun} of {latents} latent frames", noun=noun, latents=latents)
        self.set_title(
            said("Inspector", "Shot {number}", number=index + 1),
            made if shot.footage is None else said("Inspector", "shows a movie"),
        )
        self._caption.show_text(shot.caption)
        self._length.show_number(shot.num_frames)
        self._seconds.setText(seconds_text(shot.num_frames, project.format.rate))
        self.room.show_choice(shot.room)
        self.show_row(self.room, is_beside_footage(project, shot.id))
        self.pacing.show_shot(shot)
        self.seed.show_shot(shot)
        for field in (self.pacing, self.seed):
            self.show_row(field, shot.footage is None)
        self._join.show_choice(shot.join)
        self._join.setEnabled(index + 1 < len(project.shots))

    def focus_caption(self) -> None:
        """Put the cursor into the caption."""
        self._caption.setFocus()
        self._caption.selectAll()

    def flush(self) -> None:
        """Hand on what was typed and not yet kept."""
        self._caption.flush()

    def _set_caption(self, text: str) -> None:
        if self._shot is not None:
            self._workspace.shots.set_caption(self._shot.id, text)

    def _set_length(self, num_frames: int) -> None:
        shot = self._shot
        if shot is None:
            return
        self._workspace.shots.resize(shot.id, num_frames)
        self._length.show_number(self._workspace.editor.project.shot(shot.id).num_frames)

    def _set_room(self, room: str) -> None:
        if self._shot is not None and self._shot.room != room:
            self._workspace.footage.set_room(self._shot.id, cast("RoomChoice", room))

    def _set_join(self, name: str) -> None:
        if self._shot is not None and self._shot.join != name:
            self._workspace.shots.toggle_join(self._shot.id)
