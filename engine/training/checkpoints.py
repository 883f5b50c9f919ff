"""Checkpoints: folders of safetensors, written whole and renamed, read without trust.

``checkpoints/step-000500/`` holds ``state.json`` (step, files and their hashes) and the tensors in
files of a few GB. The step before stays until the new one is whole; a damaged one is passed over.
Whole tensors are written, so a run may go on with another number of processes.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import safetensors.torch
import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from engine.protocol.errors import DiskProblem

_LOG = logging.getLogger(__name__)

STATE_FILE = "state.json"
FILE_BYTES = 4 * 1024**3
_NAME = "step-{:06d}"


def save_checkpoint(
    folder: Path, step: int, tensors: Iterable[tuple[str, Tensor]], writes: bool, kept: int
) -> Path:
    """Write a checkpoint and drop all but the last ``kept``.

    Args:
        folder: of all checkpoints.
        step: steps done.
        tensors: every process must take them all, since they may be gathered on the way.
        writes: whether this process writes.
        kept: how many stay.

    Raises:
        DiskProblem: it cannot be written; those before are as they were.
    """
    final = folder / _NAME.format(step)
    draft = folder / f".{final.name}.part"
    problem: OSError | SafetensorError | None = None
    files: dict[str, str] = {}
    try:
        if writes:
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir(parents=True)
    except OSError as error:
        problem = error
    for number, part in enumerate(_by_size(tensors)):
        if not writes or problem is not None:
            continue  # go on taking: others wait for us
        name = f"state-{number:05d}.safetensors"
        try:
            safetensors.torch.save_file(part, draft / name)
            files[name] = _hash(draft / name)
        except (OSError, SafetensorError) as error:
            problem = error
    if not writes:
        return final
    try:
        if problem is not None:
            raise problem
        state = {"step": step, "files": files}
        (draft / STATE_FILE).write_text(json.dumps(state, indent=2) + "\n", encoding="utf-8")
        shutil.rmtree(final, ignore_errors=True)
        draft.replace(final)
    except (OSError, SafetensorError) as error:
        shutil.rmtree(draft, ignore_errors=True)
        reason = getattr(error, "strerror", None) or str(error)
        raise DiskProblem(
            f"The checkpoint {final} cannot be written ({reason}); make room on that disk and give "
            "the same command again: it goes on from the checkpoint before."
        ) from error
    for old in _checkpoints(folder)[:-kept]:
        shutil.rmtree(old, ignore_errors=True)
    return final


def load_checkpoint(
    folder: Path, restore: Callable[[Callable[[str], Tensor], int], None]
) -> tuple[int, list[str]]:
    """Take up the newest checkpoint that is whole.

    Args:
        folder: of all checkpoints.
        restore: called with a reader of tensors by name, and the step.

    Returns:
        The step, 0 if there was no checkpoint, and the names of damaged ones that were passed over.
    """
    damaged: list[str] = []
    for path in reversed(_checkpoints(folder)):
        try:
            state = json.loads((path / STATE_FILE).read_bytes())
            step = int(state["step"])
            places: dict[str, Path] = {}
            for name, digest in state["files"].items():
                file = path / Path(str(name)).name
                if _hash(file) != digest:
                    raise ValueError(f"{file.name} was changed")
                with safe_open(file, framework="pt") as opened:
                    places |= dict.fromkeys(opened.keys(), file)
        except (OSError, SafetensorError, ValueError, KeyError, TypeError, AttributeError) as error:
            _LOG.warning("%s is damaged: %s", path, error)
            damaged.append(path.name)
            continue
        restore(_reader(places), step)
        return step, damaged
    return 0, damaged


def _reader(places: dict[str, Path]) -> Callable[[str], Tensor]:
    def read(name: str) -> Tensor:
        with safe_open(places[name], framework="pt") as file:
            return file.get_tensor(name)

    return read


def _checkpoints(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("step-*") if path.is_dir())


def _by_size(tensors: Iterable[tuple[str, Tensor]]) -> Iterator[dict[str, Tensor]]:
    part: dict[str, Tensor] = {}
    size = 0
    for name, tensor in tensors:
        part[name] = tensor.contiguous()
        size += tensor.numel() * tensor.element_size()
        if size >= FILE_BYTES:
            yield part
            part, size = {}, 0
    yield part or {"none": torch.zeros(1)}


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
