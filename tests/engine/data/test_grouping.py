"""Shots of one scene stay together: by likeness, across a dialogue's to and fro, or by a judge."""

from __future__ import annotations

import numpy as np

from engine.data.grouping import Descriptor, descriptor, likeness, places_of, scenes_of
from engine.data.survey import packed, unpacked
from tests.engine.data.small_films import texture


def look(seed: int, shift: int = 0) -> list[Descriptor]:
    whole = texture(seed)
    return [descriptor(np.ascontiguousarray(whole[:64, shift : shift + 96]))]


def test_a_picture_is_like_itself_and_unlike_others() -> None:
    assert likeness(look(1), look(1)) > 0.99
    assert likeness(look(1), look(1, 3)) > likeness(look(1), look(2)) + 0.2


def test_neighbours_that_look_alike_are_one_scene() -> None:
    assert scenes_of([look(1), look(1, 2), look(2), look(2, 2)]) == [0, 0, 1, 1]


def test_a_dialogue_back_and_forth_is_one_scene() -> None:
    a, b = look(1), look(2)
    assert scenes_of([a, b, a, b, a, look(3)]) == [0, 0, 0, 0, 0, 1]


def test_a_picture_that_comes_back_much_later_begins_another_scene() -> None:
    shots = [look(seed) for seed in (1, 2, 3, 4, 5, 6, 7, 1)]
    assert scenes_of(shots) == list(range(8))


def test_a_judge_is_asked_only_where_it_is_open() -> None:
    asked: list[tuple[int, int]] = []

    def judge(left: int, right: int) -> bool | None:
        asked.append((left, right))
        return True

    plain = [
        Descriptor(np.eye(192, dtype=np.float32)[n], np.zeros(144, np.float32)) for n in (0, 1)
    ]
    mixed = Descriptor(
        np.asarray(0.65 * plain[0].colour + 0.65 * plain[1].colour, np.float32), plain[0].structure
    )
    assert scenes_of([[plain[0]], [mixed], [plain[1]]], judge) == [0, 0, 0]
    assert asked == [(0, 1), (1, 2)]
    asked.clear()
    assert scenes_of([[plain[0]], [plain[1]]], judge) == [0, 1]
    assert scenes_of([[plain[0]], [plain[0]]], judge) == [0, 0]
    assert asked == []


def test_a_judge_that_does_not_know_joins_nothing() -> None:
    half = np.float32(0.6)
    one = Descriptor(np.array([1, 0], np.float32), np.zeros(4, np.float32))
    other = Descriptor(np.array([half, (1 - half**2) ** 0.5], np.float32), one.structure)
    assert scenes_of([[one], [other]], lambda left, right: None) == [0, 1]


def test_scenes_that_come_back_are_one_place() -> None:
    shots = [look(1), look(2), look(3), look(1, 1)]
    scenes = scenes_of([*shots[:3], *[look(n) for n in range(10, 17)], shots[3]])
    looks = [*shots[:3], *[look(n) for n in range(10, 17)], shots[3]]
    places = places_of(looks, scenes)
    assert places[-1] == places[0]
    assert len(set(places)) == len(looks) - 1


def test_black_pictures_make_no_places() -> None:
    black = [descriptor(np.zeros((64, 96, 3), np.uint8))]
    assert places_of([look(1), black, look(2), black], [0, 1, 2, 3]) == [0, 1, 2, 3]


def test_a_descriptor_survives_being_written_down() -> None:
    (first,) = look(5)
    again = unpacked(packed(first))
    assert likeness([first], [again]) > 0.999


def test_no_shots_make_no_scenes() -> None:
    assert scenes_of([]) == []
    assert places_of([], []) == []


def test_parts_of_one_shot_are_one_scene_whatever_they_show() -> None:
    assert scenes_of([look(1), look(2), look(3)], continued={2}) == [0, 1, 1]
