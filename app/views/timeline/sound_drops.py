"""Files that are dropped for their sound: anything on a lane, and music or speech anywhere."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QDropEvent

from app.state.language import said
from app.state.sound_intake import SOUND_SUFFIXES
from app.state.timecode import timecode
from app.timeline.project import Project
from app.views.timeline.hits import sound_target
from app.views.timeline.scene import Marker, Scene


def dropped_paths(event: QDropEvent) -> list[Path]:
    """Return the files of this computer that are dropped."""
    urls = event.mimeData().urls()
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]


def sound_drop(scene: Scene, event: QDropEvent) -> tuple[int, int] | None:
    """Return the (frame, lane) on which dropped files would sound; None: they are pictures."""
    target = sound_target(scene, event.position())
    if target is not None:
        return target
    paths = dropped_paths(event)
    if scene.layout.spans and paths and all(p.suffix.lower() in SOUND_SUFFIXES for p in paths):
        return max(0, scene.scale.frame(event.position().x())), 0
    return None


def sound_drop_marker(project: Project, frame: int, _lane: int) -> Marker:
    """Return what is said about such a drop."""
    return Marker(
        frame, said("Timeline", "sound from {time}", time=timecode(frame, project.format.rate))
    )
