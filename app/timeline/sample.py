"""The sample storyboard that ships in ``resources/``, copied out before anybody works on it."""

from __future__ import annotations

import shutil
from pathlib import Path

import platformdirs

from app.timeline.storage import PROJECT_FILE, ProjectError

SAMPLE = Path(__file__).resolve().parents[2] / "resources" / "storyboards" / "harbour.sdproj"


def copy_sample(parent: Path | None = None) -> Path:
    """Return a working copy of the sample project; an existing copy is left as it is.

    Args:
        parent: folder that takes the copy; None means the user's data folder.

    Raises:
        ProjectError: the copy cannot be written.
    """
    home = Path(platformdirs.user_data_dir("SmartDirector", appauthor=False))
    target = (parent or home / "demo") / SAMPLE.name
    if (target / PROJECT_FILE).is_file():
        return target
    try:
        shutil.copytree(SAMPLE, target, dirs_exist_ok=True)
    except (OSError, shutil.Error) as error:
        raise ProjectError(f"The sample cannot be copied to {target}: {error}.") from error
    return target
