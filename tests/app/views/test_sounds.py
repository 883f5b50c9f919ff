"""Sounds under the hands: dropped, moved, trimmed, faded, split, muted, copied, undone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest

from app.timeline.exporting import ExportChoices
from app.timeline.parts import SoundClip
from app.views.timeline.paint_sounds import clip_rect, fade_grips
from tests.app.conftest import Studio
from tests.app.movies import movie, write_movie
from tests.sounds import add_sound, noise, write_wav


def _lane_y(studio: Studio, lane: int = 0) -> float:
    lanes = studio.app.window.timeline.scene().lanes
    return lanes.sound_lane_top(lane) + lanes.sound_height / 2 + 2


def _clips(studio: Studio) -> tuple[SoundClip, ...]:
    return studio.app.editor.project.sound_clips


async def _film(studio: Studio, seconds: float = 4.0) -> None:
    """A film of ten seconds with one sound from frame 48 on."""
    await studio.fill((240, (0,)))
    path = write_wav(studio.root / "song.wav", noise(seconds))
    studio.app.workspace.sounds.drop([path], 48)
    await studio.until(lambda: _clips(studio))
    studio.app.workspace.snapping.switch(False)
    await studio.settle()


def _told(story: Callable[[Studio], Awaitable[None]]) -> Callable[[Studio], None]:
    def test(studio: Studio) -> None:
        async def run() -> None:
            await _film(studio)
            await story(studio)

        studio.play(run)

    return test


def _drop_files(studio: Studio, paths: list[Path], at: QPoint) -> None:
    view = studio.app.window.timeline
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    keys = (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    view.dragMoveEvent(QDragMoveEvent(at, Qt.DropAction.CopyAction, data, *keys))
    view.dropEvent(QDropEvent(QPointF(at), Qt.DropAction.CopyAction, data, *keys))


def test_music_dropped_anywhere_and_a_movie_dropped_on_the_lane_are_heard(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((240, (0,)))
        song = write_wav(studio.root / "song.wav", noise(2))
        strip = studio.app.window.timeline.scene().lanes.strip_top + 10
        _drop_files(studio, [song], studio.at(30, strip))
        await studio.until(lambda: _clips(studio))
        assert (_clips(studio)[0].frame, _clips(studio)[0].num_frames) == (30, 48)
        from fractions import Fraction

        from engine.planning.resolution import FrameSize

        clip = studio.root / "clip.mp4"
        write_movie(clip, movie(24, FrameSize(96, 64)), Fraction(24))
        add_sound(clip, noise(1))
        _drop_files(studio, [clip], studio.at(120, _lane_y(studio)))
        await studio.until(lambda: len(_clips(studio)) == 2)
        assert _clips(studio)[1].frame == 120
        assert len(studio.app.editor.project.shots) == 1, "its pictures are not taken"
        media = {path.name for path in (studio.app.editor.folder / "media").iterdir()}
        assert {item.file for item in studio.app.editor.project.sounds} <= media
        assert studio.app.editor.undo_name == "Add sound"

    studio.play(story)


def test_what_cannot_be_heard_is_refused_and_leaves_nothing(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((240, (0,)))
        bad = studio.root / "bad.mp3"
        bad.write_bytes(b"\x01\x02 nothing" * 999)
        before = set((studio.app.editor.folder / "media").iterdir())
        _drop_files(studio, [bad], studio.at(10, _lane_y(studio)))
        await studio.until(lambda: studio.app.notices.current)
        assert "bad.mp3 cannot be read as sound" in studio.app.notices.current.text
        assert _clips(studio) == ()
        assert set((studio.app.editor.folder / "media").iterdir()) == before

    studio.play(story)


@_told
async def _moves(studio: Studio) -> None:
    y = _lane_y(studio)
    await studio.drag(studio.at(80, y), studio.at(110, y))
    assert _clips(studio)[0].frame == 78
    assert studio.app.editor.undo_name == "Move sound"
    studio.app.editor.undo()
    assert _clips(studio)[0].frame == 48
    await studio.drag(studio.at(80, y), studio.at(-200, y))
    assert _clips(studio)[0].frame == 0, "the film's start stops it"


def test_a_clip_follows_the_mouse(studio: Studio) -> None:
    _moves(studio)


@_told
async def _trims(studio: Studio) -> None:
    y = _lane_y(studio)
    await studio.drag(studio.at(49, y), studio.at(73, y))
    clip = _clips(studio)[0]
    assert (clip.frame, clip.stop, clip.offset) == (72, 144, 48_000)
    assert studio.app.editor.undo_name == "Trim sound"
    await studio.drag(studio.at(143.6, y), studio.at(119.6, y))
    assert _clips(studio)[0].stop == 120
    await studio.drag(studio.at(119.6, y), studio.at(230, y))
    assert _clips(studio)[0].stop == 144, "no further than the file goes"


def test_edges_trim_and_never_move_what_is_heard(studio: Studio) -> None:
    _trims(studio)


@_told
async def _snaps(studio: Studio) -> None:
    studio.app.workspace.snapping.switch(True)
    studio.app.editor.seek(100)
    y = _lane_y(studio)
    scale = studio.app.window.timeline.scale
    near = studio.at(152, y) + QPoint(3, 0)
    await studio.drag(studio.at(100, y), near)
    assert _clips(studio)[0].frame == 100, f"pulled by the playhead at {scale}"
    # Its tail is pulled, too: by the end of the film.
    await studio.drag(studio.at(150, y), studio.at(194, y) + QPoint(-3, 0))
    assert _clips(studio)[0].stop == 240


def test_clips_snap_with_both_ends(studio: Studio) -> None:
    _snaps(studio)


@_told
async def _fades(studio: Studio) -> None:
    view = studio.app.window.timeline
    y = _lane_y(studio)
    studio.click(studio.at(80, y))
    scene = view.scene()
    fade_in, fade_out = fade_grips(scene, _clips(studio)[0])
    start = fade_in.center().toPoint()
    await studio.drag(start, start + (studio.at(72, y) - studio.at(48, y)))
    assert _clips(studio)[0].fade_in == pytest.approx(24, abs=1)
    assert studio.app.editor.undo_name == "Fade in"
    start = fade_out.center().toPoint()
    await studio.drag(start, start - (studio.at(60, y) - studio.at(48, y)))
    assert _clips(studio)[0].fade_out == pytest.approx(12, abs=1)


def test_fades_are_drawn_with_grips(studio: Studio) -> None:
    _fades(studio)


@_told
async def _splits(studio: Studio) -> None:
    commands, editor = studio.app.window.commands, studio.app.editor
    studio.click(studio.at(80, _lane_y(studio)))
    editor.seek(96)
    commands["split"].trigger()
    assert [(c.frame, c.stop) for c in _clips(studio)] == [(48, 96), (96, 144)]
    assert len(editor.project.shots) == 1, "the shot stays whole"
    assert editor.undo_name == "Split sound"
    studio.click(studio.at(120, _lane_y(studio)))
    assert commands["delete"].text() == "&Delete sound"
    QTest.keyClick(studio.app.window, Qt.Key.Key_Delete)
    await studio.settle()
    assert [(c.frame, c.stop) for c in _clips(studio)] == [(48, 96)]
    editor.undo()
    assert len(_clips(studio)) == 2


def test_split_and_delete_are_the_same_commands_as_for_shots(studio: Studio) -> None:
    _splits(studio)


@_told
async def _copies(studio: Studio) -> None:
    commands, editor = studio.app.window.commands, studio.app.editor
    studio.click(studio.at(80, _lane_y(studio)))
    commands["copy"].trigger()
    editor.seek(150)
    commands["paste"].trigger()
    assert [(c.frame, c.lane) for c in _clips(studio)] == [(48, 0), (150, 0)]
    assert editor.undo_name == "Paste sound"
    commands["duplicate"].trigger()
    assert _clips(studio)[2].frame == 246
    editor.seek(60)
    commands["paste"].trigger()
    assert _clips(studio)[3].lane == 1, "where there is no room, it goes one lower"
    commands["cut"].trigger()
    assert len(_clips(studio)) == 3


def test_copy_paste_duplicate_cut(studio: Studio) -> None:
    _copies(studio)


@_told
async def _inspects(studio: Studio) -> None:
    section = studio.app.window.inspector.sound
    studio.app.editor.select(type(studio.app.editor.selection)(frozenset()))
    await studio.settle()
    assert not section.isVisible()
    studio.click(studio.at(80, _lane_y(studio)))
    assert section.isVisible()
    field = section._gain
    field.setFocus()
    field.lineEdit().selectAll()
    QTest.keyClicks(field, "-7.5")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert _clips(studio)[0].gain_db == -7.5
    section._fade_in.setValue(0.5)
    assert _clips(studio)[0].fade_in == 12
    section._frame.setValue(60)
    assert _clips(studio)[0].frame == 60
    section._muted.click()
    assert _clips(studio)[0].is_muted
    assert studio.app.window.commands["mute_sound"].isChecked()
    studio.app.window.commands["mute_sound"].trigger()
    assert not _clips(studio)[0].is_muted


def test_the_inspector_changes_place_gain_fades_and_mute(studio: Studio) -> None:
    _inspects(studio)


@_told
async def _draws(studio: Studio) -> None:
    view = studio.app.window.timeline
    scene = view.scene()
    item = studio.app.editor.project.sounds[0]
    await studio.until(lambda: scene.sounds.peaks(item.sha256, Path("unused")) is not None)
    studio.app.workspace.sounds.set_gain(12)
    await studio.settle(0.1)

    def bright(gain: float) -> int:
        studio.app.workspace.sounds.set_gain(gain)
        area = clip_rect(view.scene(), _clips(studio)[0]).toRect().adjusted(120, 3, -4, -3)
        image = view.viewport().grab(area).toImage()
        ground = image.pixelColor(2, 0).lightness()
        return sum(
            image.pixelColor(x, y).lightness() > ground + 25
            for x in range(0, image.width(), 3)
            for y in range(image.height())
        )

    loud, soft, none = bright(6), bright(-14), bright(-60)
    assert loud - none > 3 * (soft - none) > 0, "the waveform is as high as it is loud"


def test_the_waveform_shows_how_loud_it_is(studio: Studio) -> None:
    _draws(studio)


def test_a_film_with_sounds_comes_back_as_it_was(studio: Studio, tmp_path: Path) -> None:
    async def story() -> None:
        await _film(studio)
        studio.app.workspace.sounds.set_gain(-3)
        document = studio.app.document
        done: list[bool] = []
        document.save_as(tmp_path / "saved.sdproj", done.append)
        await studio.until(lambda: done)
        kept = studio.app.editor.project
        assert document.new()
        assert document.open(tmp_path / "saved.sdproj")
        assert studio.app.editor.project == kept
        item = kept.sounds[0]
        assert (tmp_path / "saved.sdproj" / "media" / item.file).is_file()
        # The cache was thrown away: it is made anew from the project's own file.
        for path in studio.places.sounds.iterdir():
            path.unlink()
        cache = studio.app.sound_cache
        source = tmp_path / "saved.sdproj" / "media" / item.file
        await studio.until(lambda: cache.samples(item.sha256, source) is not None)

    studio.play(story)


def test_the_render_takes_the_sound_along(studio: Studio, tmp_path: Path) -> None:
    async def story() -> None:
        await _film(studio)
        studio.app.jobs.render(ExportChoices(), tmp_path / "film.mp4", replaces=True)
        await studio.until((tmp_path / "film.mp4").exists)
        export = studio.engine.submitted[-1]
        (sound,) = export.sounds
        assert (sound.at, sound.start, sound.stop) == (96_000, 0, 192_000)
        item = studio.app.editor.project.sounds[0]
        assert sound.path == str(studio.app.editor.folder / "media" / item.file)

    studio.play(story)
