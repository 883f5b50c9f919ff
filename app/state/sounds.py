"""Gestures on sounds: drop, move, trim, split, gain, fades, mute, delete."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.state.editor import EditorState
from app.state.notices import NoticesState
from app.state.selection import Selection, SoundsSelected, select_sounds, selected_sound_ids
from app.state.sound_intake import Incoming, SoundIntake, SoundResult
from app.timeline import sounds
from app.timeline.edits import EditError
from app.timeline.parts import SoundClip
from app.timeline.project import Project
from app.timeline.sounds import SoundSide


class SoundEdits(QObject):
    """What can be done to sounds.

    Signals:
        incoming_changed: a sound is being read, or none any more.
    """

    incoming_changed = Signal()

    def __init__(
        self,
        editor: EditorState,
        intake: SoundIntake,
        notices: NoticesState,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self._intake = intake
        self._notices = notices
        intake.changed.connect(self.incoming_changed)

    @property
    def incoming(self) -> tuple[Incoming, ...]:
        """What is being read."""
        return self._intake.incoming

    @property
    def selected(self) -> SoundClip | None:
        """The selected clip, if it is one alone."""
        names = selected_sound_ids(self._editor.selection)
        clips = [clip for clip in self._editor.project.sound_clips if clip.id in names]
        return clips[0] if len(clips) == 1 else None

    def drop(self, paths: Sequence[Path], frame: int, lane: int = 0) -> None:
        """Lay sounds one after another from a film frame on."""
        if not paths:
            self._notices.error("Only files on this computer can be dropped here.")
            return
        if not self._editor.may_write():
            return
        folder = self._editor.folder
        place = (max(0, frame), max(0, lane))

        def lay(result: SoundResult) -> None:
            if self._editor.folder == folder:
                self._lay(result, *place)

        self._intake.start(folder, paths, place, lay)

    def add_here(self, paths: Sequence[Path]) -> None:
        """Lay sounds from the playhead on."""
        self.drop(paths, self._editor.playhead)

    def preview_move(self, clip_ids: Collection[str], delta: int, lanes: int) -> Project | None:
        """Return the film with clips moved; None when they find no room there."""
        try:
            return sounds.move_clips(self._editor.project, clip_ids, delta, lanes)
        except EditError:
            return None

    def preview_trim(self, clip_id: str, side: SoundSide, delta: int) -> tuple[Project, int]:
        """Return the film with an edge trimmed, and by how many frames that could be done."""
        project = self._editor.project
        delta = sounds.clamp_trim(project, clip_id, side, delta)
        return sounds.trim_clip(project, clip_id, side, delta), delta

    def preview_fade(self, clip_id: str, side: SoundSide, frames: int) -> Project:
        """Return the film with another fade."""
        return sounds.set_fade(self._editor.project, clip_id, side, frames)

    def apply(self, name: str, candidate: Project) -> None:
        """Keep what a drag has shown, as one step."""
        clips = candidate.sound_clips
        self._editor.do(name, lambda film: film.model_copy(update={"sound_clips": clips}))

    def move(self, clip_ids: Collection[str], delta: int, lanes: int = 0) -> None:
        """Move clips by some frames and lanes."""
        self._do("Move", clip_ids, lambda film: sounds.move_clips(film, clip_ids, delta, lanes))

    def set_gain(self, gain_db: float) -> None:
        """Make the selected clips louder or softer."""
        names = selected_sound_ids(self._editor.selection)
        self._do(
            "Change gain of",
            names,
            lambda film: sounds.set_gain(film, names, gain_db),
            merge_key=f"gain {sorted(names)}",
        )

    def set_fade(self, clip_id: str, side: SoundSide, frames: int) -> None:
        """Fade a clip in or out."""
        word = "Fade in" if side == "head" else "Fade out"
        self._editor.do(
            word,
            lambda film: sounds.set_fade(film, clip_id, side, frames),
            merge_key=f"fade {side} {clip_id}",
        )

    def set_place(self, clip_id: str, frame: int) -> None:
        """Let a clip begin on another film frame."""
        clip = sounds.find_clip(self._editor.project, clip_id)
        self.move({clip_id}, frame - clip.frame)

    @property
    def is_muted(self) -> bool:
        """Whether every selected clip is silent."""
        names = selected_sound_ids(self._editor.selection)
        clips = [clip for clip in self._editor.project.sound_clips if clip.id in names]
        return bool(clips) and all(clip.is_muted for clip in clips)

    def toggle_muted(self) -> None:
        """Silence the selected clips, or let them be heard again."""
        names = selected_sound_ids(self._editor.selection)
        mutes = not self.is_muted
        verb = "Mute" if mutes else "Unmute"
        self._do(verb, names, lambda film: sounds.set_muted(film, names, mutes))

    def select(self, clip_id: str, *, toggles: bool = False) -> None:
        """Select a clip, or add it and take it off."""
        before = selected_sound_ids(self._editor.selection)
        chosen = before ^ {clip_id} if toggles else frozenset({clip_id})
        self._editor.select(select_sounds(chosen))

    def _do(
        self,
        verb: str,
        clip_ids: Collection[str],
        edit: Callable[[Project], Project],
        merge_key: str | None = None,
    ) -> None:
        noun = "sound" if len(clip_ids) < 2 else f"{len(clip_ids)} sounds"
        if clip_ids:
            self._editor.do(f"{verb} {noun}", edit, merge_key=merge_key)

    def _lay(self, result: SoundResult, frame: int, lane: int) -> None:
        for refusal in result.refusals:
            self._notices.error(refusal)
        if not result.items:
            return
        names: tuple[str, ...] = ()

        def edit(film: Project) -> Project:
            nonlocal names
            film, names = sounds.add_sounds(film, result.items, frame, lane)
            return film

        noun = "sound" if len(result.items) == 1 else f"{len(result.items)} sounds"
        if self._editor.do(f"Add {noun}", edit):
            chosen: Selection = SoundsSelected(frozenset(names))
            self._editor.select(chosen)
