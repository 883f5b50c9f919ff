"""Words of unknown origin made fit for a sentence: file names, keys and values of broken files.

Knows nothing of what they mean.
"""

from __future__ import annotations

MAX_WORDS = 120


def plain_words(text: str, limit: int = MAX_WORDS) -> str:
    """Return a text on one line, as long as fits a sentence.

    What cannot be seen, breaks the line or turns the direction of writing (a file may be called
    ``photo\\u202egnp.exe``) is replaced by a sign that can be seen.
    """
    shown = text if len(text) <= limit else f"{text[: limit - 1]}…"
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in shown)
