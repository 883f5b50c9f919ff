"""The files of a model folder: are they whole, how large are they, and which content is it.

Opens headers only, and bytes to hash; knows no net.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path

from safetensors import SafetensorError, safe_open

from engine.models.catalogue import shown_name
from engine.protocol.errors import ModelMissing
from engine.protocol.plain import plain_words
from engine.protocol.stopping import heed

_FULL_HASH_BYTES = 256 * 1024 * 1024
"""Larger weight files are identified by size and samples: hashing 30 GB would take a minute."""

_VARIANT = re.compile(r"\.(fp16|bf16|fp32)(-\d+-of-\d+)?\.safetensors$")


def check_weights(folder: Path, part: str) -> None:
    """Make sure that every weight file of a part is there, and whole as far as its header tells.

    Raises:
        ModelMissing: the sentence names the first one that is not.
    """
    place, name = folder / part, shown_name(folder)
    here = {path.name for path in place.glob("*") if path.is_file()}
    for index in sorted(place.glob("*.safetensors.index*.json")):
        try:
            shards = set(json.loads(index.read_bytes())["weight_map"].values())
        except (ValueError, KeyError, TypeError, AttributeError, OSError, RecursionError) as error:
            raise ModelMissing(f"{index} is damaged; get the model {name} again.") from error
        for shard in sorted(map(str, shards)):
            # By its name alone: an index that points out of the folder leads nowhere.
            if Path(shard).name not in here:
                shown = plain_words(Path(shard).name)
                raise ModelMissing(
                    f"The model {name} lacks {part}/{shown}; download that file again."
                )
    files = sorted(place.glob("*.safetensors"))
    if not files:
        raise ModelMissing(f"The model {name} has no safetensors weights in {part}; get it again.")
    for path in files:
        try:
            with safe_open(path, framework="pt"):
                pass
        except (OSError, SafetensorError) as error:
            raise ModelMissing(
                f"The model {name} has a damaged file, {part}/{path.name}; download it again."
            ) from error


def weight_variant(folder: Path, part: str) -> str | None:
    """Return the variant ("fp16") of a part whose files exist in that variant only."""
    found = [_VARIANT.search(path.name) for path in (folder / part).glob("*.safetensors")]
    if not found or any(match is None for match in found):
        return None
    return min(match[1] for match in found if match is not None)


def part_bytes(folder: Path, part: str) -> int:
    """Return the size of a part's weight files."""
    return sum(path.stat().st_size for path in (folder / part).glob("*.safetensors"))


def fingerprint(folder: Path) -> str:
    """Return a hash over a folder's weights and settings, 16 hexadecimal digits."""
    return content_hash(folder, [*folder.rglob("*.safetensors"), *folder.rglob("*.json")])


def content_hash(folder: Path, paths: Iterable[Path]) -> str:
    """Return a hash over files of a folder, by their names, sizes and content."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder).as_posix()}\0{size}\0".encode())
        with path.open("rb") as stream:
            if size <= _FULL_HASH_BYTES:
                while block := stream.read(1 << 20):
                    heed()
                    digest.update(block)
                continue
            for step in range(64):
                heed()
                stream.seek(step * (size // 64))
                digest.update(stream.read(1 << 20))
    return digest.hexdigest()[:16]
