"""The film on the grid, as the window shows it."""

from __future__ import annotations

from app.state.grid import exact_price, film_grid, head_kind, placement_text, requested_frames
from app.timeline.parts import MediaItem
from app.timeline.project import Keyframe, Project, Shot

ITEM = MediaItem(id="m", file="a.png", name="a.png", sha256="0", width=16, height=9)


def film(*shots: tuple[int, tuple[int, ...]], exact: tuple[int, ...] = ()) -> Project:
    return Project(
        media=(ITEM,),
        shots=tuple(
            Shot(
                id=f"s{index}",
                num_frames=length,
                keyframes=tuple(
                    Keyframe(id=f"s{index}k{f}", media="m", frame=f, exact=f in exact)
                    for f in frames
                ),
            )
            for index, (length, frames) in enumerate(shots)
        ),
    )


def test_asked_38_used_37() -> None:
    project = film((72, (0, 38)))
    assert requested_frames(project)["s0k38"] == 38
    assert film_grid(project).used["s0k38"] == 37
    assert placement_text(38, 37) == "asked 38, used 37"


def test_exact_keyframe_stands_where_it_was_asked_and_has_its_price() -> None:
    project = film((72, (0, 39)))
    price = exact_price(project, "s0k39")
    assert film_grid(film((72, (0, 39)), exact=(39,))).used["s0k39"] == 39
    assert price == 1  # two free heads, and a shorter tail
    # The price is the same whether it was paid already or not.
    assert exact_price(film((72, (0, 39)), exact=(39,)), "s0k39") == price


def test_long_film_parts_into_passes_and_frames_count_through() -> None:
    project = film((300, (0,)), (300, (10,)))
    grid = film_grid(project)
    assert [(part.start, part.end) for part in grid.passes] == [(0, 300), (300, 600)]
    # The second pass has its own grid: head 1 stands on a frame ≡ 1 (mod 4) of the pass.
    assert grid.used["s1k10"] == 309
    assert grid.passes_of_shot(1) == grid.passes[1:]


def test_heads_are_named_for_what_they_stand_for() -> None:
    part = film_grid(film((48, ()), (48, (0, 21)), exact=(21,))).passes[0]
    kinds = [head_kind(chunk, index == 0) for index, chunk in enumerate(part.plan.chunks)]
    assert kinds[0] == "start"
    assert kinds.count("keyframe") == 2
    assert set(kinds) <= {"start", "keyframe", "free"}
    cut = film_grid(film((48, (0,)), (48, ()))).passes[0]
    assert [head_kind(c, i == 0) for i, c in enumerate(cut.plan.chunks)] == ["keyframe", "cut"]


def test_a_shot_longer_than_a_pass_is_divided_at_a_keyframe() -> None:
    grid = film_grid(film((500, (0, 120, 260, 400)), (30, (3,))))
    assert [(part.start, part.end) for part in grid.passes] == [(0, 260), (260, 530)]
    assert grid.used["s0k260"] == 260, "the border stands exactly where it was asked"
    assert set(grid.used) == {"s0k0", "s0k120", "s0k260", "s0k400", "s1k3"}
    assert [part.keyframe_ids for part in grid.passes] == [
        ("s0k0", "s0k120"),
        ("s0k260", "s0k400", "s1k3"),
    ]
    assert grid.passes_of_shot(0) == grid.passes
    assert grid.passes_of_shot(1) == grid.passes[1:]
    for name, requested in requested_frames(film((500, (0, 120, 260, 400)), (30, (3,)))).items():
        assert abs(grid.used[name] - requested) <= 2
