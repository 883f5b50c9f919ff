"""A take's folder: the manifest, the draft's latents, and the checkpoints of unfinished work.

Everything is written beside its final name and renamed, so that what exists is whole.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import safetensors.torch
from pydantic import ValidationError
from safetensors import SafetensorError, safe_open
from torch import Tensor

from engine.media.writer import disk_errors
from engine.protocol.errors import BadInput, DiskProblem
from engine.protocol.jobs import DraftJob

MANIFEST = "take.json"
DAMAGED = "take-damaged.json"
LATENTS = "latents.safetensors"
DRAFT = "draft.mkv"
MASTER = "master.mkv"
SCRATCH = "scratch"

_STATE = "solver."
_PART = ".part"


class Checkpoint(NamedTuple):
    """Unfinished work.

    Attributes:
        z: the latents.
        step: how many steps are done.
        solver_state: what the solver remembers between steps.
    """

    z: Tensor
    step: int
    solver_state: dict[str, Tensor]


class TakeFolder:
    """The folder of one take."""

    def __init__(self, folder: str) -> None:
        self.path = Path(folder)

    @property
    def scratch(self) -> Path:
        """Where previews and checkpoints go; it may be deleted when no job runs."""
        return self.path / SCRATCH

    def open_for_writing(self) -> None:
        """Make the folders, and sweep out what a killed engine left half written.

        The project's own folder is never made: where its drive is gone nothing is put in its place.

        Raises:
            DiskProblem: they cannot be made.
        """
        try:
            for folder in (self.path.parent, self.path, self.scratch):
                folder.mkdir(exist_ok=True)
            for folder in (self.path, self.scratch):
                for left in folder.glob(f".*{_PART}"):
                    left.unlink(missing_ok=True)
        except OSError as error:
            raise DiskProblem(
                f"{self.path} cannot be written; check the project's permissions and disk."
            ) from error

    def read_manifest(self) -> dict[str, Any]:
        """Return the manifest, empty where there is none yet.

        Raises:
            BadInput: it is damaged.
        """
        path = self.path / MANIFEST
        if not path.is_file():
            return {}
        try:
            manifest = json.loads(path.read_bytes())
        except (ValueError, RecursionError) as error:
            raise BadInput(f"{path} is damaged; generate the take again.") from error
        if not isinstance(manifest, dict):
            raise BadInput(f"{path} is damaged; generate the take again.")
        return manifest

    def add_to_manifest(self, part: str, facts: Mapping[str, Any]) -> None:
        """Record what was made and how; other parts stay as they are.

        A damaged manifest is put aside, or the take could never be made again.
        """
        try:
            known = self.read_manifest()
        except BadInput:
            known = {}
            with disk_errors(self.path / MANIFEST):
                (self.path / MANIFEST).replace(self.path / DAMAGED)
        manifest = {**known, part: dict(facts)}
        _replace(self.path / MANIFEST, json.dumps(manifest, indent=1).encode())

    def draft_job(self) -> DraftJob:
        """Return the job that made the draft.

        Raises:
            BadInput: there is no finished draft here.
        """
        try:
            return DraftJob.model_validate(self.read_manifest()["draft"]["job"])
        except (KeyError, TypeError, ValidationError) as error:
            raise BadInput("This take has no finished draft; generate it first.") from error

    def save_latents(self, z_BCNHW: Tensor) -> None:
        """Keep the draft's latents."""
        self._save_tensors(self.path / LATENTS, {"z": z_BCNHW}, {})

    def load_latents(self) -> Tensor:
        """Return the draft's latents, (1, C, N, H, W) in fp32.

        Raises:
            BadInput: they are missing or damaged.
        """
        try:
            return safetensors.torch.load_file(self.path / LATENTS)["z"]
        except (OSError, SafetensorError, KeyError) as error:
            raise BadInput("The draft's latents are missing; generate the take again.") from error

    def save_checkpoint(
        self,
        name: str,
        tensor: Tensor,
        key: str,
        step: int = 0,
        solver_state: Mapping[str, Tensor] | None = None,
    ) -> None:
        """Keep unfinished work under ``name``; ``key`` says what it belongs to."""
        facts = {"key": key, "step": str(step)}
        state = {f"{_STATE}{part}": value for part, value in (solver_state or {}).items()}
        self._save_tensors(self._checkpoint(name), {"z": tensor, **state}, facts)

    def load_checkpoint(
        self, name: str, key: str, shape: Sequence[int], num_steps: int = 0
    ) -> Checkpoint | None:
        """Return a checkpoint, None where there is none for this very work.

        Args:
            shape: of the latents.
            num_steps: as many steps can be done.
        """
        path = self._checkpoint(name)
        if not path.is_file():
            return None
        try:
            with safe_open(path, framework="pt") as file:
                facts = file.metadata() or {}
                if facts.get("key") != key:
                    return None
                state = {
                    part.removeprefix(_STATE): file.get_tensor(part)
                    for part in file.keys()  # noqa: SIM118  # the file is no mapping
                    if part.startswith(_STATE)
                }
                found = Checkpoint(file.get_tensor("z"), int(facts["step"]), state)
                fits = tuple(found.z.shape) == tuple(shape) and 0 <= found.step <= num_steps
                return found if fits else None
        except (OSError, SafetensorError, KeyError, ValueError):
            return None  # a damaged checkpoint costs time, never the job

    def drop_checkpoints(self, prefix: str) -> None:
        """Delete the checkpoints whose name begins with ``prefix``: their work is finished."""
        for path in self.scratch.glob(f"{prefix}*.safetensors"):
            path.unlink(missing_ok=True)

    def _checkpoint(self, name: str) -> Path:
        return self.scratch / f"{name}.safetensors"

    def _save_tensors(self, path: Path, tensors: dict[str, Tensor], facts: dict[str, str]) -> None:
        ready = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
        _replace(path, safetensors.torch.save(ready, metadata=facts))


def content_key(*parts: str | bytes) -> str:
    """Return a short hash over everything that decides a result."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode() if isinstance(part, str) else part)
        digest.update(b"\0")
    return digest.hexdigest()[:32]


def _replace(path: Path, content: bytes) -> None:
    # Its own name for each process: an engine that is being ended may still write.
    temporary = path.with_name(f".{path.name}.{os.getpid()}{_PART}")
    try:
        temporary.unlink(missing_ok=True)
        with temporary.open("xb") as stream:  # a link that a hostile project left is not followed
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except OSError as error:
        raise DiskProblem(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        temporary.unlink(missing_ok=True)
