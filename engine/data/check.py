"""Is a dataset whole: every shard against its hash, every record, every frame of every clip."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.data.cutting import check_clip
from engine.data.shards import Sample, read_index, read_shard
from engine.protocol.errors import BadInput


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in one shard.

    Attributes:
        clips: that were read.
        problem: a sentence; empty where all is well.
    """

    shard: str
    clips: int
    problem: str = ""


def check_dataset(dataset: Path, *, decode: bool = True) -> Iterator[Found]:
    """Yield one finding for each shard, and one for each clip that is not what its record says.

    Args:
        decode: whether all frames are decoded too.

    Raises:
        BadInput: there is no dataset, or its index is damaged.
    """
    seen: set[str] = set()
    for shard in read_index(dataset).shards:
        path = dataset / shard.name
        count = 0
        try:
            if _digest(path) != shard.sha256:
                raise BadInput(f"{shard.name} is not the file that {dataset.name} was made with.")
            for sample in read_shard(path):
                count += 1
                problem = _problem(sample, shard.name, seen, decode=decode)
                if problem:
                    yield Found(shard.name, 0, f"{sample.record.id} in {shard.name} {problem}.")
        except BadInput as error:
            yield Found(shard.name, count, str(error))
            continue
        except OSError:
            yield Found(shard.name, count, f"{shard.name} is missing or cannot be read.")
            continue
        lacking = "" if count == shard.clips else f"{shard.name} holds {count} of {shard.clips}."
        yield Found(shard.name, count, lacking)


def _problem(sample: Sample, shard: str, seen: set[str], *, decode: bool) -> str:
    record = sample.record
    if record.id in seen:
        return "is there twice"
    seen.add(record.id)
    if not shard.startswith(record.split):
        return f"belongs to the side {record.split}"
    if not decode:
        return ""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "clip.mp4")
        path.write_bytes(sample.movie)
        try:
            check_clip(path, record.num_frames, record.width, record.height)
        except BadInput as error:
            return str(error).rstrip(".")
    return ""


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
