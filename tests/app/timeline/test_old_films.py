"""Films saved by earlier programs: they open, and find the takes that were made of them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from app.timeline.storage import ProjectError, load_project, save_project
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


@pytest.mark.parametrize("path", sorted(PROJECTS.glob("shape-*.json")), ids=lambda path: path.stem)
def test_every_shape_that_a_film_ever_had_opens_as_it_was(path: Path, tmp_path: Path) -> None:
    """One film, as each program that wrote other fields than the one before it saved it."""
    folder = tmp_path / "old.sdproj"
    folder.mkdir()
    shutil.copy(path, folder / "project.json")
    project = load_project(folder)
    assert [(shot.id, shot.num_frames, shot.join) for shot in project.shots] == [
        ("s0", 49, "continue"),
        ("s1", 24, "cut"),
    ]
    assert [(k.id, k.frame) for shot in project.shots for k in shot.keyframes] == [("k0", 5)]
    said = json.loads(path.read_text())
    written = json.loads(project.model_dump_json())
    assert {name: written[name] for name in said if name not in {"shots", "sounds"}} == {
        name: value for name, value in said.items() if name not in {"shots", "sounds"}
    }
    save_project(folder, project)
    assert load_project(folder) == project


@pytest.mark.parametrize("version", [2, 10**9, 10**200])
def test_a_newer_film_is_refused_in_one_sentence(version: int, tmp_path: Path) -> None:
    (tmp_path / "project.json").write_text(json.dumps({"schema_version": version, "later": 1}))
    with pytest.raises(ProjectError, match="update the program") as caught:
        load_project(tmp_path)
    assert len(str(caught.value)) < 300


TAKES = ["a334eddc7cbe0bc4", "d59af39415485704", "26e72c9c2e88f3e5", "94a08add57a5cd3e"]
"""As the program that saved the film named them."""
