"""Timelines in and out of the window: menus, the dialog, notices, undo."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog

from app.media.contact_sheet import SheetWish
from app.media.timeline_export import ExportWish
from app.state.interchange import BoardsWish
from app.timeline.interchange.cut import CutOptions
from app.timeline.project import Format, Project
from app.views.interchange import STORYBOARDS, TIMELINES, ExportDialog
from engine.protocol.jobs import FrameRate
from tests.app.conftest import Studio


def notice(studio: Studio) -> str:
    current = studio.app.notices.current
    return current.text if current is not None else ""


def dialog(studio: Studio) -> ExportDialog:
    found = studio.app.window.findChildren(ExportDialog)
    assert len(found) == 1
    return found[0]


def with_rate(num: int, den: int = 1):
    def edit(film: Project) -> Project:
        return film.model_copy(update={"format": Format(rate=FrameRate(num=num, den=den))})

    return edit


async def choose(studio: Studio, path: Path) -> None:
    """Answer the file dialog that is open."""
    asked = next(d for d in studio.app.window.findChildren(QFileDialog) if d.isVisible())
    asked.filesSelected.emit([str(path)])
    asked.close()
    await studio.until(lambda: not studio.app.interchange.is_busy)
    await studio.settle()


@pytest.mark.parametrize(("row", "suffix"), list(enumerate(k.suffix for k in TIMELINES)))
def test_a_timeline_goes_out_by_the_menu(studio: Studio, row: int, suffix: str) -> None:
    async def story() -> None:
        target = studio.root / f"cut{suffix}"
        await studio.fill((48, (0, 20)), (30, ()))
        studio.app.window.commands["export_timeline"].trigger()
        asked = dialog(studio)
        asked.kinds.setCurrentIndex(row)
        asked.accept()
        await studio.settle()  # the dialog is deleted before the place is known
        QApplication.processEvents()
        await choose(studio, target)
        assert target.is_file()
        assert notice(studio) == f"{target.name} was written."

    studio.play(story)


def test_a_contact_sheet_goes_out_by_the_menu(studio: Studio) -> None:
    async def story() -> None:
        target = studio.root / "boards.pdf"
        await studio.fill((48, (0, 20)))
        studio.app.window.commands["export_storyboard"].trigger()
        dialog(studio).accept()
        await studio.settle()
        await choose(studio, target)
        assert target.read_bytes().startswith(b"%PDF")

    studio.play(story)


def test_what_comes_in_is_one_step_after_the_last_shot(studio: Studio) -> None:
    async def story() -> None:
        editor, state = studio.app.editor, studio.app.interchange
        await studio.fill((48, (0, 20)), (30, (4,)))
        target = studio.root / "cut.otio"
        state.export(ExportWish(target))
        await studio.until(lambda: not state.is_busy)
        before = editor.project
        studio.app.window.commands["import_timeline"].trigger()
        await choose(studio, target)
        assert [s.num_frames for s in editor.project.shots] == [48, 30, 48, 30]
        assert editor.project.shots[3].keyframes[0].media == before.media[0].id
        assert len(editor.project.media) == 1
        assert editor.playhead == 78
        assert notice(studio) == "2 shots came in from cut.otio."
        assert editor.undo_name == "Import timeline"
        editor.undo()
        assert editor.project is before

    studio.play(story)


def test_an_empty_film_takes_over_rate_and_size(studio: Studio) -> None:
    async def story() -> None:
        path = studio.root / "a.fcpxml"
        path.write_text(
            '<fcpxml version="1.8"><resources><format id="r1" frameDuration="1001/24000s" '
            'width="1280" height="720"/></resources><project><sequence format="r1"><spine>'
            '<gap duration="48048/24000s"/></spine></sequence></project></fcpxml>'
        )
        studio.app.interchange.bring_in(path)
        await studio.until(lambda: not studio.app.interchange.is_busy)
        film = studio.app.editor.project
        assert film.format == Format(width=1280, height=720, rate=FrameRate(num=24000, den=1001))
        assert [shot.num_frames for shot in film.shots] == [48]
        studio.app.editor.do("Rate", with_rate(25))
        studio.app.interchange.bring_in(path)
        await studio.until(lambda: not studio.app.interchange.is_busy)
        assert [shot.num_frames for shot in studio.app.editor.project.shots] == [48, 50]
        assert "23.976 frames a second and the film 25" in notice(studio)

    studio.play(story)


def test_a_damaged_file_changes_nothing(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)))
        before = studio.app.editor.project
        path = studio.root / "a.otio"
        path.write_text("{")
        studio.app.window._take_dropped([path])
        await studio.until(lambda: not studio.app.interchange.is_busy)
        assert studio.app.editor.project is before
        assert notice(studio) == "a.otio is damaged: it is not readable as JSON."

    studio.play(story)


def test_a_timeline_is_dropped_on_the_timeline(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)))
        state, view = studio.app.interchange, studio.app.window.timeline
        state.export(ExportWish(studio.root / "cut.edl"))
        await studio.until(lambda: not state.is_busy)
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(studio.root / "cut.edl"))])
        for y in (60, view.viewport().height() - 4):  # on a shot, and where sounds lie
            before = len(studio.app.editor.project.shots)
            place, action = QPointF(200, y), Qt.DropAction.CopyAction
            keys = (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
            view.dropEvent(QDropEvent(place, action, data, *keys))
            await studio.until(lambda: not state.is_busy)
            assert len(studio.app.editor.project.shots) == before + 1

    studio.play(story)


def test_another_film_opened_meanwhile_gets_nothing(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)))
        target = studio.root / "cut.otio"
        studio.app.interchange.export(ExportWish(target))
        await studio.until(lambda: not studio.app.interchange.is_busy)
        studio.app.document.discard_changes()
        studio.app.interchange.bring_in(target)
        studio.app.document.new()
        await studio.until(lambda: not studio.app.interchange.is_busy)
        assert studio.app.editor.project.shots == ()

    studio.play(story)


def test_the_dialog_shows_what_a_format_has(studio: Studio) -> None:
    asked: list[object] = []
    window = studio.app.window
    sheet = ExportDialog("Export", STORYBOARDS, False, window, asked.append)
    assert sheet.paper.isVisibleTo(sheet) and not sheet.start.isVisibleTo(sheet)
    sheet.paper.setCurrentIndex(1)
    assert sheet.wish(Path("a.pdf")) == SheetWish(Path("a.pdf"), "letter", "target")
    sheet.kinds.setCurrentIndex(1)
    assert not sheet.paper.isVisibleTo(sheet)
    assert isinstance(sheet.wish(Path("a")), BoardsWish)
    sheet.deleteLater()

    for can_drop in (False, True):
        out = ExportDialog("Export", TIMELINES, can_drop, window, asked.append)
        assert out.drop.isVisibleTo(out) == can_drop
        out.drop.setChecked(True)
        out.start.setText(" 01:00:00:00 ")
        out.paths.setCurrentIndex(1)
        wanted = CutOptions("01:00:00:00", can_drop)
        assert out.wish(Path("a.xml")) == ExportWish(Path("a.xml"), True, "target", wanted)
        out.deleteLater()

    async def story() -> None:
        commands = window.commands
        assert not commands["export_timeline"].isEnabled()
        assert commands["import_timeline"].isEnabled()

    studio.play(story)
