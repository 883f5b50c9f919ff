"""Small films for the tests of the document."""

from __future__ import annotations

from app.timeline.parts import MediaItem
from app.timeline.project import Keyframe, Project, Shot


def item(number: int = 0) -> MediaItem:
    """Return a media item whose content's hash is made up from a number."""
    sha256 = f"{number:064x}"
    return MediaItem(
        id=f"m{number}", file=f"{sha256[-24:]}.png", name="a.png", sha256=sha256, width=8, height=4
    )


def shot(name: str, num_frames: int = 48, *frames: int) -> Shot:
    """Return a shot with keyframes of media 0 on some frames."""
    keyframes = tuple(Keyframe(id=f"{name}-{frame}", media="m0", frame=frame) for frame in frames)
    return Shot(id=name, num_frames=num_frames, keyframes=keyframes)


def film(*shots: Shot) -> Project:
    """Return a project with two media items and some shots."""
    return Project(id="film", shots=shots, media=(item(0), item(1)))
