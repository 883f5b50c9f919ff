"""A film out of a movie that carries it: the document from its tag, boards and sound from itself.

Works on files alone; where the film goes and how it is shown is the document's matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from app.media.carried import CarriedError, carried_text, take_boards, take_sound
from app.media.fingerprints import fingerprint_of
from app.media.stills import StillError, verify
from app.media.timeline_export import movie_size
from app.timeline.parts import FootageItem, MediaItem, SoundClip, SoundItem
from app.timeline.project import Project
from app.timeline.provenance import CarriedFilm, frames_of_media, read_carried, with_boards
from app.timeline.storage import ProjectError, import_file, import_image
from engine.planning.sound import sample_at


@dataclass(frozen=True, slots=True)
class Reopened:
    """A film that was rebuilt, and what of it came from where, in a line or two."""

    project: Project
    said: str


def rebuild(movie: Path, folder: Path) -> Reopened:
    """Rebuild the film that a movie carries; its boards and sound go into a project folder.

    Raises:
        ProjectError: it carries none, or one that makes no sense.
    """
    try:
        film = read_carried(carried_text(movie), movie.name)
    except CarriedError as error:
        raise ProjectError(str(error)) from error
    with TemporaryDirectory(prefix="smartdirector-reopen-") as name:
        boards = _boards(movie, film, folder, Path(name))
        project = with_boards(film, boards, _as_footage(movie, film))
        heard = film.project.sound_clips or any(i.num_sounds for i in film.project.footage)
        if heard:
            project = _with_sound(project, movie, film, folder, Path(name))
    lost = len({k.media for s in film.project.shots for k in s.keyframes}) - len(boards)
    said = [
        f"The film in {movie.name} was rebuilt as a new film; its boards ({len(boards)}) were "
        "taken from the movie's frames."
    ]
    if project.footage:
        said.append("Its footage is shown from the movie itself.")
    if project.sounds:
        said.append("Its sound is the movie's mix, as one clip.")
    if lost:
        said.append(f"Boards that the movie does not show are missing: {lost}.")
    return Reopened(project, "\n".join(said))


def _as_footage(movie: Path, film: CarriedFilm) -> FootageItem | None:
    """Return the movie as footage of the film that it carries, where that has any."""
    if not film.project.footage:
        return None
    width, height = movie_size(movie)
    rate = film.project.format.rate
    try:
        return FootageItem(
            path=str(movie.absolute()),
            name=movie.name,
            fingerprint=fingerprint_of(movie),
            width=width,
            height=height,
            rate=rate,
            own_rate=rate,
            num_frames=film.stop - film.start,
        )
    except ValueError as error:
        raise ProjectError(f"{movie.name} cannot be read as a movie; choose another.") from error


def _boards(movie: Path, film: CarriedFilm, folder: Path, scratch: Path) -> dict[str, MediaItem]:
    boards: dict[str, MediaItem] = {}
    for media, path in take_boards(movie, frames_of_media(film), scratch).items():
        try:
            info = verify(path)
            boards[media] = import_image(folder, path, info.width, info.height)
        except StillError as error:
            raise ProjectError(str(error)) from error
    return boards


def _with_sound(
    project: Project, movie: Path, film: CarriedFilm, folder: Path, scratch: Path
) -> Project:
    """Return the film with the movie's sound as one clip: single sounds are not in it any more."""
    path = scratch / f"{movie.stem}.mka"
    if not take_sound(movie, path):
        return project
    file, digest = import_file(folder, path)
    num_frames = film.stop - film.start
    num_samples = sample_at(num_frames, project.format.rate.fraction)
    item = SoundItem(file=file, name=path.name, sha256=digest, num_samples=num_samples)
    clip = SoundClip(sound=item.id, frame=film.start, num_frames=num_frames)
    return Project.model_validate({**dict(project), "sounds": (item,), "sound_clips": (clip,)})
