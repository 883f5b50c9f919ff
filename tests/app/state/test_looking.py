"""Pure parts of looking: typed places, dissolves, framing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, QRectF, QSizeF

from app.state.animatic import dissolve_at
from app.state.timecode_entry import EntryError, entered_frame
from app.timeline.parts import MediaItem
from app.timeline.project import Keyframe, Project, Shot
from app.views.stage.framing import FITTED, MAX_SCALE, frame_rect, panned, zoomed
from engine.protocol.jobs import FrameRate, Join

RATE = FrameRate(num=24)
ROOM, FILM = QRectF(8, 8, 960, 540), QSizeF(1920, 1080)


@pytest.mark.parametrize(
    ("text", "frame"),
    [
        ("53", 53),
        ("2:05", 53),
        ("00:00:02:05", 53),
        ("1:00:00", 1440),
        ("1;00", 24),
        (" +12 ", 112),
        ("-1:00", 76),
        ("2.5s", 60),
        ("1 s", 24),
    ],
)
def test_typed_place_is_understood(text: str, frame: int) -> None:
    assert entered_frame(text, 100, RATE) == frame


@pytest.mark.parametrize("text", ["", "+", "soon", "1:2:3:4:5", "²", "9" * 40, "1e3", "--2"])
def test_typed_nonsense_is_one_sentence(text: str) -> None:
    with pytest.raises(EntryError, match="type a timecode"):
        entered_frame(text, 0, RATE)


def _film(join: Join = "cut") -> Project:
    item = MediaItem(id="m", file="m.png", name="m.png", sha256="0", width=16, height=9)

    def pin(name: str, frame: int) -> Keyframe:
        return Keyframe(id=name, media="m", frame=frame)

    first = Shot(num_frames=48, join=join, keyframes=(pin("a", 0), pin("b", 8)))
    return Project(media=(item,), shots=(first, Shot(num_frames=24, keyframes=(pin("c", 0),))))


def test_dissolve_ends_on_the_next_board_and_takes_half_a_hold_at_most() -> None:
    film = _film()
    running = [frame for frame in range(72) if dissolve_at(film, frame)]
    assert running == [4, 5, 6, 7]
    shares = [found.share for frame in running if (found := dissolve_at(film, frame))]
    assert shares == pytest.approx([0.2, 0.4, 0.6, 0.8])


def test_dissolve_runs_over_a_continued_join_and_never_over_a_cut() -> None:
    assert dissolve_at(_film("cut"), 47) is None
    found = dissolve_at(_film("continue"), 47)
    assert found is not None
    assert found.into.id == "c"
    assert dissolve_at(_film("continue"), 48) is None


def test_zoom_keeps_the_spot_under_the_mouse() -> None:
    mouse = QPointF(300, 200)
    framing = FITTED
    for scale in (1.0, 3.0, 8.0, 2.0):
        before = frame_rect(framing, ROOM, FILM, 1.0)
        spot = (mouse.x() - before.left()) / before.width()
        framing = zoomed(framing, scale, mouse, ROOM, FILM, 1.0)
        after = frame_rect(framing, ROOM, FILM, 1.0)
        assert after.left() + spot * after.width() == pytest.approx(mouse.x(), abs=1)
    assert zoomed(framing, 1000, mouse, ROOM, FILM, 1.0).scale == MAX_SCALE


def test_picture_is_never_dragged_out_of_sight() -> None:
    framing = panned(
        zoomed(FITTED, 1, ROOM.center(), ROOM, FILM, 2.0), QPointF(9e4, -9e4), ROOM, FILM, 2.0
    )
    assert frame_rect(framing, ROOM, FILM, 2.0).intersects(ROOM)
    assert panned(FITTED, QPointF(50, 0), ROOM, FILM, 1.0) == FITTED
