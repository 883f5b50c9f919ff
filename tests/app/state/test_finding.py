"""What the palette finds, and in which order."""

from __future__ import annotations

import pytest

from app.state.finding import Entry, rank
from app.views.commands import SPECS
from app.views.key_tips import plain

COMMANDS = [
    Entry("command", name, plain(spec.text), "Menu", spec.tip) for name, spec in SPECS.items()
]


def first(query: str, entries: list[Entry] = COMMANDS, recent: tuple[str, ...] = ()) -> str:
    return rank(query, entries, recent)[0].entry.name


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("split", "split"),
        ("SPL", "split"),
        ("sph", "split"),
        ("splay", "split"),
        ("generate", "generate"),
        ("playhead keyframe", "pin_here"),
        ("kap", "pin_here"),
        ("wipe", "compare_wipe"),
        ("one sec fo", "second_forward"),
        ("ripple", "overwrite"),  # only its explanation says so
        ("save a", "save_as"),
        ("save", "save"),
    ],
)
def test_words_find_their_command(query: str, name: str) -> None:
    assert first(query) == name


def test_letters_that_are_scattered_find_nothing() -> None:
    assert rank("zqx", COMMANDS) == []
    assert "split" not in [found.entry.name for found in rank("itad", COMMANDS)]


def test_nothing_typed_lists_the_recent_ones_first() -> None:
    names = [found.entry.name for found in rank("", COMMANDS, ("fit", "split"), limit=500)]
    assert names[:3] == ["fit", "split", "new"]
    assert sorted(names) == sorted(SPECS)


def test_a_recent_command_wins_among_like_ones() -> None:
    assert first("play") == "play"
    assert first("rate", COMMANDS) != "rate_4"
    entries = [Entry("command", n, f"Rate {n}") for n in ("one", "two", "six")]
    assert first("rate", entries, ("six",)) == "six"


def test_what_cannot_be_run_stands_below_what_can() -> None:
    entries = [
        Entry("command", "a", "Marker colour", is_enabled=False),
        Entry("command", "b", "Add marker"),
    ]
    assert [found.entry.name for found in rank("marker", entries)] == ["b", "a"]


def test_shots_are_found_by_number_and_by_caption() -> None:
    shots = [Entry("shot", str(n), f"Shot {n}", words=f"caption {n * 7}") for n in range(1, 30)]
    shots[4] = Entry("shot", "5", "Shot 5", "A lighthouse in the rain", "A lighthouse in the rain")
    assert first("3", shots) == "3"
    assert first("shot 12", shots) == "12"
    assert first("lighthouse", [*COMMANDS, *shots]) == "5"
    assert rank("lgthouse", shots) == []  # captions are long: letters apart would fit anything


def test_the_typed_letters_are_told() -> None:
    found = rank("sph", [Entry("command", "split", "Split at playhead")])[0]
    assert {"Split at playhead"[at] for at in found.letters} == {"S", "p", "h"}
    whole = rank("play", [Entry("command", "split", "Split at playhead")])[0]
    assert "".join("Split at playhead"[at] for at in sorted(whole.letters)) == "play"
