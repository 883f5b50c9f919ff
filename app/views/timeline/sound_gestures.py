"""The mouse on the sound lanes: what a press on a clip begins, moves and releases.

The state machine of the timeline hands its sound drags here; a drag is one frozen value.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from app.state.language import said
from app.state.selection import selected_sound_ids
from app.state.snapping import NO_POINTS, SnapPoint, SnapPoints
from app.state.timecode import seconds_text, timecode
from app.state.workspace import Workspace
from app.timeline.parts import SoundClip
from app.timeline.project import Project
from app.timeline.sounds import find_clip
from app.views.timeline.layout import Lanes
from app.views.timeline.scene import Marker, Scene

SoundGrip = Literal["body", "head", "tail", "fade_in", "fade_out"]

SNAP_REACH = 8
_THRESHOLD = 4


@dataclass(frozen=True, slots=True)
class SoundDrag:
    """A sound clip, one of its edges or one of its fades follows the mouse.

    Attributes:
        group: all clips that move along.
        origin: film frame of what was grabbed, and its ``lane``.
        grab: distance from there to the mouse.
        axis: the lanes as they were when it was grabbed: a drag may add one.
        delta, lanes: by how many frames and lanes it is moved; None until the mouse has moved.
        collapses: a click without a drag selects this one alone.
    """

    clip_id: str
    grip: SoundGrip
    group: frozenset[str]
    origin: int
    lane: int
    grab: float
    pressed: tuple[float, float]
    axis: Lanes
    points: SnapPoints = NO_POINTS
    delta: int | None = None
    lanes: int = 0
    candidate: Project | None = None
    snap: SnapPoint | None = None
    collapses: bool = False


def press_sound(
    workspace: Workspace,
    scene: Scene,
    grabbed: tuple[str, SoundGrip],
    at: tuple[float, float],
    *,
    toggles: bool,
) -> SoundDrag | None:
    """Select a clip and take hold of it."""
    clip_id, grip = grabbed
    editor = workspace.editor
    held = clip_id in selected_sound_ids(editor.selection)
    if toggles or not held:
        workspace.sounds.select(clip_id, toggles=toggles)
    group = selected_sound_ids(editor.selection)
    if clip_id not in group:
        return None
    clip = find_clip(editor.project, clip_id)
    origin = _frame_of(clip, grip)
    own = {c.frame for c in editor.project.sound_clips if c.id in group}
    own |= {c.stop for c in editor.project.sound_clips if c.id in group}
    points = workspace.snapping.points(without=own)
    return SoundDrag(
        clip_id,
        grip,
        group if grip == "body" else frozenset({clip_id}),
        origin,
        clip.lane,
        at[0] - scene.scale.x(origin),
        at,
        scene.lanes,
        points,
        collapses=held and not toggles and len(group) > 1,
    )


def move_sound(
    workspace: Workspace, scene: Scene, drag: SoundDrag, at: tuple[float, float], *, is_free: bool
) -> SoundDrag:
    """Go on with a drag."""
    if drag.delta is None and max(abs(a - b) for a, b in zip(at, drag.pressed, strict=True)) < (
        _THRESHOLD
    ):
        return drag
    wish = scene.scale.nearest_edge(at[0] - drag.grab)
    pulls = workspace.snapping.is_on and not is_free
    snap = _pull(scene, drag, wish) if pulls else None
    delta = wish - drag.origin
    if snap is not None:
        delta, point = snap
    else:
        point = None
    sounds = workspace.sounds
    match drag.grip:
        case "body":
            lanes = drag.axis.sound_lane_at(at[1]) - drag.lane
            candidate = sounds.preview_move(drag.group, delta, lanes)
            return replace(drag, delta=delta, lanes=lanes, candidate=candidate, snap=point)
        case "head" | "tail":
            candidate, done = sounds.preview_trim(drag.clip_id, drag.grip, delta)
            point = point if done == delta else None
            return replace(drag, delta=done, candidate=candidate, snap=point)
        case "fade_in" | "fade_out":
            clip = find_clip(workspace.editor.project, drag.clip_id)
            begins = drag.grip == "fade_in"
            frames = drag.origin + delta - clip.frame if begins else clip.stop - drag.origin - delta
            side = "head" if begins else "tail"
            candidate = sounds.preview_fade(drag.clip_id, side, frames)
            return replace(drag, delta=delta, candidate=candidate, snap=point)


def release_sound(workspace: Workspace, drag: SoundDrag) -> None:
    """Make the edit that the drag has shown."""
    if drag.delta is None:
        if drag.collapses:
            workspace.sounds.select(drag.clip_id)
        return
    if drag.candidate is None:
        return
    count = len(drag.group)
    moved = "Move sound" if count == 1 else f"Move {count} sounds"
    names = {"body": moved, "fade_in": "Fade in", "fade_out": "Fade out"}
    workspace.sounds.apply(names.get(drag.grip, "Trim sound"), drag.candidate)


def sound_marker(project: Project, drag: SoundDrag) -> Marker | None:
    """Return what is said about a drag."""
    if drag.delta is None:
        return None
    rate = project.format.rate
    if drag.candidate is None:
        frame = max(0, drag.origin + drag.delta)
        return Marker(frame, said("Timeline", "all lanes are taken there"), is_taken=True)
    clip = find_clip(drag.candidate, drag.clip_id)
    match drag.grip:
        case "body":
            return Marker(clip.frame, timecode(clip.frame, rate))
        case "head" | "tail":
            frame = clip.frame if drag.grip == "head" else clip.stop
            return Marker(frame, seconds_text(clip.num_frames, rate))
        case "fade_in":
            return Marker(
                clip.frame + clip.fade_in,
                said("Timeline", "fade {length}", length=seconds_text(clip.fade_in, rate)),
            )
        case "fade_out":
            return Marker(
                clip.stop - clip.fade_out,
                said("Timeline", "fade {length}", length=seconds_text(clip.fade_out, rate)),
            )


def _frame_of(clip: SoundClip, grip: SoundGrip) -> int:
    return {
        "body": clip.frame,
        "head": clip.frame,
        "tail": clip.stop,
        "fade_in": clip.frame + clip.fade_in,
        "fade_out": clip.stop - clip.fade_out,
    }[grip]


def _pull(scene: Scene, drag: SoundDrag, wish: int) -> tuple[int, SnapPoint] | None:
    """Return the delta and the point that pulls; a clip that moves is pulled by both its ends."""
    reach = SNAP_REACH / scene.scale.pixels_per_frame
    found: list[tuple[float, int, SnapPoint]] = []
    offsets = [0]
    if drag.grip == "body":
        clip = find_clip(scene.project, drag.clip_id)
        offsets.append(clip.num_frames)
    for offset in offsets:
        point = drag.points.nearest(wish + offset, reach)
        if point is not None:
            delta = point.frame - offset - drag.origin
            found.append((abs(point.frame - offset - wish), delta, point))
    if not found:
        return None
    _, delta, point = min(found, key=lambda pull: pull[0])
    return delta, point
