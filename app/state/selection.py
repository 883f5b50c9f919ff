"""What is selected: nothing, shots, keyframes, a marker, or sounds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.timeline.edits import find_keyframe
from app.timeline.project import Keyframe, Marker, Project, Shot


@dataclass(frozen=True, slots=True)
class NothingSelected:
    """The film as a whole."""


@dataclass(frozen=True, slots=True)
class ShotSelected:
    """One shot."""

    shot_id: str


@dataclass(frozen=True, slots=True)
class KeyframeSelected:
    """One keyframe."""

    keyframe_id: str


@dataclass(frozen=True, slots=True)
class SeveralShots:
    """Two shots or more."""

    shot_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class SeveralKeyframes:
    """Two keyframes or more, of one shot or of several."""

    keyframe_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class MarkerSelected:
    """A marker in the ruler."""

    marker_id: str


@dataclass(frozen=True, slots=True)
class SoundsSelected:
    """Sound clips, one or more."""

    clip_ids: frozenset[str]


Selection = (
    NothingSelected
    | ShotSelected
    | KeyframeSelected
    | SeveralShots
    | SeveralKeyframes
    | MarkerSelected
    | SoundsSelected
)

NOTHING = NothingSelected()


def select_shots(shot_ids: Iterable[str]) -> Selection:
    """Return the selection of some shots, however many."""
    names = frozenset(shot_ids)
    if len(names) > 1:
        return SeveralShots(names)
    return ShotSelected(*names) if names else NOTHING


def select_keyframes(keyframe_ids: Iterable[str]) -> Selection:
    """Return the selection of some keyframes, however many."""
    names = frozenset(keyframe_ids)
    if len(names) > 1:
        return SeveralKeyframes(names)
    return KeyframeSelected(*names) if names else NOTHING


def select_sounds(clip_ids: Iterable[str]) -> Selection:
    """Return the selection of some sound clips, however many."""
    names = frozenset(clip_ids)
    return SoundsSelected(names) if names else NOTHING


def selected_sound_ids(selection: Selection) -> frozenset[str]:
    """Return the sound clips that are selected."""
    return selection.clip_ids if isinstance(selection, SoundsSelected) else frozenset()


def selected_shot_ids(selection: Selection) -> frozenset[str]:
    """Return the shots that are selected themselves; a selected keyframe's shot is not."""
    match selection:
        case ShotSelected(shot_id):
            return frozenset({shot_id})
        case SeveralShots(shot_ids):
            return shot_ids
        case _:
            return frozenset()


def selected_keyframe_ids(selection: Selection) -> frozenset[str]:
    """Return the keyframes that are selected."""
    match selection:
        case KeyframeSelected(keyframe_id):
            return frozenset({keyframe_id})
        case SeveralKeyframes(keyframe_ids):
            return keyframe_ids
        case _:
            return frozenset()


def selected_shot(project: Project, selection: Selection) -> Shot | None:
    """Return the selected shot, or that of the selected keyframe; None when several are."""
    match selection:
        case ShotSelected(shot_id):
            return next((shot for shot in project.shots if shot.id == shot_id), None)
        case KeyframeSelected():
            found = selected_keyframe(project, selection)
            return found[0] if found else None
        case _:
            return None


def selected_keyframe(project: Project, selection: Selection) -> tuple[Shot, Keyframe] | None:
    """Return the selected keyframe with its shot."""
    if not isinstance(selection, KeyframeSelected):
        return None
    try:
        return find_keyframe(project, selection.keyframe_id)
    except KeyError:
        return None


def selected_marker(project: Project, selection: Selection) -> Marker | None:
    """Return the selected marker."""
    if not isinstance(selection, MarkerSelected):
        return None
    return next((m for m in project.markers if m.id == selection.marker_id), None)


def still_there(project: Project, selection: Selection) -> Selection:
    """Return what is left of the selection in the film."""
    match selection:
        case ShotSelected() | SeveralShots():
            names = selected_shot_ids(selection)
            return select_shots(shot.id for shot in project.shots if shot.id in names)
        case KeyframeSelected() | SeveralKeyframes():
            names = selected_keyframe_ids(selection)
            return select_keyframes(
                k.id for shot in project.shots for k in shot.keyframes if k.id in names
            )
        case MarkerSelected():
            return selection if selected_marker(project, selection) else NOTHING
        case SoundsSelected(clip_ids):
            return select_sounds(c.id for c in project.sound_clips if c.id in clip_ids)
        case NothingSelected():
            return selection
