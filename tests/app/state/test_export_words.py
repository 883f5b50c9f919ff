"""An export in words: which files, what comes first, and no figure that nobody measured."""

from __future__ import annotations

from pathlib import Path

from app.state.export_outlook import ExportOutlook
from app.state.export_words import (
    existing_words,
    is_short,
    making_words,
    room_words,
    writing_words,
    written_words,
)
from app.state.learning import Estimate

GIB = 1024**3


def _paths(*names: str) -> list[Path]:
    return [Path("/films") / name for name in names]


def test_files_are_named_and_many_are_counted() -> None:
    def said(*names: str, is_sequence: bool = False) -> str:
        return written_words(_paths(*names), is_sequence=is_sequence)

    assert said() == ""
    assert said("a.mp4") == "Writes a.mp4"
    assert said("a.mp4", "a.srt") == "Writes a.mp4, and a.srt"
    assert said("a.mp4", "a.srt", "a.footage.json") == "Writes a.mp4, and a.srt, and a.footage.json"
    assert said("a_01.mov", "a_02.mov", "a_01.vtt", "a_02.vtt") == (
        "Writes 2 files, a_01.mov to a_02.mov, and 2 .vtt files"
    )
    assert said("a", is_sequence=True) == "Writes the folder a"
    assert said("a_1", "a_2", is_sequence=True) == "Writes 2 folders, a_1 to a_2"


def test_what_is_there_is_named() -> None:
    assert existing_words(()) == ""
    assert existing_words(_paths("a.mp4")) == "a.mp4 is there already."
    assert existing_words(_paths("a", "b", "c")) == "a and 2 others are there already."


def test_what_is_missing_is_said_to_be_made_first() -> None:
    assert making_words(ExportOutlook()) == ""
    unknown = ExportOutlook(num_drafts=2, num_masters=3)
    assert making_words(unknown) == (
        "First makes 2 drafts and 3 masters; how long that takes is not known."
    )
    known = ExportOutlook(num_masters=1, making=Estimate(120.0, 115.0, 125.0))
    assert making_words(known) == "First makes 1 master: about 2 min."


def test_nothing_is_reckoned_that_was_not_measured() -> None:
    assert "not known before its first export" in writing_words(ExportOutlook(), "GIF")
    size = Estimate(2.0 * GIB, 1.9 * GIB, 2.1 * GIB, 4)
    assert writing_words(ExportOutlook(num_bytes=size), "GIF") == (
        "About 2.0 GiB; the time of writing is not known yet. By 4 exports on this machine."
    )
    took = Estimate(60.0, 30.0, 120.0, 1)
    assert writing_words(ExportOutlook(num_bytes=size, writing=took), "GIF").startswith(
        "About 2.0 GiB, written in 30 s – 2 min."
    )


def test_room_that_will_not_do_is_told_apart() -> None:
    size = Estimate(2.0 * GIB, 1.9 * GIB, 2.1 * GIB, 4)
    small = ExportOutlook(num_bytes=size, take_bytes=3.0 * GIB)
    assert is_short(small, GIB, 10 * GIB) and is_short(small, 10 * GIB, GIB)
    assert not is_short(small, 10 * GIB, 10 * GIB) and not is_short(small, None, None)
    assert room_words(small, 10 * GIB, 4 * GIB) == (
        "10.0 GiB are free there; the takes need about 3.0 GiB of 4.0 GiB on the project's drive."
    )
    assert room_words(ExportOutlook(), 10 * GIB, 4 * GIB) == "10.0 GiB are free there."
