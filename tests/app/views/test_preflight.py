"""The pre-flight as a person meets it: marks under the grid, the panel, the words at Generate."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.state.selection import KeyframeSelected, ShotSelected
from app.timeline.findings import BoardMissing, BoardMoved, MemoryShort, ModelTrouble, Place
from app.timeline.storage import media_path
from app.views.early import Early
from tests.app.conftest import Studio
from tests.app.fake_engine import GIB

LEFT = Qt.MouseButton.LeftButton


def _kinds(studio: Studio) -> list[type]:
    return [type(finding) for finding in studio.app.workspace.preflight.findings]


def _early(studio: Studio) -> Early:
    return studio.app.window.top_bar.early


async def _open_panel(studio: Studio) -> None:
    studio.app.window.commands["show_preflight"].trigger()
    await studio.settle(0.05)


def test_mark_under_the_grid_leads_to_its_board(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((60, (0, 38)), (60, (0,)))
        await studio.until(lambda: BoardMoved in _kinds(studio))
        lane = _early(studio).lane
        assert lane.isVisible()
        mark = next(mark for mark in lane.marks if mark.film_frame == 38)
        x = studio.app.window.timeline.scale.x(38) + 2
        QTest.mouseClick(lane, LEFT, pos=QPoint(round(x), 4))
        editor = studio.app.editor
        assert editor.playhead == 38
        assert editor.selection == KeyframeSelected(mark.finding.place.keyframe_id)

    studio.play(story)


def test_lane_stands_under_the_grid_and_leaves_the_rest_to_the_timeline(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((60, (0, 38)))
        await studio.until(lambda: _early(studio).lane.marks)
        lane, surface = _early(studio).lane, studio.app.window.timeline.viewport()
        lanes = studio.app.window.timeline.lanes()
        assert lane.y() == lanes.grid_bottom
        assert lane.geometry().bottom() <= surface.height()
        playhead = studio.app.editor.playhead
        QTest.mouseClick(lane, LEFT, pos=QPoint(round(studio.app.window.timeline.scale.x(20)), 4))
        assert studio.app.editor.playhead == playhead

    studio.play(story)


def test_one_click_places_exactly_and_undo_takes_it_back(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((60, (0, 38)))
        await _open_panel(studio)
        panel = studio.app.window.preflight_panel
        await studio.until(lambda: any("asked 38" in row.text for row in panel.rows))
        row = next(row for row in panel.rows if "asked 38" in row.text)
        assert row.text == "Shot 1: Board asked 38, used 37."
        QTest.mouseClick(row.button, LEFT)
        assert studio.app.editor.project.shots[0].keyframes[1].exact
        await studio.until(lambda: not any("asked 38" in row.text for row in panel.rows))
        await studio.until(lambda: any("free head" in row.text for row in panel.rows))
        assert studio.app.editor.undo_name == "Place exactly"
        studio.app.editor.undo()
        await studio.until(lambda: any("asked 38" in row.text for row in panel.rows))

    studio.play(story)


def test_findings_follow_a_drag_before_it_ends(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((60, (0, 38)))
        view = studio.app.window.timeline
        view.zoom_to(8.0, 0)
        await studio.until(lambda: BoardMoved in _kinds(studio))
        lanes = view.scene().lanes
        start, stop = (studio.at(frame + 0.5, lanes.pin_top + 6) for frame in (38, 37))
        studio.press(start)
        await studio.drag_only(start, stop + QPoint(-1, 0))
        await studio.until(lambda: BoardMoved not in _kinds(studio))
        assert studio.app.editor.undo_name == "Fill", "The mouse is still held."
        QTest.keyClick(view, Qt.Key.Key_Escape)
        await studio.until(lambda: BoardMoved in _kinds(studio))
        studio.release(stop)

    studio.play(story)


def test_lost_file_is_noticed_and_can_be_chosen_again(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((49, (0,)))
        editor, preflight = studio.app.editor, studio.app.workspace.preflight
        media_path(editor.folder, editor.project.media[0]).unlink()
        await _open_panel(studio)
        await studio.until(lambda: BoardMissing in _kinds(studio))
        asked: list[tuple[str, str]] = []
        preflight.fix_wanted.disconnect()
        preflight.fix_wanted.connect(lambda fix, name: asked.append((fix, name)))
        panel = studio.app.window.preflight_panel
        row = next(row for row in panel.rows if "is gone" in row.text)
        assert panel.rows[0] is row, "Problems stand first."
        QTest.mouseClick(row.button, LEFT)
        assert asked == [("relink", editor.project.shots[0].keyframes[0].id)]
        assert "1 problem" in _early(studio).label.text()

    studio.play(story)


def test_shot_without_a_board_is_selected_by_its_row(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((49, (0,)), (49, ()))
        await _open_panel(studio)
        panel = studio.app.window.preflight_panel
        await studio.until(lambda: any("no board" in row.text for row in panel.rows))
        row = next(row for row in panel.rows if "no board" in row.text)
        QTest.mouseClick(row, LEFT, pos=QPoint(20, 8))
        assert studio.app.editor.selection == ShotSelected(studio.app.editor.project.shots[1].id)
        assert studio.app.editor.playhead == 49

    studio.play(story)


def test_missing_model_is_told_before_generating(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((49, (0,)))
        studio.app.workspace.shots.set_model("elsewhere")
        await studio.until(lambda: ModelTrouble in _kinds(studio))
        assert studio.app.window.commands["generate"].isEnabled(), "A forecast is never a gate."
        studio.app.editor.undo()
        await studio.until(lambda: ModelTrouble not in _kinds(studio))

    studio.play(story)


def test_generate_says_what_it_takes_and_learns(studio: Studio) -> None:
    studio.engine.step_s = 0.02

    async def story() -> None:
        await studio.fill((300, (0,)), (100, (0,)))
        label = _early(studio).label
        await studio.until(lambda: label.text().startswith("2 passes · "))
        assert label.text().endswith("GiB")
        first = studio.app.forecast.drafts
        assert not first.seconds.is_sure
        studio.app.settings.update(plays_previews=False)
        studio.app.jobs.generate()
        await studio.until(lambda: not studio.app.jobs.is_active)
        await studio.until(lambda: label.text() == "All drafts are made")
        for seed in range(2, 6):
            studio.app.workspace.shots.set_seed(seed)
            studio.app.jobs.generate()
            await studio.until(lambda: not studio.app.jobs.is_active)
        studio.app.workspace.shots.set_seed(99)
        await studio.until(lambda: studio.app.forecast.drafts.num_passes == 2)
        learnt = studio.app.forecast.drafts
        took = sum(
            sum(entry.status.stage_seconds.values())
            for entry in studio.app.jobs.entries[-2:]
            if hasattr(entry.status, "stage_seconds")
        )
        assert learnt.seconds.value < first.seconds.value
        assert 0.5 * took < learnt.seconds.value < 2 * took
        assert abs(learnt.peak.value / GIB - 1) < 0.1
        assert studio.places.runs.is_file()

    studio.play(story)


def test_short_memory_names_the_nearest_that_fits(studio: Studio) -> None:
    studio.engine.device = studio.engine.device.model_copy(update={"free_bytes": int(1.2 * GIB)})

    async def story() -> None:
        await studio.fill((200, (0,)))
        await studio.until(lambda: MemoryShort in _kinds(studio))
        preflight = studio.app.workspace.preflight
        short = next(f for f in preflight.findings if isinstance(f, MemoryShort))
        assert (short.place, short.slowdown) == (Place(), None)
        assert short.nearest == "A film of 960×540 fits."
        assert "may fail" in preflight.words(short).advice
        assert studio.app.window.commands["render"].isEnabled()

    studio.play(story)


def test_pass_rows_say_what_is_made_and_what_is_there(studio: Studio, tmp_path: Path) -> None:
    async def story() -> None:
        await studio.fill((72, (0, 38)))
        await _open_panel(studio)
        panel = studio.app.window.preflight_panel
        await studio.until(lambda: panel.pass_texts and "–" in panel.pass_texts[0])
        assert panel.pass_texts[0].startswith("Shot 1: 72 frames (74 made) · 20 latent · 2 boards")
        studio.app.settings.update(plays_previews=False)
        studio.app.jobs.generate()
        await studio.until(lambda: not studio.app.jobs.is_active)
        await studio.until(lambda: "draft is there" in panel.pass_texts[0])

    studio.play(story)
