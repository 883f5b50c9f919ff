"""What is said about the drag that is under way, and the pointer that goes with it."""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.state.language import counted, said
from app.state.timecode import seconds_text, timecode
from app.timeline.marks import find_marker
from app.timeline.project import Project
from app.views.timeline.drags import (
    EdgeDrag,
    Gesture,
    Idle,
    JoinDrag,
    MarkerDrag,
    PinDrag,
    RangeDrag,
    ShotDrag,
)
from app.views.timeline.hits import (
    Hit,
    OnEdge,
    OnJoin,
    OnMarker,
    OnPin,
    OnRangeEnd,
    OnSound,
    OnTitle,
)
from app.views.timeline.scene import Marker
from app.views.timeline.slip_gestures import SlipDrag, slip_marker
from app.views.timeline.sound_gestures import SoundDrag, sound_marker


def drag_marker(project: Project, gesture: Gesture) -> Marker | None:
    """Return what is said about a drag."""
    rate = project.format.rate
    match gesture:
        case PinDrag(frame=int() as frame, candidate=None) if _is_on_footage(project, frame):
            words = said("Timeline", "a movie takes no keyframes: drop beside it")
            return Marker(frame, words, is_taken=True)
        case PinDrag(frame=int() as frame, candidate=None) if len(gesture.group) == 1:
            return Marker(
                frame,
                said("Timeline", "frame {frame} is taken: drop to replace", frame=frame),
                is_taken=True,
            )
        case PinDrag(frame=int() as frame, candidate=None):
            return Marker(frame, said("Timeline", "a frame there is taken: go on"), is_taken=True)
        case EdgeDrag(candidate=Project() as candidate):
            return _edge_marker(candidate, gesture)
        case JoinDrag(shot_id=shot_id, candidate=Project() as candidate):
            index = candidate.shots.index(candidate.shot(shot_id))
            left, right = candidate.shots[index : index + 2]
            text = said(
                "Timeline",
                "shot {number}: {length} · shot {number2}: {length2}",
                number=index + 1,
                length=seconds_text(left.num_frames, rate),
                number2=index + 2,
                length2=seconds_text(right.num_frames, rate),
            )
            return Marker(gesture.origin + (gesture.delta or 0), text + _stop(gesture.is_stopped))
        case ShotDrag(group=group, index=int() as index):
            return insertion_marker(project, index, _moved_text(project, group, index))
        case MarkerDrag(marker_id=marker_id, frame=int() as frame):
            name = find_marker(project, marker_id).name
            return Marker(frame, f"{name} · {timecode(frame, rate)}".removeprefix(" · "))
        case RangeDrag(is_in=is_in, frame=int() as frame):
            words = said("Timeline", "in") if is_in else said("Timeline", "out")
            return Marker(frame, f"{words} {timecode(frame, rate)}")
        case SoundDrag():
            return sound_marker(project, gesture)
        case SlipDrag():
            return slip_marker(gesture)
        case _:
            return None


def insertion_marker(project: Project, index: int, text: str) -> Marker:
    """Return the mark before the shot at ``index``."""
    frame = sum(shot.num_frames for shot in project.shots[:index])
    return Marker(frame, text, inserts=True)


def cursor(gesture: Gesture, found: Hit) -> Qt.CursorShape:
    """Return the pointer that tells what a press would do."""
    match gesture, found:
        case (EdgeDrag() | RangeDrag(), _) | (Idle(), OnEdge() | OnRangeEnd()):
            return Qt.CursorShape.SizeHorCursor
        case (SlipDrag(), _):
            return Qt.CursorShape.SizeHorCursor
        case (SoundDrag(grip="body", delta=int()), _):
            return Qt.CursorShape.ClosedHandCursor
        case (SoundDrag(grip="body"), _) | (Idle(), OnSound(grip="body")):
            return Qt.CursorShape.ArrowCursor
        case (SoundDrag(), _) | (Idle(), OnSound()):
            return Qt.CursorShape.SizeHorCursor
        case (JoinDrag(delta=int()), _):
            return Qt.CursorShape.SplitHCursor
        case (PinDrag(frame=int()) | ShotDrag(index=int()), _):
            return Qt.CursorShape.ClosedHandCursor
        case (_, OnPin()):
            return Qt.CursorShape.OpenHandCursor
        case (_, OnJoin() | OnMarker()):
            return Qt.CursorShape.PointingHandCursor
        case (_, OnTitle()):
            return Qt.CursorShape.IBeamCursor
        case _:
            return Qt.CursorShape.ArrowCursor


def _edge_marker(candidate: Project, drag: EdgeDrag) -> Marker:
    shot = candidate.shot(drag.shot_id)
    count = shot.num_frames
    grown = drag.delta if drag.side == "tail" else -drag.delta
    signed = f"{grown:+d}".replace("-", "−")
    way = said("Timeline", "overwrite") if drag.overwrites else said("Timeline", "ripple")
    length = seconds_text(count, candidate.format.rate)
    text = said(
        "Timeline",
        "{frames} · {length} · {signed} · {way}",
        frames=counted("Timeline", "%n frames", "1 frame", n=count),
        length=length,
        signed=signed,
        way=way,
    ) + _stop(drag.is_stopped)
    place = drag.origin + drag.delta
    if drag.side == "head" and not drag.overwrites:
        place = drag.origin  # in a ripple the head stays and the film moves under it
    return Marker(place, text)


def _moved_text(project: Project, group: frozenset[str], index: int) -> str:
    what = counted("Timeline", "%n shots", "shot", n=len(group))
    where = (
        said("Timeline", "before shot {number}", number=index + 1)
        if index < len(project.shots)
        else said("Timeline", "to the end")
    )
    return said("Timeline", "move {what} {where}", what=what, where=where)


def _is_on_footage(project: Project, frame: int) -> bool:
    found = project.shot_at(frame)
    return found is not None and found[1].footage is not None


def _stop(is_stopped: bool) -> str:
    return said("Timeline", " · a keyframe or the end is in the way") if is_stopped else ""
