"""Which notice stands: the newest, but what nobody asked for waits behind a question."""

from __future__ import annotations

from app.state.notices import Notice, NoticesState

RESTORE = Notice("question", "Changes that were not saved the last time were kept.")
GONE = Notice("error", "board.png is not where it was; select it and relink it.")


def test_what_nobody_asked_for_comes_after_the_question() -> None:
    notices = NoticesState()
    notices.show(RESTORE)
    notices.mention(GONE)
    assert notices.current is RESTORE
    notices.dismiss(RESTORE)
    assert notices.current is GONE


def test_a_question_that_is_covered_comes_back() -> None:
    notices = NoticesState()
    notices.show(RESTORE)
    notices.show(GONE)
    assert notices.current is GONE
    notices.dismiss()
    assert notices.current is RESTORE


def test_it_takes_the_place_of_what_was_only_said() -> None:
    notices = NoticesState()
    notices.info("Saved.")
    notices.mention(GONE)
    notices.mention(Notice("error", "a\u202egnp.exe is not where it was."))
    assert notices.current is not None
    assert notices.current.text == "a\N{REPLACEMENT CHARACTER}gnp.exe is not where it was."
    notices.dismiss()
    assert notices.current is None
