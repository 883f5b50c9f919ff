"""Which takes a render uses, and what it says of its keyframes, whatever pass they fell into."""

from __future__ import annotations

from pathlib import Path

from app.application.render import RenderOptions, in_film, with_take
from app.application.switches import Switches
from app.timeline.project import KeptTake, Project, Shot
from app.timeline.takes import film_passes


def test_keyframes_are_reported_where_they_stand_in_the_film() -> None:
    rows = [
        {"keyframe": 0, "requested_frame": 0, "frame": 0, "psnr_db": 40.0},
        {"keyframe": 1, "requested_frame": 11, "frame": 9, "psnr_db": 38.5},
    ]
    assert in_film(rows, 300, 4) == [
        {"keyframe": 4, "requested_frame": 300, "frame": 300, "psnr_db": 40.0},
        {"keyframe": 5, "requested_frame": 311, "frame": 309, "psnr_db": 38.5},
    ]


def test_a_kept_take_is_used_while_it_is_there_and_no_longer(tmp_path: Path) -> None:
    shot = Shot(num_frames=33)
    (plain,) = film_passes(Project(shots=(shot,)), tmp_path)
    kept = KeptTake(take="precious", shots=plain.content)
    project = Project(shots=(shot.model_copy(update={"kept": kept}),))
    (film_pass,) = film_passes(project, tmp_path)
    options = RenderOptions(tmp_path / "film.mp4")
    assert with_take(film_pass, tmp_path, options).take == plain.take
    folder = film_pass.folder(tmp_path)
    folder.mkdir(parents=True)
    (folder / "draft.mkv").write_bytes(b"a movie")
    (folder / "take.json").write_text('{"draft": {"keyframes": []}}')
    assert with_take(film_pass, tmp_path, options).take == "precious"
    changed = RenderOptions(tmp_path / "film.mp4", switches=Switches(draft={"num_steps": 8}))
    assert with_take(film_pass, tmp_path, changed).take == f"{plain.take}-8"
