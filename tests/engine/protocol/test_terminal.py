"""Names of unknown origin command no terminal and no log."""

from __future__ import annotations

import logging

from hypothesis import given
from hypothesis import strategies as st

from engine.protocol.terminal import plainly, terminal_text

HOSTILE = "a\x1b]0;owned\x07b\x1b[2K\rc\x9b31md\u202egnp.exe\x7f\udcff\u2028e"


@given(st.text())
def test_only_breaks_and_tabs_are_more_than_signs(text: str) -> None:
    shown = terminal_text(text)
    assert len(shown) == len(text)
    assert all(sign.isprintable() or sign in "\n\t" for sign in shown)
    shown.encode("utf-8")
    assert terminal_text(shown) == shown


@given(st.text())
def test_what_can_be_seen_stays(text: str) -> None:
    kept = "".join(sign for sign in text if sign.isprintable())
    assert terminal_text(kept) == kept


def test_a_hostile_name_keeps_its_letters_and_nothing_else() -> None:
    assert terminal_text(HOSTILE) == (
        "a\ufffd]0;owned\ufffdb\ufffd[2K\ufffdc\ufffd31md\ufffdgnp.exe\ufffd\ufffd\ufffde"
    )


def test_a_log_line_and_its_traceback_are_plain() -> None:
    (handler,) = plainly([logging.StreamHandler()], "%(levelname)s %(message)s")
    try:
        raise ValueError(HOSTILE)
    except ValueError as error:
        caught = (type(error), error, error.__traceback__)
    record = logging.LogRecord("x", logging.INFO, "", 0, "file %s", (HOSTILE,), caught)
    text = handler.format(record)
    assert text.startswith("INFO file a\ufffd]0;owned")
    assert "Traceback" in text
    assert all(sign.isprintable() or sign in "\n\t" for sign in text)
