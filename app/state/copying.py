"""A project with everything that belongs to it, in another folder. Whole or not at all."""

from __future__ import annotations

import shutil
import uuid
from pathlib import Path

from app.timeline.project import Project
from app.timeline.project_lock import LOCK_FILE
from app.timeline.storage import ProjectError, save_project


def copy_project(source: Path, target: Path, project: Project) -> None:
    """Copy a project folder with its media, takes and checkpoints.

    Raises:
        ProjectError: no permission, or no space.
    """
    part = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.part")
    passing = shutil.ignore_patterns(
        *("autosave.json", "*.part", ".*.part.*", "preview-*.npy", f"{LOCK_FILE}*")
    )
    try:
        shutil.copytree(source, part, ignore=passing)
        save_project(part, project)
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


def refusal_to_copy(source: Path, target: Path) -> str | None:
    """Return why a project cannot go to a folder, as one sentence, or None."""
    if source in target.parents:
        return "A project cannot be saved inside itself; choose another place."
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        return f"{target.name} exists already; choose another name."
    return None
