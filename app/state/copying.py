"""A project with everything that belongs to it, in another folder.

Whole or not at all where the disk that is written to fails; where the one that is read from does,
or is gone, as much as there is, and the names of the rest.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Sequence
from pathlib import Path

from app.timeline.project import Project
from app.timeline.project_lock import LOCK_FILE
from app.timeline.sources import sources
from app.timeline.storage import MEDIA_FOLDER, TAKES_FOLDER, ProjectError, is_there, save_project

_PASSING = ("autosave.json", "*.part", ".*.part.*", "preview-*.npy", f"{LOCK_FILE}*")
_NAMED = 3


class _Copying:
    """Copies files; notes which cannot be read, and ends with the first that cannot be written."""

    def __init__(self) -> None:
        self.unread: list[Path] = []
        self.failure: OSError | None = None

    def copy(self, source: str, target: str) -> str:
        """Copy a file."""
        if self.failure is not None:
            raise self.failure
        try:
            with open(source, "rb"):  # noqa: PTH123 - handed to shutil, which speaks in strings
                pass
        except OSError:
            self.unread.append(Path(source))
            return target
        try:
            return shutil.copy2(source, target)
        except OSError as error:
            self.failure = error
            raise


def copy_project(source: Path, target: Path, project: Project) -> tuple[str, ...]:
    """Copy a project folder with its media, takes and checkpoints; return what could not be read.

    Raises:
        ProjectError: no permission, or no space.
    """
    part = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        unread = _copied(source, part)
        save_project(part, project)
        left = _left(source, part, project, unread)
        if target.exists():
            target.rmdir()  # empty: the caller has looked
        part.replace(target)
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        if isinstance(error, PermissionError):
            sentence = f"{target.parent} may not be written; choose another place."
        else:
            sentence = f"{target.name} could not be written: {error.strerror or error}."
        raise ProjectError(sentence) from error
    except ProjectError:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return left


def left_words(source: Path, left: Sequence[str]) -> str:
    """Say what a copy lacks."""
    names = ", ".join(left[:_NAMED]) + ("…" if len(left) > _NAMED else "")
    return (
        f"Saved, but {names} could not be copied from {source.name}; when that is back, choose "
        "Find missing media in the File menu."
    )


def refusal_to_copy(source: Path, target: Path) -> str | None:
    """Return why a project cannot go to a folder, as one sentence, or None."""
    if source in target.parents:
        return "A project cannot be saved inside itself; choose another place."
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        return f"{target.name} exists already; choose another name."
    return None


def _copied(source: Path, part: Path) -> list[Path] | None:
    """Copy what can be read; return the rest, None when nothing can be read."""
    copying = _Copying()
    try:
        shutil.copytree(
            source, part, ignore=shutil.ignore_patterns(*_PASSING), copy_function=copying.copy
        )
    except shutil.Error as error:
        if copying.failure is not None:
            raise copying.failure from error
        copying.unread += [Path(row[0]) for row in error.args[0]]
    except (FileNotFoundError, PermissionError, NotADirectoryError):
        if part.exists() or _can_be_read(source):
            raise
        for folder in (part, part / MEDIA_FOLDER, part / TAKES_FOLDER):
            folder.mkdir()
        return None
    return copying.unread


def _can_be_read(folder: Path) -> bool:
    try:
        next(folder.iterdir(), None)
    except OSError:
        return False
    return True


def _left(source: Path, part: Path, project: Project, unread: list[Path] | None) -> tuple[str, ...]:
    """Return what the copy lacks and the film had: boards and sounds by name, then takes."""
    if unread == []:
        return ()  # what was missing before is told elsewhere
    used = (item for item in sources(project, part) if item.kind != "movie")
    names = [item.name for item in used if not is_there(item.path)]
    if unread is None or any(source / TAKES_FOLDER in path.parents for path in unread):
        names.append("takes")
    return tuple(names)
