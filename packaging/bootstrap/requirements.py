"""What the project asks for: its dependencies and extras, and how torch is to be installed.

Reads pyproject.toml and packaging/torch.toml; knows nothing of pip or of environments.
"""

import hashlib
import os
import re
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BASE = ""  # the group of the project's own dependencies; the other groups are its extras


@dataclass(frozen=True)
class Requirements:
    """The project's requirements by group, self-references (`smartdirector[test]`) expanded."""

    groups: dict[str, tuple[str, ...]]
    torch_default: str
    oldest_python: str  # major.minor
    free_space_mb: int  # that a first set-up needs

    def fingerprint(self, group: str) -> str:
        """Changes when what the group asks for changes."""
        return hashlib.sha256("\n".join(sorted(self.groups[group])).encode()).hexdigest()

    def needs(self, name: str) -> bool:
        """Whether the project itself depends on the distribution `name`."""
        return any(name_of(text) == name for text in self.groups[BASE])

    def is_too_old(self, version: str) -> bool:
        """Whether a Python of this version (major.minor) is older than the project allows."""
        return _numbers(version) < _numbers(self.oldest_python)

    def torch(self, remembered: str) -> str:
        """The torch to install: the user's choice now, the one of an earlier start, the table's."""
        return os.environ.get("SMARTDIRECTOR_TORCH", "").strip() or remembered or self.torch_default


def read(root: Path) -> Requirements:
    """Read the requirements of the project in `root`."""
    project: dict[str, Any] = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    extras: dict[str, list[str]] = project.get("optional-dependencies", {})
    own_name = name_of(project["name"])
    groups = {BASE: tuple(project.get("dependencies", []))}
    groups |= {extra: tuple(_expand(extra, extras, own_name)) for extra in extras}
    table_path = root / "packaging" / "torch.toml"
    table: dict[str, dict[str, Any]] = {}
    if table_path.exists():
        table = tomllib.loads(table_path.read_text("utf-8"))
    oldest = re.search(r">=\s*(\d+\.\d+)", project.get("requires-python", ""))
    return Requirements(
        groups,
        torch_default=str(_for_here(table, "requirement", "torch")),
        oldest_python=oldest[1] if oldest else "3.11",
        free_space_mb=int(_for_here(table, "free_space_mb", 0)),
    )


def name_of(requirement: str) -> str:
    """The normalised distribution name of a requirement such as `PySide6-Essentials>=6.8`."""
    found = re.match(r"[A-Za-z0-9._-]+", requirement.strip())
    return re.sub(r"[-_.]+", "-", found[0]).lower() if found else ""


def _for_here(table: dict[str, dict[str, Any]], key: str, otherwise: object) -> Any:
    """The table's entry for this platform, or for all."""
    entries = table.get(key, {})
    return entries.get(sys.platform, entries.get("default", otherwise))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _expand(extra: str, extras: dict[str, list[str]], own_name: str) -> list[str]:
    """The extra's requirements, with references to the project's other extras replaced by them."""
    expanded: list[str] = []
    for requirement in extras[extra]:
        own = re.fullmatch(r"\s*[A-Za-z0-9._-]+\s*\[([^\]]*)\]\s*", requirement)
        if own and name_of(requirement) == own_name:
            for other in own[1].split(","):
                expanded += _expand(other.strip(), extras, own_name)
        else:
            expanded.append(requirement)
    return expanded
