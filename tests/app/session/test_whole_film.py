"""From an empty window to a rendered movie: real window, real engine, real files."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.app.session.desktop import ROOT, Desktop, missing_programs

AMBER = (240, 178, 74)
"""Colour of keyframes in the dark theme."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(bool(missing_programs()), reason=f"needs {', '.join(missing_programs())}"),
]


def boards(folder: Path) -> list[Path]:
    """Return two boards of the sample storyboard under names of their own."""
    folder.mkdir()
    sample = sorted((ROOT / "resources/storyboards/harbour.sdproj/media").glob("*.jpg"))[:2]
    return [
        Path(shutil.copy(path, folder / f"board {n}.jpg")) for n, path in enumerate(sample, start=1)
    ]


def second_pin(picture: Path) -> tuple[float, float]:
    """Return the place of the second board's diamond, as shares of the screen."""
    with Image.open(picture) as opened:
        image = opened.convert("RGB")
    width, height = image.size
    rows = range(int(0.75 * height), height)
    found = next(
        (x, y)
        for x in range(int(0.3 * width), width)
        for y in rows
        if all(abs(a - b) < 6 for a, b in zip(image.getpixel((x, y)), AMBER, strict=True))
    )
    return found[0] / width, found[1] / height


def choose_files(desktop: Desktop, *paths: Path) -> None:
    """Answer an open file dialog."""
    desktop.settle(1.0)
    desktop.type(" ".join(f'"{path}"' for path in paths) if len(paths) > 1 else str(paths[0]))
    desktop.key("Return")
    desktop.settle(1.5)


def saved(film: Path) -> dict[str, Any]:
    """Return what the project file says."""
    return json.loads((film / "project.json").read_text())


def probed(movie: Path) -> dict[str, Any]:
    """Return what ffprobe says of a movie's picture."""
    command = ["ffprobe", "-v", "error", "-count_frames", "-select_streams", "v:0"]
    command += ["-show_entries", "stream=width,height,nb_read_frames,r_frame_rate,color_space"]
    said = subprocess.run([*command, "-of", "json", movie], capture_output=True, check=True)
    return json.loads(said.stdout)["streams"][0]


@pytest.mark.parametrize("size", [(1280, 720), (2560, 1440)], ids=lambda size: f"{size[0]}")
def test_a_storyboard_becomes_a_movie(tmp_path: Path, size: tuple[int, int]) -> None:
    film, movie = tmp_path / "film.sdproj", tmp_path / "film.mp4"
    images = boards(tmp_path / "boards")
    with Desktop(tmp_path, size) as desktop:
        editor = desktop.open_editor()
        desktop.picture("1-empty")

        # A small film, so that its master takes seconds: the size stands in the inspector.
        desktop.click_from_right(110, 176)
        desktop.key("ctrl+a")
        desktop.type("640 x 360")
        desktop.key("Return")
        desktop.key("ctrl+i")
        choose_files(desktop, *images)
        desktop.picture("2-boards")

        desktop.key("c")
        desktop.type("A boat leaves the harbour")
        desktop.key("Return")
        place = second_pin(desktop.picture("3-caption"))
        below = place[0] + 14 / size[0], place[1] + 22 / size[1]
        desktop.drag(below, (below[0] + 0.1, below[1]))
        desktop.picture("4-dragged")
        desktop.key("ctrl+s")
        choose_files(desktop, film)
        desktop.wait_for((film / "project.json").exists, 10)
        shots = saved(film)["shots"]
        assert [shot["caption"] for shot in shots] == ["A boat leaves the harbour", ""]
        assert shots[1]["keyframes"][0]["frame"] > 0
        assert saved(film)["format"]["width"] == 640

        desktop.key("ctrl+z", "ctrl+s")
        desktop.wait_for(lambda: saved(film)["shots"][1]["keyframes"][0]["frame"] == 0, 10)
        desktop.key("ctrl+shift+z", "F7", "ctrl+g")
        desktop.wait_for(lambda: "%" in desktop.title(), 30)
        desktop.picture("5-forming")
        desktop.wait_for(lambda: list(film.glob("takes/*/draft.mkv")), 180)
        desktop.settle(2.0)
        desktop.picture("6-draft")

        desktop.key("r", "ctrl+g")
        desktop.wait_for(lambda: len(list(film.glob("takes/*/draft.mkv"))) == 2, 180)
        desktop.settle(2.0)
        desktop.key("Home", "space")
        desktop.settle(1.0)
        desktop.picture("7-playing")
        desktop.key("k", "F8")
        desktop.settle(1.0)
        desktop.picture("8-joins")

        desktop.key("F6", "ctrl+shift+r")
        choose_files(desktop, movie)
        desktop.picture("9-rendering")
        desktop.wait_for(lambda: movie.exists() and "%" not in desktop.title(), 600)
        desktop.settle(1.0)
        desktop.picture("10-rendered")
        desktop.key("ctrl+s")
        desktop.settle(1.0)
        desktop.key("ctrl+q")
        assert editor.wait(timeout=20) == 0
    assert probed(movie) == {
        "width": 640,
        "height": 360,
        "r_frame_rate": "24/1",
        "nb_read_frames": "96",
        "color_space": "bt709",
    }
