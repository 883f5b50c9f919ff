"""What is selected: nothing, one shot, or one keyframe."""

from __future__ import annotations

from dataclasses import dataclass

from app.timeline.edits import find_keyframe
from app.timeline.project import Keyframe, Project, Shot


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


Selection = NothingSelected | ShotSelected | KeyframeSelected

NOTHING = NothingSelected()


def selected_shot(project: Project, selection: Selection) -> Shot | None:
    """Return the selected shot, or that of the selected keyframe."""
    match selection:
        case ShotSelected(shot_id):
            return next((shot for shot in project.shots if shot.id == shot_id), None)
        case KeyframeSelected():
            found = selected_keyframe(project, selection)
            return found[0] if found else None
        case NothingSelected():
            return None


def selected_keyframe(project: Project, selection: Selection) -> tuple[Shot, Keyframe] | None:
    """Return the selected keyframe with its shot."""
    if not isinstance(selection, KeyframeSelected):
        return None
    try:
        return find_keyframe(project, selection.keyframe_id)
    except KeyError:
        return None


def still_there(project: Project, selection: Selection) -> Selection:
    """Return the selection, or nothing when what it names is gone."""
    match selection:
        case ShotSelected():
            return selection if selected_shot(project, selection) else NOTHING
        case KeyframeSelected():
            return selection if selected_keyframe(project, selection) else NOTHING
        case NothingSelected():
            return selection
