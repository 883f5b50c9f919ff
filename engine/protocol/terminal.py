"""What is printed to a terminal or written to a log: names of unknown origin can command neither.

A file, a shot or a model may be called anything, and a terminal obeys escape sequences wherever it
finds them: one can retitle it, hide a line, or put words on its input. Everything that quotes a
name on its way to a terminal goes through here. Knows nothing of what is said.
"""

from __future__ import annotations

import logging

SHOWN = "\N{REPLACEMENT CHARACTER}"


def terminal_text(text: str) -> str:
    """Return a text in which only line breaks and tabs are more than signs to be seen.

    Control characters of both blocks, signs that turn the direction of writing, and halves of
    characters (a file name that is no text) are replaced by a sign that can be seen.
    """
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() or sign in "\n\t" else SHOWN for sign in text)


class PlainFormatter(logging.Formatter):
    """Formats what is logged, tracebacks included, for a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as lines of text."""
        return terminal_text(super().format(record))


def plainly(handlers: list[logging.Handler], form: str) -> list[logging.Handler]:
    """Return log handlers that write only what a terminal cannot be commanded by."""
    for handler in handlers:
        handler.setFormatter(PlainFormatter(form))
    return handlers
