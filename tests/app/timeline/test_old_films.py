"""Films saved by earlier programs: they open, and find the takes that were made of them."""

from __future__ import annotations

import shutil
from pathlib import Path

from app.timeline.storage import load_project, save_project
from app.timeline.takes import draft_job, film_passes

PROJECTS = Path(__file__).parent / "projects"
HERE = Path("/films/a.sdproj")


def test_a_film_from_before_fit_and_strength_keeps_its_content_and_its_takes(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "old.sdproj"
    folder.mkdir()
    shutil.copy(PROJECTS / "before-fit.json", folder / "project.json")
    project = load_project(folder)
    keyframes = [keyframe for shot in project.shots for keyframe in shot.keyframes]
    assert {(k.fit, k.bars, k.strength) for k in keyframes} == {("cover", "black", 1.0)}
    passes = film_passes(project, HERE)
    assert [p.take for p in passes] == TAKES
    assert passes[1].seed == 77
    assert "strength" not in draft_job(project, HERE, passes[0]).model_dump_json()
    save_project(folder, project)
    assert load_project(folder) == project


TAKES = ["a334eddc7cbe0bc4", "d59af39415485704", "26e72c9c2e88f3e5", "94a08add57a5cd3e"]
"""As the program that saved the film named them."""
