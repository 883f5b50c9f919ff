"""Datasets on disk: WebDataset shards of clips, and ``dataset.json`` that lists them.

A shard is a tar with three members a clip: ``ID.json`` (a :class:`~engine.data.schema.ClipRecord`),
``ID.mp4`` (its frames), ``ID.jpg`` (its middle frame). Shards are written whole and renamed; the
index is replaced last, so a reader sees a complete dataset or the one before. Everything read is
distrusted: sizes, names and records are checked, and nothing is ever unpacked onto the disk by its
name in the tar. Knows no film and no net.
"""

from __future__ import annotations

import hashlib
import os
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import ValidationError
from webdataset.writer import TarWriter

from engine.data.schema import ClipRecord, DatasetIndex, ShardFacts
from engine.protocol.errors import BadInput

INDEX_FILE = "dataset.json"
MAX_RECORD_BYTES = 1 << 20
MAX_CLIP_BYTES = 1 << 30
MAX_INDEX_BYTES = 64 << 20
Split = Literal["train", "val"]


@dataclass(frozen=True, slots=True)
class Sample:
    """A clip as it lies in a shard.

    Attributes:
        record: what is known of it.
        movie: bytes of an MP4 with exactly ``record.num_frames`` frames.
        still: bytes of a JPEG, for people to look at.
    """

    record: ClipRecord
    movie: bytes
    still: bytes


def write_shard(folder: Path, split: Split, number: int, samples: Iterable[Sample]) -> ShardFacts:
    """Write one shard whole, then rename it into place.

    Raises:
        OSError: the disk is full or cannot be written to; nothing is left behind.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{split}-{number:06d}.tar"
    draft = folder / f"{name}.part"
    count = 0
    try:
        with draft.open("wb") as stream:
            # Without a clock: the same clips make the same bytes.
            with TarWriter(stream, mtime=0.0) as tar:
                for sample in samples:
                    tar.write(
                        {
                            "__key__": sample.record.id,
                            "json": sample.record.model_dump_json().encode(),
                            "mp4": sample.movie,
                            "jpg": sample.still,
                        }
                    )
                    count += 1
            stream.flush()
            os.fsync(stream.fileno())
        with draft.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        draft.replace(folder / name)
    finally:
        draft.unlink(missing_ok=True)
    return ShardFacts(name=name, clips=count, sha256=digest)


def write_index(folder: Path, shards: Iterable[ShardFacts]) -> None:
    """Replace ``dataset.json``."""
    index = DatasetIndex(
        shards=tuple(sorted(shards, key=lambda shard: (shard.name[0] != "t", shard.name)))
    )
    draft = folder / f"{INDEX_FILE}.part"
    draft.write_text(index.model_dump_json(indent=2) + "\n", encoding="utf-8")
    draft.replace(folder / INDEX_FILE)


def read_index(folder: Path) -> DatasetIndex:
    """Return what a dataset folder holds.

    Raises:
        BadInput: there is no dataset, or its index is damaged.
    """
    path = folder / INDEX_FILE
    try:
        with path.open("rb") as stream:
            text = stream.read(MAX_INDEX_BYTES + 1)
        if len(text) > MAX_INDEX_BYTES:
            raise ValueError("too long")
        return DatasetIndex.model_validate_json(text)
    except OSError as error:
        raise BadInput(
            f"{folder.name} holds no dataset; make one with: main.py data make FILMS -o FOLDER"
        ) from error
    except (ValidationError, ValueError) as error:
        raise BadInput(
            f"{INDEX_FILE} of {folder.name} is damaged; make the dataset again, which keeps what "
            "is done."
        ) from error


def read_samples(folder: Path, split: Split) -> Iterator[Sample]:
    """Yield the clips of one side of a dataset, in the order of its shards.

    Raises:
        BadInput: a shard is missing or damaged.
    """
    for shard in read_index(folder).shards:
        if shard.name.startswith(split):
            yield from read_shard(folder / shard.name)


def read_shard(path: Path) -> Iterator[Sample]:
    """Yield the clips of one shard.

    Raises:
        BadInput: it is missing or damaged.
    """
    parts: dict[str, bytes] = {}
    key = ""
    try:
        with tarfile.open(path, "r:") as tar:
            for member in tar:
                stem, _, suffix = member.name.rpartition(".")
                limit = MAX_RECORD_BYTES if suffix == "json" else MAX_CLIP_BYTES
                stream = tar.extractfile(member) if member.isreg() else None
                if (
                    stream is None
                    or member.size > limit
                    or suffix in (parts if stem == key else ())
                ):
                    raise ValueError(f"{member.name} does not belong into a shard")
                parts = {**parts, suffix: stream.read()} if stem == key else {suffix: stream.read()}
                key = stem
                if parts.keys() == {"json", "mp4", "jpg"}:
                    record = ClipRecord.model_validate_json(parts["json"])
                    yield Sample(record, parts["mp4"], parts["jpg"])
    except (OSError, tarfile.TarError, ValidationError, ValueError) as error:
        raise BadInput(
            f"The shard {path.name} is missing or damaged; make the dataset again, which keeps "
            "what is done."
        ) from error
