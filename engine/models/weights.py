"""The files of a model folder: are they whole, how large are they, and which content is it.

Opens headers only, and bytes to hash; knows no net.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from safetensors import SafetensorError, safe_open

from engine.models.catalogue import MAX_CONFIG_BYTES, shown_name
from engine.protocol.errors import ModelMissing
from engine.protocol.plain import plain_words
from engine.protocol.stopping import heed

_FULL_HASH_BYTES = 256 * 1024 * 1024
"""Larger weight files are identified by size and samples: hashing 30 GB would take a minute."""

_MAX_HEADER_BYTES = 16 * 1024 * 1024
"""A transformer of a thousand tensors has a header of a hundred kilobytes."""

_ADAPTER = "adapter_config.json"
_PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".bin.index.json")

_VARIANT = re.compile(r"\.(fp16|bf16|fp32)(-\d+-of-\d+)?\.safetensors$")


@dataclass(frozen=True, slots=True)
class StoredTensor:
    """What a header says of a tensor.

    Attributes:
        file: name of the file.
        shape: of the tensor.
        dtype: by safetensors' name ("F32", "BF16", "I64").
    """

    file: str
    shape: tuple[int, ...]
    dtype: str


def check_weights(folder: Path, part: str) -> None:
    """Make sure that every weight file of a part is there, and whole as far as its header tells.

    Raises:
        ModelMissing: the sentence names the first one that is not.
    """
    place, name = folder / part, shown_name(folder)
    here = {path.name for path in place.glob("*") if path.is_file()}
    if _ADAPTER in here:
        # transformers would load another folder's weights in place of these.
        raise ModelMissing(
            f"{part} of the model {name} is an adapter of another model, which is not supported; "
            f"get the whole model, or delete {part}/{_ADAPTER}."
        )
    for index in sorted(place.glob("*.index*.json")):
        _check_index(index, here, part, name)
    files = weight_files(folder, part)
    if not files:
        pickles = sorted(n for n in here if n.endswith(_PICKLES))
        shown = f" ({part}/{plain_words(pickles[0])} is never opened)" if pickles else ""
        raise ModelMissing(
            f"The model {name} has no safetensors weights in {part}{shown}; get it again as "
            "safetensors."
        )
    for path in files:
        read_header(path, part, name)


def weight_files(folder: Path, part: str) -> list[Path]:
    """Return a part's weight files; what is no plain file (a pipe, a device) is none."""
    return [path for path in sorted((folder / part).glob("*.safetensors")) if path.is_file()]


def stored_tensors(folder: Path, part: str) -> dict[str, list[StoredTensor]]:
    """Return what the files of a part hold by each name, as their headers say.

    Raises:
        ModelMissing: a header makes no sense.
    """
    found: dict[str, list[StoredTensor]] = {}
    for path in weight_files(folder, part):
        for key, tensor in read_header(path, part, shown_name(folder)).items():
            found.setdefault(key, []).append(tensor)
    return found


def read_header(path: Path, part: str, name: str) -> dict[str, StoredTensor]:
    """Return the tensors that a weight file's header tells of.

    Args:
        path: of the file.
        part, name: of the model, for the sentence.

    Raises:
        ModelMissing: the header is longer than the file or than any published one, tells of
            tensors that overlap, have gaps or another length than their shape, or names one twice.
    """
    try:
        header = header_of(path)
    except (OSError, ValueError, TypeError, KeyError, RecursionError, SafetensorError) as error:
        raise ModelMissing(
            f"The model {name} has a damaged file, {part}/{plain_words(path.name)}; download it "
            "again."
        ) from error
    return header


def header_of(path: Path) -> dict[str, StoredTensor]:
    """Return the tensors of any safetensors file.

    Raises:
        OSError, ValueError, TypeError, KeyError, RecursionError, SafetensorError: it is damaged.
    """
    with path.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        if not 2 <= length <= _MAX_HEADER_BYTES:
            raise ValueError("a header of absurd length")
        header = json.loads(stream.read(length), object_pairs_hook=_each_once)
    with safe_open(path, framework="pt"):  # holds lengths, gaps and overlaps against the file
        pass
    return {
        key: StoredTensor(path.name, tuple(facts["shape"]), str(facts["dtype"]))
        for key, facts in header.items()
        if key != "__metadata__"
    }


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name that comes twice")
    return found


def _check_index(index: Path, here: set[str], part: str, name: str) -> None:
    try:
        if index.stat().st_size > MAX_CONFIG_BYTES:
            raise ValueError("too large")
        shards = set(json.loads(index.read_bytes())["weight_map"].values())
    except (ValueError, KeyError, TypeError, AttributeError, OSError, RecursionError) as error:
        raise ModelMissing(f"{index} is damaged; get the model {name} again.") from error
    for shard in sorted(map(str, shards)):
        shown = plain_words(shard)
        if Path(shard).name != shard or "\\" in shard:
            raise ModelMissing(
                f"{part}/{index.name} of the model {name} leads out of its folder, to {shown}; "
                "get the model again."
            )
        if not shard.endswith(".safetensors"):
            raise ModelMissing(
                f"{part}/{index.name} of the model {name} names {shown}, which is no safetensors "
                "file; get the model again as safetensors."
            )
        if shard not in here:
            raise ModelMissing(f"The model {name} lacks {part}/{shown}; download that file again.")


def weight_variant(folder: Path, part: str) -> str | None:
    """Return the variant ("fp16") of a part whose files exist in that variant only."""
    found = [_VARIANT.search(path.name) for path in weight_files(folder, part)]
    if not found or any(match is None for match in found):
        return None
    return min(match[1] for match in found if match is not None)


def part_bytes(folder: Path, part: str) -> int:
    """Return the size of a part's weight files."""
    return sum(path.stat().st_size for path in weight_files(folder, part))


def fingerprint(folder: Path) -> str:
    """Return a hash over a folder's weights and settings, 16 hexadecimal digits."""
    found = [*folder.rglob("*.safetensors"), *folder.rglob("*.json")]
    return content_hash(folder, [path for path in found if path.is_file()])


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
