"""Finds what is broken in an environment, by looking at its files and by importing from it.

Every wheel lists its files and their sizes (RECORD); an install that was cut off, a full disk or a
stray delete shows there. Knows nothing of pip; says what to install again.
"""

import csv
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from . import requirements as req

_PROBE = """\
import importlib, sys
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except BaseException as error:
        print("fails", name, type(error).__name__, error, flush=True)
    else:
        print("works", name, flush=True)
"""


@dataclass(frozen=True)
class Distribution:
    """One installed distribution, by its .dist-info folder."""

    info: Path

    @property
    def name(self) -> str:
        """The normalised name."""
        return req.name_of(self.info.name.removesuffix(".dist-info").rsplit("-", 1)[0])

    @property
    def version(self) -> str:
        """The installed version."""
        return self.info.name.removesuffix(".dist-info").rsplit("-", 1)[-1]

    def files(self) -> list[tuple[str, int | None]]:
        """Every file, seen from site-packages, and its recorded size in bytes, if there is one.

        Empty without a RECORD.
        """
        try:
            with (self.info / "RECORD").open(encoding="utf-8", newline="") as text:
                rows = [row for row in csv.reader(text) if len(row) >= 3]
        except OSError:
            return []
        return [(row[0], int(row[2]) if row[2] else None) for row in rows]

    def is_whole(self) -> bool:
        """Whether every file is there with its size. Compiled .pyc files do not count."""
        files = self.files()
        for path, size in files:
            if path.endswith(".pyc"):
                continue
            try:
                found = (self.info.parent / path).stat().st_size
            except OSError:
                return False
            if size is not None and found != size:
                return False
        return bool(files)

    def top_level(self) -> list[str]:
        """What it puts directly into site-packages that can be imported."""
        names: set[str] = set()
        for path, _ in self.files():
            parts = PurePosixPath(path).parts
            if len(parts) == 2 and parts[1] == "__init__.py":
                names.add(parts[0])
            elif len(parts) == 1 and PurePosixPath(path).suffix in (".py", ".so", ".pyd"):
                names.add(parts[0].split(".")[0])
        return sorted(name for name in names if name.isidentifier() and not name.startswith("_"))


def distributions(site_packages: Path) -> list[Distribution]:
    """Everything that is installed."""
    return [Distribution(info) for info in sorted(site_packages.glob("*.dist-info"))]


def clear_debris(site_packages: Path) -> list[Distribution]:
    """Remove what a cut-off install left, and give the distributions to install again.

    A distribution that is not whole loses its .dist-info, so that pip installs it over its
    remaining files instead of believing that it is there.
    """
    for leftover in site_packages.glob("~*"):  # pip moves what it replaces to such names
        shutil.rmtree(leftover, ignore_errors=True)
    broken = [d for d in distributions(site_packages) if not d.is_whole()]
    for distribution in broken:
        shutil.rmtree(distribution.info)
    return broken


def fingerprint(site_packages: Path, wanted: set[str]) -> tuple[str, ...]:
    """The names in site-packages that must be there for the distributions `wanted` to be."""
    names: set[str] = set()
    for distribution in distributions(site_packages):
        names.add(distribution.info.name)
        if distribution.name in wanted:
            names |= {t for t in distribution.top_level() if (site_packages / t).is_dir()}
    return tuple(sorted(names))


def failing_imports(
    python: Path, site_packages: Path, wanted: set[str]
) -> list[tuple[Distribution, str]]:
    """Import each of the distributions `wanted`; give those that fail, and how."""
    owners: dict[str, Distribution] = {}
    for distribution in distributions(site_packages):
        if distribution.name in wanted:
            tops = distribution.top_level()
            own = [top for top in tops if req.name_of(top) == distribution.name]
            owners |= dict.fromkeys(own or tops, distribution)
    if not owners:
        return []
    command = [str(python), "-I", "-c", _PROBE, *owners]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    failing: list[tuple[Distribution, str]] = []
    answered: set[str] = set()
    for line in done.stdout.splitlines():
        verdict, _, rest = line.partition(" ")
        name, _, reason = rest.partition(" ")
        if verdict in ("works", "fails") and name in owners:
            answered.add(name)
            if verdict == "fails":
                failing.append((owners[name], reason))
    if silent := [name for name in owners if name not in answered]:
        # The interpreter itself died in the first import that gave no answer.
        failing.append((owners[silent[0]], f"importing it ends Python (code {done.returncode})"))
    return failing
