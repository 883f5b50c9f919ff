"""Gestures on keyframes: drop, drag, replace, place exactly, crop.

A frame that is taken is never taken over silently: an offer stands until the user answers it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.state.drops import DropTarget, OntoEmpty, OntoShot, spread
from app.state.editor import Change, EditorState
from app.state.intake import Intake, IntakeResult
from app.state.notices import NoticesState
from app.state.selection import KeyframeSelected, selected_keyframe_ids
from app.state.timecode import nominal_rate
from app.timeline import edits, groups
from app.timeline.edits import EditError, find_keyframe
from app.timeline.parts import MediaItem
from app.timeline.project import Keyframe, Project, Shot
from engine.protocol.jobs import Bars, Fit

FOOTAGE_TAKES_NONE = (
    "A shot that shows a movie takes no keyframes; drop the picture on a shot beside it."
)


@dataclass(frozen=True, slots=True)
class ReplaceOffer:
    """A picture came to a frame that has one already.

    Attributes:
        keyframe_id: the keyframe that stands there.
        film_frame: where that is.
        item: the new picture, when it comes from outside.
        moved_id: the keyframe that was dragged there, otherwise.
    """

    keyframe_id: str
    film_frame: int
    item: MediaItem | None = None
    moved_id: str | None = None


class KeyframeEdits(QObject):
    """What can be done to keyframes.

    Signals:
        offer_changed: an offer to replace stands, or none any more.
    """

    offer_changed = Signal()

    def __init__(
        self,
        editor: EditorState,
        intake: Intake,
        notices: NoticesState,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self._intake = intake
        self._notices = notices
        self._offer: ReplaceOffer | None = None
        editor.changed.connect(self._forget_stale_offer)

    @property
    def offer(self) -> ReplaceOffer | None:
        """The offer that stands."""
        return self._offer

    def drop(self, paths: Sequence[Path], target: DropTarget) -> None:
        """Pin pictures to a shot, or make shots of them."""
        self._set_offer(None)
        if not paths:
            self._notices.error("Only files on this computer can be dropped here.")
            return
        if isinstance(target, OntoShot) and is_footage(self._editor.project, target.shot_id):
            self._notices.error(FOOTAGE_TAKES_NONE)
            return
        if not self._editor.may_write():
            return
        folder = self._editor.folder

        def place(result: IntakeResult) -> None:
            if self._editor.folder == folder:
                self._place(result, target)

        self._intake.start(folder, paths, place)

    def replace_image(self, keyframe_id: str, path: Path) -> None:
        """Give a keyframe another picture from a file."""

        def replace(result: IntakeResult) -> None:
            self._tell(result)
            if result.items:
                self._replace(keyframe_id, result.items[0])

        if not self._editor.may_write():
            return
        self._intake.start(self._editor.folder, [path], replace)

    def preview_move(self, keyframe_id: str, film_frame: int) -> Project | None:
        """Return the film as it would be with a keyframe moved; None when it cannot go there."""
        try:
            return _moved(self._editor.project, keyframe_id, film_frame)
        except (EditError, KeyError):
            return None

    def preview_drop(self, target: DropTarget, count: int) -> Project | None:
        """Return the film's timing as a drop would make it, only to be drawn; None if it cannot."""
        project = self._editor.project
        if isinstance(target, OntoEmpty):
            return None
        shot = next((shot for shot in project.shots if shot.id == target.shot_id), None)
        if shot is None or shot.footage is not None:
            return None
        taken = {keyframe.frame for keyframe in shot.keyframes}
        frames = spread(count, target.frame, shot.num_frames, taken)
        if len(frames) < count or (count == 1 and target.frame in taken):
            return None
        ghosts = [Keyframe(id="", media="", frame=frame) for frame in frames]
        keyframes = tuple(sorted((*shot.keyframes, *ghosts), key=lambda k: k.frame))
        changed = shot.model_copy(update={"keyframes": keyframes})
        shots = tuple(changed if known is shot else known for known in project.shots)
        return project.model_copy(update={"shots": shots})

    def move(self, keyframe_id: str, film_frame: int) -> None:
        """Move a keyframe to a film frame; on a taken one, offer to replace."""
        occupant = keyframe_on(self._editor.project, film_frame)
        if occupant is not None and occupant.id != keyframe_id:
            self._set_offer(ReplaceOffer(occupant.id, film_frame, moved_id=keyframe_id))
            return
        self._set_offer(None)
        self._editor.do(
            "Move keyframe",
            lambda film: _moved(film, keyframe_id, film_frame),
            select=KeyframeSelected(keyframe_id),
        )

    def preview_shift(self, keyframe_ids: Collection[str], delta: int) -> Project | None:
        """Return the film with keyframes moved by some frames; None when one cannot go there."""
        try:
            return groups.shift_keyframes(self._editor.project, keyframe_ids, delta)
        except EditError:
            return None

    def clamp_shift(self, keyframe_ids: Collection[str], delta: int) -> int:
        """Return the nearest shift with which all keyframes stay in the film."""
        frames = groups.film_frames(self._editor.project, keyframe_ids).values()
        if not frames:
            return 0
        last = self._editor.project.num_frames - 1
        return max(-min(frames), min(delta, last - max(frames)))

    def shift(self, keyframe_ids: Collection[str], delta: int) -> None:
        """Move several keyframes by some frames."""
        if delta:
            self._editor.do(
                f"Move {len(keyframe_ids)} keyframes",
                lambda film: groups.shift_keyframes(film, keyframe_ids, delta),
            )

    def nudge(self, delta: int) -> None:
        """Move the selected keyframes by some frames; nudges in a row are one undo step."""
        names = selected_keyframe_ids(self._editor.selection)
        moved = self.clamp_shift(names, delta)
        if moved:
            noun = "keyframe" if len(names) == 1 else f"{len(names)} keyframes"
            self._editor.do(
                f"Nudge {noun}",
                lambda film: groups.shift_keyframes(film, names, moved),
                merge_key=f"nudge {sorted(names)}",
            )

    def set_frame(self, keyframe_id: str, frame: int) -> bool:
        """Ask for a frame of the keyframe's own shot."""
        shot, keyframe = find_keyframe(self._editor.project, keyframe_id)
        if frame == keyframe.frame:
            return True
        return self._editor.do(
            "Move keyframe",
            lambda film: edits.move_keyframe(film, keyframe_id, shot.id, frame),
            merge_key=f"frame {keyframe_id}",
        )

    def set_exact(self, keyframe_id: str, exact: bool) -> None:
        """Stand exactly on the requested frame, or on the grid's nearest."""
        name = "Place exactly" if exact else "Snap to grid"
        self._editor.do(name, lambda film: edits.set_exact(film, keyframe_id, exact))

    def set_anchor(self, keyframe_id: str, anchor_x: float, anchor_y: float) -> None:
        """Choose the part of the picture that survives the crop."""
        self._editor.do(
            "Change crop",
            lambda film: edits.set_anchor(film, keyframe_id, anchor_x, anchor_y),
            merge_key=f"crop {keyframe_id}",
        )

    def set_fit(self, keyframe_id: str, fit: Fit, bars: Bars) -> None:
        """Crop the picture to the frame, or show it whole with bars beside it."""
        name = "Fill the frame" if fit == "cover" else "Show the whole picture"
        self._editor.do(name, lambda film: edits.set_fit(film, keyframe_id, fit, bars))

    def set_strength(self, keyframe_id: str, strength: float) -> None:
        """Choose how strongly the picture holds; steps in a row are one undo step."""
        self._editor.do(
            "Change strength",
            lambda film: edits.set_strength(film, keyframe_id, strength),
            merge_key=f"strength {keyframe_id}",
        )

    def remove(self, keyframe_id: str) -> None:
        """Unpin a picture."""
        self._editor.do("Delete keyframe", lambda film: edits.remove_keyframe(film, keyframe_id))

    def accept_offer(self) -> None:
        """Replace the picture that stands on the frame."""
        offer, self._offer = self._offer, None
        self.offer_changed.emit()
        if offer is None:
            return
        if offer.item is not None:
            self._replace(offer.keyframe_id, offer.item)
        elif offer.moved_id is not None:
            moved_id = offer.moved_id
            self._editor.do(
                "Replace image",
                lambda film: _replaced_by_moved(film, offer.keyframe_id, moved_id),
                select=KeyframeSelected(offer.keyframe_id),
            )

    def decline_offer(self) -> None:
        """Leave everything as it is."""
        self._set_offer(None)

    def _place(self, result: IntakeResult, target: DropTarget) -> None:
        self._tell(result)
        if not result.items:
            return
        match target:
            case OntoShot(shot_id, frame):
                self._pin(result.items, shot_id, frame)
            case OntoEmpty(index):
                self._make_shots(result.items, index)

    def _pin(self, items: Sequence[MediaItem], shot_id: str, frame: int) -> None:
        project = self._editor.project
        shot = next((shot for shot in project.shots if shot.id == shot_id), None)
        if shot is None:
            self._notices.error("That shot is not there any more.")
            return
        taken = {keyframe.frame: keyframe for keyframe in shot.keyframes}
        if len(items) == 1 and frame in taken:
            start = next(start for start, known in project.shot_starts() if known.id == shot_id)
            self._set_offer(ReplaceOffer(taken[frame].id, start + frame, item=items[0]))
            return
        frames = spread(len(items), frame, shot.num_frames, taken)
        if len(frames) < len(items):
            self._notices.error(
                f"The shot has room for {len(frames)} of the {len(items)} images; lengthen it "
                "or drop fewer."
            )
            return
        keyframes: list[Keyframe] = []

        def edit(film: Project) -> Project:
            film = edits.add_media(film, items)
            for item, at in zip(items, frames, strict=True):
                keyframe = Keyframe(media=_media_id(film, item), frame=at)
                keyframes.append(keyframe)
                film = edits.place_keyframe(film, shot_id, keyframe)
            return film

        name = "Add keyframe" if len(items) == 1 else f"Add {len(items)} keyframes"
        if self._editor.do(name, edit):
            self._editor.select(KeyframeSelected(keyframes[0].id))

    def _make_shots(self, items: Sequence[MediaItem], index: int) -> None:
        num_frames = 2 * nominal_rate(self._editor.project.format.rate)
        first: list[Keyframe] = []

        def edit(film: Project) -> Project:
            film = edits.add_media(film, items)
            for offset, item in enumerate(items):
                keyframe = Keyframe(media=_media_id(film, item), frame=0)
                first.append(keyframe)
                shot = Shot(num_frames=num_frames, keyframes=(keyframe,))
                film = edits.add_shot(film, shot, min(index, len(film.shots)) + offset)
            return film

        name = "Add shot" if len(items) == 1 else f"Add {len(items)} shots"
        if self._editor.do(name, edit):
            self._editor.select(KeyframeSelected(first[0].id))

    def _replace(self, keyframe_id: str, item: MediaItem) -> None:
        def edit(film: Project) -> Project:
            film = edits.add_media(film, [item])
            return edits.replace_image(film, keyframe_id, _media_id(film, item))

        self._editor.do("Replace image", edit, select=KeyframeSelected(keyframe_id))

    def _tell(self, result: IntakeResult) -> None:
        if not result.refusals:
            return
        first, *others = result.refusals
        more = f" ({len(others)} more could not be used either.)" if others else ""
        self._notices.error(first + more)

    def _set_offer(self, offer: ReplaceOffer | None) -> None:
        if offer != self._offer:
            self._offer = offer
            self.offer_changed.emit()

    def _forget_stale_offer(self, change: Change) -> None:
        if change & (Change.PROJECT | Change.FOLDER):
            self._set_offer(None)


def is_footage(project: Project, shot_id: str) -> bool:
    """Whether a shot shows a movie, and so takes no keyframes."""
    return any(shot.id == shot_id and shot.footage is not None for shot in project.shots)


def keyframe_on(project: Project, film_frame: int) -> Keyframe | None:
    """Return the keyframe that asks for a film frame."""
    found = project.shot_at(film_frame)
    if found is None:
        return None
    start, shot = found
    return next((k for k in shot.keyframes if start + k.frame == film_frame), None)


def _moved(project: Project, keyframe_id: str, film_frame: int) -> Project:
    found = project.shot_at(film_frame)
    if found is None:
        raise EditError(f"Frame {film_frame} lies past the end of the film.")
    start, shot = found
    return edits.move_keyframe(project, keyframe_id, shot.id, film_frame - start)


def _replaced_by_moved(project: Project, keyframe_id: str, moved_id: str) -> Project:
    _, moved = find_keyframe(project, moved_id)
    project = edits.remove_keyframe(project, moved_id)
    return edits.replace_image(project, keyframe_id, moved.media)


def _media_id(project: Project, item: MediaItem) -> str:
    return next(known.id for known in project.media if known.sha256 == item.sha256)
