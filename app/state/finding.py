"""Ranks what the palette finds against what was typed. Pure: words in, an order out.

Every typed word must be found, in any order. In a title the letters may lie apart (``spl`` and
``sph`` both find "Split at playhead"), as long as the first begins a word; in the longer texts
around it (menu, explanation, caption) the word must stand as it was typed.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

EntryKind = Literal["command", "shot", "marker"]

_WHOLE, _START, _WORD, _INSIDE, _APART = 120.0, 100.0, 80.0, 55.0, 35.0
_ASIDE_WORD, _ASIDE_INSIDE = 30.0, 12.0
_RECENT = 14.0
_DISABLED = -45.0
_PER_LETTER = -0.15


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be run or gone to.

    Attributes:
        name: of the command, or id of the shot or marker.
        title: what is read first.
        place: where it is: its menu, or its time in the film.
        words: more to be found by, not shown.
        key: its shortcut as it is written on this system.
        why_not: what it needs before it can be run; "" when it can, or when that is not known.
    """

    kind: EntryKind
    name: str
    title: str
    place: str = ""
    words: str = ""
    key: str = ""
    is_enabled: bool = True
    is_on: bool = False
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """An entry, and the letters of its title that were typed."""

    entry: Entry
    letters: frozenset[int] = frozenset()


def rank(
    query: str, entries: Iterable[Entry], recent: Sequence[str] = (), limit: int = 100
) -> list[Found]:
    """Return what fits a query, the best first.

    Args:
        query: what was typed; nothing lists the commands, the recent ones first.
        entries: in the order that decides between equals.
        recent: names of the commands used last, the latest first.
        limit: at most so many.
    """
    words = query.casefold().split()
    places = {name: index for index, name in enumerate(recent)}
    if not words:
        commands = [entry for entry in entries if entry.kind == "command"]
        commands.sort(key=lambda entry: places.get(entry.name, len(places)))
        return [Found(entry) for entry in commands[:limit]]
    scored: list[tuple[float, Found]] = []
    for entry in entries:
        match = _match(words, entry)
        if match is None:
            continue
        score, letters = match
        if entry.kind == "command":
            if entry.name in places:
                score += _RECENT / (1 + places[entry.name])
            if not entry.is_enabled:
                score += _DISABLED
        scored.append((score, Found(entry, letters)))
    scored.sort(key=lambda pair: -pair[0])
    return [found for _, found in scored[:limit]]


def _match(words: Sequence[str], entry: Entry) -> tuple[float, frozenset[int]] | None:
    title = entry.title.casefold()
    aside = f"{entry.place} {entry.words}".casefold()
    total = _PER_LETTER * len(title)
    if title == " ".join(words):
        total += _WHOLE
    letters: set[int] = set()
    for word in words:
        in_title = _in_title(word, title)
        beside = _in_text(word, aside, _ASIDE_WORD, _ASIDE_INSIDE)
        if in_title is not None and in_title[0] >= beside:
            total += in_title[0]
            letters |= in_title[1]
        elif beside:
            total += beside
        else:
            return None
    return total / len(words), frozenset(letters)


def _in_title(word: str, title: str) -> tuple[float, set[int]] | None:
    if title.startswith(word):
        return _START, set(range(len(word)))
    score = _in_text(word, title, _WORD, _INSIDE)
    if score:
        at = _word_start(word, title) if score == _WORD else title.find(word)
        return score, set(range(at, at + len(word)))
    return _apart(word, title)


def _in_text(word: str, text: str, at_start: float, inside: float) -> float:
    if _word_start(word, text) >= 0:
        return at_start
    return inside if len(word) > 1 and word in text else 0.0


def _word_start(word: str, text: str) -> int:
    """Return where a word of the text begins with ``word``, or -1."""
    at = text.find(word)
    while at > 0 and text[at - 1].isalnum():
        at = text.find(word, at + 1)
    return at


def _apart(word: str, title: str) -> tuple[float, set[int]] | None:
    """Find the letters of a word one after another, rather at the beginnings of words."""
    at, places = -1, list[int]()
    for letter in word:
        start = _letter_start(letter, title, at + 1)
        following = at + 1 if places and title[at + 1 : at + 2] == letter else -1
        if not places:
            at = start
        elif following >= 0:
            at = following
        elif start >= 0 and _is_subsequence(word[len(places) + 1 :], title[start + 1 :]):
            at = start
        else:
            at = title.find(letter, at + 1)
        if at < 0:
            return None
        places.append(at)
    gaps = sum(1 for a, b in itertools.pairwise(places) if b != a + 1)
    spread = places[-1] - places[0] + 1 - len(word)
    score = _APART - 4.0 * max(0, gaps - 1) - 0.4 * spread
    return (score, set(places)) if len(word) > 1 and score > 0 else None


def _letter_start(letter: str, text: str, begin: int) -> int:
    for at in range(begin, len(text)):
        if text[at] == letter and (at == 0 or not text[at - 1].isalnum()):
            return at
    return -1


def _is_subsequence(word: str, text: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in word)
