"""The stages of one set-up, from nothing or from what an earlier one left.

    1 the virtual environment    2 torch    3 the other packages    4 system libraries
    5 every package is imported once; what fails is installed again; the stamp is written

Holds the lock while it works (setup.py takes it). Each stage may be cut off at any point: the
stamp then says "not ready", and the next start looks for damage before it goes on.
"""

import importlib.util
import shlex
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

from . import doctor, libraries
from . import requirements as req
from .console import Console
from .environment import Environment, Stamp, version_here
from .errors import SetupError, disk_full
from .pip_run import Pip, run_logged

_NUM_STAGES = 5
_LEAST_FREE_BYTES = 20_000_000  # an environment with nothing but pip in it takes more


class Builder:
    """One set-up of one environment."""

    def __init__(
        self,
        env: Environment,
        wanted: req.Requirements,
        extras: tuple[str, ...],
        console: Console,
        lock_descriptor: int,
    ) -> None:
        self._env = env
        self._wanted = wanted
        self._groups = (req.BASE, *extras)
        self._console = console
        self._pip = Pip(env, console, lock_descriptor)
        self._constraints = env.folder / "smartdirector-constraints.txt"

    def build(self) -> None:
        """Run all stages. Raises SetupError, OSError or KeyboardInterrupt."""
        began_s, before = time.monotonic(), self._env.read_stamp()
        self._console.say(
            f"Setting up SmartDirector in {self._env.folder} (log: {self._env.log_path.name})"
        )
        self._stage(1, "Python environment")
        self._check_room(before)
        broken = self._make_environment()
        remembered = before.torch if before and before.torch_was_chosen else ""
        torch = self._wanted.torch(remembered)
        stamp = Stamp(
            ready=False,
            python=self._usable_version(),
            torch=torch,
            torch_was_chosen=torch != self._wanted.torch_default,
        )
        self._env.write_stamp(stamp)
        if self._wanted.needs("torch"):
            self._stage(2, f"torch ({torch})")
            self._install_torch(torch)
        self._stage(3, "the other packages")
        self._install_rest(broken)
        self._stage(4, "system libraries")
        missing = self._install_libraries()
        self._stage(5, "trying every package")
        self._try_packages(missing)
        kept = before.fingerprints if before and not broken else {}
        fingerprints = {group: self._wanted.fingerprint(group) for group in self._groups}
        stamp = replace(
            stamp,
            ready=True,
            fingerprints={k: v for k, v in kept.items() if k in self._wanted.groups} | fingerprints,
            installed=doctor.fingerprint(self._site_packages(), self._names()),
            missing_libraries=missing,
        )
        self._env.write_stamp(stamp)
        self._console.say(f"SmartDirector is set up, after {time.monotonic() - began_s:.0f} s")

    def _stage(self, number: int, name: str) -> None:
        self._console.stage(f"[{number}/{_NUM_STAGES}] {name}")

    def _site_packages(self) -> Path:
        place = self._env.site_packages()
        assert place is not None
        return place

    def _names(self) -> set[str]:
        """The distributions that are asked for by name."""
        return {req.name_of(text) for group in self._groups for text in self._wanted.groups[group]}

    def _check_room(self, before: Stamp | None) -> None:
        """Say so before a long download when the disk cannot hold it."""
        place = self._env.site_packages()
        most_is_there = before is not None and place is not None and (place / "torch").is_dir()
        needed_mb = self._wanted.free_space_mb // (5 if most_is_there else 1)
        free_mb = shutil.disk_usage(self._env.root).free // 1_000_000
        if free_mb < needed_mb:
            raise SetupError(
                f"The disk that holds {self._env.root} has {free_mb / 1000:.1f} GB free and the "
                f"set-up needs {needed_mb / 1000:.1f} GB; free some space and start again."
            )

    def _make_environment(self) -> list[doctor.Distribution]:
        """A .venv whose Python and pip work. Gives the distributions that were not whole."""
        if not self._usable_version():
            self._create()
            return []
        broken = doctor.clear_debris(self._site_packages())
        if broken:
            self._console.say(f"      {len(broken)} packages are incomplete and come again")
            for distribution in broken:
                self._console.note(f"  {distribution.info.name}")
        if any(distribution.name == "pip" for distribution in broken):
            self._create()
            return []
        return broken

    def _usable_version(self) -> str:
        """major.minor of the Python in .venv if it and its pip work in the right place, or ""."""
        asks = "import pip, sys; print(sys.prefix, '%d.%d' % sys.version_info[:2], sep='|')"
        try:
            done = subprocess.run(
                [str(self._env.python), "-I", "-c", asks],
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return ""
        prefix, _, version = done.stdout.strip().partition("|")
        place = self._env.site_packages()
        if done.returncode != 0 or place is None or not self._env.folder.samefile(prefix):
            return ""
        if self._wanted.is_too_old(version):
            return ""
        # A system upgrade can leave packages under the folder of another version (see stands()).
        return version if place.parent.name in (f"python{version}", "Lib") else ""

    def _create(self) -> None:
        """Make .venv anew."""
        folder = self._env.folder
        if folder.is_symlink() or folder.is_file():
            folder.unlink()
        elif folder.exists():
            self._console.say("      the old environment cannot be used and is made anew")
            shutil.rmtree(folder)
        self._require_venv_module()
        base = getattr(sys, "_base_executable", sys.executable)
        code, output = run_logged(
            [base, "-I", "-m", "venv", str(folder)], self._console, self._env.root
        )
        if code != 0:
            # ensurepip keeps its reason to itself, so the disk is asked as well.
            is_full = shutil.disk_usage(self._env.root).free < _LEAST_FREE_BYTES
            if is_full or "No space left" in output:
                raise disk_full(str(self._env.root))
            raise SetupError(
                f"Python could not make a virtual environment (details: {self._env.log_path.name})."
            )

    def _require_venv_module(self) -> None:
        """Debian ships Python without the part of venv that brings pip."""
        if has_venv():
            return
        package = f"python{version_here()}-venv"
        if libraries.install([package], self._console, self._env.root):
            importlib.invalidate_caches()
            if has_venv():
                return
        advice = f"; type: sudo apt-get install {package}" if shutil.which("apt-get") else "."
        raise SetupError(f"This Python lacks its venv module{advice}")

    def _install_torch(self, torch: str) -> None:
        has_gpu = shutil.which("nvidia-smi") or Path("/proc/driver/nvidia").exists()
        if sys.platform.startswith("linux") and not has_gpu:
            self._console.say(
                "      no NVIDIA GPU found; SMARTDIRECTOR_TORCH can name a smaller build (README)"
            )
        self._pip.install(*shlex.split(torch))

    def _install_rest(self, broken: list[doctor.Distribution]) -> None:
        """All requirements in one resolution, with torch held where its own stage put it."""
        held = [d for d in doctor.distributions(self._site_packages()) if d.name == "torch"]
        self._constraints.write_text(
            "".join(f"torch=={d.version}\n" for d in held), encoding="utf-8"
        )
        texts = [text for group in self._groups for text in self._wanted.groups[group]]
        # What an earlier set-up brought in for an extra is not in `texts` today, but was asked for.
        texts += [f"{d.name}=={d.version}" for d in broken if d.name != "torch"]
        if texts:
            self._pip.install("-c", str(self._constraints), *dict.fromkeys(texts))

    def _install_libraries(self) -> tuple[str, ...]:
        """Give the libraries that stay missing. Never an error: only the window needs them."""
        if not self._wanted.needs("pyside6-essentials"):
            return ()
        missing = libraries.missing()
        if missing and libraries.install(
            libraries.packages(missing), self._console, self._env.root
        ):
            missing = libraries.missing()
        if missing:
            self._console.say("      " + libraries.sentence(missing))
        return missing

    def _try_packages(self, missing_libraries: tuple[str, ...]) -> None:
        """Import what was asked for; install again what fails, once."""
        failing = self._failing(missing_libraries)
        if not failing:
            return
        for distribution, reason in failing:
            self._console.say(f"      {distribution.name} does not load and comes again: {reason}")
            exact = f"{distribution.name}=={distribution.version}"
            self._pip.install("--force-reinstall", "--no-deps", "-c", str(self._constraints), exact)
        if still := self._failing(missing_libraries):
            distribution, reason = still[0]
            raise SetupError(
                f"{distribution.name} {distribution.version} is installed but cannot be loaded: "
                f"{reason} (details: {self._env.log_path.name})."
            )

    def _failing(self, missing_libraries: tuple[str, ...]) -> list[tuple[doctor.Distribution, str]]:
        """What does not load, and why; but what only lacks a library of the system is whole."""
        names = {req.name_of(text) for text in self._wanted.groups[req.BASE]}
        failing = doctor.failing_imports(self._env.python, self._site_packages(), names)
        for distribution, reason in failing:
            self._console.note(f"  {distribution.name}: {reason}")
        return [f for f in failing if not any(name in f[1] for name in missing_libraries)]


def has_venv() -> bool:
    """Whether this Python can make a virtual environment with pip in it."""
    return all(importlib.util.find_spec(name) is not None for name in ("venv", "ensurepip"))
