"""What the pre-flight finds in a film, before anything is computed."""

from __future__ import annotations

import itertools
from collections.abc import Collection
from typing import TypeVar

from app.state.grid import film_grid
from app.timeline.edits import set_exact
from app.timeline.findings import (
    BoardCropped,
    BoardMissing,
    BoardMoved,
    BoardsClose,
    BoardSoft,
    CutWithoutBoard,
    ExactPaid,
    Finding,
    PassLong,
    PassWithoutBoard,
    severity,
)
from app.timeline.parts import MediaItem
from app.timeline.preflight import PlacedPass, Preflight
from app.timeline.project import Keyframe, Project, Shot
from app.timeline.takes import MAX_PASS_FRAMES

F = TypeVar("F", bound=Finding)


def _item(name: str, width: int = 1920, height: int = 1080) -> MediaItem:
    return MediaItem(
        id=name, file=f"{name}.png", name=f"{name}.png", sha256=name, width=width, height=height
    )


def _shot(num_frames: int, *frames: int, media: str = "a", join: str = "cut") -> Shot:
    keyframes = tuple(Keyframe(media=media, frame=frame) for frame in frames)
    return Shot(
        num_frames=num_frames, keyframes=keyframes, join="cut" if join == "cut" else "continue"
    )


def _check(
    film: Project,
    missing: Collection[str] = (),
    *,
    is_weak: bool = True,
    rules: Preflight | None = None,
) -> tuple[Finding, ...]:
    passes = [
        PlacedPass(p.first, p.stop, p.start, p.plan, p.keyframe_ids) for p in film_grid(film).passes
    ]
    return (rules or Preflight(MAX_PASS_FRAMES)).check(film, passes, missing, is_weak=is_weak)


def _of(kind: type[F], found: tuple[Finding, ...]) -> list[F]:
    return [finding for finding in found if isinstance(finding, kind)]


def test_good_film_has_nothing_to_be_said() -> None:
    film = Project(media=(_item("a"),), shots=(_shot(49, 0),))
    assert _check(film) == ()


def test_moved_board_says_how_far_and_what_exactness_costs() -> None:
    film = Project(media=(_item("a"),), shots=(_shot(60, 0, 38),))
    (moved,) = _of(BoardMoved, _check(film))
    assert (moved.shift, moved.price) == (-1, 1)
    keyframe = film.shots[0].keyframes[1]
    assert moved.place.keyframe_id == keyframe.id
    exact = set_exact(film, keyframe.id, True)
    (paid,) = _of(ExactPaid, _check(exact))
    assert paid.num_free == moved.price
    assert not _of(BoardMoved, _check(exact))


def test_price_of_exactness_is_an_upper_bound_of_latents() -> None:
    for frame, other in itertools.product(range(5, 30), (33, 34, 35)):
        film = Project(media=(_item("a"),), shots=(_shot(60, 0, frame, other),))
        for moved in _of(BoardMoved, _check(film)):
            exact = set_exact(film, moved.place.keyframe_id, True)
            more = film_grid(exact).num_latents - film_grid(film).num_latents
            assert more <= moved.price


def test_crops_are_notes_until_they_are_heavy() -> None:
    film = Project(
        media=(_item("wide", 2400, 1080), _item("tall", 1200, 2400), _item("a")),
        shots=(_shot(49, 0, media="wide"), _shot(49, 0, media="tall"), _shot(49, 0)),
    )
    wide, tall = _of(BoardCropped, _check(film))
    assert (severity(wide), wide.at_sides) == ("note", True)
    assert (severity(tall), tall.at_sides) == ("warning", False)
    assert 0.19 < wide.lost < 0.21


def test_small_boards_come_out_soft() -> None:
    film = Project(
        media=(_item("small", 640, 360), _item("half", 960, 540)),
        shots=(_shot(49, 0, media="small"), _shot(49, 0, media="half")),
    )
    (soft,) = _of(BoardSoft, _check(film))
    assert (soft.width, soft.height, severity(soft)) == (640, 360, "warning")


def test_board_shown_whole_between_bars_loses_nothing() -> None:
    item = _item("tall", 1200, 2400)
    whole = Keyframe(media="tall", frame=0, fit="contain")
    film = Project(media=(item,), shots=(Shot(num_frames=49, keyframes=(whole,)),))
    assert _check(film) == ()


def test_missing_file_is_a_problem() -> None:
    film = Project(media=(_item("a"),), shots=(_shot(49, 0),))
    (gone,) = _of(BoardMissing, _check(film, {"a"}))
    assert (gone.name, severity(gone)) == ("a.png", "problem")


def test_shots_without_boards_matter_to_the_starter_only() -> None:
    film = Project(media=(_item("a"),), shots=(_shot(49, 0), _shot(49)))
    (bare,) = _of(CutWithoutBoard, _check(film))
    assert severity(bare) == "warning"
    (bare,) = _of(CutWithoutBoard, _check(film, is_weak=False))
    assert severity(bare) == "note"
    alone = Project(shots=(_shot(49),))
    assert [type(f) for f in _check(alone)] == [PassWithoutBoard]
    goes_on = Project(media=(_item("a"),), shots=(_shot(49, 0, join="continue"), _shot(49)))
    assert not _of(CutWithoutBoard, _check(goes_on)), "It goes on from the shot before."


def test_empty_captions_are_fine() -> None:
    film = Project(media=(_item("a"),), shots=(_shot(49, 0),), caption="")
    assert _check(film) == ()


def test_pass_that_cannot_be_divided_is_long() -> None:
    film = Project(media=(_item("a"),), shots=(_shot(500, 0),))
    (long,) = _of(PassLong, _check(film))
    assert (long.num_frames, long.limit) == (500, MAX_PASS_FRAMES)
    divided = Project(media=(_item("a"),), shots=(_shot(500, 0, 250),))
    assert not _of(PassLong, _check(divided))


def test_different_boards_side_by_side_leave_no_room_to_move() -> None:
    keyframes = (Keyframe(media="a", frame=0), Keyframe(media="b", frame=1))
    film = Project(
        media=(_item("a"), _item("b")), shots=(Shot(num_frames=49, keyframes=keyframes),)
    )
    (close,) = _of(BoardsClose, _check(film))
    assert close.gap == 1


def test_what_is_remembered_is_what_would_be_found_anew() -> None:
    rules = Preflight(MAX_PASS_FRAMES)
    shots = tuple(_shot(47 + n, 0, 9 + n, 30) for n in range(8))
    film = Project(media=(_item("a", 800, 800),), shots=shots)
    _check(film, rules=rules)
    longer = film.model_copy(
        update={"shots": (shots[0].model_copy(update={"num_frames": 50}), *shots[1:])}
    )
    for changed in (longer, film, longer.model_copy(update={"shots": longer.shots[1:]})):
        assert _check(changed, rules=rules) == _check(changed)
    assert _check(film, {"a"}, rules=rules) == _check(film, {"a"})
