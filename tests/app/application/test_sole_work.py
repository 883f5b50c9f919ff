"""A render from the command line and a window never work on one project at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.application import sole_work
from app.application.cli import EXIT_BAD_INPUT, main
from app.application.sole_work import working_on
from app.timeline.project import Project, Shot
from app.timeline.project_lock import Held, ProjectLock, Taken
from app.timeline.storage import ProjectError, create_project
from engine.protocol.errors import EngineError


def film_in(root: Path) -> Path:
    return create_project(root / "valley.sdproj", Project(shots=(Shot(num_frames=48),)))


def test_a_project_that_a_window_has_is_refused_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    film = film_in(tmp_path)
    window = ProjectLock(film)
    window.take()
    before = sorted(film.rglob("*"))
    assert main(["render", str(film), "-o", str(tmp_path / "film.mp4")]) == EXIT_BAD_INPUT
    assert capsys.readouterr().err == (
        "valley.sdproj is open in another window already; close it there and render again.\n"
    )
    assert sorted(film.rglob("*")) == before
    assert window.standing() == "own"


def test_a_window_that_opens_what_is_being_rendered_is_told_so(tmp_path: Path) -> None:
    film = film_in(tmp_path)
    with working_on(film) as look:
        look()
        claim = ProjectLock(film).take()
        assert isinstance(claim, Held)
        assert claim.told("valley") == (
            "valley is being rendered by a command line on this computer."
        )
    assert ProjectLock(film).take() == Taken()


def test_a_render_ends_when_its_project_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sole_work, "LOOK_S", 0.0)
    film = film_in(tmp_path)
    window = ProjectLock(film)

    def render() -> None:
        with working_on(film) as look:
            look()
            window.ask()
            look()

    with pytest.raises(EngineError, match="was taken over by a window; what was finished is kept"):
        render()
    assert window.take() == Taken()


def test_a_render_ends_when_its_project_was_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sole_work, "LOOK_S", 0.0)
    film = film_in(tmp_path)
    window = ProjectLock(film)

    def render() -> None:
        with working_on(film) as look:
            window.force()
            look()

    with pytest.raises(EngineError, match="was taken over"):
        render()
    assert window.standing() == "own"


def test_two_renders_do_not_share_a_project(tmp_path: Path) -> None:
    film = film_in(tmp_path)
    with working_on(film), pytest.raises(ProjectError, match="being rendered"), working_on(film):
        pass
