"""Scrolling paints only what comes into sight, and what is seen is the same."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage

from app.timeline import marks
from app.timeline.project import Marker
from tests.app.conftest import Studio
from tests.sounds import noise, write_wav


def pixels(image: QImage) -> np.ndarray:
    shape = (image.height(), image.width(), 4)
    return np.frombuffer(image.constBits(), np.uint8).reshape(shape).astype(int)


@pytest.mark.parametrize("zoom", [0.5, 2.0, 4.3, 12.0])
def test_scrolled_picture_is_the_one_painted_anew(studio: Studio, zoom: float) -> None:
    async def story() -> None:
        await studio.fill(*[(48, (0, 9, 18, 36)), (31, (3, 7))] * 40)
        view, editor = studio.app.window.timeline, studio.app.editor
        for frame in (5, 60, 64, 300):
            marker = Marker(frame=frame, name=f"at {frame}")
            editor.do("Mark", lambda film, marker=marker: marks.add_marker(film, marker))
        editor.do("In", lambda film: marks.set_in_point(film, 40))
        song = write_wav(studio.root / "song.wav", noise(4))
        studio.app.workspace.sounds.drop([song], 20)
        await studio.until(lambda: editor.project.sound_clips)
        view.zoom_to(zoom, 0)
        await studio.settle(0.1)
        bar = view.horizontalScrollBar()
        bar.setValue(100)
        view.viewport().repaint()
        await studio.settle(0.2)
        for value in (113, 160, 155, 60, 61, 240, 0):
            bar.setValue(value)
            view.viewport().repaint()
            assert view._base is not None
            shifted = view._base.toImage()
            view.refresh()
            view.viewport().repaint()
            assert view._base is not None
            difference = pixels(shifted) - pixels(view._base.toImage())
            assert np.abs(difference).max() < 64, value  # smooth edges may differ a little
            assert np.count_nonzero(difference) < 3000

    studio.play(story)


def test_playing_turns_the_page_and_leaves_alone_who_looks_elsewhere(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill(*[(48, (0,))] * 20)
        view, app = studio.app.window.timeline, studio.app
        view.zoom_to(12.0, 0)
        bar = view.horizontalScrollBar()
        bar.setValue(0)
        edge = int(view.viewport().width() / 12)
        app.editor.seek(edge - 3)
        app.playback.toggle()
        await studio.until(lambda: app.editor.playhead > edge)
        assert bar.value() > 0
        bar.setValue(bar.maximum())
        passed = app.editor.playhead
        await studio.until(lambda: app.editor.playhead > passed + 4)
        assert bar.value() == bar.maximum()
        app.playback.pause()

    studio.play(story)


def test_an_error_while_the_film_is_painted_does_not_end_the_program(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Qt does not forgive that a picture is thrown away on which a painter is at work."""

    def fail(*_: object) -> None:
        raise OSError("no decoder")

    view = studio.app.window.timeline
    monkeypatch.setattr("app.views.timeline.canvas._paint_film", fail)
    with pytest.raises(OSError, match="no decoder"):
        view._painted_base(view.scene())
