"""Runs the environment's pip and condenses what it prints to a line of progress.

Knows pip's output; does not know what is installed or why.
"""

import os
import queue
import re
import shlex
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from .console import Console
from .environment import Environment
from .errors import SetupError, from_os_error, from_pip_output

# These settings of pip would send the packages somewhere else than into the environment.
_MISLEADING = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_USER", "PIP_PYTHON")


@dataclass
class _Progress:
    """How far pip is, from its lines."""

    num_found: int = 0
    doing: str = "looking for packages"
    num_to_unpack: int = 0

    def read(self, line: str) -> None:
        text = line.strip()
        if text.startswith("Collecting "):
            self.num_found += 1
            self.doing = f"{self.num_found} packages found"
        elif found := re.match(r"Downloading (\S+).*\(([\d.]+ [kMG]?B)\)", text):
            name = found[1].rsplit("/", 1)[-1].split("-")[0]
            self.doing = f"{self.num_found} packages found, downloading {name} ({found[2]})"
        elif text.startswith("Installing collected packages:"):
            self.num_to_unpack = text.count(",") + 1


class Pip:
    """pip inside one environment."""

    def __init__(self, env: Environment, console: Console, lock_descriptor: int) -> None:
        self._env = env
        self._console = console
        self._lock_descriptor = lock_descriptor

    def install(self, *arguments: str) -> None:
        """`pip install` with the arguments. Raises SetupError with one sentence."""
        # -I keeps the project's folder and the user's own packages off pip's path.
        command = [str(self._env.python), "-I", "-u", "-m", "pip", "install", "--no-input"]
        command += ["--disable-pip-version-check", "--progress-bar", "off", *arguments]
        self._console.note("$ " + shlex.join(command))
        lines = self._run(command)
        if lines is not None:
            log = self._env.log_path.name
            raise from_pip_output("\n".join(lines), str(self._env.root), log)

    def _run(self, command: list[str]) -> list[str] | None:
        """None when the command went well, its output otherwise."""
        environ = {k: v for k, v in os.environ.items() if k not in _MISLEADING}
        inherited = () if sys.platform == "win32" else (self._lock_descriptor,)
        try:
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                encoding="utf-8",
                errors="replace",
                env=environ,
                pass_fds=inherited,
            )
        except OSError as error:
            raise from_os_error(error, str(self._env.root)) from error
        try:
            lines = self._follow(child)
        except BaseException:
            child.terminate()
            child.wait()
            raise
        return None if child.wait() == 0 else lines

    def _follow(self, child: subprocess.Popen[str]) -> list[str]:
        """Show progress until the output ends; give all of it."""
        waiting: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=_pump, args=(child, waiting), daemon=True).start()
        progress, lines = _Progress(), list[str]()
        num_before = 0
        while True:
            try:
                line = waiting.get(timeout=0.5)
            except queue.Empty:
                line = ""
            if line is None:
                return lines
            if line:
                self._console.note("  " + line)
                lines.append(line)
                progress.read(line)
                if progress.num_to_unpack and not num_before:
                    num_before = self._num_installed()
            text = progress.doing
            if progress.num_to_unpack:
                num_done = max(0, self._num_installed() - num_before)
                text = f"unpacking, {min(num_done, progress.num_to_unpack)}"
                text += f" of {progress.num_to_unpack} packages"
            self._console.progress(text)

    def _num_installed(self) -> int:
        place = self._env.site_packages()
        return len(list(place.glob("*.dist-info"))) if place else 0


def _pump(child: subprocess.Popen[str], waiting: "queue.Queue[str | None]") -> None:
    assert child.stdout is not None
    for line in child.stdout:
        waiting.put(line)
    waiting.put(None)


def run_logged(command: list[str], console: Console, place: Path) -> tuple[int, str]:
    """Run a short command with its output in the log; give its exit code and output."""
    console.note("$ " + shlex.join(command))
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except FileNotFoundError as error:
        raise SetupError(f"{command[0]} could not be started ({error.strerror}).") from error
    except OSError as error:
        raise from_os_error(error, str(place)) from error
    for line in done.stdout.splitlines():
        console.note("  " + line)
    return done.returncode, done.stdout
