"""Small things that need no window: drops, boards, time, order of names, settings, notices."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.state.boards import board_at
from app.state.drops import nearest_free, spread
from app.state.intake import natural_key, take_in
from app.state.notices import Notice, NoticeAction, NoticesState
from app.state.settings import SettingsState
from app.state.timecode import duration_text, rate_text, seconds_text, timecode
from app.timeline.parts import MediaItem
from app.timeline.project import Keyframe, Project, Shot
from engine.protocol.jobs import FrameRate
from tests.app.boards import draw_board

ROOT = Path(__file__).parents[3]


def test_one_image_goes_where_it_was_dropped() -> None:
    assert spread(1, 17, 48, {17}) == (17,)


def test_several_images_hold_equally_long() -> None:
    assert spread(4, 30, 48, set()) == (0, 12, 24, 36)


@given(
    count=st.integers(2, 30),
    num_frames=st.integers(1, 60),
    taken=st.sets(st.integers(0, 59)),
)
def test_spread_never_takes_a_taken_frame(count: int, num_frames: int, taken: set[int]) -> None:
    frames = spread(count, 0, num_frames, taken)
    assert len(set(frames)) == len(frames)
    assert not set(frames) & taken
    assert all(0 <= frame < num_frames for frame in frames)
    free = num_frames - len({frame for frame in taken if frame < num_frames})
    assert len(frames) == min(count, free)


def test_no_free_frame_is_none() -> None:
    assert nearest_free(2, 3, {0, 1, 2}) is None
    assert nearest_free(2, 4, {2}) == 3


def test_names_sort_as_people_count() -> None:
    names = ["board 10.png", "board 2.png", "Board 1.png", "a.png"]
    ordered = sorted((Path(name) for name in names), key=natural_key)
    assert [path.name for path in ordered] == [
        "a.png",
        "Board 1.png",
        "board 2.png",
        "board 10.png",
    ]


def test_intake_takes_the_good_and_names_the_bad(tmp_path: Path) -> None:
    good = draw_board(tmp_path / "good.png", 0, (64, 36))
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"")
    folder = tmp_path / "film"
    folder.mkdir()
    result = take_in(folder, [bad, good])
    assert [item.name for item in result.items] == ["good.png"]
    assert result.refusals == ("bad.png is an empty file; choose another image.",)
    assert (folder / "media" / result.items[0].file).is_file()


def test_a_film_whose_folder_is_gone_is_not_made_anew_in_its_place(tmp_path: Path) -> None:
    good = draw_board(tmp_path / "good.png", 0, (64, 36))
    result = take_in(tmp_path / "film", [good])
    assert not result.items
    assert "film" in result.refusals[0]
    assert "does not exist" in result.refusals[0]
    assert not (tmp_path / "film").exists()


def board(frame: int) -> Keyframe:
    return Keyframe(id=f"k{frame}", media="m", frame=frame)


def test_board_holds_until_the_next_one() -> None:
    item = MediaItem(id="m", file="a.png", name="a.png", sha256="0", width=16, height=9)
    shots = (
        Shot(num_frames=20, keyframes=(board(4), board(10)), join="continue"),
        Shot(num_frames=20, keyframes=(board(5),)),
        Shot(num_frames=20),
    )
    project = Project(media=(item,), shots=shots)

    def held(frame: int) -> str | None:
        found = board_at(project, frame)
        return found.id if found else None

    assert [held(f) for f in (0, 4, 9, 10, 19)] == ["k4", "k4", "k4", "k10", "k10"]
    assert [held(f) for f in (20, 24, 25)] == ["k10", "k10", "k5"]
    assert held(45) is None
    assert held(600) is None


def test_time_as_people_read_it() -> None:
    assert timecode(0, FrameRate(num=24)) == "00:00:00:00"
    assert timecode(24 * 3661 + 5, FrameRate(num=24)) == "01:01:01:05"
    assert timecode(30, FrameRate(num=30000, den=1001)) == "00:00:01:00"
    assert seconds_text(48, FrameRate(num=24)) == "2.0 s"
    assert rate_text(FrameRate(num=24000, den=1001)) == "23.976"
    assert [duration_text(s) for s in (0.2, 42.4, 130, 5400)] == [
        "a moment",
        "42 s",
        "2 min",
        "1 h 30 min",
    ]


def test_settings_survive_and_damaged_ones_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "settings.json"
    settings = SettingsState(path)
    settings.remember_project(tmp_path / "a.sdproj")
    settings.remember_project(tmp_path / "b.sdproj")
    settings.remember_project(tmp_path / "a.sdproj")
    recent = SettingsState(path).values.recent
    assert [Path(name).name for name in recent] == ["a.sdproj", "b.sdproj"]
    path.write_text('{"recent": 5, "junk": ')
    assert SettingsState(path).values.recent == ()


def test_question_comes_back_after_what_covered_it() -> None:
    notices = NoticesState()
    question = Notice("question", "Restore?", (NoticeAction("Restore", lambda: None),))
    notices.show(question)
    notices.error("One.")
    notices.error("Two.")
    assert notices.current is not None
    assert notices.current.text == "Two."
    notices.dismiss()
    assert notices.current is question
    notices.dismiss(question)
    assert notices.current is None


@pytest.mark.parametrize(
    ("module", "banned"),
    [
        ("app.application.editor", ("torch", "diffusers", "cv2", "transformers", "av")),
        ("app.state.workspace", ("PySide6.QtWidgets", "torch", "diffusers", "cv2")),
    ],
)
def test_imports_stay_light(module: str, banned: tuple[str, ...]) -> None:
    code = f"import sys, {module}; print([name for name in {banned!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == "[]"
