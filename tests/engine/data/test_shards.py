"""Shards of a dataset: what goes in comes out; damage is one sentence and nothing is unpacked."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest
from pydantic import ValidationError

from engine.data.schema import (
    CameraMove,
    Character,
    ClipRecord,
    Quality,
    ShotCaption,
    ShotRecord,
    StructuredCaption,
)
from engine.data.shards import Sample, read_index, read_samples, write_index, write_shard
from engine.protocol.errors import BadInput


def a_record(name: str = "film-000000", num_frames: int = 48) -> ClipRecord:
    shots = (ShotRecord(start=0, stop=24), ShotRecord(start=24, stop=num_frames))
    caption = StructuredCaption(
        narrative="A woman crosses a square.",
        characters=(Character(name="the woman", appearance="a red coat"),),
        shots=(ShotCaption(content="A square.", characters=("the woman",)), ShotCaption()),
    )
    return ClipRecord(
        id=name,
        film="film.mp4",
        fingerprint="ab" * 16,
        start=100,
        stop=100 + num_frames,
        rate="24/1",
        width=832,
        height=480,
        crop=(0, 0, 832, 480),
        shots=shots,
        quality=Quality(motion=1.0, sharpness=0.5, text=0.0, black=0.0),
        caption=caption,
    )


def a_dataset(folder: Path) -> list[Sample]:
    samples = [Sample(a_record(f"film-{n:06d}"), b"movie%d" % n, b"still") for n in range(3)]
    write_index(folder, [write_shard(folder, "train", 0, samples)])
    return samples


def test_samples_come_back_as_they_were_written(tmp_path: Path) -> None:
    samples = a_dataset(tmp_path)
    assert list(read_samples(tmp_path, "train")) == samples
    assert list(read_samples(tmp_path, "val")) == []


def test_the_same_samples_make_the_same_bytes(tmp_path: Path) -> None:
    a_dataset(tmp_path / "a")
    a_dataset(tmp_path / "b")
    assert read_index(tmp_path / "a") == read_index(tmp_path / "b")


def test_a_folder_without_a_dataset_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="holds no dataset"):
        read_index(tmp_path)


@pytest.mark.parametrize("length", [0, 100, 700, 1500])
def test_a_shard_cut_short_is_one_sentence(tmp_path: Path, length: int) -> None:
    a_dataset(tmp_path)
    path = tmp_path / "train-000000.tar"
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(BadInput, match=r"train-000000\.tar is missing or damaged"):
        list(read_samples(tmp_path, "train"))


def test_links_in_a_shard_are_not_followed(tmp_path: Path) -> None:
    a_dataset(tmp_path)
    with tarfile.open(tmp_path / "train-000000.tar", "w") as tar:
        link = tarfile.TarInfo("../film.json")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link, io.BytesIO())
    with pytest.raises(BadInput, match="damaged"):
        list(read_samples(tmp_path, "train"))


def test_a_full_disk_leaves_no_half_shard(tmp_path: Path) -> None:
    def breaking() -> object:
        yield Sample(a_record(), b"movie", b"still")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_shard(tmp_path, "train", 0, breaking())  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_a_caption_names_only_characters_it_describes() -> None:
    with pytest.raises(ValidationError, match="not among the characters"):
        StructuredCaption(shots=(ShotCaption(characters=("nobody",)),))


def test_a_pan_does_not_go_clockwise() -> None:
    with pytest.raises(ValidationError, match="does not go clockwise"):
        CameraMove(kind="pan", direction="clockwise", amount=0.1)


def test_shots_fill_their_clip() -> None:
    record = a_record().model_dump()
    record["shots"][1]["start"] = 25
    with pytest.raises(ValidationError, match="do not fill it"):
        ClipRecord.model_validate(record)
