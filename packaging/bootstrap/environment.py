"""The folder .venv: where things lie in it, and the stamp that says what it holds.

The stamp is what makes a second start quick: it is compared without running anything. Knows
nothing of pip; who installs writes the stamp.
"""

import json
import os
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from . import requirements as req

_FORMAT = 1


@dataclass(frozen=True)
class Stamp:
    """What the last set-up made, or was making when it was cut off."""

    ready: bool
    python: str  # major.minor
    torch: str  # what pip was asked for
    torch_was_chosen: bool  # by SMARTDIRECTOR_TORCH, so a later start without it keeps the choice
    fingerprints: dict[str, str] = field(default_factory=dict[str, str])
    installed: tuple[str, ...] = ()  # what must be found in site-packages
    missing_libraries: tuple[str, ...] = ()  # of the system, at the time of the set-up
    format: int = _FORMAT


@dataclass(frozen=True)
class Environment:
    """The virtual environment of the project in `root`, standing or not."""

    root: Path

    @property
    def folder(self) -> Path:
        """Where the environment is."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """Its interpreter."""
        if sys.platform == "win32":
            return self.folder / "Scripts" / "python.exe"
        return self.folder / "bin" / "python"

    @property
    def stamp_path(self) -> Path:
        """Where the stamp is kept."""
        return self.folder / "smartdirector-stamp.json"

    @property
    def log_path(self) -> Path:
        """The log of the last set-up. Next to the environment, so that it outlives a rebuild."""
        return self.root / ".venv-setup.log"

    def site_packages(self) -> Path | None:
        """Where packages are installed, if the environment has got that far."""
        if sys.platform == "win32":
            place = self.folder / "Lib" / "site-packages"
            return place if place.is_dir() else None
        return next(iter(sorted((self.folder / "lib").glob("python3*/site-packages"))), None)

    def is_current(self) -> bool:
        """Whether this process runs inside the environment."""
        return os.path.realpath(sys.prefix) == os.path.realpath(self.folder)

    def read_stamp(self) -> Stamp | None:
        """The stamp, or None when there is none or it cannot be read."""
        try:
            raw: dict[str, Any] = json.loads(self.stamp_path.read_text("utf-8"))
            if raw["format"] != _FORMAT:
                return None
            for key in ("installed", "missing_libraries"):
                raw[key] = tuple(raw[key])
            return Stamp(**raw)
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def write_stamp(self, stamp: Stamp) -> None:
        """Replace the stamp in one step, so that a cut-off write leaves the old one."""
        draft = self.stamp_path.with_suffix(".tmp")
        draft.write_text(json.dumps(asdict(stamp), indent=1), "utf-8")
        draft.replace(self.stamp_path)

    def stands(self, wanted: req.Requirements, extras: tuple[str, ...]) -> bool:
        """Whether the environment holds what is wanted, as far as a glance can tell."""
        stamp = self.read_stamp()
        if stamp is None or not stamp.ready or not self.python.exists():
            return False
        remembered = stamp.torch if stamp.torch_was_chosen else ""
        if wanted.needs("torch") and stamp.torch != wanted.torch(remembered):
            return False
        if any(stamp.fingerprints.get(g) != wanted.fingerprint(g) for g in (req.BASE, *extras)):
            return False
        return stamp.python == self._python_version() and self._holds(stamp.installed)

    def _holds(self, installed: tuple[str, ...]) -> bool:
        site_packages = self.site_packages()
        return site_packages is not None and set(installed) <= {
            p.name for p in site_packages.iterdir()
        }

    def _python_version(self) -> str:
        """major.minor of the interpreter behind .venv, as far as that can be told without a run.

        A system upgrade can swap the Python behind the link in .venv/bin while the packages still
        lie under the old version's folder; pyvenv.cfg does not notice that.
        """
        here = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
        if os.path.realpath(self.python) == here:
            return version_here()
        try:
            lines = (self.folder / "pyvenv.cfg").read_text("utf-8").splitlines()
        except OSError:
            return ""
        found = next((line for line in lines if line.startswith("version")), "=")
        return ".".join(found.split("=")[1].strip().split(".")[:2])


def version_here() -> str:
    """major.minor of the running interpreter."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"
