"""A shot of footage slipped under the mouse: its frames move, its place stays."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.state.language import said
from app.state.timecode import timecode
from app.state.workspace import Workspace
from app.timeline.project import Project
from app.views.timeline.scene import Marker, Scene

_THRESHOLD = 4


@dataclass(frozen=True, slots=True)
class SlipDrag:
    """Footage follows the mouse inside its shot.

    Attributes:
        delta: by how many frames later ones are shown.
        is_stopped: one of the movie's ends is in the way of more.
        candidate: the film as it would be; None until the mouse has really moved.
    """

    shot_id: str
    pressed_x: float
    delta: int = 0
    is_stopped: bool = False
    candidate: Project | None = None


def press_slip(workspace: Workspace, shot_id: str, x: float) -> SlipDrag | None:
    """Take hold of a shot's footage; None where it shows none."""
    shot = workspace.editor.project.shot(shot_id)
    if shot.footage is None:
        return None
    workspace.selecting.shot(shot_id, "only")
    editor = workspace.editor
    found = editor.project.shot_at(editor.playhead)
    if found is None or found[1].id != shot_id:  # the viewer shows what is slipped
        editor.seek(next(at for at, known in editor.project.shot_starts() if known.id == shot_id))
    return SlipDrag(shot_id, x)


def move_slip(workspace: Workspace, scene: Scene, drag: SlipDrag, x: float) -> SlipDrag:
    """Go on: what is pulled to the right shows earlier frames, as film between two fingers does."""
    way = drag.pressed_x - x
    if drag.candidate is None and abs(way) < _THRESHOLD:
        return drag
    wish = round(way / scene.scale.pixels_per_frame)
    candidate, done = workspace.footage.preview_slip(drag.shot_id, wish)
    workspace.monitor.try_out(candidate)
    return replace(drag, delta=done, is_stopped=done != wish, candidate=candidate)


def release_slip(workspace: Workspace, drag: SlipDrag) -> None:
    """Make the edit that the drag has shown."""
    workspace.monitor.try_out(None)
    if drag.candidate is not None and drag.delta:
        workspace.shots.trim("Slip footage", drag.candidate)


def slip_marker(drag: SlipDrag) -> Marker | None:
    """Say which frames would be shown."""
    film = drag.candidate
    if film is None:
        return None
    start, shot = next((at, s) for at, s in film.shot_starts() if s.id == drag.shot_id)
    assert shot.footage is not None
    rate = film.format.rate
    text = said(
        "Timeline",
        "shows {first} to {last} · {signed}",
        first=timecode(shot.footage.start, rate),
        last=timecode(shot.footage.start + shot.num_frames - 1, rate),
        signed=f"{drag.delta:+d}".replace("-", "−"),
    )
    stop = said("Timeline", " · the movie ends here") if drag.is_stopped else ""
    return Marker(start, text + stop)
