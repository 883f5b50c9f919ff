"""``main.py doctor``: what this machine has, and what is missing or broken, for the user to read.

Looks at versions, devices, memory, disks, model folders and encoders, and writes a small file where
the program would write. Nothing is changed, nothing is sent. The report names no folder, no film
and no caption, so that it can be handed on; findings say what to do.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import platformdirs

from engine.models.catalogue import (
    INDEX_FILE,
    RESOURCES,
    read_settings,
    shown_name,
    user_models,
)
from engine.models.host import host_memory
from engine.models.weights import check_weights, fingerprint
from engine.protocol.errors import EngineError
from engine.protocol.formats import FORMATS
from engine.protocol.terminal import terminal_text
from engine.service.facts import device_report

PACKAGES = (
    *("smartdirector", "torch", "diffusers", "transformers", "safetensors", "av", "numpy"),
    *("opencv-python-headless", "PySide6-Essentials", "pydantic", "qasync"),
)
GIB = 1024**3
LOW_DISK_BYTES = 2 * GIB
"""A minute of a 1080p master with its checkpoints."""

_PARTS = ("transformer", "vae")


@dataclass(frozen=True)
class ModelFinding:
    """A model folder: whether it can be run, and which content it is."""

    name: str
    role: str
    bytes: int
    fingerprint: str = ""
    problem: str = ""


@dataclass(frozen=True)
class PlaceFinding:
    """A folder that the program writes to, by what it is for."""

    purpose: str
    free_bytes: int
    problem: str = ""


@dataclass(frozen=True)
class Diagnosis:
    """Everything that was looked at.

    Attributes:
        encoders: formats that can be written, each with the encoders that this FFmpeg has.
        findings: one sentence for each thing to be seen to; none where all is well.
    """

    system: str
    python: str
    packages: dict[str, str]
    devices: tuple[str, ...]
    memory_bytes: int
    free_memory_bytes: int
    places: tuple[PlaceFinding, ...]
    models: tuple[ModelFinding, ...]
    encoders: dict[str, tuple[str, ...]]
    findings: tuple[str, ...] = field(default=())


def examine() -> Diagnosis:
    """Look at everything; what cannot be looked at is a finding, never an error."""
    total, free = host_memory()
    places, models, encoders = _places(), _models(), _encoders()
    packages = {name: _version_of(name) for name in PACKAGES}
    findings = [f"{place.purpose}: {place.problem}" for place in places if place.problem]
    findings += [model.problem for model in models if model.problem]
    findings += [
        f"{FORMATS[name].label} cannot be written: this FFmpeg has no encoder for it."
        for name in FORMATS
        if FORMATS[name].encoder not in encoders[name]
    ]
    findings += [
        f"The package {name} is not installed; run the set-up again."
        for name, found in packages.items()
        if not found and name != "smartdirector"
    ]
    return Diagnosis(
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        python=platform.python_version(),
        packages=packages,
        devices=_devices(),
        memory_bytes=total,
        free_memory_bytes=free,
        places=places,
        models=models,
        encoders=encoders,
        findings=tuple(findings),
    )


def as_text(found: Diagnosis) -> str:
    """Return a diagnosis for the eye."""
    lines = [
        *([f"! {sentence}" for sentence in found.findings] or ["Nothing is wrong."]),
        "",
        f"System     {found.system}, Python {found.python}",
        *(f"Device     {device}" for device in found.devices),
        f"Memory     {_gib(found.free_memory_bytes)} free of {_gib(found.memory_bytes)}",
    ]
    for place in found.places:
        state = place.problem or "can be written"
        lines.append(f"Folder     {place.purpose}: {_gib(place.free_bytes)} free; {state}")
    for model in found.models:
        state = model.problem or f"whole, {model.fingerprint}"
        lines.append(f"Model      {model.name} ({model.role}), {_gib(model.bytes)}: {state}")
    for name, encoders in found.encoders.items():
        lines.append(f"Format     {name}: {', '.join(encoders) or 'no encoder'}")
    lines += [f"Package    {name} {known or 'missing'}" for name, known in found.packages.items()]
    return "\n".join(lines)


def main(argv: Sequence[str]) -> int:
    """Print the diagnosis; 1 where there is something to be seen to."""
    parser = argparse.ArgumentParser("main.py doctor", description="Look at this installation.")
    parser.add_argument("--json", action="store_true", help="print it for a program to read")
    options = parser.parse_args(list(argv))
    logging.disable(logging.WARNING)
    found = examine()
    text = json.dumps(asdict(found), indent=1) if options.json else as_text(found)
    print(terminal_text(text))
    return 1 if found.findings else 0


def _devices() -> tuple[str, ...]:
    report = device_report()
    free, total = _gib(report.free_bytes), _gib(report.total_bytes)
    first = f"{report.name} ({report.type}), {free} free of {total}"
    try:
        import torch

        further = [torch.cuda.get_device_name(n) for n in range(1, torch.cuda.device_count())]
    except Exception as error:  # a driver that does not fit fails in many ways
        return first, f"torch does not work here: {type(error).__name__}"
    return first, *further


def _places() -> tuple[PlaceFinding, ...]:
    name = "SmartDirector"
    purposes = {
        "Untitled films and models": Path(platformdirs.user_data_dir(name, appauthor=False)),
        "Settings": Path(platformdirs.user_config_dir(name, appauthor=False)),
        "Caches": Path(platformdirs.user_cache_dir(name, appauthor=False)),
        "Logs": Path(platformdirs.user_log_dir(name, appauthor=False)),
        "Temporary files": Path(tempfile.gettempdir()),
    }
    return tuple(_place(purpose, folder) for purpose, folder in purposes.items())


def _place(purpose: str, folder: Path) -> PlaceFinding:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent  # it is made when it is first needed
    try:
        free = shutil.disk_usage(folder).free
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".smartdirector-") as stream:
            stream.write(os.urandom(4096))
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        reason = error.strerror or "it is not there"
        return PlaceFinding(purpose, 0, f"cannot be written ({reason}); check its permissions.")
    low = free < LOW_DISK_BYTES
    problem = f"only {_gib(free)} are free; a film may need more." if low else ""
    return PlaceFinding(purpose, free, problem)


def _models() -> tuple[ModelFinding, ...]:
    folders = [path.parent for root in (RESOURCES, user_models()) for path in _indices(root)]
    return tuple(map(_model, folders))


def _indices(root: Path) -> list[Path]:
    try:
        return sorted(root.glob(f"*/{INDEX_FILE}"))
    except OSError:
        return []


def _model(folder: Path) -> ModelFinding:
    name, size, role = shown_name(folder), 0, "?"
    try:
        size = sum(path.stat().st_size for path in folder.rglob("*.safetensors"))
        role = read_settings(folder).role
        encoder = ("text_encoder",) if (folder / "text_encoder").is_dir() else ()
        for part in (*_PARTS, *encoder):
            check_weights(folder, part)
        return ModelFinding(name, role, size, fingerprint(folder))
    except EngineError as error:
        return ModelFinding(name, role, size, problem=str(error).replace(str(folder), name))
    except (OSError, ValueError) as error:
        return ModelFinding(
            name, role, size, problem=f"The model {name} cannot be read ({type(error).__name__})."
        )


def _encoders() -> dict[str, tuple[str, ...]]:
    import av
    from av.codec.codec import UnknownCodecError

    def is_there(encoder: str) -> bool:
        try:
            av.Codec(encoder, "w")
        except (UnknownCodecError, ValueError):
            return False
        return True

    found: dict[str, tuple[str, ...]] = {}
    for name, row in FORMATS.items():
        names = (row.encoder, *(encoder for encoder, _ in row.hardware.values()))
        found[name] = tuple(encoder for encoder in dict.fromkeys(names) if is_there(encoder))
    return found


def _version_of(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return _own_version() if package == "smartdirector" else ""


def _own_version() -> str:
    try:
        text = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    except OSError:
        return ""
    lines = (line for line in text.splitlines() if line.startswith("version = "))
    return next(lines, 'version = ""').split('"')[1]


def _gib(count: int) -> str:
    return f"{count / GIB:.2f} GiB"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
