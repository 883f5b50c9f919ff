"""Words in the user's language, through Qt's translators; English where there is none.

``said`` and ``counted`` are for words that are put together where they are shown. What the states
and the document say themselves (notices, refusals, names of undo steps) stays English inside, so
that it means the same in every session; ``told`` puts it into the user's language where it is
shown, by the list of sentences that is extracted from the code (docs/adr/0011).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from string import Formatter

from PySide6.QtCore import QCoreApplication

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "languages"
SENTENCES = FOLDER / "sentences.txt"
"""What states and document say, one template a line; written by packaging/languages.py."""

_LINES = ("\n", "  ·  ", " · ")
"""What stands between things that are said beside each other."""

TOLD = "Sentences"
"""Context of what is told."""


def said(context: str, text: str, /, **values: object) -> str:
    """Return a text in the user's language, with its ``{places}`` filled."""
    words = QCoreApplication.translate(context, text)
    return words.format(**values) if values else words


def counted(context: str, many: str, one: str, /, n: int, **values: object) -> str:
    """Return a text about ``n`` things, in the form that the language has for so many.

    Args:
        context: where it is said.
        many: English for several, with %n for the number.
        one: English for exactly one; translators see it as a comment.
        n: how many.
        values: for other places in the text.
    """
    words = QCoreApplication.translate(context, many, one, n)
    if n == 1 and words == many.replace("%n", "1"):
        words = one
    return words.format(**values) if values else words


def told(text: str) -> str:
    """Return what a state or the document says in the user's language.

    Places of a sentence (names, numbers) are kept as they are, unless they are words that are
    told as well.
    """
    if not text or QCoreApplication.translate(TOLD, _probe()) == _probe():
        return text  # nothing is translated: no need to look
    return _told(text)


@lru_cache(maxsize=512)
def _told(text: str) -> str:
    exact = QCoreApplication.translate(TOLD, text)
    if exact != text:
        return exact
    for line in _LINES:
        if line in text:
            return line.join(_told(part) if part else "" for part in text.split(line))
    for pattern, template in _patterns():
        found = pattern.fullmatch(text)
        if found is not None:
            parts = {name: _told(part) for name, part in found.groupdict().items()}
            return QCoreApplication.translate(TOLD, template).format(**parts)
    return text


@lru_cache(maxsize=1)
def _sentences() -> tuple[str, ...]:
    try:
        lines = SENTENCES.read_text(encoding="utf-8").splitlines()
    except OSError:
        return ()
    return tuple(line.replace("\\n", "\n") for line in lines if line)


def _probe() -> str:
    """Return a sentence without places: whether it is translated tells of all."""
    return next((text for text in _sentences() if "{" not in text), "")


@lru_cache(maxsize=1)
def _patterns() -> Sequence[tuple[re.Pattern[str], str]]:
    """Return the sentences that have places, those with most words of their own first."""
    templates = [text for text in _sentences() if "{" in text]
    templates.sort(key=lambda text: -len(re.sub(r"\{\w+\}", "", text)))
    return [(re.compile(_pattern(text), re.DOTALL), text) for text in templates]


def _pattern(template: str) -> str:
    parts: list[str] = []
    for words, name, _, _ in Formatter().parse(template):
        parts.append(re.escape(words))
        if name is not None:
            parts.append(f"(?P<{name}>.+?)")
    return "".join(parts)


def forget() -> None:
    """Another language was installed: what was looked up is of the old one."""
    _told.cache_clear()
