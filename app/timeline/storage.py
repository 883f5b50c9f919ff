"""A project on disk: ``name.sdproj/project.json`` with ``media/`` and ``takes/`` beside it.

Reads and writes that folder, atomically; knows nothing of images' content or of the engine.
Everything read is distrusted: size, depth, types and names are checked before use.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import ValidationError

from app.timeline.parts import MediaItem, SoundItem
from app.timeline.project import SCHEMA_VERSION, Project
from engine.protocol.plain import plain_words

PROJECT_SUFFIX = ".sdproj"
PROJECT_FILE = "project.json"
MEDIA_FOLDER = "media"
TAKES_FOLDER = "takes"

OWN_FOLDERS = (MEDIA_FOLDER, TAKES_FOLDER, "proxies", "journal", "journal/discarded")
"""What is written into and deleted from, besides the project's own file."""

MAX_PROJECT_BYTES = 64 * 1024 * 1024

MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""From a schema version to a function that lifts the raw document to the next one."""


class ProjectError(Exception):
    """The project cannot be read or written; the message is one sentence for the user."""


def create_project(folder: Path, project: Project) -> Path:
    """Make a new project folder.

    Raises:
        ProjectError: the folder exists and is not empty, or cannot be written.
    """
    with _plain_errors(folder):
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise ProjectError(f"{folder} exists already; choose another name.")
        (folder / MEDIA_FOLDER).mkdir(parents=True, exist_ok=True)
        (folder / TAKES_FOLDER).mkdir(exist_ok=True)
    save_project(folder, project)
    return folder


def save_project(
    folder: Path,
    project: Project,
    file: str = PROJECT_FILE,
    may_replace: Callable[[], bool] = lambda: True,
) -> None:
    """Write the project whole or not at all: a temporary file, flushed, then renamed.

    Args:
        may_replace: asked at the last moment; a slow disk gives another window time to take over.

    Raises:
        ProjectError: no permission, no space, the folder is gone, or it is another window's.
    """
    text = project.model_dump_json(indent=1)
    with _plain_errors(folder):
        if not folder.is_dir():
            raise ProjectError(away_words(folder))
        write_atomically(folder / file, text.encode(), may_replace)


def away_words(folder: Path) -> str:
    """Say that a project's folder cannot be reached, and what to do."""
    return (
        f"{folder.name} cannot be reached: bring its drive or folder back, or save the film "
        "elsewhere; nothing is lost."
    )


def can_be_entered(folder: Path) -> bool:
    """Whether a folder is there, and may be looked into."""
    try:
        os.scandir(folder).close()
    except OSError:
        return False
    return True


def write_atomically(
    path: Path, content: bytes, may_replace: Callable[[], bool] = lambda: True
) -> None:
    """Replace ``path`` by ``content`` so that a crash leaves the old or the new, whole.

    Raises:
        ProjectError: it may not be replaced any more.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        temporary.unlink(missing_ok=True)
        with temporary.open("xb") as stream:  # a link that a hostile project left is not followed
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if not may_replace():
            raise ProjectError(f"{path.name} was not written: another window has the film now.")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def load_project(folder: Path, file: str = PROJECT_FILE) -> Project:
    """Read a project folder.

    Raises:
        ProjectError: there is none, it is of a newer schema, or its content makes no sense.
    """
    path = folder / file
    with _plain_errors(folder):
        check_folders(folder)
        if not path.is_file():
            raise ProjectError(f"{folder} is no SmartDirector project: it has no {file}.")
        if path.stat().st_size > MAX_PROJECT_BYTES:
            raise ProjectError(f"{path} is too large to be a project file.")
        content = path.read_bytes()
    try:
        raw = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ProjectError(f"{path} is damaged: it is not readable as JSON.") from error
    if not isinstance(raw, dict):
        raise ProjectError(f"{path} is damaged: it does not hold a project.")
    return _validated(_migrated(raw, path), path)


def check_folders(folder: Path) -> None:
    """Refuse a project whose own folders, or takes, are links: what is behind one is not its own.

    Files that are links are read like others; nothing is ever written or deleted through one.

    Raises:
        ProjectError: the sentence names the link.
    """
    places = [folder / name for name in OWN_FOLDERS]
    takes = folder / TAKES_FOLDER
    if takes.is_dir() and not takes.is_symlink():
        places += sorted(takes.iterdir())
    for place in places:
        if place.is_symlink():
            link = plain_words(place.relative_to(folder).as_posix())
            raise ProjectError(
                f"{link} in {plain_words(folder.name)} is a link, and what a project makes and "
                "deletes must lie inside it; put the folder itself there, or move the whole "
                "project to the other disk."
            )


def project_from_json(raw: dict[str, Any], name: str) -> Project:
    """Return a project that comes from elsewhere than a project folder, checked like one.

    Raises:
        ProjectError: it is of a newer schema, or its content makes no sense.
    """
    path = Path(f"The project in {name}")
    return _validated(_migrated(raw, path), path)


def _migrated(raw: dict[str, Any], path: Path) -> dict[str, Any]:
    version = raw.get("schema_version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise ProjectError(f"{path} does not say which version of the format it has.")
    if version > SCHEMA_VERSION:
        raise ProjectError(
            f"{path} was made by a newer SmartDirector (format {str(version)[:9]}, this one reads "
            f"up to {SCHEMA_VERSION}); update the program to open it."
        )
    while version < SCHEMA_VERSION:
        raw = MIGRATIONS[version](raw)
        version += 1
    return raw


def _validated(raw: dict[str, Any], path: Path) -> Project:
    try:
        project = Project.model_validate_json(json.dumps(raw))
    except (ValidationError, ValueError, RecursionError) as error:
        detail = "its content makes no sense"
        if isinstance(error, ValidationError):
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"]) or "the project"
            reason = first["msg"].removeprefix("Value error, ")
            detail = f"{plain_words(where)}: {plain_words(reason, 300)}"
        raise ProjectError(f"{path} is damaged: {detail}") from error
    for item in (*project.media, *project.sounds):
        if not _is_plain_name(item.file):
            raise ProjectError(f"{path} names a media file outside the project; it is not opened.")
    return project


def _is_plain_name(name: str) -> bool:
    return (
        bool(name)
        and PurePosixPath(name).name == name
        and name not in {".", ".."}
        and "\\" not in name
        and "\0" not in name
        and ":" not in name
    )


def media_path(folder: Path, item: MediaItem | SoundItem) -> Path:
    """Return where a media item lies."""
    return folder / MEDIA_FOLDER / item.file


def is_there(path: Path) -> bool:
    """Whether a file can be had: not where a drive is gone, nor behind a door that is shut."""
    try:
        return path.is_file()
    except (OSError, ValueError):  # no permission; a name that no file can have
        return False


def import_image(folder: Path, source: Path, width: int, height: int) -> MediaItem:
    """Copy an image into the project's media folder under its content's hash.

    The same content is copied once. The caller has looked into the file and knows its size.

    Raises:
        ProjectError: the file cannot be read or the copy cannot be written.
    """
    file, digest = import_file(folder, source)
    return MediaItem(file=file, name=source.name, sha256=digest, width=width, height=height)


def import_file(folder: Path, source: Path) -> tuple[str, str]:
    """Copy a file of any length into the media folder; return its name there and its hash.

    Raises:
        ProjectError: the file cannot be read or the copy cannot be written.
    """
    with _plain_errors(source), source.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    target = folder / MEDIA_FOLDER / f"{digest[:24]}{_plain_suffix(source)}"
    with _plain_errors(folder):
        if not target.exists():
            _copy_in(source, target)
    return target.name, digest


def put_back(folder: Path, item: MediaItem | SoundItem, source: Path) -> None:
    """Copy a file that was found again to where a media item lies.

    The caller has seen that its content is the item's.

    Raises:
        ProjectError: the file cannot be read or the copy cannot be written.
    """
    with _plain_errors(folder):
        _copy_in(source, media_path(folder, item))


def _copy_in(source: Path, target: Path) -> None:
    target.parent.mkdir(exist_ok=True)  # not the project's own: where that was may be a mount point
    temporary = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        temporary.unlink(missing_ok=True)  # a link that a hostile project left
        shutil.copyfile(source, temporary)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def _plain_suffix(source: Path) -> str:
    """Return the suffix if it is fit for any file system: ``scene.12:30`` is a name, too."""
    suffix = source.suffix.lower()
    return suffix if suffix[1:].isalnum() and suffix.isascii() and len(suffix) <= 9 else ""


class _PlainErrors(contextlib.AbstractContextManager[None]):
    """Turn what the file system says into one sentence."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, PermissionError):
            raise ProjectError(
                f"{error.filename or self._path} may not be read or written; check its permissions."
            ) from error
        if isinstance(error, FileNotFoundError):
            raise ProjectError(f"{error.filename or self._path} does not exist.") from error
        if isinstance(error, OSError):
            raise ProjectError(f"{self._path}: {error.strerror or error}.") from error


def _plain_errors(path: Path) -> _PlainErrors:
    return _PlainErrors(path)
