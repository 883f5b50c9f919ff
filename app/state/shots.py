"""Gestures on shots and on the film: each is one edit, one undo step, one name in the menu."""

from __future__ import annotations

import random
from collections.abc import Collection
from typing import Literal

from app.state.editor import EditorState
from app.state.selection import (
    NOTHING,
    KeyframeSelected,
    MarkerSelected,
    NothingSelected,
    SeveralKeyframes,
    SeveralShots,
    ShotSelected,
    SoundsSelected,
    selected_keyframe_ids,
    selected_shot_ids,
    selected_sound_ids,
)
from app.state.timecode import nominal_rate
from app.timeline import cutting, edits, footage_edits, groups, marks, sounds
from app.timeline.project import Format, Project, Shot
from engine.protocol.jobs import FrameRate

NEW_SHOT_SECONDS = 2

Side = Literal["head", "tail"]
"""The left edge of a shot, or the right one."""


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

    def remove(self, shot_id: str) -> None:
        """Take a shot out of the film."""
        self._editor.do("Delete shot", lambda film: edits.remove_shot(film, shot_id))

    def remove_selected(self, verb: str = "Delete") -> None:
        """Take out what is selected: keyframes, shots, a marker or sounds."""
        selection = self._editor.selection
        match selection:
            case KeyframeSelected() | SeveralKeyframes():
                names = selected_keyframe_ids(selection)
                self._editor.do(
                    f"{verb} {_counted(len(names), 'keyframe')}",
                    lambda film: groups.remove_keyframes(film, names),
                )
            case ShotSelected() | SeveralShots():
                names = selected_shot_ids(selection)
                self._editor.do(
                    f"{verb} {_counted(len(names), 'shot')}",
                    lambda film: groups.remove_shots(film, names),
                )
            case MarkerSelected(marker_id):
                self._editor.do(f"{verb} marker", lambda film: marks.remove_marker(film, marker_id))
            case SoundsSelected(clip_ids):
                self._editor.do(
                    f"{verb} {_counted(len(clip_ids), 'sound')}",
                    lambda film: sounds.remove_clips(film, clip_ids),
                )
            case NothingSelected():
                return

    def split_here(self) -> None:
        """Cut the selected sounds, else the shot, at the playhead; movement goes on over it."""
        clip_ids = selected_sound_ids(self._editor.selection)
        if clip_ids:
            here = self._editor.playhead
            self._editor.do("Split sound", lambda film: sounds.split_clips(film, clip_ids, here))
            return
        found = self._editor.project.shot_at(self._editor.playhead)
        if found is not None:
            start, shot = found
            frame = self._editor.playhead - start
            self._editor.do("Split shot", lambda film: cutting.split_shot(film, shot.id, frame))

    def move_to(self, shot_ids: Collection[str], index: int) -> None:
        """Move shots before the one that stands at ``index`` now."""
        if groups.move_shots(self._editor.project, shot_ids, index) == self._editor.project:
            return
        self._editor.do(
            f"Move {_counted(len(shot_ids), 'shot')}",
            lambda film: groups.move_shots(film, shot_ids, index),
        )

    def trim(self, name: str, candidate: Project) -> None:
        """Make the trim or the roll that a drag has shown."""
        if candidate != self._editor.project:
            self._editor.do(name, lambda _: candidate)

    def move(self, shot_id: str, step: int) -> None:
        """Move a shot by ``step`` places, to the left when it is negative."""
        project = self._editor.project
        index = project.shots.index(project.shot(shot_id)) + step
        if 0 <= index < len(project.shots):
            self._editor.do("Move shot", lambda film: edits.move_shot(film, shot_id, index))

    def preview_trim(
        self, shot_id: str, side: Side, delta: int, *, overwrites: bool
    ) -> tuple[Project, int]:
        """Return the film with a shot's edge moved, and by how many frames it could be moved.

        ``overwrites`` lets the neighbour give or take what the shot takes or gives; a shot
        without a neighbour on that side is trimmed alone.
        """
        project = self._editor.project
        shot = project.shot(shot_id)
        index = project.shots.index(shot)
        if overwrites and side == "head" and index:
            return self.preview_roll(project.shots[index - 1].id, delta)
        if overwrites and side == "tail" and index + 1 < len(project.shots):
            return self.preview_roll(shot_id, delta)
        if side == "head":
            done = cutting.clamp_head(shot, delta)
            return cutting.trim_head(project, shot_id, done), done
        done = cutting.clamp_tail(shot, delta, footage_edits.longest(project, shot))
        return cutting.trim_tail(project, shot_id, done), done

    def preview_roll(self, shot_id: str, delta: int) -> tuple[Project, int]:
        """Return the film with the join after a shot moved, and by how many frames."""
        project = self._editor.project
        done = cutting.clamp_roll(project, shot_id, delta)
        return cutting.roll_join(project, shot_id, done), done

    def resize(self, shot_id: str, num_frames: int) -> None:
        """Give a shot another length; what stands after it moves along. A movie ends somewhere."""
        self._editor.do(
            "Resize shot",
            lambda film: edits.resize_shot(
                film, shot_id, min(num_frames, footage_edits.longest(film, film.shot(shot_id)))
            ),
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
        """Choose the film's frame rate; shots keep their number of frames, sounds their seconds."""
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
            rates = film.format.rate.fraction, chosen.rate.fraction
            clips = sounds.retimed(film.sound_clips, *rates)
            film = edits.set_format(film, chosen)
            return edits.with_changes(film, sound_clips=clips)

        self._editor.do(name, edit)


def _counted(count: int, noun: str) -> str:
    return noun if count == 1 else f"{count} {noun}s"
