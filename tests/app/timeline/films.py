"""Small films for the tests of the document."""

from __future__ import annotations

from app.timeline.parts import FootageItem, FootageUse, MediaItem
from app.timeline.project import Keyframe, Project, Shot
from engine.protocol.jobs import FrameRate


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


def movie(number: int = 0, num_frames: int = 240, num_sounds: int = 1) -> FootageItem:
    """Return footage at 24 frames a second."""
    return FootageItem(
        id=f"f{number}",
        path=f"/shoot/clip{number}.mov",
        name=f"clip{number}.mov",
        fingerprint=f"{number:064x}",
        width=1280,
        height=720,
        rate=FrameRate(num=24),
        own_rate=FrameRate(num=24),
        num_frames=num_frames,
        num_sounds=num_sounds,
    )


def footage(name: str, num_frames: int = 48, start: int = 0, number: int = 0) -> Shot:
    """Return a shot that shows frames of a movie."""
    return Shot(
        id=name, num_frames=num_frames, footage=FootageUse(footage=f"f{number}", start=start)
    )


def film(*shots: Shot) -> Project:
    """Return a project with two media items, two movies and some shots."""
    media, movies = (item(0), item(1)), (movie(0), movie(1))
    used = {shot.footage.footage for shot in shots if shot.footage is not None}
    kept = tuple(known for known in movies if known.id in used)
    return Project(id="film", shots=shots, media=media, footage=kept)
