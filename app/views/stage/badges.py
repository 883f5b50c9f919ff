"""What a picture is called, and in which colour."""

from __future__ import annotations

from app.state.jobs import JobsState
from app.state.language import said
from app.state.monitor import (
    BoardPicture,
    FootagePicture,
    FormingPicture,
    MoviePicture,
    NoPicture,
    Picture,
)


def badge_of(picture: Picture, jobs: JobsState) -> tuple[str, str]:
    """Return a picture's name and its colour; empty when there is none."""
    match picture:
        case BoardPicture(name=name, is_offline=True):
            return said("Viewer", "Offline · {name}", name=name), "danger"
        case BoardPicture():
            return said("Viewer", "Board"), "keyframe"
        case MoviePicture(kind="draft"):
            return said("Viewer", "Draft"), "draft"
        case MoviePicture(kind="master"):
            return said("Viewer", "Master"), "master"
        case MoviePicture(label=label):
            return label, "free"
        case FootagePicture(label=label, is_offline=True):
            return said("Viewer", "Offline · {name}", name=label), "danger"
        case FootagePicture(label=label):
            return label, "footage"
        case FormingPicture():
            return _forming_text(jobs), "accent"
        case NoPicture():
            return "", ""


def _forming_text(jobs: JobsState) -> str:
    running = jobs.running
    progress = running.progress if running is not None else None
    if progress is None or progress.stage not in {"denoise", "refine"}:
        return said("Viewer", "Forming")
    return said(
        "Viewer",
        "Forming · step {step} of {num_steps}",
        step=progress.step,
        num_steps=progress.num_steps,
    )
