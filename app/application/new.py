"""A new project from the command line: one shot for every board."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from app.media.stills import verify
from app.timeline.edits import add_media, add_shot
from app.timeline.project import Format, Keyframe, Project, Shot
from app.timeline.storage import PROJECT_SUFFIX, create_project, import_image, save_project
from engine.protocol.jobs import FrameRate


def create_from_images(
    folder: Path,
    images: Sequence[Path],
    *,
    size: tuple[int, int],
    rate: FrameRate,
    shot_seconds: float,
) -> Path:
    """Make a project; every image opens a shot of its own. Nothing is made if one is unusable.

    Raises:
        ValueError: an image or the format cannot be used.
        ProjectError: the folder exists or cannot be written.
    """
    try:
        film = Project(format=Format(width=size[0], height=size[1], rate=rate))
    except ValidationError as error:
        raise ValueError("A film is 64 to 8192 pixels wide and high.") from error
    if not 0 < shot_seconds <= 600:
        raise ValueError("A shot lasts between 0 and 600 seconds.")
    infos = [verify(image) for image in images]
    target = (
        folder
        if folder.suffix == PROJECT_SUFFIX
        else folder.with_name(folder.name + PROJECT_SUFFIX)
    )
    create_project(target, film)
    length = max(1, round(shot_seconds * float(rate.fraction)))
    for image, info in zip(images, infos, strict=True):
        item = import_image(target, image, info.width, info.height)
        film = add_media(film, [item])
        known = next(media for media in film.media if media.sha256 == item.sha256)
        shot = Shot(num_frames=length, keyframes=(Keyframe(media=known.id, frame=0),))
        film = add_shot(film, shot)
    save_project(target, film)
    return target
