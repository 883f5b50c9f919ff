"""Where a film lives before it has a name: a folder of its own under the user's data.

Pictures dropped on an untitled film are copied at once, and a crash loses nothing. A lock file says
which of these folders a running window uses.
"""

from __future__ import annotations

import contextlib
import shutil
import time
import uuid
from pathlib import Path

from app.timeline.project import Project
from app.timeline.project_lock import ProjectLock, Taken
from app.timeline.storage import (
    PROJECT_FILE,
    PROJECT_SUFFIX,
    ProjectError,
    create_project,
    load_project,
)
from engine.protocol.last_used import last_used

JOURNAL_FOLDER = "journal"
AUTOSAVE_FILE = f"{JOURNAL_FOLDER}/autosave.json"


def create_scratch(root: Path, project: Project) -> Path:
    """Make the folder of a new untitled film.

    Raises:
        ProjectError: the user's data folder cannot be written.
    """
    folder = root / f"untitled-{uuid.uuid4().hex[:8]}{PROJECT_SUFFIX}"
    return create_project(folder, project)


def is_scratch(root: Path, folder: Path) -> bool:
    """Whether a project has no place of its own yet."""
    return folder.parent == root


def remove_scratch(root: Path, folder: Path) -> None:
    """Throw an untitled film away; nothing else is ever removed."""
    if is_scratch(root, folder):
        shutil.rmtree(folder, ignore_errors=True)


def leftover(root: Path) -> Path | None:
    """Return the latest untitled film that a crash left behind; empty ones are swept out."""
    with contextlib.suppress(OSError):
        now = time.time()
        folders = sorted(
            root.glob(f"untitled-*{PROJECT_SUFFIX}"),
            key=lambda folder: last_used(_written_s(folder), now),
            reverse=True,
        )
        for folder in folders:
            lock = ProjectLock(folder)
            if not isinstance(lock.take(), Taken):
                continue
            try:
                if _has_content(folder):
                    return folder
                remove_scratch(root, folder)
            finally:
                lock.release()
    return None


def read_autosave(folder: Path) -> Project | None:
    """Return the recovery copy, if there is one that can be read."""
    if not (folder / AUTOSAVE_FILE).is_file():
        return None
    try:
        return load_project(folder, AUTOSAVE_FILE)
    except ProjectError:
        return None


def _written_s(folder: Path) -> float:
    """Return when a film was last written, as far as the files' times can be trusted."""
    found = [0.0]
    for name in (AUTOSAVE_FILE, PROJECT_FILE):
        with contextlib.suppress(OSError):
            found.append((folder / name).stat().st_mtime)
    return max(found)


def _has_content(folder: Path) -> bool:
    project = read_autosave(folder)
    if project is None:
        try:
            project = load_project(folder)
        except ProjectError:
            return False
    return bool(project.shots)
