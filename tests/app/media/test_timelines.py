"""Timelines and storyboards on disk: out of a project, into a project, and back."""

from __future__ import annotations

import json
import os
import shutil
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtGui import QImageReader
from PySide6.QtWidgets import QApplication

from app.application.cli import main
from app.media.contact_sheet import SheetWish, export_sheet, grid_of
from app.media.timeline_export import ExportWish, export_boards, export_timeline
from app.media.timeline_import import bring_in, read_timeline, resolve
from app.timeline.edits import add_media, add_shot
from app.timeline.interchange.skeleton import adopt, lay
from app.timeline.interchange.text import ExchangeError
from app.timeline.parts import SoundClip, SoundItem
from app.timeline.project import Format, Keyframe, Marker, Project, Shot
from app.timeline.storage import (
    create_project,
    import_file,
    import_image,
    load_project,
    save_project,
)
from app.timeline.takes import film_passes
from engine.planning.resolution import FrameSize
from engine.protocol.jobs import FrameRate
from tests.app.boards import draw_board
from tests.app.movies import movie, write_movie
from tests.sounds import noise, write_wav


@pytest.fixture
def film(tmp_path: Path) -> tuple[Project, Path]:
    """Two shots, three boards, a marker, at 23.976."""
    folder = tmp_path / "my film.sdproj"
    project = Project(format=Format(rate=FrameRate(num=24000, den=1001)))
    create_project(folder, project)
    items = [
        import_image(folder, draw_board(tmp_path / "in" / f"b {n}.png", n, (192, 108)), 192, 108)
        for n in range(3)
    ]
    project = add_media(project, items)
    first = (Keyframe(media=items[0].id, frame=0), Keyframe(media=items[1].id, frame=20))
    project = add_shot(project, Shot(num_frames=48, caption="A boat, at dusk", keyframes=first))
    second = (Keyframe(media=items[2].id, frame=5, strength=0.5),)
    project = add_shot(project, Shot(num_frames=30, join="continue", keyframes=second))
    project = project.model_copy(update={"markers": (Marker(frame=50, name="hit", color="red"),)})
    save_project(folder, project)
    return project, folder


def again(path: Path, folder: Path) -> tuple[Project, tuple[str, ...]]:
    """Make a project of a file."""
    create_project(folder, Project())
    skeleton = read_timeline(path)
    brought = bring_in(folder, skeleton, path if path.is_dir() else path.parent)
    made = lay(adopt(Project(), skeleton), skeleton, brought.media, brought.sounds)
    save_project(folder, made)
    return made, brought.remarks


def outline(project: Project) -> Any:
    hashes = {item.id: (item.sha256, item.name) for item in project.media}
    return (
        project.format.rate,
        [
            (s.num_frames, s.caption, s.join, [(hashes[k.media], k.frame) for k in s.keyframes])
            for s in project.shots
        ],
        [(m.frame, m.name, m.color) for m in project.markers],
    )


@pytest.mark.parametrize("suffix", [".otio", ".fcpxml", ".edl"])
@pytest.mark.parametrize("relative", [False, True])
def test_a_film_comes_back(
    film: tuple[Project, Path], tmp_path: Path, suffix: str, relative: bool
) -> None:
    project, folder = film
    target = tmp_path / "out" / f"cut{suffix}"
    target.parent.mkdir()
    written = export_timeline("cut", project, folder, ExportWish(target, relative=relative))
    assert written.files == (target,) and not written.remarks
    assert (str(tmp_path) in target.read_text()) != relative
    back, remarks = again(target, tmp_path / "back.sdproj")
    assert not remarks
    assert outline(back) == outline(project)


def test_relative_paths_let_both_move(film: tuple[Project, Path], tmp_path: Path) -> None:
    project, folder = film
    export_timeline("cut", project, folder, ExportWish(tmp_path / "cut.fcpxml", relative=True))
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    shutil.move(folder, moved / folder.name)
    shutil.move(tmp_path / "cut.fcpxml", moved / "cut.fcpxml")
    back, remarks = again(moved / "cut.fcpxml", tmp_path / "back.sdproj")
    assert not remarks and outline(back) == outline(project)


def test_the_folder_of_boards_comes_back(film: tuple[Project, Path], tmp_path: Path) -> None:
    project, folder = film
    export_boards("My film", project, folder, tmp_path / "boards")
    names = sorted(path.name for path in (tmp_path / "boards").iterdir())
    assert names == ["001 Shot 1-1.png", "002 Shot 1-2.png", "003 Shot 2.png", "storyboard.json"]
    listed = json.loads((tmp_path / "boards" / "storyboard.json").read_text())
    assert [b["timecode"] for b in listed["boards"]] == [
        "00:00:00:00",
        "00:00:00:20",
        "00:00:02:00",
    ]
    back, remarks = again(tmp_path / "boards", tmp_path / "back.sdproj")
    assert not remarks and outline(back) == outline(project)
    assert back.shots[1].keyframes[0].strength == 0.5
    with pytest.raises(ExchangeError, match="exists already"):
        export_boards("My film", project, folder, tmp_path / "boards")


def test_nothing_is_overwritten_unasked(film: tuple[Project, Path], tmp_path: Path) -> None:
    project, folder = film
    target = tmp_path / "cut.edl"
    target.write_text("mine")
    with pytest.raises(ExchangeError, match="exists already"):
        export_timeline("cut", project, folder, ExportWish(target))
    assert target.read_text() == "mine"
    export_timeline("cut", project, folder, ExportWish(target, replaces="target"))
    assert target.read_text().startswith("TITLE: cut")


@pytest.mark.parametrize("suffix", [".edl", ".xml"])
def test_a_rate_that_a_format_lacks_is_said(
    film: tuple[Project, Path], tmp_path: Path, suffix: str
) -> None:
    project, folder = film
    odd = project.model_copy(update={"format": Format(rate=FrameRate(num=25, den=2))})
    with pytest.raises(ExchangeError, match=r"12\.5 frames a second; choose OTIO"):
        export_timeline("cut", odd, folder, ExportWish(tmp_path / f"cut{suffix}"))
    export_timeline("cut", odd, folder, ExportWish(tmp_path / "cut.fcpxml"))
    assert again(tmp_path / "cut.fcpxml", tmp_path / "b.sdproj")[0].format.rate == odd.format.rate


def test_missing_and_unfit_files_cost_their_boards_only(tmp_path: Path) -> None:
    good = draw_board(tmp_path / "media" / "3.png", 3, (192, 108))
    (tmp_path / "2.png").write_bytes(b"no picture")
    (tmp_path / "4.mov").write_bytes(b"movie")
    os.mkfifo(tmp_path / "5.png")
    lines = ["TITLE: t"]
    for number, name in enumerate(("/gone/1.png", "2.png", "/gone/3.png", "4.mov", "5.png")):
        at = f"00:00:0{number}:00 00:00:0{number + 1}:00"
        lines += [f"00{number + 1}  AX V C 00:00:00:00 00:00:01:00 {at}", f"* FROM FILE: {name}"]
    (tmp_path / "a.edl").write_text("\n".join(lines))
    back, remarks = again(tmp_path / "a.edl", tmp_path / "back.sdproj")
    assert [len(shot.keyframes) for shot in back.shots] == [0, 0, 1, 0, 0]
    assert [item.name for item in back.media] == [good.name]
    assert len(remarks) == 3
    assert remarks[0].startswith("1.png and 1 more are not there")
    assert "movie" in remarks[1] and "2.png" in remarks[2]


def test_what_a_source_means(tmp_path: Path) -> None:
    board = draw_board(tmp_path / "a b.png", 0, (64, 64))
    for source in (str(board), "a b.png", "a%20b.png", board.as_uri(), "./a b.png"):
        assert resolve(source, tmp_path) is not None, source
    localhost = board.as_uri().replace("file://", "file://localhost")
    assert resolve(localhost, tmp_path) == board
    assert resolve("C:\\boards\\a b.png", tmp_path) == board
    for source in ("https://example.org/a.png", "", "\0", "x" * 5000, ".", "/", "http://["):
        assert resolve(source, tmp_path) is None, source


def scene(folder: Path, boards: list[dict[str, Any]], **changes: Any) -> Path:
    (folder / "images").mkdir(parents=True, exist_ok=True)
    content = {"version": "3.0.0", "aspectRatio": 2.35, "fps": 24, "defaultBoardTiming": 2000}
    path = folder / "scene.storyboarder"
    path.write_text(json.dumps({**content, "boards": boards, **changes}))
    return path


def test_a_storyboarder_project_becomes_shots(tmp_path: Path) -> None:
    images = tmp_path / "s" / "images"
    path = scene(
        tmp_path / "s",
        [
            {"url": "board-1-A.png", "newShot": True, "action": "A boat", "dialogue": "Ahoy"},
            {"url": "board-2-B.png", "newShot": False, "duration": 1000, "notes": "pan"},
            {
                "url": "board-3-C.png",
                "newShot": True,
                "duration": 500,
                "layers": {
                    "fill": {"url": "board-3-C-fill.png"},
                    "ink": {"url": "board-3-C-ink.png"},
                    "notes": {"url": "board-3-C-notes.png"},
                },
            },
        ],
    )
    Image.new("RGB", (235, 100), "red").save(images / "board-1-A-posterframe.jpg")
    Image.new("RGB", (235, 100), "blue").save(images / "board-2-B.png")
    fill = Image.new("RGBA", (235, 100), (0, 0, 0, 0))
    fill.paste((0, 255, 0, 255), (0, 0, 100, 100))
    fill.save(images / "board-3-C-fill.png")
    ink = Image.new("RGBA", (235, 100), (0, 0, 0, 0))
    ink.putpixel((5, 5), (0, 0, 0, 255))
    ink.save(images / "board-3-C-ink.png")
    Image.new("RGBA", (235, 100), "red").save(images / "board-3-C-notes.png")

    back, remarks = again(path, tmp_path / "back.sdproj")
    assert not remarks
    assert (back.format.width, back.format.height) == (2538, 1080)
    assert [s.num_frames for s in back.shots] == [72, 12]
    assert [k.frame for k in back.shots[0].keyframes] == [0, 48]
    assert back.shots[0].caption == "A boat\n“Ahoy”\npan"
    assert [item.name for item in back.media] == [f"board-{n}.png" for n in ("1-A", "2-B", "3-C")]
    flat = Image.open(tmp_path / "back.sdproj" / "media" / back.media[2].file).convert("RGB")
    assert flat.getpixel((50, 50)) == (0, 255, 0)
    assert flat.getpixel((5, 5)) == (0, 0, 0)
    assert flat.getpixel((200, 50)) == (255, 255, 255)


def test_without_shots_every_storyboarder_board_is_one(tmp_path: Path) -> None:
    boards = [{"url": f"board-{n}.png", "duration": d} for n, d in enumerate((None, "x", 0, 1e99))]
    back, remarks = again(scene(tmp_path / "s", boards), tmp_path / "back.sdproj")
    assert [s.num_frames for s in back.shots] == [48, 48, 48]  # a board of no length is no shot
    assert remarks and "not there" in remarks[0]


def test_a_plain_folder_comes_in_natural_order(tmp_path: Path) -> None:
    for number in (10, 2, 1):
        draw_board(tmp_path / "in" / f"board {number}.png", number, (64, 64))
    (tmp_path / "in" / "notes.txt").write_text("hello")
    back, _ = again(tmp_path / "in", tmp_path / "back.sdproj")
    assert [item.name for item in back.media] == [f"board {n}.png" for n in (1, 2, 10)]
    assert [s.num_frames for s in back.shots] == [48, 48, 48]
    with pytest.raises(ExchangeError, match="no pictures"):
        (tmp_path / "empty").mkdir()
        read_timeline(tmp_path / "empty")


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_the_contact_sheet_is_written(
    qapp: QApplication, film: tuple[Project, Path], tmp_path: Path, paper: Any
) -> None:
    project, folder = film
    target = tmp_path / "sheet.pdf"
    export_sheet("My film", project, folder, SheetWish(target, paper))
    content = target.read_bytes()
    assert content.startswith(b"%PDF") and content.rstrip().endswith(b"%%EOF")
    width, height = {"a4": (842, 595), "letter": (792, 612)}[paper]
    assert f"[0 0 {width}".encode() in content and b" %d" % height in content
    assert content.count(b"/Subtype /Image") >= 3
    assert not list(tmp_path.glob(".*part"))
    with pytest.raises(ExchangeError, match="exists already"):
        export_sheet("My film", project, folder, SheetWish(target, paper))


@pytest.mark.parametrize("aspect", [0.3, 9 / 16, 1.0, 4 / 3, 16 / 9, 2.39, 4.0])
@pytest.mark.parametrize("page", [(8420, 5950), (7920, 6120)])
def test_boards_stay_on_the_paper(page: tuple[int, int], aspect: float) -> None:
    from PySide6.QtCore import QSizeF

    grid = grid_of(QSizeF(*page), aspect)
    assert grid.picture.width() / grid.picture.height() == pytest.approx(aspect)
    last = grid.place(grid.per_page - 1)
    assert last.x() + grid.picture.width() <= page[0] - 300
    assert last.y() + grid.picture.height() + grid.text <= page[1] - 300
    assert grid.text >= 500


def test_from_the_command_line(
    film: tuple[Project, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project, folder = film
    target = str(tmp_path / "cut.otio")
    assert main(["export", str(folder), "-o", target, "--start", "01:00:00:00"]) == 0
    assert main(["export", str(folder), "-o", target]) == 2
    assert "exists already" in capsys.readouterr().err
    assert main(["import", target, str(tmp_path / "again")]) == 0
    assert outline(load_project(tmp_path / "again.sdproj")) == outline(project)
    assert main(["import", target, str(tmp_path / "slow"), "--rate", "12"]) == 0
    slow = load_project(tmp_path / "slow.sdproj")
    assert slow.format.rate == FrameRate(num=12) and slow.num_frames == round(78 * 1.001 / 2)
    assert main(["export", str(folder), "-o", target + "x", "--drop-frame"]) == 2
    assert main(["import", str(tmp_path / "gone.otio"), str(tmp_path / "x")]) == 2
    assert not (tmp_path / "x.sdproj").exists()
    assert main(["export", str(folder), "-o", str(tmp_path / "boards")]) == 0
    picture = next((tmp_path / "boards").glob("*.png"))
    assert QImageReader(str(picture)).size().width() == 192


def test_finished_takes_go_out_over_their_shots(film: tuple[Project, Path], tmp_path: Path) -> None:
    project, folder = film
    passes = film_passes(project, folder)
    assert [(part.start, part.end) for part in passes] == [(0, 78)]
    take = passes[0].folder(folder)
    pixels = movie(78, FrameSize(64, 36))
    write_movie(take / "draft.mkv", pixels, project.format.rate.fraction)
    write_movie(take / "master.mkv", pixels[:, :32], project.format.rate.fraction)
    (take / "take.json").write_text(json.dumps({"draft": {}}))  # the master is unfinished

    written = export_timeline("cut", project, folder, ExportWish(tmp_path / "cut.edl"))
    assert [path.name for path in written.files] == ["cut.edl", "cut drafts.edl"]
    assert "lists of their own" in written.remarks[0] and "ProRes" in written.remarks[1]
    events = [
        line.split()[1:] for line in written.files[1].read_text().splitlines() if line[:1] == "0"
    ]
    reel = take.name.upper()[:8]
    assert [event[0] for event in events] == [reel, reel]
    assert [event[3:] for event in events] == [
        ["00:00:00:00", "00:00:02:00", "00:00:00:00", "00:00:02:00"],
        ["00:00:02:00", "00:00:03:06", "00:00:02:00", "00:00:03:06"],
    ]

    (take / "take.json").write_text(json.dumps({"draft": {}, "master": {}}))
    written = export_timeline("cut", project, folder, ExportWish(tmp_path / "cut.fcpxml"))
    assert "Matroska" in written.remarks[0]
    text = written.files[0].read_text()
    assert 'width="64" height="36"' in text and 'width="64" height="32"' in text
    assert text.count('lane="1"') == text.count('lane="2"') == 2
    back, remarks = again(written.files[0], tmp_path / "back.sdproj")
    assert not remarks and outline(back) == outline(project)

    (take / "take.json").write_text(json.dumps({"draft": {}, "master": {"requested_model": "x"}}))
    written = export_timeline("cut", project, folder, ExportWish(tmp_path / "other.fcpxml"))
    assert "master.mkv" not in written.files[0].read_text(), "another model's is not this film's"


def test_an_edit_list_beside_the_one_asked_about_is_not_replaced(
    film: tuple[Project, Path], tmp_path: Path
) -> None:
    project, folder = film
    take = film_passes(project, folder)[0].folder(folder)
    write_movie(take / "draft.mkv", movie(78, FrameSize(64, 36)), Fraction(24))
    (take / "take.json").write_text(json.dumps({"draft": {}}))
    (tmp_path / "cut drafts.edl").write_text("mine")
    with pytest.raises(ExchangeError, match=r"cut drafts\.edl exists already"):
        wish = ExportWish(tmp_path / "cut.edl", replaces="target")
        export_timeline("cut", project, folder, wish)
    assert (tmp_path / "cut drafts.edl").read_text() == "mine"
    assert not (tmp_path / "cut.edl").exists()


@pytest.mark.parametrize("suffix", [".otio", ".fcpxml"])
def test_sounds_come_back_on_their_samples(
    film: tuple[Project, Path], tmp_path: Path, suffix: str
) -> None:
    project, folder = film
    file, digest = import_file(folder, write_wav(tmp_path / "in" / "sea.wav", noise(3.0)))
    item = SoundItem(file=file, name="sea.wav", sha256=digest, num_samples=144_000)
    clips = (
        SoundClip(sound=item.id, frame=7, num_frames=30, offset=12_345, gain_db=-4.5, fade_in=5),
        SoundClip(sound=item.id, frame=20, num_frames=40, is_muted=True, lane=1),
    )
    project = project.model_copy(update={"sounds": (item,), "sound_clips": clips})
    export_timeline("cut", project, folder, ExportWish(tmp_path / f"cut{suffix}"))
    back, remarks = again(tmp_path / f"cut{suffix}", tmp_path / "back.sdproj")
    assert not remarks
    assert [(s.sha256, s.num_samples) for s in back.sounds] == [(digest, 144_000)]
    assert [c.model_dump(exclude={"id", "sound"}) for c in back.sound_clips] == [
        c.model_dump(exclude={"id", "sound"}) for c in clips
    ]
