"""Gestures on shots and on the film: each is one edit, one undo step, one name in the menu."""

from __future__ import annotations

import random

from app.state.editor import EditorState
from app.state.selection import NOTHING, KeyframeSelected, ShotSelected
from app.state.timecode import nominal_rate
from app.timeline import edits
from app.timeline.project import MAX_SHOT_FRAMES, Format, Project, Shot, new_id
from engine.protocol.jobs import FrameRate

NEW_SHOT_SECONDS = 2


class ShotEdits:
    """What can be done to shots and to the film as a whole."""

    def __init__(self, editor: EditorState) -> None:
        self._editor = editor

    def new_length(self) -> int:
        """Frames of a new shot: two seconds."""
        return NEW_SHOT_SECONDS * nominal_rate(self._editor.project.format.rate)

    def add(self, index: int | None = None) -> None:
        """Add an empty shot, after the selected one unless an index is given."""
        project = self._editor.project
        if index is None:
            current = self._editor.selected_shot
            index = project.shots.index(current) + 1 if current else len(project.shots)
        shot = Shot(num_frames=self.new_length())
        self._editor.do(
            "Add shot",
            lambda film: edits.add_shot(film, shot, index),
            select=ShotSelected(shot.id),
        )

    def duplicate(self, shot_id: str) -> None:
        """Put a copy of a shot right after it."""
        project = self._editor.project
        shot = project.shot(shot_id)
        keyframes = tuple(k.model_copy(update={"id": new_id()}) for k in shot.keyframes)
        copy = shot.model_copy(update={"id": new_id(), "keyframes": keyframes})
        index = project.shots.index(shot) + 1
        self._editor.do(
            "Duplicate shot",
            lambda film: edits.add_shot(film, copy, index),
            select=ShotSelected(copy.id),
        )

    def remove(self, shot_id: str) -> None:
        """Take a shot out of the film."""
        self._editor.do("Delete shot", lambda film: edits.remove_shot(film, shot_id))

    def remove_selected(self) -> None:
        """Take out what is selected: a keyframe or a shot."""
        match self._editor.selection:
            case KeyframeSelected(keyframe_id):
                self._editor.do(
                    "Delete keyframe", lambda film: edits.remove_keyframe(film, keyframe_id)
                )
            case ShotSelected(shot_id):
                self.remove(shot_id)
            case _:
                return

    def move(self, shot_id: str, step: int) -> None:
        """Move a shot by ``step`` places, to the left when it is negative."""
        project = self._editor.project
        index = project.shots.index(project.shot(shot_id)) + step
        if 0 <= index < len(project.shots):
            self._editor.do("Move shot", lambda film: edits.move_shot(film, shot_id, index))

    def preview_resize(self, shot_id: str, num_frames: int) -> Project:
        """Return the film with another length of a shot, stopping at its last keyframe."""
        project = self._editor.project
        shot = project.shot(shot_id)
        least = shot.keyframes[-1].frame + 1 if shot.keyframes else 1
        allowed = max(least, min(num_frames, MAX_SHOT_FRAMES))
        return edits.resize_shot(project, shot_id, allowed)

    def resize(self, shot_id: str, num_frames: int) -> None:
        """Give a shot another length; what stands after it moves along."""
        self._editor.do(
            "Resize shot",
            lambda film: edits.resize_shot(film, shot_id, min(num_frames, MAX_SHOT_FRAMES)),
        )

    def toggle_join(self, shot_id: str) -> None:
        """Switch between a cut and a continued movement after a shot."""
        join = "continue" if self._editor.project.shot(shot_id).join == "cut" else "cut"
        name = "Continue into next shot" if join == "continue" else "Cut after shot"
        self._editor.do(name, lambda film: edits.set_join(film, shot_id, join))

    def set_caption(self, shot_id: str, caption: str) -> None:
        """Write what happens in a shot; typing in one place is one undo step."""
        self._editor.do(
            "Edit caption",
            lambda film: edits.set_caption(film, shot_id, caption),
            merge_key=f"caption {shot_id}",
        )

    def set_film_caption(self, caption: str) -> None:
        """Write what holds for the whole film."""
        self._editor.do(
            "Edit film caption",
            lambda film: edits.set_film_caption(film, caption),
            merge_key="film caption",
        )

    def set_size(self, width: int, height: int) -> None:
        """Choose the size the film is finished at."""
        self._set_format("Change frame size", {"width": width, "height": height})

    def set_rate(self, rate: FrameRate) -> None:
        """Choose the film's frame rate; shots keep their number of frames."""
        self._set_format("Change frame rate", {"rate": rate})

    def set_seed(self, seed: int) -> None:
        """Choose the seed: another seed, another take."""
        self._editor.do(
            "Change seed", lambda film: edits.set_seed(film, seed), merge_key="seed field"
        )

    def reroll_seed(self) -> None:
        """Throw the dice: the next take differs; takes made so far stay on disk."""
        seed = random.SystemRandom().randrange(1, 1_000_000)
        self._editor.do("Re-roll seed", lambda film: edits.set_seed(film, seed))

    def set_model(self, model: str) -> None:
        """Choose the model that makes the film."""
        self._editor.do("Change model", lambda film: edits.set_model(film, model))

    def select_none(self) -> None:
        """Select the film as a whole."""
        self._editor.select(NOTHING)

    def _set_format(self, name: str, changes: dict[str, object]) -> None:
        def edit(film: Project) -> Project:
            values = {**dict(film.format), **changes}
            try:
                chosen = Format.model_validate(values)
            except ValueError as error:
                raise edits.EditError(
                    "A frame is 64 to 8192 pixels wide and high; choose another size."
                ) from error
            return edits.set_format(film, chosen)

        self._editor.do(name, edit)
