"""What the disk says of a place for an export, before anything is computed for it."""

from __future__ import annotations

from pathlib import Path

from app.timeline.destinations import look_at


def test_a_free_place_has_room_and_nothing_in_the_way(tmp_path: Path) -> None:
    found = look_at([tmp_path / "a.mp4", tmp_path / "a.srt"], is_sequence=False)
    assert (found.trouble, found.existing) == ("", ())
    assert found.free_bytes


def test_files_that_would_be_replaced_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.srt").write_text("mine")
    found = look_at([tmp_path / "a.mp4", tmp_path / "a.srt"], is_sequence=False)
    assert found.existing == (tmp_path / "a.srt",)


def test_a_place_where_nothing_can_be_written_says_why(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").mkdir()
    (tmp_path / "b").write_text("mine")
    asked = {
        (tmp_path / "none" / "a.mp4", False): "does not exist",
        (tmp_path / "a.mp4", False): "is a folder",
        (tmp_path / "b", True): "is a file",
        (tmp_path / "b" / "a.mp4", False): "does not exist",
    }
    for (path, is_sequence), why in asked.items():
        assert why in look_at([path], is_sequence=is_sequence).trouble


def test_only_a_folder_of_pictures_may_be_replaced_by_pictures(tmp_path: Path) -> None:
    folder = tmp_path / "film.v2"
    folder.mkdir()
    assert look_at([folder], is_sequence=True).existing == (), "an empty folder is as good as none"
    (folder / "film.000000.png").write_bytes(b"")
    assert look_at([folder], is_sequence=True).existing == (folder,)
    (folder / "notes.txt").write_bytes(b"")
    assert "holds other files" in look_at([folder], is_sequence=True).trouble


def test_a_name_that_no_disk_takes_is_a_sentence(tmp_path: Path) -> None:
    found = look_at([tmp_path / ("x" * 300 + ".mp4")], is_sequence=False)
    assert found.trouble.endswith(".")
