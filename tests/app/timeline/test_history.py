from __future__ import annotations

from app.timeline.edits import set_film_caption, set_seed
from app.timeline.history import History
from tests.app.timeline.films import film


def test_undo_and_redo_go_back_and_forth_with_names() -> None:
    start = film()
    history = History(start)
    assert (history.undo_name, history.redo_name) == (None, None)
    history = history.do("Change seed", set_seed(start, 7))
    assert (history.undo_name, history.redo_name) == ("Change seed", None)
    undone = history.undo()
    assert (undone.present, undone.undo_name, undone.redo_name) == (start, None, "Change seed")
    assert undone.redo() == history


def test_at_the_ends_nothing_happens() -> None:
    history = History(film())
    assert history.undo() is history
    assert history.redo() is history


def test_edit_that_changes_nothing_is_no_step() -> None:
    history = History(film())
    assert history.do("Nothing", film()) is history


def test_typing_is_one_step() -> None:
    start = film()
    history = History(start)
    for text in ("n", "ni", "night"):
        history = history.do("Write caption", set_film_caption(start, text), merge=True)
    assert len(history.past) == 1
    assert history.undo().present == start


def test_other_edits_are_not_folded_together() -> None:
    start = film()
    history = History(start).do("Change seed", set_seed(start, 7), merge=True)
    history = history.do("Write caption", set_film_caption(history.present, "n"), merge=True)
    assert [name for name, _ in history.past] == ["Change seed", "Write caption"]


def test_new_edit_forgets_the_future() -> None:
    start = film()
    history = History(start).do("Change seed", set_seed(start, 7)).undo()
    assert history.do("Change seed", set_seed(start, 8)).future == ()
